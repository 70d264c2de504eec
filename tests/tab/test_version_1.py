"""A log of version 1 in the tab: its findings, its text and its numbers are shown."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.server import tensorboard_server

LOG = Path(__file__).parents[1] / "log_format" / "version_1"
FIRST_SEQUENCE = 'the boat (a red one) goes to sea. "where to?" they say. the'
FINDINGS = 20
"""Number of findings in the digest of the last step."""


@pytest.fixture(scope="module")
def board():
    with tensorboard_server(LOG) as server:
        yield server


def test_the_text_of_a_trained_run_is_shown_with_its_labels(new_tab):
    tab = new_tab.open(run="trained/rnnviz", probe="novel")
    assert tab.epoch == "epoch 1"
    expect(tab.view("Text").locator(".sequence span")).to_have_text(["first", "second", "third"])
    shown = "".join(character for character, _ in tab.characters())
    assert shown.startswith(FIRST_SEQUENCE)
    assert len({color for _, color in tab.grounds()}) > 10


def test_the_findings_of_a_trained_run_are_shown_with_their_numbers(new_tab):
    tab = new_tab.open(
        wait=False, run="trained/rnnviz", probe="novel", enlarged="findings", findingsas="table"
    )
    rows = tab.view("Findings").locator("tbody tr:not(.open)")
    expect(rows).to_have_count(FINDINGS)
    expect(rows.first).to_contain_text("lstm")


def test_a_run_with_masked_tokens_and_infinities_is_shown(new_tab):
    tab = new_tab.open(run="planted/rnnviz", probe="novel")
    shown = "".join(character for character, _ in tab.characters())
    assert shown.startswith("it was a bright cold day in april and it was")
