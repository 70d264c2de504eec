"""The Gates view: the planted saturation reads back at the right place."""

from __future__ import annotations

import re

import numpy as np
import pytest
from playwright.sync_api import Locator, expect

from tb_rnnviz import analysis
from tests.tab.driver import Tab
from tests.tab.planted import NEW, OLD, OTHER_SPACES, SPACES, TEXT, UNITS, activity

VIEWS = "findings*|text*|heatmap*|gates*,unit"
LEFT, RIGHT, TOP, BOTTOM = 34, 14, 20, 34
"""Margins of a scatter, CSS pixels."""


@pytest.fixture
def gates(new_tab) -> Tab:
    """The planted run, in a window in which the scatters are in sight."""
    new_tab.resize(1600, 1400)
    tab = new_tab.open(views=VIEWS, unit=SPACES)
    expect(part(tab, "saturation").locator(".readout")).to_contain_text(f"lstm unit {SPACES}")
    return tab


def part(tab: Tab, name: str, copy: int = 0) -> Locator:
    return tab.frame.locator(f"rv-gates-{name}").nth(copy)


def shares(step: int = 2, marks: int = SPACES) -> analysis.Saturation:
    """Saturation of the planted forget gate."""
    return analysis.saturation(np.clip((activity(TEXT, step, marks)[0] + 1) / 2, 0, 1))


def spot(tab: Tab, x: float, y: float, low: float = 0.0, high: float = 1.0, copy: int = 0):
    """Position on the page of a point in a scatter plot."""
    box = tab.box(part(tab, "saturation", copy).locator("svg.points").first)
    inner = box.width - LEFT - RIGHT, box.height - TOP - BOTTOM
    across, up = ((value - low) / (high - low) for value in (x, y))
    return box.x + LEFT + across * inner[0], box.y + TOP + (1 - up) * inner[1]


def percent(text: str) -> float:
    return float(text.replace("−", "-")) / 100


def test_every_unit_stands_where_its_gate_is_shut_and_open_so_often(gates):
    planted = shares()
    readout = part(gates, "saturation").locator(".readout")
    pattern = re.compile(r"lstm unit (\d+) · forget gate shut (\S+) % open (\S+) %")
    for unit in range(UNITS):
        left, right = planted.left[unit], planted.right[unit]
        gates.page.mouse.move(*spot(gates, left, right))
        expect(readout).to_contain_text(re.compile(r"unit \d+ · forget gate"))
        hovered, shut, opened = pattern.match(readout.inner_text()).groups()
        assert planted.left[int(hovered)] == pytest.approx(left, abs=0.04)
        assert planted.right[int(hovered)] == pytest.approx(right, abs=0.04)
        assert percent(shut) == pytest.approx(planted.left[int(hovered)], abs=0.006)
        assert percent(opened) == pytest.approx(planted.right[int(hovered)], abs=0.006)


def test_the_chosen_unit_is_ringed(gates):
    planted = shares()
    gates.leave()
    box = gates.box(part(gates, "saturation").locator("svg.points").first)
    red, green, blue = gates.picture(box).astype(int).transpose(2, 0, 1)
    rows, columns = np.nonzero((red > 170) & (green < 110) & (blue < 60))
    x, y = spot(gates, planted.left[SPACES], planted.right[SPACES])
    assert columns.mean() + box.x == pytest.approx(x, abs=2)
    assert rows.mean() + box.y == pytest.approx(y, abs=2)


def test_a_click_chooses_the_unit_and_with_shift_its_gate(gates):
    planted = shares(step=2)
    gates.open(views=VIEWS, unit=0)
    readout = part(gates, "saturation").locator(".readout")
    expect(readout).to_contain_text("unit 0")
    at = spot(gates, planted.left[SPACES], planted.right[SPACES])
    gates.page.mouse.click(*at)
    expect(gates.unit).to_have_value(str(SPACES))
    expect(gates.field("Quantity")).to_have_value("hidden_state")
    gates.page.keyboard.down("Shift")
    gates.page.mouse.click(*at)
    gates.page.keyboard.up("Shift")
    expect(gates.field("Quantity")).to_have_value("forget_gate")


def test_arrows_walk_from_unit_to_unit_and_enter_chooses(gates):
    planted = shares()
    readout = part(gates, "saturation").locator(".readout")
    part(gates, "saturation").locator("svg.points").first.focus()
    gates.page.keyboard.press("ArrowLeft")
    expect(readout).not_to_contain_text(f"unit {SPACES} ")
    unit = int(re.search(r"unit (\d+)", readout.inner_text()).group(1))
    assert planted.left[unit] <= planted.left[SPACES]
    expect(gates.unit).to_have_value(str(SPACES))
    gates.page.keyboard.press("Enter")
    expect(gates.unit).to_have_value(str(unit))


