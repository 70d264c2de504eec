"""Contents of the source distribution, from which the wheel can be built again."""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest

import tb_rnnviz

pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="session")
def names(sdist: Path) -> set[str]:
    with tarfile.open(sdist) as archive:
        prefix = f"tb_rnnviz-{tb_rnnviz.__version__}/"
        return {member.name.removeprefix(prefix) for member in archive if member.isfile()}


def test_sources_of_the_tab_are_included(names: set[str], checkout: Path) -> None:
    sources = {
        path.relative_to(checkout).as_posix()
        for path in (checkout / "plugin_frontend").rglob("*")
        if path.is_file() and "node_modules" not in path.parts
    }
    assert "plugin_frontend/package-lock.json" in sources
    assert sources <= names


def test_pages_of_the_docs_are_included(names: set[str], checkout: Path) -> None:
    pages = {path.relative_to(checkout).as_posix() for path in (checkout / "docs").rglob("*.*")}
    assert "docs/log_format.md" in pages
    assert pages <= names


def test_built_tab_is_included_so_that_installing_needs_no_npm_registry(names: set[str]) -> None:
    assert "tb_rnnviz/static/index.js" in names


def test_npm_packages_are_left_out(names: set[str]) -> None:
    assert not [name for name in names if "node_modules" in name]


def test_the_lock_file_names_no_address(checkout: Path) -> None:
    lock = (checkout / "plugin_frontend" / "package-lock.json").read_text(encoding="utf-8")
    assert '"integrity"' in lock
    assert '"resolved"' not in lock
