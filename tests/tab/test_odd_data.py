"""Edge cases: missing values, one unit or token, 5,000 units, words, no features."""

from __future__ import annotations

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from tb_rnnviz.log_format import RunWriter
from tests.server import tensorboard_server
from tests.tab import planted
from tests.tab.driver import ground
from tests.tab.planted import FEATURES, SPACES, TEXT

NOT_A_NUMBER, INFINITE, NEGATIVE, MASKED = 10, 20, 30, 40
"""Tokens of the planted unit."""
EMPTY = 3
"""A unit that is NaN everywhere."""
WORDS = "The clocks , it said , were striking thirteen .".split()


@pytest.fixture(scope="module")
def board(tmp_path_factory):
    """One run a case."""
    logs = tmp_path_factory.mktemp("odd")

    def run(name, tokens, hidden, mask=None, features=FEATURES):
        with RunWriter(logs / name) as writer:
            one = planted.recording(tokens, hidden, mask=mask)
            planted.write(writer, 0, [one], features)

    hidden = planted.activity(TEXT, 2)
    hidden[0, NOT_A_NUMBER, SPACES] = np.nan
    hidden[0, INFINITE, SPACES] = np.inf
    hidden[0, NEGATIVE, SPACES] = -np.inf
    hidden[..., EMPTY] = np.nan
    mask = np.ones((1, len(TEXT)), bool)
    mask[0, MASKED] = False
    run("gaps", TEXT, hidden, mask)
    run("all_nan", TEXT, np.full_like(hidden, np.nan))
    run("constant", TEXT, np.zeros_like(hidden))
    run("one_unit", TEXT, planted.activity(TEXT, 2, marks=0, units=1))
    run("one_token", "a", planted.activity("a", 2))
    run("words", WORDS, planted.activity(WORDS, 2))
    run("no_features", TEXT, planted.activity(TEXT, 2), features=())
    run("many_units", TEXT, planted.activity(TEXT, 2, units=5000))
    with tensorboard_server(logs) as server:
        yield server


def opened(tab, run, **words):
    return tab.open(run=f"{run}/rnnviz", **words)


def test_what_is_no_number_is_hatched_and_said(new_tab):
    tab = opened(new_tab, "gaps", unit=SPACES)
    legend = tab.legend("Text")
    on_scale = {tuple(color) for color in legend.colors.tolist()}
    screen = tab.picture()
    places = tab.characters()
    words_by_token = {
        NOT_A_NUMBER: "not a number",
        INFINITE: "∞",
        NEGATIVE: "−∞",
        MASKED: "masked",
    }
    for token, words in words_by_token.items():
        box = places[token][1]
        part = screen[round(box.y + 3) : round(box.y + 14), round(box.x) : round(box.x + 8)]
        grey = part[np.ptp(part.astype(int), axis=2) < 6]
        assert grey.min() < 200 < grey.max(), f"token {token} is hatched"
        assert ground(screen, box) not in on_scale
        tab.page.mouse.move(*box.middle)
        value = tab.card().locator("tr.chosen").first.locator(".value")
        expect(value).to_have_text(words)
    expect(tab.view("Text").locator("rv-colors")).to_contain_text("missing")
    expect(tab.view("Heatmap").locator("rv-colors")).to_contain_text("missing")


def test_a_unit_without_any_number_breaks_nothing(new_tab):
    tab = opened(new_tab, "gaps", unit=EMPTY)
    expect(tab.view("Fourier").locator(".readout")).to_contain_text("has no amplitude")
    assert (np.ptp(tab.picture(tab.characters()[0][1]).astype(int), axis=2) < 20).mean() > 0.9


@pytest.mark.parametrize(
    "run", ["all_nan", "constant", "one_unit", "one_token", "words", "no_features", "many_units"]
)
def test_the_tab_shows_it_in_every_view(new_tab, run):
    tab = opened(new_tab, run, fourierunits="all")
    for view in ("Text", "Heatmap", "Fourier"):
        tab.view(view).locator("rv-colors").wait_for()
    tab.view("Fourier").get_by_role("button", name="Flat").click()
    tab.view("Heatmap").get_by_role("button", name="All tokens").click()
    tab.view("Heatmap").get_by_role("button", name="+", exact=True).click()
    tab.page.mouse.move(*tab.box(tab.view("Heatmap").locator("rv-heatmap-canvas")).middle)
    tab.page.mouse.move(*tab.box(tab.view("Fourier").locator("rv-heatmap-canvas")).middle)
    tab.press("n", "ArrowUp", "ArrowDown")
    tab.wait_for_text()
    legend = tab.legend("Text")
    assert legend.low < legend.high


@pytest.mark.parametrize(
    "run",
    ["gaps", "all_nan", "constant", "one_unit", "one_token", "words", "no_features", "many_units"],
)
def test_every_other_view_shows_what_there_is(new_tab, run):
    tab = opened(new_tab, run)
    for name in ("Overview", "Findings", "Unit", "Gates", "Errors", "Training"):
        tab.show(name)
        view = tab.view(name)
        expect(view).to_contain_text(re.compile(r"\w"))
        expect(view).not_to_contain_text(re.compile("Reading|Waiting|Preparing"))
        expect(view).not_to_contain_text(re.compile(r"undefined|\[object|NaN(?! or inf)"))


def test_words_stand_apart_and_points_close_up(new_tab):
    tab = opened(new_tab, "words")
    expect(tab.view("Text").locator("rv-text-pane .line").first).to_contain_text("clocks")
    tab.press("ArrowDown")
    box = tab.box(tab.view("Text").locator(".scroller"))
    tab.page.mouse.move(box.x + 22, box.y + 12)
    expect(tab.card().locator(".head b")).to_have_text("The")


def test_without_features_the_tab_says_why_there_are_no_findings(new_tab):
    tab = opened(new_tab, "no_features")
    expect(tab.view("Findings")).to_contain_text("No features were given to the callback")
    expect(tab.view("Heatmap")).to_contain_text(f"{len(TEXT)} tokens")