def test_hovering_over_a_unit_shows_it_in_other_views(gates):
    planted = shares()
    gates.page.mouse.move(*spot(gates, planted.left[SPACES], planted.right[SPACES]))
    expect(gates.view("Heatmap").locator(".readout")).to_contain_text(f"unit {SPACES}")


def test_the_median_over_epochs_is_the_planted_one(gates):
    chart = part(gates, "epochs").locator("rv-line-chart").first
    lines = chart.evaluate("(chart) => chart.chart.lines.map(({ values }) => [...values])")
    for line, name in zip(lines, ("left", "right"), strict=True):
        planted = [np.median(getattr(shares(step), name)) for step in range(3)]
        assert line == pytest.approx(planted, abs=1e-4)
    picture = chart.locator("svg")
    picture.scroll_into_view_if_needed()
    box = gates.box(picture)
    gates.page.mouse.click(box.x + 41, box.y + 60)
    expect(gates.slider).to_have_attribute("aria-valuetext", re.compile("^epoch 0"))


def test_the_table_has_the_medians_of_the_layer(gates):
    planted = shares()
    memory = analysis.time_constant(np.clip((activity(TEXT, 2)[0] + 1) / 2, 0, 1))
    row = part(gates, "roles").locator("tbody tr").first
    expect(row).to_contain_text("forget gate")
    cells = row.locator("td").all_inner_texts()
    assert cells[2] == "retain"
    assert percent(cells[3].split()[0]) == pytest.approx(np.median(planted.left), abs=0.006)
    assert percent(cells[4].split()[0]) == pytest.approx(np.median(planted.right), abs=0.006)
    assert float(cells[5]) == pytest.approx(np.median(memory), rel=0.01)


def test_memory_by_gate_and_by_state_read_back(gates):
    hidden = activity(TEXT, 2)[0]
    gate = analysis.time_constant(np.clip((hidden + 1) / 2, 0, 1))[SPACES]
    state = analysis.autocorrelation_time(hidden)[SPACES]
    readout = part(gates, "memory").locator(".readout")
    expect(readout).to_contain_text(f"lstm unit {SPACES}")
    by_gate, by_state = re.findall(r"by \w+ (\S+) tokens", readout.inner_text())
    assert float(by_gate) == pytest.approx(gate, rel=0.01)
    assert float(by_state) == pytest.approx(state, rel=0.01)


def test_a_difference_is_read_from_the_middle(gates):
    gates.open(views=VIEWS, unit=SPACES, compare=f"{OLD}/rnnviz", comparestep=2, mode="difference")
    a, b = shares(), shares(marks=OTHER_SPACES)
    readout = part(gates, "saturation").locator(".readout")
    expect(readout).to_contain_text(re.compile(rf"lstm unit {SPACES} · forget gate shut −"))
    shut, opened = re.search(r"shut (\S+) % open (\S+) %", readout.inner_text()).groups()
    assert percent(shut) == pytest.approx(b.left[SPACES] - a.left[SPACES], abs=0.006)
    assert percent(opened) == pytest.approx(b.right[SPACES] - a.right[SPACES], abs=0.006)
    gates.page.mouse.move(
        *spot(gates, b.left[SPACES] - a.left[SPACES], b.right[SPACES] - a.right[SPACES], -1, 1)
    )
    expect(readout).to_contain_text(f"lstm unit {SPACES} ")


def test_laid_over_each_other_units_of_both_stand_in_one_scatter(gates):
    gates.open(views=VIEWS, unit=SPACES, compare=f"{NEW}/rnnviz", comparestep=0, mode="overlay")
    expect(gates.view("Gates").locator("rv-gates-saturation")).to_have_count(1)
    scatter = gates.view("Gates").locator("rv-scatter-chart").first
    drawn = scatter.evaluate(
        "(plot) => [plot.scatter, ...plot.scatter.over].map(({ x, y }) => [[...x], [...y]])"
    )
    for step, (left, right) in zip((2, 0), drawn, strict=True):
        assert left == pytest.approx(shares(step).left, abs=0.006)
        assert right == pytest.approx(shares(step).right, abs=0.006)
    heads = part(gates, "roles").locator("th").all_inner_texts()
    assert [head for head in heads if head.startswith("shut")] == ["shut A", "shut B"]


def test_two_runs_stand_beside_each_other(gates):
    gates.open(views=VIEWS, unit=SPACES, compare=f"{NEW}/rnnviz", comparestep=0)
    expect(part(gates, "saturation", 1).locator(".readout")).to_contain_text(f"unit {SPACES}")
    readouts = [part(gates, "saturation", copy).locator(".readout").inner_text() for copy in (0, 1)]
    matches = [re.search(r"shut (\S+) % open (\S+) %", words).groups() for words in readouts]
    for step, (shut, opened) in zip((2, 0), matches, strict=True):
        assert percent(shut) == pytest.approx(shares(step).left[SPACES], abs=0.006)
        assert percent(opened) == pytest.approx(shares(step).right[SPACES], abs=0.006)
