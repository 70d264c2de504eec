"""Commands of dev.py, and the scripts of CI that run them."""

from __future__ import annotations

import ast
import contextlib
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml

import dev
from tests.programs import ROOT


def program(path: Path) -> str:
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return os.fspath(path)


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty directory that is all of PATH."""
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", os.fspath(tmp_path))
    return tmp_path


def test_dev_imports_the_standard_library_alone() -> None:
    tree = ast.parse((ROOT / "dev.py").read_text(encoding="utf-8"), feature_version=(3, 7))
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for name in ([node.module] if isinstance(node, ast.ImportFrom) else
                     [alias.name for alias in node.names])
    }  # fmt: skip
    assert imported <= sys.stdlib_module_names


def test_an_older_python_is_told_which_one_to_use(monkeypatch, capsys) -> None:
    monkeypatch.setattr(dev.sys, "version_info", (3, 9, 2))
    assert dev.main(["test"]) == 2
    assert "this is Python 3.9; RNN-Viz needs 3.11 or newer" in capsys.readouterr().out


def test_a_command_that_fails_is_a_failure_with_its_exit_code() -> None:
    with pytest.raises(dev.Failure, match="exit code 3"):
        dev.run([sys.executable, "-c", "raise SystemExit(3)"])


def test_a_missing_program_is_a_failure_with_its_name() -> None:
    with pytest.raises(dev.Failure, match="no-such-program is not installed"):
        dev.run(["no-such-program"])


def test_a_failure_ends_in_exit_code_one(monkeypatch, capsys) -> None:
    def fail(extras: str, again: bool) -> None:
        raise dev.Failure("the disk is full")

    monkeypatch.setattr(dev, "install", fail)
    assert dev.main(["test"]) == 1
    assert "the disk is full" in capsys.readouterr().out


def test_chromium_is_what_the_environment_names(bare: Path, monkeypatch) -> None:
    path = program(bare / "mine")
    monkeypatch.setenv("CHROMIUM", path)
    assert dev.find_chromium() == path


def test_a_named_chromium_that_is_not_there_is_a_failure(bare: Path, monkeypatch) -> None:
    monkeypatch.setenv("CHROMIUM", os.fspath(bare / "gone"))
    with pytest.raises(dev.Failure, match="is no program"):
        dev.find_chromium()


@pytest.mark.parametrize("name", dev.BROWSERS)
def test_chromium_is_found_on_the_path(bare: Path, name: str) -> None:
    path = program(bare / name)
    assert dev.find_chromium() == path


def test_a_missing_chromium_is_a_failure_with_advice(bare: Path) -> None:
    with pytest.raises(dev.Failure, match="or set CHROMIUM to its path"):
        dev.find_chromium()


def test_the_address_is_read_from_what_tensorboard_prints(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("NOTE: …\nTensorBoard 2.21.0 at http://localhost:6006/ (Press CTRL+C to quit)\n")
    with dev.running([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        assert dev.await_address(process, log) == "http://localhost:6006/"
    assert process.poll() is not None


def test_a_tensorboard_that_ends_is_a_failure_with_its_words(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("port 6006 is in use")
    with dev.running([sys.executable, "-c", ""]) as process:
        process.wait()
        with pytest.raises(dev.Failure, match="port 6006 is in use"):
            dev.await_address(process, log)


def test_no_browser_is_opened_without_a_screen(monkeypatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(dev.webbrowser, "open", opened.append)
    monkeypatch.setattr(dev.sys, "platform", "linux")
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    dev.show("http://localhost:6006/#rnnviz")
    assert opened == []
    monkeypatch.setenv("DISPLAY", ":0")
    dev.show("http://localhost:6006/#rnnviz")
    assert opened == ["http://localhost:6006/#rnnviz"]


@pytest.fixture
def trainings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Command lines of the trainings that the demo would start."""
    commands: list[list[str]] = []

    def train(command, check=True):
        commands.append([os.fspath(word) for word in command])
        return 0

    monkeypatch.setattr(dev, "PYTHON", Path(sys.executable))
    monkeypatch.setattr(dev, "LOGS", tmp_path / "logs")
    monkeypatch.setattr(dev, "install", lambda extras: None)
    monkeypatch.setattr(dev, "run", train)
    return commands


def test_the_demo_trains_while_tensorboard_runs(trainings, capsys) -> None:
    assert dev.main(["demo", "--port=0", "--no-wait", "--no-browser"]) == 0
    (command,) = trainings
    assert command[1:6] == ["-m", "trainer", "train", "configs/code_lstm.yaml", "--log-dir"]
    assert re.search(r"open http://\S+/#rnnviz ", capsys.readouterr().out)


