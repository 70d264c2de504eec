"""Tools of the Heatmap view: bars of features, orders, zoom, gates, ranges."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Locator, expect

from tests.tab import planted
from tests.tab.driver import Box, Tab, number
from tests.tab.planted import COSINE, LETTER_E, SPACES, TEXT, UNITS

SCROLLER = ".scroller"
ROW = r"unit (\d+) · token"


@pytest.fixture
def heatmap(new_tab) -> Iterator[Locator]:
    """In a window in which every row has room, with a column for each token."""
    new_tab.resize(1600, 1400)
    tab = new_tab.open(columns="all")
    yield tab.view("Heatmap")


def plot(tab: Tab) -> Box:
    tab.settle()
    return tab.box(tab.view("Heatmap").locator("rv-heatmap-canvas"))


def listed(tab: Tab) -> list[int]:
    """The units of the list in their order, whatever stands over it."""
    return [unit for unit, _ in tab.rows("Heatmap", SCROLLER, ROW)][-UNITS:]


def at_row(tab: Tab, unit: int) -> float:
    """The height of a unit's row in the list."""
    return dict(tab.rows("Heatmap", SCROLLER, ROW))[unit]


def show_bars_of(heatmap: Locator, feature: str) -> None:
    heatmap.get_by_role("combobox", name="Show or hide the bars").select_option(feature)


def heads(heatmap: Locator) -> Locator:
    return heatmap.locator(".bar-head")


def test_bars_of_further_features_stand_beside_those_of_the_chosen_one(new_tab, heatmap):
    expect(heads(heatmap)).to_have_text(["space"])
    show_bars_of(heatmap, "letter e")
    expect(heads(heatmap)).to_have_text(["space", "letter e"])
    new_tab.until(
        lambda: json.loads(new_tab.address["barsof"]) == ["letter e"], "the address has it"
    )
    y = at_row(new_tab, LETTER_E)
    (readout,) = new_tab.sweep("Heatmap", SCROLLER, [(plot(new_tab).width / 3, y)])
    space, letter = re.search(r"space relevance (\S+) .*letter e (\S+)", readout).groups()
    assert number(letter) > 0.5 > number(space)
    show_bars_of(heatmap, "letter e")
    expect(heads(heatmap)).to_have_text(["space"])


def test_what_chance_gives_is_said_and_grey(new_tab, heatmap):
    heatmap.get_by_role("combobox", name="Bars", exact=True).select_option("effect")
    rows = dict(new_tab.rows("Heatmap", SCROLLER, ROW)[-UNITS:])
    box = plot(new_tab)
    readouts = new_tab.sweep("Heatmap", SCROLLER, [(box.width / 3, y) for y in rows.values()])
    chance = {unit: "(chance)" in words for unit, words in zip(rows, readouts, strict=True)}
    assert not chance[SPACES]
    assert sum(chance.values()) > UNITS / 2


def test_a_click_on_the_head_of_a_column_sorts_by_it_and_another_by_number(new_tab, heatmap):
    heatmap.get_by_role("combobox", name="Bars", exact=True).select_option("effect")
    show_bars_of(heatmap, "letter e")
    new_tab.settle()
    for column, first in ((1, LETTER_E), (0, SPACES)):
        heads(heatmap).nth(column).click()
        expect(heads(heatmap).nth(column)).to_have_attribute("aria-pressed", "true")
        new_tab.until(lambda unit=first: listed(new_tab)[0] == unit, f"unit {first} leads the list")
    heads(heatmap).nth(0).click()
    new_tab.until(lambda: listed(new_tab) == list(range(UNITS)), "by number again")


def test_units_can_be_ordered_by_similarity(new_tab, heatmap):
    heatmap.get_by_role("combobox", name="Units").select_option("similarity")
    new_tab.until(lambda: listed(new_tab) != list(range(UNITS)), "another order")
    assert sorted(listed(new_tab)) == list(range(UNITS)), "every unit once"


