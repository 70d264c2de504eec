"""Scrolling of text and heatmap to the stretch where a chosen finding shows best."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Locator, expect

from tb_rnnviz.log_format import RunWriter
from tests.planted_logs import one_layer, write_planted_recording
from tests.server import Server, tensorboard_server
from tests.tab.driver import Tab
from tests.tab.planted import FEATURES, SENTENCE

EVERYWHERE, LATE, ALSO_LATE = 1, 3, 5
"""Units that follow the spaces: most of all at the beginning, or in marked words."""
MARKED = "zz zz zz zz zz zz zz zz zz zz zz "
START = 64 * 40
TEXT = SENTENCE * 40 + MARKED * 3 + SENTENCE * 10
SPACE = np.array([token == " " for token in TEXT])


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    logs = tmp_path_factory.mktemp("best_stretch")
    values = np.random.default_rng(0).normal(0, 0.1, (1, len(TEXT), 7)).astype(np.float32)
    marked = slice(START, START + 3 * len(MARKED))
    for unit, most in ((EVERYWHERE, slice(0, 100)), (LATE, marked), (ALSO_LATE, marked)):
        values[0, :, unit] += 0.1 * SPACE
        values[0, most, unit] += np.where(SPACE, 0.6, -0.6)[most]
    recording = one_layer([TEXT], {"hidden_state": values}, {}, probe="novel")
    with RunWriter(logs / "run") as writer, writer.step(0):
        write_planted_recording(writer, 0, recording, FEATURES)
    with tensorboard_server(logs) as started:
        yield started


@pytest.fixture
def board(server: Server) -> Server:
    return server


def choose(tab: Tab, unit: int) -> None:
    findings = tab.view("Findings").get_by_role("listitem")
    findings.filter(has_text=f"hidden state {unit}").first.locator("[aria-pressed]").first.click()
    expect(tab.unit).to_have_value(str(unit))


def is_marked_in_view(tab: Tab) -> bool:
    return any(character == "z" for character, _ in tab.characters())


def scroller(tab: Tab, view: str = "rv-text-pane") -> Locator:
    return tab.frame.locator(view).first.locator(".scroller")


def top(tab: Tab) -> float:
    return scroller(tab).evaluate("(e) => e.scrollTop")


def test_choosing_a_finding_scrolls_the_text_to_its_best_stretch_and_back(new_tab):
    tab = new_tab.open(unit=EVERYWHERE, feature="space")
    assert not is_marked_in_view(tab)
    before = top(tab)
    choose(tab, LATE)
    tab.until(lambda: is_marked_in_view(tab), "the place where the unit follows the feature")
    best = top(tab)
    choose(tab, ALSO_LATE)
    tab.settle()
    assert top(tab) == best, "the place is in view already"
    tab.view("Text").get_by_role("button", name="back").click()
    tab.until(lambda: abs(top(tab) - before) < 30, "where the text stood before")
    expect(tab.view("Text").get_by_role("button", name="back")).to_have_count(0)


def test_choosing_a_finding_scrolls_the_heatmap_to_its_best_stretch_and_back(new_tab):
    tab = new_tab.open(unit=EVERYWHERE, feature="space", columns="all")
    heatmap = tab.view("Heatmap")
    for _ in range(4):
        heatmap.get_by_role("button", name="+", exact=True).click()
    canvas = heatmap.locator("rv-heatmap-canvas .scroller")
    left = "(e) => e.scrollLeft / (e.scrollWidth - e.clientWidth)"
    canvas.evaluate("(e) => (e.scrollLeft = 0)")
    choose(tab, LATE)
    tab.until(lambda: canvas.evaluate(left) > 0.5, "the columns of the marked words")
    assert canvas.evaluate(left) == pytest.approx(START / len(TEXT), abs=0.15)
    heatmap.get_by_role("button", name="back").click()
    tab.until(lambda: canvas.evaluate(left) < 0.05, "where the columns stood before")
