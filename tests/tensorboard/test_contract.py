"""Description of the routes: the docstrings of their modules."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from importlib import import_module

import pytest

from tb_rnnviz.tensorboard.routes import all_routes

ROUTES = all_routes()
JSON_BLOCK = re.compile(r"```json\n(.*?)\n```", re.DOTALL)


def docstring(route: str) -> str:
    return import_module(f"tb_rnnviz.tensorboard.routes.{route}").__doc__ or ""


@pytest.mark.parametrize("route", ROUTES)
def test_the_docstring_of_a_route_describes_its_answer(route):
    summary, _, answer = docstring(route).partition("\n\n")
    assert summary.endswith(".") and answer.strip()
    for block in JSON_BLOCK.findall(answer):
        assert json.loads(block)["version"] == 1


def test_the_contract_is_printed_as_one_page():
    command = [sys.executable, "-m", "tb_rnnviz.tensorboard.routes"]
    page = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert re.findall(r"^## /(\w+)$", page, re.MULTILINE) == sorted(ROUTES)
    assert (
        "## /life\nQuery: `run`, `probe`, `layer`, `quantity`, `unit`, optional `since`\n" in page
    )


def test_routes_are_imported_without_the_analysis():
    program = (
        "import sys; from tb_rnnviz.tensorboard.routes import all_routes; all_routes(); "
        "assert not {'scipy', 'tb_rnnviz.analysis'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