def test_a_double_click_shows_one_cell_with_its_token_and_value(new_tab, heatmap):
    fit = heatmap.get_by_role("button", name="Fit")
    expect(fit).to_be_disabled()
    box = plot(new_tab)
    x, y = box.width / 3, at_row(new_tab, COSINE)
    (readout,) = new_tab.sweep("Heatmap", SCROLLER, [(x, y)])
    token = re.search(r"token (\d+)", readout).group(1)
    new_tab.page.mouse.dblclick(box.x + x, box.y + y)
    expect(fit).to_be_enabled()
    expect(new_tab.unit).to_have_value(str(COSINE))
    new_tab.leave()
    new_tab.settle()
    across, down = range(40, round(box.width), 16), range(4, round(box.height), 6)
    points = [(x, y) for y in down for x in across]
    readouts = new_tab.sweep("Heatmap", SCROLLER, points)
    cell = f"unit {COSINE} · token {token} "
    everywhere = [point for point, words in zip(points, readouts, strict=True) if cell in words]
    lowest = max(y for _, y in everywhere)
    own = [(x, y) for x, y in everywhere if y > lowest - 40]
    height = max(y for _, y in own) - min(y for _, y in own)
    assert height > 20 and max(x for x, _ in own) - min(x for x, _ in own) > 40
    left, top = np.min(own, axis=0)
    cell = new_tab.picture(Box(box.x + left, box.y + top, 44, height)).reshape(-1, 3)
    colors, counts = np.unique(cell, axis=0, return_counts=True)
    assert len(colors) > 3 and 0.5 < counts.max() / len(cell) < 0.98, "letters on one colour"
    fit.click()
    expect(fit).to_be_disabled()


def test_ctrl_and_the_wheel_zoom_both_axes_and_keep_the_cell(new_tab, heatmap):
    box = plot(new_tab)
    x, y = box.width / 3, at_row(new_tab, COSINE)
    new_tab.page.mouse.move(box.x + x, box.y + y)
    readout = heatmap.locator(".readout")
    expect(readout).to_contain_text(f"unit {COSINE} · token")
    before = readout.inner_text()
    new_tab.page.keyboard.down("Control")
    for _ in range(3):
        new_tab.page.mouse.wheel(0, -150)
    new_tab.page.keyboard.up("Control")
    expect(heatmap.get_by_role("button", name="Fit")).to_be_enabled()
    new_tab.page.mouse.move(box.x + x + 1, box.y + y)
    (unit, token), (_, old) = (
        re.search(r"unit (\d+) · token (\d+)", words).groups()
        for words in (readout.inner_text(), before)
    )
    assert unit == str(COSINE)
    assert abs(int(token) - int(old)) <= 2


def test_gates_of_the_chosen_unit_stand_over_the_units(new_tab, heatmap):
    values = planted.activity(TEXT, 2)[0, :, SPACES]
    heatmap.get_by_role("button", name=f"Gates of unit {SPACES}").click()
    box = plot(new_tab)
    points = [(x, y) for y in (26, 41) for x in range(160, 480, 24)]
    new_tab.until(
        lambda: "forget gate" in new_tab.sweep("Heatmap", SCROLLER, points[:1])[0],
        "the gate is there",
    )
    readouts = new_tab.sweep("Heatmap", SCROLLER, points)
    pattern = rf"unit {SPACES} · token (\d+) .* · (forget gate|hidden state) (\S+)"
    matches = [re.match(pattern, words) for words in readouts]
    assert all(matches), readouts
    assert {words.group(2) for words in matches} == {"forget gate", "hidden state"}
    for words in matches:
        state = values[int(words.group(1))]
        meant = np.clip((state + 1) / 2, 0, 1) if words.group(2) == "forget gate" else state
        assert number(words.group(3)) == pytest.approx(meant, abs=0.02)
    expect(heatmap.locator("rv-colors").nth(1)).to_contain_text("gates")
    new_tab.page.mouse.click(box.x + 200, box.y + 26)
    new_tab.until(
        lambda: new_tab.address["quantity"] == "forget_gate", "a click chooses the quantity"
    )