def test_a_training_that_fails_ends_the_demo(trainings, monkeypatch, capsys) -> None:
    monkeypatch.setattr(dev, "run", lambda command, check: 7)
    assert dev.main(["demo", "--port=0", "--no-browser"]) == 1
    assert "The training ended with exit code 7" in capsys.readouterr().out


def test_ci_runs_the_checks_that_people_run() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "dev.py test" in script
    assert subprocess.run(["bash", "-n", ROOT / ".ci" / "run"]).returncode == 0


def test_workflows_run_the_script_of_ci() -> None:
    text = (ROOT / ".github" / "workflows" / "checks.yml").read_text(encoding="utf-8")
    jobs = yaml.safe_load(text)["jobs"].values()
    commands = [step["run"] for job in jobs for step in job["steps"] if "run" in step]
    assert commands == ["python3.11 dev.py test --fast", ".ci/run"]


def test_hooks_before_a_commit_run_the_tools_of_the_checks() -> None:
    text = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    entries = [hook["entry"] for repo in yaml.safe_load(text)["repos"] for hook in repo["hooks"]]
    for tool in ("ruff check", "ruff format"):
        assert any(tool in entry for entry in entries)
        assert any(command.startswith(tool) for command in dev.PYTHON_CHECKS)
    scripts = {entry.rpartition(" ")[2] for entry in entries if "npm run" in entry}
    assert scripts == {"lint", "format:check"} <= set(dev.TAB_CHECKS)


def test_install_takes_further_requirements(monkeypatch) -> None:
    calls = []
    monkeypatch.setattr(dev, "install", lambda *requirements: calls.append(requirements))
    assert dev.main(["install", "torch==2.13.0"]) == 0
    assert calls == [(dev.CHECKS, "torch==2.13.0")]


@pytest.fixture
def installations(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[list[str]]]:
    """Commands of pip that installations run; imports follow each, to be compiled."""
    commands: list[list[str]] = []
    monkeypatch.setattr(dev, "PYTHON", Path(sys.executable))
    monkeypatch.setattr(dev, "INSTALLED", tmp_path / "installed.txt")

    def run(command, **options) -> None:
        if "pip" in command:
            commands.append([os.fspath(word) for word in command])
        else:
            bytecode.append(options["env"])

    bytecode: list[dict[str, str]] = []
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setattr(dev, "run", run)
    yield commands
    assert len(bytecode) == len(commands)
    assert not any("PYTHONDONTWRITEBYTECODE" in environment for environment in bytecode)


def test_the_same_requirements_are_installed_again_only_on_request(installations) -> None:
    dev.install("all", "torch", again=False)
    dev.install("all", "torch", again=False)
    assert len(installations) == 1
    assert installations[0][-2:] == [".[all]", "torch"]
    dev.install("all", again=False)  # a part of what is there
    assert len(installations) == 1
    dev.install("all,dev", again=False)
    assert len(installations) == 2
    dev.install("all", "torch", again=False)
    assert len(installations) == 2
    dev.install("all")
    assert len(installations) == 3


def test_another_project_file_is_installed_again(installations, tmp_path, monkeypatch) -> None:
    dev.install("all", again=False)
    monkeypatch.setattr(dev, "ROOT", tmp_path)
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    dev.install("all", again=False)
    assert len(installations) == 2


def test_a_failed_installation_is_repeated(installations, monkeypatch) -> None:
    def fail(command, **options):
        raise dev.Failure("no network")

    monkeypatch.setattr(dev, "run", fail)
    with pytest.raises(dev.Failure):
        dev.install("all", again=False)
    assert not dev.INSTALLED.exists()


