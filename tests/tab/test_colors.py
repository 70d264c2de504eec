"""Colour limits by unit: a small unit is visible beside a runaway one."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import expect

from tb_rnnviz.log_format import RunWriter
from tests.planted_logs import one_layer, write_planted_recording
from tests.server import Server, tensorboard_server
from tests.tab.driver import Color, Tab, distance
from tests.tab.planted import FEATURES, TEXT

SMALL, RUNAWAY, LATE = 1, 2, 3
"""Planted units: small, growing without bound, and large at the first step only."""
REACH = 0.5
SPACE = np.array([token == " " for token in TEXT])
INSIDE = np.arange(len(TEXT)) % 62 < 20
"""Tokens at which the small unit is high."""


def activity(step: int) -> np.ndarray:
    values = np.random.default_rng(step).normal(0, 0.01, (1, len(TEXT), 5)).astype(np.float32)
    values[0, :, SMALL] += np.where(INSIDE, REACH, -REACH)
    values[0, :, RUNAWAY] = np.linspace(-155, 155, len(TEXT))
    values[0, :, LATE] += np.where(SPACE, 1, -1) * (4 if step == 0 else 1)
    return values


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    logs = tmp_path_factory.mktemp("colors")
    with RunWriter(logs / "run") as writer:
        for step in range(2):
            states = {"hidden_state": np.tanh(activity(step)), "cell_state": activity(step)}
            with writer.step(step):
                write_planted_recording(
                    writer, step, one_layer([TEXT], states, {}, probe="novel"), FEATURES
                )
    with tensorboard_server(logs) as started:
        yield started


@pytest.fixture
def board(server: Server) -> Server:
    return server


def contrast(tab: Tab) -> float:
    """Largest difference of a channel between the colours of high and low tokens."""
    grounds = tab.grounds()
    inside = INSIDE[: len(grounds)]
    colors = np.array([color for _, color in grounds])
    high, low = (np.median(colors[where], axis=0) for where in (inside, ~inside))
    return float(np.abs(high - low).max())


def open_on(tab: Tab, unit: int, **words: object) -> Tab:
    return tab.open(quantity="cell_state", unit=unit, **words)


def test_a_small_unit_is_visibly_coloured_beside_a_runaway_one(new_tab):
    tab = open_on(new_tab, SMALL)
    legend = tab.legend("Text")
    assert (-legend.low, legend.high) == pytest.approx((REACH, REACH), abs=0.05)
    assert contrast(tab) > 150
    tab.view("Text").get_by_role("button", name="of all units").click()
    tab.until(lambda: tab.legend("Text").high > 100, "all units share their limits")
    assert contrast(tab) < 10, "as pale as the quantity makes it"
    assert tab.address["limits"] == "quantity"


def test_epochs_share_the_limits_of_a_unit(new_tab):
    tab = open_on(new_tab, LATE, step=1)
    assert tab.legend("Text").high == pytest.approx(4, abs=0.1)
    assert tab.legend("Text").value(dict(tab.grounds())[" "]) == pytest.approx(1, abs=0.2)


def test_cell_states_are_coloured_by_tanh_and_the_legend_says_so(new_tab):
    tab = open_on(new_tab, RUNAWAY)
    pale = tab.grounds()[len(TEXT) // 2 + 3][1]
    tab.view("Text").get_by_role("button", name="tanh").click()
    expect(tab.view("Text").locator("rv-colors")).to_contain_text("tanh of cell state")
    legend = tab.legend("Text")
    assert (legend.low, legend.high) == (-1, 1)
    tab.until(
        lambda: distance(tab.grounds()[len(TEXT) // 2 + 3][1], pale) > 100, "tanh saturates soon"
    )
    expect(tab.view("Text").get_by_role("button", name="of all units")).to_have_count(0)
    assert open_on(tab, RUNAWAY, cells="tanh").legend("Text").high == 1


def test_rows_of_the_heatmap_have_the_limits_of_their_units(new_tab):
    tab = open_on(new_tab, SMALL, columns="all", rows="overview")
    heatmap = tab.view("Heatmap")
    row = dict(tab.rows("Heatmap", ".scroller", r"unit (\d+)"))[SMALL]

    def colors() -> set[Color]:
        box = tab.box(heatmap.locator(".scroller"))
        cells = tab.picture(box)[round(row), round(0.2 * box.width) : round(0.6 * box.width)]
        return set(map(tuple, cells.tolist()))

    assert spread(colors()) > 150
    heatmap.get_by_role("button", name="of all units").click()
    tab.until(lambda: spread(colors()) < 20, "the row is pale")


def spread(colors: set[Color]) -> int:
    """Largest difference between red and blue."""
    return max(abs(red - blue) for red, _, blue in colors)
