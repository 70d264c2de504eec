"""Walls between the rooms of the library: their permitted imports."""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.programs import ROOT, run

PACKAGE = "tb_rnnviz"

STANDS_ON = {
    "core": (),
    "probe": ("core",),
    "recording": ("core",),
    "features": ("core",),
    "analysis": ("core",),
    "log_format": ("probe", "recording"),
    "capture": ("probe", "recording"),
    "report": ("recording", "features", "analysis"),
    "write_recording": ("report", "log_format"),
    "callbacks": ("capture", "write_recording", "state_space"),
    "state_space": ("capture", "analysis"),
    "corpus": ("capture", "report"),
    "tensorboard": ("report", "log_format"),
}
"""A room may import itself, what it stands on, and what that stands on."""

ONLY = {"core": {"numpy"}, "analysis": {"numpy", "scipy", "sklearn", "threadpoolctl"}}
"""Rooms that import nothing foreign but these."""

FRAMEWORKS = {"keras", "tensorflow", "jax", "torch"}
MAY_USE_FRAMEWORKS = ("callbacks/", "capture/keras/")
"""Folders that may import a framework; in `capture` it is one folder a framework."""


def files(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


@cache
def imports(path: Path) -> frozenset[str]:
    """Returns every module that a file imports anywhere, by absolute name."""
    package = path.relative_to(ROOT).with_suffix("").parts[:-1]
    return frozenset(_imports(ast.parse(path.read_text(encoding="utf-8")), package))


def _imports(tree: ast.AST, package: tuple[str, ...]) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            module = (*base, *(node.module or "").split("."))
            for alias in node.names:
                yield ".".join(filter(None, (*module, alias.name)))


def room_of(module: str) -> str | None:
    """Returns the room of a module, None if it is in no room."""
    parts = module.split(".")
    return parts[1] if parts[0] == PACKAGE and len(parts) > 1 else None


def reachable(room: str) -> set[str]:
    return {room}.union(*(reachable(below) for below in STANDS_ON[room]))


MODULES = [path for path in files(PACKAGE) if path != ROOT / PACKAGE / "__init__.py"]


def room_of_file(path: Path) -> str:
    return path.relative_to(ROOT / PACKAGE).with_suffix("").parts[0]


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import keras.ops", {"keras.ops"}),
        ("from numpy import fft", {"numpy.fft"}),
        ("from . import cells", {"tb_rnnviz.capture.cells"}),
        ("from ..recording import Probe", {"tb_rnnviz.recording.Probe"}),
        ("def f():\n    import scipy", {"scipy"}),
    ],
)
def test_imports_are_found_wherever_they_stand(source: str, expected: set[str]) -> None:
    assert set(_imports(ast.parse(source), (PACKAGE, "capture"))) == expected


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_every_module_is_in_a_room(path: Path) -> None:
    assert room_of_file(path) in STANDS_ON


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_room_imports_only_what_it_stands_on(path: Path) -> None:
    rooms = {room_of(module) for module in imports(path)} - {None}
    assert rooms & STANDS_ON.keys() <= reachable(room_of_file(path))


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_only_capture_and_callbacks_know_a_framework(path: Path) -> None:
    if not path.relative_to(ROOT / PACKAGE).as_posix().startswith(MAY_USE_FRAMEWORKS):
        assert not {module.split(".")[0] for module in imports(path)} & FRAMEWORKS


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_the_library_knows_neither_the_trainer_nor_the_tests(path: Path) -> None:
    assert not {module.split(".")[0] for module in imports(path)} & {"trainer", "tests", "dev"}


@pytest.mark.parametrize("room", ONLY)
def test_some_rooms_import_nothing_foreign_but_what_they_name(room: str) -> None:
    paths = [path for path in MODULES if room_of_file(path) == room]
    assert paths
    foreign = {module.split(".")[0] for path in paths for module in imports(path)}
    assert foreign - sys.stdlib_module_names - {PACKAGE} <= ONLY[room]


def modules_after(statements: str) -> set[str]:
    """Returns the modules that a new interpreter loads for some statements."""
    code = (
        "import json, sys; before = set(sys.modules)\n"
        f"{statements}\n"
        "print(json.dumps(sorted(set(sys.modules) - before)))"
    )
    return set(json.loads(run(sys.executable, "-c", code, cwd=ROOT).splitlines()[-1]))


def foreign(modules: set[str]) -> set[str]:
    return {module.split(".")[0] for module in modules} - sys.stdlib_module_names - {PACKAGE}


def test_importing_the_package_imports_nothing_but_the_standard_library() -> None:
    assert foreign(modules_after(f"import {PACKAGE}")) == set()


def test_importing_the_loader_costs_no_more_than_tensorboards_base_class() -> None:
    base = "import tensorboard.plugins.base_plugin"
    more = modules_after(f"import {PACKAGE}.tensorboard.loader") - modules_after(base)
    assert foreign(more) == set()
    ours = {module for module in more if module.split(".")[0] == PACKAGE}
    assert ours == {PACKAGE, f"{PACKAGE}.tensorboard", f"{PACKAGE}.tensorboard.loader"}


def test_importing_the_loader_imports_neither_numpy_nor_a_framework() -> None:
    loaded = {
        module.split(".")[0] for module in modules_after(f"import {PACKAGE}.tensorboard.loader")
    }
    assert not loaded & {"numpy", "scipy", "gensim", "nltk", *FRAMEWORKS}


TAB = ROOT / "plugin_frontend" / "src"


def tab_imports(path: Path) -> list[str]:
    return re.findall(r"""(?:from|import)\s*\(?\s*['"]([^'"]+)['"]""", path.read_text("utf-8"))


@pytest.mark.parametrize("path", sorted((TAB / "ui" / "draw").rglob("*.ts")), ids=name)
def test_drawing_code_of_the_tab_knows_no_framework(path: Path) -> None:
    assert not [module for module in tab_imports(path) if re.match(r"lit\b|@lit|@preact", module)]


@pytest.mark.parametrize("path", sorted((TAB / "views").rglob("*.ts")), ids=name)
def test_views_of_the_tab_never_fetch(path: Path) -> None:
    assert not re.search(r"\bfetch\s*\(|XMLHttpRequest", path.read_text("utf-8"))
