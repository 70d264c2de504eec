"""Heatmap view: rows, columns, colours and clicks."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.tab import planted
from tests.tab.driver import Box, Tab, number
from tests.tab.planted import LETTER_E, SPACES, TEXT, UNITS

MATCHES = TEXT.count(" ")
CLOSE = 0.03
SOME = range(62, 500, 40)
"""Places across the cells."""


class Cells:
    """The cells of the heatmap, found with the pointer as a person finds them."""

    def __init__(self, tab: Tab):
        self.tab = tab
        tab.settle()
        self.box: Box = tab.box(tab.view("Heatmap").locator("rv-heatmap-canvas"))

    def says(self, points: Iterable[tuple[float, float]]) -> list[str]:
        return self.tab.sweep("Heatmap", ".scroller", points)

    def rows(self) -> list[tuple[int, float]]:
        """Every row in sight from the top: its unit, and the height of its middle."""
        return self.tab.rows("Heatmap", ".scroller", r"unit (\d+) · token")

    def tokens(self, y: float | None = None) -> list[int]:
        """The tokens of the columns, from left to right; by the first row unless told."""
        y = self.rows()[0][1] if y is None else y
        readouts = self.says((x, y) for x in range(0, round(self.box.width), 9))
        matches = [re.search(r"· token (\d+) ", words) for words in readouts]
        return list(dict.fromkeys(int(words.group(1)) for words in matches if words))


@pytest.fixture
def cells(tab) -> Cells:
    """In a window in which every row has room."""
    tab.resize(1600, 1400)
    return Cells(tab)


def test_the_columns_are_the_tokens_where_the_feature_matches(tab, cells):
    heatmap = tab.view("Heatmap")
    expect(heatmap.get_by_role("button", name="Matches of", pressed=True)).to_be_visible()
    expect(heatmap.locator(".readout")).to_have_text(f"{MATCHES} matches, {UNITS} units")
    spaces = {position for position, token in enumerate(TEXT) if token == " "}
    seen = cells.tokens()
    assert set(seen) <= spaces and len(seen) > 0.9 * MATCHES
    assert seen == sorted(seen)


def test_suggested_units_with_their_neighbours_stand_on_top_and_then_all_units(cells):
    units = [unit for unit, _ in cells.rows()]
    assert units[0] == SPACES, "the chosen unit first"
    assert units[1:3] == [SPACES, SPACES + 1], "then the suggestion with its neighbours"
    assert units[3:5] == [SPACES - 2, SPACES - 1], "one that is a suggestion has its own place"
    assert units[-UNITS:] == list(range(UNITS)), "then every unit in order"


def test_cells_have_the_colours_of_their_values(tab, cells):
    legend = tab.legend("Heatmap")
    values = planted.activity(TEXT, 2)[0]
    heatmap = tab.view("Heatmap")
    heatmap.get_by_role("button", name="All tokens").click()
    expect(heatmap.locator(".readout")).to_have_text(f"{len(TEXT)} tokens, {UNITS} units")
    for _ in range(6):
        heatmap.get_by_role("button", name="+", exact=True).click()
    rows = dict(cells.rows())
    points = [(x, rows[unit]) for unit in (SPACES, LETTER_E, planted.COSINE) for x in SOME]
    readouts = cells.says(points)
    screen = tab.picture(cells.box)
    for words, (x, y) in zip(readouts, points, strict=True):
        unit, token = map(int, re.match(r"unit (\d+) · token (\d+) ", words).groups())
        value = values[token, unit]
        assert number(re.search(r"state (\S+)", words).group(1)) == pytest.approx(value, abs=0.01)
        share = legend.value(tuple(screen[round(y), x].tolist())) / legend.high
        reach = unit_reach(unit)
        assert share == pytest.approx(np.clip(value / reach, -1, 1), abs=2 * CLOSE)


def unit_reach(unit: int) -> float:
    """Colour limit of a unit: its largest quantile over the steps."""
    quantiles = [
        np.quantile(planted.activity(TEXT, step)[0, :, unit], [0.005, 0.995]) for step in range(3)
    ]
    return float(np.abs(quantiles).max())


def test_the_relevance_beside_the_rows_is_largest_at_the_planted_unit(cells):
    rows = cells.rows()
    readouts = cells.says((cells.box.width / 3, y) for _, y in rows)
    values = [number(re.search(r"relevance (\S+)", words).group(1)) for words in readouts]
    relevance = {unit: value for (unit, _), value in zip(rows, values, strict=True)}
    assert max(relevance, key=relevance.__getitem__) == SPACES
    assert relevance[SPACES] == 1
    assert max(value for unit, value in relevance.items() if unit != SPACES) < 0.6


def test_the_bar_of_the_planted_unit_is_the_longest(tab, cells):
    """Bars stand right of the cells, in a colour of their own."""
    tab.unit.fill("0")
    tab.unit.press("Enter")
    expect(tab.view("Text").locator("rv-colors")).to_contain_text("unit 0")
    lengths = {}
    rows = cells.rows()[-UNITS:]
    screen = tab.picture(cells.box).astype(int)
    for unit, y in rows:
        line = screen[round(y), -112:]
        lengths[unit] = int((np.ptp(line, axis=1) > 20).sum())
    assert lengths[SPACES] > 40
    others = [length for unit, length in lengths.items() if unit != SPACES]
    assert max(others) < lengths[SPACES] / 2


def test_a_click_on_a_row_chooses_the_unit_everywhere(tab, cells):
    rows = dict(cells.rows())
    tab.page.mouse.click(cells.box.x + cells.box.width / 3, cells.box.y + rows[LETTER_E])
    tab.leave()
    expect(tab.unit).to_have_value(str(LETTER_E))
    expect(tab.view("Text").locator("rv-colors")).to_contain_text(f"unit {LETTER_E}")
    expect(tab.view("Fourier").locator(".readout")).to_contain_text(f"unit {LETTER_E} ")
    assert cells.rows()[0][0] == LETTER_E


def test_another_feature_has_other_columns_and_suggestions(tab, cells):
    tab.field("Feature").select_option("letter e")
    count = TEXT.count("e")
    expect(tab.view("Heatmap").locator(".readout")).to_have_text(f"{count} matches, {UNITS} units")
    units = [unit for unit, _ in cells.rows()]
    assert units[0] == SPACES, "the unit that was chosen stays chosen"
    assert LETTER_E in units[1:-UNITS]


def test_units_can_be_sorted_by_their_relevance(tab, cells):
    tab.view("Heatmap").get_by_role("combobox", name="Units").select_option("statistic")
    tab.until(lambda: cells.rows()[-UNITS:][0][0] == SPACES, "the planted unit leads the list")


def test_columns_can_be_widened_and_fitted_again(tab, cells):
    heatmap = tab.view("Heatmap")
    heatmap.get_by_role("button", name="All tokens").click()
    fit = heatmap.get_by_role("button", name="Fit")
    expect(fit).to_be_disabled()
    few = len(cells.tokens())
    for _ in range(8):
        heatmap.get_by_role("button", name="+", exact=True).click()
    assert len(cells.tokens()) < few / 2
    fit.click()
    expect(fit).to_be_disabled()