@pytest.fixture
def checks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Command lines of the checks, none of which runs."""
    lines: list[str] = []

    def run(command, check=True, **options) -> int:
        lines.append(" ".join(map(str, command)))
        return 0

    @contextlib.contextmanager
    def background(command, mark, **options):
        lines.append(" ".join(map(str, command)))
        yield SimpleNamespace(finish=lambda: 0)

    monkeypatch.setattr(dev, "PYTHON", Path(sys.executable))
    monkeypatch.setattr(dev, "install", lambda extras, again: None)
    monkeypatch.setattr(dev, "find_chromium", lambda: "chromium")
    monkeypatch.setattr(dev, "node_environment", dict)
    monkeypatch.setattr(dev, "run", run)
    monkeypatch.setattr(dev, "background", background)
    return lines


@pytest.mark.parametrize("options", [[], ["--fast"]])
def test_every_test_runs_in_one_of_the_processes(checks, options) -> None:
    assert dev.main(["test", *options]) == 0
    lines = [line for line in checks if "-m pytest" in line]
    (others,) = [line for line in lines if "--ignore" in line]
    ignored = re.findall(r"--ignore=(\S+)", others)
    lines.remove(others)
    named = [word for line in lines for word in line.split() if word.startswith("tests/")]
    assert sorted(ignored) == sorted({*named, *(dev.SLOW if options else ())})
    assert all((ROOT / path).exists() for path in named)


@pytest.mark.parametrize("path", dev.SLOW)
def test_every_path_of_slow_tests_exists(path: str) -> None:
    assert (ROOT / path).exists()


def test_arguments_choose_the_tests(checks) -> None:
    assert dev.main(["test", "--", "tests/analysis", "-x"]) == 0
    (line,) = [line for line in checks if "-m pytest" in line]
    assert line.endswith("-m pytest tests/analysis -x")


def test_checks_after_a_failed_one_run_too(checks, monkeypatch, capsys) -> None:
    def fail(command, check=True, **options) -> int:
        checks.append(" ".join(map(str, command)))
        return int("mypy" in command)

    monkeypatch.setattr(dev, "run", fail)
    assert dev.main(["test"]) == 1
    assert "failed: mypy\n" in capsys.readouterr().out
    assert checks[-1].endswith(" run test")


def test_npm_runs_in_the_folder_of_the_tab(checks, monkeypatch) -> None:
    monkeypatch.setattr(dev, "install_npm_packages", lambda environment: None)
    assert dev.main(["npm", "run", "lint", "--", "--fix"]) == 0
    assert checks[-1].endswith(" run lint -- --fix")


@pytest.mark.parametrize(("installed", "expected"), [(None, 1), (99, 1), (100, 0), (101, 0)])
def test_npm_packages_follow_the_lock_file(
    checks, tmp_path: Path, monkeypatch, installed: int | None, expected: int
) -> None:
    monkeypatch.setattr(dev, "TAB", tmp_path)
    times = {"package-lock.json": 100, "node_modules/.package-lock.json": installed}
    for name, time in times.items():
        if time is not None:
            path = tmp_path / name
            path.parent.mkdir(exist_ok=True)
            path.touch()
            os.utime(path, (time, time))
    dev.install_npm_packages({})
    assert len(checks) == expected


def test_output_of_the_background_is_printed_with_a_mark(capfd) -> None:
    command = [sys.executable, "-c", "print('line'); raise SystemExit(4)"]
    with dev.background(command) as process:
        assert process.finish() == 4
    assert "\nbackground | line\n" in capfd.readouterr().out


@pytest.fixture
def lanes(tmp_path: Path, monkeypatch) -> Callable[[str], int]:
    """Runs a test with this code in a lane; returns the exit code of the lane."""

    def run(code: str) -> int:
        monkeypatch.setattr(dev, "ROOT", tmp_path)
        monkeypatch.setattr(dev, "LANES", {"module": (*dev.SIDE_BY_SIDE, "tests/test_it.py")})
        monkeypatch.setattr(dev, "static_checks", lambda environment: {})
        (tmp_path / "tests").mkdir()
        (tmp_path / "tests/test_it.py").write_text(f"def test_it(): {code}")
        (tmp_path / "test_other.py").write_text("def test_other(): pass")
        codes = dev.run_lanes([sys.executable, "-m", "pytest", "-q"], False, dict(os.environ))
        return codes["pytest of 'module'"]

    return run


def test_the_end_of_a_failed_lane_is_printed_again(lanes, capfd) -> None:
    assert lanes("assert 'always' == 'fails'") == 1
    _, _, repeated = capfd.readouterr().out.partition("of 'module' once more")
    assert "module | FAILED tests/test_it.py::test_it" in repeated
    assert "others | " not in repeated


def test_a_failed_test_runs_once_more_by_itself(lanes, tmp_path: Path, capfd) -> None:
    first = f"p = __import__('pathlib').Path({str(tmp_path / 'was_here')!r})"
    assert lanes(f"{first}; was_here = p.exists(); p.touch(); assert was_here") == 0
    printed = capfd.readouterr().out
    assert "module | 1 failed" in printed
    assert "\n1 passed" in printed


def test_output_of_the_background_is_printed_before_it_ends(monkeypatch) -> None:
    printed, written = threading.Event(), []

    def write(text: str) -> None:
        written.append(text)
        if text == "background | line\n":
            printed.set()

    monkeypatch.setattr(dev.sys, "stdout", SimpleNamespace(write=write, flush=lambda: None))
    command = [sys.executable, "-c", "print('line', flush=True); input()"]
    with dev.background(command, stdin=subprocess.PIPE) as background:
        assert printed.wait(60)
        assert background.process.poll() is None
