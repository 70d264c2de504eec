"""Wheel in a virtual environment of its own, as after `pip install tb-rnnviz`."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.programs import run
from tests.server import tensorboard_server

pytestmark = pytest.mark.timeout(900)

OPTIONAL = ("tensorflow", "keras", "torch", "jax", "gensim", "nltk", "textblob", "trainer", "tests")


@pytest.fixture
def broken(tmp_path: Path):
    """Makes packages that cannot be imported; returns a directory for PYTHONPATH."""

    def make(*names: str) -> str:
        for name in names:
            package = tmp_path / "broken" / name
            package.mkdir(parents=True)
            (package / "__init__.py").write_text(f"raise RuntimeError('{name} is broken')\n")
        return os.fspath(tmp_path / "broken")

    return make


@pytest.fixture
def logdir(tmp_path: Path) -> Path:
    folder = tmp_path / "logs"
    folder.mkdir()
    return folder


@pytest.mark.parametrize("package", OPTIONAL)
def test_no_optional_package_is_installed(clean_python: Path, package: str) -> None:
    code = f"import importlib.util; print(importlib.util.find_spec({package!r}))"
    assert run(clean_python, "-I", "-c", code).strip() == "None"


def test_the_loader_is_a_tensorboard_loader(clean_python: Path) -> None:
    code = (
        "from tensorboard.plugins.base_plugin import TBLoader\n"
        "from tb_rnnviz.tensorboard.loader import RNNVizLoader\n"
        "assert issubclass(RNNVizLoader, TBLoader)"
    )
    run(clean_python, "-I", "-c", code)


def test_an_empty_log_directory_shows_an_inactive_tab(
    clean_python: Path, logdir: Path, load_fast: bool
) -> None:
    with tensorboard_server(logdir, load_fast, python=clean_python) as server:
        tab = server.json("data/plugins_listing")["rnnviz"]
        assert tab["tab_name"] == "RNN-Viz"
        assert tab["enabled"] is False
        assert tab["loading_mechanism"]["type"] == "IFRAME"

        status, body, headers = server.get("data/plugin/rnnviz/static/index.js")
        assert status == 200
        assert "javascript" in headers["Content-Type"]
        assert b"render" in body


def test_broken_optional_packages_stop_neither_tensorboard_nor_the_tab(
    clean_python: Path, logdir: Path, broken
) -> None:
    path = broken("keras", "gensim", "nltk", "textblob", "torch", "jax")
    with tensorboard_server(
        logdir, python=clean_python, environment={"PYTHONPATH": path}
    ) as server:
        assert "rnnviz" in server.json("data/plugins_listing")
        assert server.get("data/plugin/rnnviz/static/index.js")[0] == 200


def test_a_broken_dependency_of_the_tab_does_not_stop_tensorboard(
    clean_python: Path, logdir: Path, broken
) -> None:
    with tensorboard_server(
        logdir, python=clean_python, environment={"PYTHONPATH": broken("scipy", "google_crc32c")}
    ) as server:
        assert "scalars" in server.json("data/plugins_listing")


def test_the_loader_imports_where_numpy_is_broken(clean_python: Path, broken) -> None:
    path = broken("numpy", "scipy", "tensorflow")
    code = f"import sys; sys.path.insert(0, {path!r}); import tb_rnnviz.tensorboard.loader"
    run(clean_python, "-I", "-c", code)
