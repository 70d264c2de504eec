"""Public names: loaded on first use, and known to type checkers."""

from __future__ import annotations

import ast

import pytest

import tb_rnnviz as rv
from tests.programs import ROOT


@pytest.mark.parametrize("name", rv.__all__)
def test_a_public_name_is_loaded_on_first_use(name: str) -> None:
    assert getattr(rv, name) is not None


def test_type_checkers_know_the_public_names_and_where_they_are() -> None:
    tree = ast.parse((ROOT / "tb_rnnviz" / "__init__.py").read_text("utf-8"))
    (block,) = (node for node in tree.body if isinstance(node, ast.If))
    imported = {
        alias.asname: node.module
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    rooms = {"analysis": "tb_rnnviz", "features": "tb_rnnviz"}
    assert imported == rv._HOME | rooms