def frame_columns(tab: Tab, box: Box) -> list[int]:
    """Positions of vertical lines in the colour of the selection."""
    tab.leave()
    tab.settle()
    red, green, blue = tab.picture(box).astype(int).transpose(2, 0, 1)
    accent = (red > 170) & (green < 110) & (blue < 60) & (red - blue > 120)
    return [int(x) for x in np.flatnonzero(accent[30:-60].mean(axis=0) > 0.9)]


def test_a_drag_with_shift_marks_a_range_and_a_click_with_shift_takes_it_away(new_tab, heatmap):
    box = plot(new_tab)
    y = at_row(new_tab, 3)
    readouts = new_tab.sweep("Heatmap", SCROLLER, [(200, y), (360, y)])
    first, last = (int(re.search(r"token (\d+)", words).group(1)) for words in readouts)
    new_tab.page.keyboard.down("Shift")
    new_tab.page.mouse.move(box.x + 200, box.y + y)
    new_tab.page.mouse.down()
    new_tab.page.mouse.move(box.x + 360, box.y + y, steps=5)
    new_tab.page.mouse.up()
    marked = f"{first}-{last + 1}"
    new_tab.until(lambda: new_tab.address.get("tokens") == marked, "the address has the range")
    lines = frame_columns(new_tab, box)
    assert min(lines) == pytest.approx(200, abs=6) and max(lines) == pytest.approx(360, abs=6)
    new_tab.page.mouse.click(box.x + 300, box.y + y)
    new_tab.page.keyboard.up("Shift")
    new_tab.until(lambda: "tokens" not in new_tab.address, "nothing is marked")


def test_a_range_that_was_marked_elsewhere_is_framed(new_tab):
    new_tab.resize(1600, 1400)
    tab = new_tab.open(columns="all", tokens="62-124")
    box = plot(tab)
    across = range(40, round(box.width), 2)
    readouts = tab.sweep("Heatmap", SCROLLER, ((x, 26) for x in across))
    tokens = [re.search(r"token (\d+)", words) for words in readouts]
    inside = [x for x, t in zip(across, tokens, strict=True) if t and 62 <= int(t.group(1)) < 124]
    lines = frame_columns(tab, box)
    assert (min(lines), max(lines)) == pytest.approx((min(inside), max(inside)), abs=4)


def test_everything_goes_with_the_keyboard_too(new_tab, heatmap):
    heatmap.get_by_role("combobox", name="Show or hide the bars").focus()
    new_tab.page.keyboard.press("Tab")
    readout = heatmap.locator(".readout")
    new_tab.page.keyboard.press("ArrowDown")
    expect(readout).to_contain_text(f"unit {SPACES} · token 0 ")
    for key in ("ArrowRight", "ArrowRight", "ArrowDown"):
        new_tab.page.keyboard.press(key)
    expect(readout).to_contain_text(f"unit {SPACES + 1} · token 2 ")
    new_tab.page.keyboard.press("Shift+ArrowRight")
    new_tab.page.keyboard.press("Shift+ArrowRight")
    new_tab.until(
        lambda: new_tab.address.get("tokens") == "2-5", "Shift and the arrows mark a range"
    )
    new_tab.page.keyboard.press("Escape")
    new_tab.until(lambda: "tokens" not in new_tab.address, "Escape takes it away")
    new_tab.page.keyboard.press("Space")
    expect(new_tab.unit).to_have_value(str(SPACES + 1))
    fit = heatmap.get_by_role("button", name="Fit")
    new_tab.page.keyboard.press("Enter")
    expect(fit).to_be_enabled()
    new_tab.page.keyboard.press("0")
    expect(fit).to_be_disabled()


def test_a_small_panel_still_shows_cells(new_tab):
    new_tab.resize(700, 620)
    tab = new_tab.open(wait=False, view="heatmap")
    heatmap = tab.view("Heatmap")
    expect(heatmap.locator(".readout")).to_contain_text(f"{UNITS} units")
    box = plot(tab)
    assert box.height >= 60
    readouts = tab.sweep("Heatmap", SCROLLER, ((box.width / 2, y) for y in range(2, 60, 4)))
    assert any(re.match(ROW, words) for words in readouts)
