"""Colours of what a cell still holds: planted writes stay until forgotten."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Locator, expect

from tb_rnnviz.log_format import RunWriter
from tests.planted_logs import one_layer, write_planted_recording
from tests.server import Server, tensorboard_server
from tests.tab.driver import Color, Tab, distance
from tests.tab.planted import FEATURES, TEXT

HOLDER, LEAKY, UNITS = 1, 2, 4
UP, DOWN, FORGET, AT = 20, 40, 90, 60
"""Tokens at which the holder writes and forgets, and one that is pointed at."""
PAGE = (255, 255, 255)


def cell(share: float = 1.0) -> dict[str, np.ndarray]:
    """Quantities of an LSTM layer whose holder writes twice, (1, tokens, units)."""
    random = np.random.default_rng(0)
    gates = {
        "forget_gate": np.full((len(TEXT), UNITS), 0.5),
        "input_gate": random.uniform(0.2, 0.8, (len(TEXT), UNITS)),
        "candidate": random.uniform(-0.9, 0.9, (len(TEXT), UNITS)),
    }
    gates["forget_gate"][:, HOLDER] = 1
    gates["forget_gate"][FORGET, HOLDER] = 0
    gates["input_gate"][:, HOLDER] = 0
    gates["input_gate"][[UP, DOWN], HOLDER] = 1
    gates["candidate"][UP, HOLDER] = 0.8 * share
    gates["candidate"][DOWN, HOLDER] = -0.4 * share
    states = np.zeros((len(TEXT), UNITS))
    state = np.zeros(UNITS)
    for t, (f, i, g) in enumerate(zip(*gates.values(), strict=True)):
        state = states[t] = f * state + i * g
    values = {"hidden_state": np.tanh(states), "cell_state": states, **gates}
    return {name: array[None].astype(np.float32) for name, array in values.items()}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    logs = tmp_path_factory.mktemp("still_held")
    roles = {"forget_gate": "retain", "input_gate": "write"}
    for run, share in (("large", 1.0), ("small", 0.5)):
        recording = one_layer([TEXT], cell(share), roles, probe="novel")
        with RunWriter(logs / run) as writer, writer.step(0):
            write_planted_recording(writer, 0, recording, FEATURES)
    with tensorboard_server(logs) as started:
        yield started


@pytest.fixture
def board(server: Server) -> Server:
    return server


def open_on(tab: Tab, unit: int, **words: object) -> Tab:
    return tab.open(run="large/rnnviz", quantity="cell_state", unit=unit, **words)


def toggle(tab: Tab) -> Locator:
    return tab.view("Text").get_by_role("button", name="what it still holds")


def summary(tab: Tab) -> Locator:
    return tab.frame.locator("rv-text-view .still-held")


def point_at(tab: Tab, token: int) -> None:
    tab.page.mouse.move(*tab.characters()[token][1].middle)


def click(tab: Tab, token: int) -> None:
    tab.page.mouse.click(*tab.characters()[token][1].middle)


def colors(tab: Tab, pane: int = 0) -> list[Color]:
    return [color for _, color in tab.grounds(pane)]


def is_red(color: Color) -> bool:
    return color[0] - color[2] > 60


def is_blue(color: Color) -> bool:
    return color[2] - color[0] > 60


def test_tokens_are_coloured_by_what_is_held_of_them_at_the_pointer(new_tab):
    tab = open_on(new_tab, HOLDER)
    toggle(tab).click()
    assert tab.address["stillheld"] == "on"
    point_at(tab, AT)
    expect(summary(tab)).to_contain_text("cell state at 60: +0.40")
    expect(summary(tab)).to_contain_text("90 % comes from the last 41")
    expect(summary(tab)).to_contain_text("at 20: +0.799")
    legend = tab.legend("Text")
    assert (legend.low, legend.high) == pytest.approx((-0.8, 0.8), abs=0.01)
    seen = colors(tab)
    assert [t for t, color in enumerate(seen) if is_red(color)] == [UP]
    assert [t for t, color in enumerate(seen) if is_blue(color)] == [DOWN]
    assert legend.value(seen[DOWN]) == pytest.approx(-0.4, abs=0.03)
    assert {distance(color, PAGE) for color in seen[AT + 1 : AT + 60]} == {0}, (
        "later ones are plain"
    )
    point_at(tab, FORGET - 60)
    tab.until(lambda: not any(map(is_blue, colors(tab))), "the second is not yet written")
    point_at(tab, FORGET + 5)
    expect(summary(tab)).to_contain_text("cell state at 95: 0.000")
    assert not any(map(is_red, colors(tab))), "what it held is forgotten"


def test_a_click_pins_the_token_until_escape(new_tab):
    tab = open_on(new_tab, LEAKY, stillheld="on")
    expect(summary(tab)).to_contain_text("point at a token")
    click(tab, AT)
    expect(summary(tab)).to_contain_text("cell state at 60:")
    assert tab.address["token"] == str(AT)
    point_at(tab, AT - 30)
    tab.settle()
    expect(summary(tab)).to_contain_text("cell state at 60:")
    expect(tab.card()).to_contain_text("still held at 60")
    tab.leave()
    tab.press("Escape")
    point_at(tab, AT + 10)
    expect(summary(tab)).to_contain_text("cell state at 70:")
    assert "token" not in tab.address


def test_a_quantity_that_is_no_sum_says_why(new_tab):
    tab = open_on(new_tab, HOLDER).open(run="large/rnnviz", quantity="hidden_state", unit=HOLDER)
    expect(toggle(tab)).to_be_disabled()
    expect(toggle(tab)).to_have_attribute(
        "title", "A sum of what was written is the cell state of lstm, not its hidden state."
    )
    tab.open(run="large/rnnviz", quantity="forget_gate", unit=HOLDER, stillheld="on")
    expect(summary(tab)).to_contain_text("not its forget gate")
    toggle(tab).click()
    expect(summary(tab)).to_have_count(0)
    expect(toggle(tab)).to_be_disabled()


def test_compared_recordings_have_each_their_own(new_tab):
    tab = open_on(new_tab, HOLDER, compare="small/rnnviz", comparestep=0, stillheld="on", token=AT)
    expect(summary(tab)).to_have_count(2)
    expect(summary(tab).nth(0)).to_contain_text("A cell state at 60: +0.40")
    expect(summary(tab).nth(1)).to_contain_text("B cell state at 60: +0.20")
    legend = tab.legend("Text")
    values = [legend.value(colors(tab, pane)[UP]) for pane in range(2)]
    assert values == pytest.approx([0.8, 0.4], abs=0.03)
