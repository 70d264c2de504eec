"""Tokens of any length: numbers are aligned, long tokens are truncated."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import expect

from tb_rnnviz.log_format import RunWriter
from tests.server import tensorboard_server
from tests.tab import planted
from tests.tab.test_pictures import assert_nothing_sticks_out

VECTOR = "[" + ", ".join(f"{value:.2f}" for value in np.linspace(-9, 9, 40)) + "]"
UNBROKEN = "x" * 5000
PLACE = 3
"""Of the vector."""


@pytest.fixture(scope="module")
def board(tmp_path_factory):
    logs = tmp_path_factory.mktemp("long")
    numbers = [f"{value:.2f}" for value in np.random.default_rng(0).normal(0, 1, 200)]
    numbers[PLACE], numbers[PLACE + 60] = VECTOR, UNBROKEN
    for run, tokens in (("numbers", numbers), ("vectors", [VECTOR, UNBROKEN] * 20)):
        with RunWriter(logs / run) as writer:
            planted.write(writer, 0, [planted.recording(tokens, planted.activity(tokens, 2))])
    with tensorboard_server(logs) as server:
        yield server


@pytest.mark.parametrize("width", [1600, 700])
@pytest.mark.parametrize("run", ["numbers", "vectors"])
def test_nothing_sticks_out(new_tab, run, width):
    new_tab.resize(width, 900)
    tab = new_tab.open(run=f"{run}/rnnviz", columns="all", token=0, view="heatmap")
    assert_nothing_sticks_out(tab)
    inner = tab.frame.locator("rv-text-pane .scroller")
    right = tab.box(inner).x + tab.box(inner).width
    assert all(tab.box(cut).x + tab.box(cut).width <= right for cut in cuts(tab).all())


def cuts(tab):
    return tab.frame.locator("rv-text-pane .cut")


def test_a_long_token_is_cut_in_the_text_and_whole_on_its_card(new_tab):
    tab = new_tab.open(run="numbers/rnnviz")
    cut = tab.box(cuts(tab).first)
    assert 200 < cut.width <= 240
    tab.page.mouse.move(*cut.middle)
    expect(tab.card().locator(".head")).to_contain_text(f"token {PLACE}")
    expect(tab.card().locator(".head b")).to_have_text(VECTOR.replace(" ", "␣"))
    frame = tab.box(tab.frame.locator("rv-text-pane .mark.hover"))
    assert abs(frame.x - cut.x) < 8 and abs(frame.width - cut.width) < 12
    card = tab.box(tab.card())
    assert card.width < 400 and card.height < 400


def test_the_read_out_of_the_heatmap_keeps_room_for_the_value(new_tab):
    tab = new_tab.open(run="numbers/rnnviz")
    tab.page.mouse.move(*tab.box(cuts(tab).first).middle)
    readout = tab.view("Heatmap").locator(".readout")
    expect(readout).to_contain_text("hidden state")
    assert "…" in readout.inner_text() and len(readout.inner_text()) < 120
