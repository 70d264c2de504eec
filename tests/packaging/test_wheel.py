"""Contents and metadata of the wheel."""

from __future__ import annotations

import configparser
import json
from email.parser import Parser
from pathlib import Path, PurePosixPath
from zipfile import ZipFile

import pytest

import tb_rnnviz

LARGEST_WHEEL = 2_500_000
"""Bytes; most of them are pictures of the docs."""

pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="session")
def names(wheel: Path) -> set[str]:
    with ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.fixture(scope="session")
def information(wheel: Path) -> dict[str, str]:
    """The texts of the wheel's .dist-info directory by their names."""
    with ZipFile(wheel) as archive:
        return {
            PurePosixPath(name).name: archive.read(name).decode()
            for name in archive.namelist()
            if ".dist-info/" in name
        }


def test_wheel_serves_every_python_and_machine(wheel: Path) -> None:
    assert wheel.name == f"tb_rnnviz-{tb_rnnviz.__version__}-py3-none-any.whl"


@pytest.mark.parametrize("name", ["py.typed", "static/index.js", "tensorboard/http_api.md"])
def test_wheel_holds_the_files_that_are_not_python(names: set[str], name: str) -> None:
    assert f"tb_rnnviz/{name}" in names


def test_wheel_holds_every_module_of_the_package(names: set[str], checkout: Path) -> None:
    modules = {
        path.relative_to(checkout).as_posix() for path in (checkout / "tb_rnnviz").rglob("*.py")
    }
    assert modules
    assert modules <= names


def test_wheel_holds_every_file_of_the_tab_that_was_built(names: set[str], checkout: Path) -> None:
    static = checkout / "tb_rnnviz" / "static"
    built = {path.relative_to(checkout).as_posix() for path in static.rglob("*") if path.is_file()}
    assert built == {name for name in names if name.startswith("tb_rnnviz/static/")}


def test_wheel_holds_every_page_of_the_docs_and_their_contents(wheel: Path, checkout: Path) -> None:
    docs, inside = checkout / "docs", "tb_rnnviz/static/docs/"
    pages = {path.relative_to(docs).as_posix(): path for path in docs.rglob("*.md")}
    with ZipFile(wheel) as archive:
        contents = json.loads(archive.read(f"{inside}index.json"))
        assert {page["path"] for page in contents} == set(pages) and len(contents) == len(pages)
        for page in contents:
            text = pages[page["path"]].read_text(encoding="utf-8")
            assert archive.read(inside + page["path"]).decode() == text
            assert text.startswith(f"# {page['title']}\n")


def test_wheel_holds_the_pictures_of_the_docs_as_far_as_they_are_small(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        pictures = [info for info in archive.infolist() if info.filename.endswith(".png")]
    assert pictures
    assert max(picture.file_size for picture in pictures) <= 300_000
    assert wheel.stat().st_size < LARGEST_WHEEL


def test_wheel_holds_nothing_but_the_package(names: set[str]) -> None:
    roots = {name.split("/")[0] for name in names}
    assert roots == {"tb_rnnviz", f"tb_rnnviz-{tb_rnnviz.__version__}.dist-info"}
    assert not [name for name in names if name.endswith((".ts", ".map", "package.json"))]


def test_tensorboard_finds_the_tab_by_its_entry_point(information: dict[str, str]) -> None:
    parser = configparser.ConfigParser()
    parser.read_string(information["entry_points.txt"])
    assert dict(parser["tensorboard_plugins"]) == {
        "rnnviz": "tb_rnnviz.tensorboard.loader:RNNVizLoader"
    }


def test_metadata_have_name_python_and_license(information: dict[str, str]) -> None:
    metadata = Parser().parsestr(information["METADATA"])
    assert metadata["Name"] == "tb-rnnviz"
    assert metadata["Requires-Python"] == ">=3.11"
    assert metadata["License-Expression"] == "Apache-2.0"
    assert "Apache License" in information["LICENSE"]


def test_no_requirement_has_an_upper_bound(information: dict[str, str]) -> None:
    requirements = Parser().parsestr(information["METADATA"]).get_all("Requires-Dist")
    assert requirements
    assert not [line for line in requirements if "<" in line or "==" in line.split(";")[0]]


def test_base_requirements_name_no_framework(information: dict[str, str]) -> None:
    requirements = Parser().parsestr(information["METADATA"]).get_all("Requires-Dist")
    base = {line.split(">")[0].strip().lower() for line in requirements if "extra ==" not in line}
    assert base == {"tensorboard", "numpy", "scipy", "protobuf", "google-crc32c", "pyyaml"}
