"""The Text view: the unit that was planted lights up where it should."""

from __future__ import annotations

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.tab import planted
from tests.tab.driver import Box, distance, number
from tests.tab.planted import (
    COSINE,
    HIGH,
    LETTER_E,
    LOW,
    NEW,
    OLD,
    OTHER_SPACES,
    SPACES,
    TEXT,
)

CLOSE = 0.03
"""Tolerance of a colour read from the screen, as a share of the legend's range."""


def test_the_tab_opens_on_the_last_step_of_the_newest_run_and_its_strongest_finding(
    museum, visit, load_fast
):
    tab = visit(museum(load_fast)).open()
    expect(tab.frame.locator("rv-run-picker")).to_contain_text(NEW)
    expect(tab.unit).to_have_value(str(SPACES))
    assert tab.epoch == "epoch 2"
    assert tab.field("Probe").input_value() == "novel"
    assert tab.field("Quantity").input_value() == "hidden_state"
    assert tab.field("Feature").input_value() == "space"
    chosen = tab.view("Findings").get_by_role("list").locator("[aria-pressed=true]")
    expect(chosen).to_have_count(1)
    expect(chosen).to_contain_text(f"lstm hidden state {SPACES}")
    expect(tab.view("Findings").get_by_role("listitem").first).to_contain_text("space")
    assert "".join(character for character, _ in tab.characters()) == TEXT
    seen = tab.grounds()
    assert {color for character, color in seen if character == " "}.isdisjoint(
        color for character, color in seen if character != " "
    )


def test_every_token_has_the_colour_that_the_legend_gives_to_its_value(tab):
    legend = tab.legend("Text")
    values = planted.activity(TEXT, 2)[0, :, SPACES]
    assert legend.high == -legend.low == pytest.approx(np.abs(values).max(), abs=0.02)
    assert_colored_by(tab, legend, values)
    red, blue = legend.color(HIGH), legend.color(LOW)
    assert red[0] > red[2] + 60 and blue[2] > blue[0] + 60, "positive is red, negative is blue"


def assert_colored_by(tab, legend, values):
    screen = tab.picture()
    meant = [legend.value(patch(screen, box)) for _, box in tab.characters()]
    expected = np.clip(values, legend.low, legend.high)
    assert meant == pytest.approx(list(expected), abs=CLOSE * (legend.high - legend.low))


def patch(screen: np.ndarray, box: Box) -> tuple[int, int, int]:
    """Most frequent colour of a token over its whole height, ignoring its letter."""
    left, right = round(box.x + 1), round(box.x + box.width - 1)
    part = screen[round(box.y + 3) : round(box.y + box.height), left:right].reshape(-1, 3)
    colors, counts = np.unique(part, axis=0, return_counts=True)
    return tuple(colors[counts.argmax()].tolist())


def test_red_and_blue_can_be_exchanged(tab):
    before = dict(tab.grounds())
    tab.view("Text").get_by_role("button", name="red, blue").click()
    tab.until(lambda: tab.legend("Text").color(HIGH)[2] > 150, "the legend has changed")
    after = dict(tab.grounds())
    assert before[" "][0] > before[" "][2] and after[" "][2] > after[" "][0]


def test_text_upon_a_colour_reads(tab):
    """Contrast between the lightest and the darkest pixel of a token is at least 4.5."""
    screen = tab.picture()
    for character, box in tab.characters()[:40]:
        if character == " ":
            continue
        x, y = round(box.x), round(box.y + 3)
        part = screen[y : y + round(box.height) - 7, x : x + round(box.width)].reshape(-1, 3)
        light = [luminance(color) for color in part.tolist()]
        assert (max(light) + 0.05) / (min(light) + 0.05) >= 4.5, character


def luminance(color) -> float:
    """Relative luminance as WCAG 2 defines it."""
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in (channel / 255 for channel in color)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_the_card_of_a_token_says_value_probability_and_what_was_expected(tab):
    position = TEXT.index("b")
    tab.page.mouse.move(*tab.characters()[position][1].middle)
    card = tab.card()
    expect(card).to_be_visible()
    expect(card.locator(".head b")).to_have_text("b")
    expect(card.locator(".head")).to_contain_text(f"token {position}")
    value = number(card.locator("tr.chosen").first.locator(".value").inner_text())
    assert value == pytest.approx(planted.activity(TEXT, 2)[0, position, SPACES], abs=0.01)
    expect(card).to_contain_text(re.compile(r"next came\s*r\s*with probability\s*0\.625"))
    rows = card.get_by_label("What the model expected").locator("tr")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("r")
    expect(rows.first).to_contain_text("0.625")
    expect(rows.last).to_contain_text("0.250")
    expect(card).to_contain_text("forget gate")
    tab.leave()
    expect(card).to_have_count(0)


def test_a_space_is_named_on_its_card(tab):
    position = TEXT.index(" ")
    tab.page.mouse.move(*tab.characters()[position][1].middle)
    expect(tab.card().locator(".head b")).to_have_text("␣")
    expect(tab.card()).to_contain_text("matches space")


def test_a_click_keeps_the_card_and_escape_lets_go(tab):
    tab.page.mouse.click(*tab.characters()[7][1].middle)
    tab.leave()
    expect(tab.card().get_by_role("button", name="Release")).to_be_visible()
    tab.press("Escape")
    expect(tab.card()).to_have_count(0)


def test_the_next_match_of_the_feature_is_a_key_away(tab):
    tab.press("n", "n")
    second = TEXT.index(" ", TEXT.index(" ") + 1)
    expect(tab.card().locator(".head")).to_contain_text(f"token {second}")
    expect(tab.view("Text")).to_contain_text(f"2 of {TEXT.count(' ')}")
    tab.press("p")
    expect(tab.card().locator(".head")).to_contain_text(f"token {TEXT.index(' ')}")


def test_another_unit_changes_the_colours_however_it_is_chosen(tab):
    def picker():
        tab.unit.fill(str(COSINE))
        tab.unit.press("Enter")

    def buttons():
        tab.frame.get_by_role("button", name="Unit before").click()
        tab.frame.get_by_role("button", name="Unit before").click()

    def keys():
        tab.press("ArrowDown", "ArrowDown", "ArrowUp")

    def findings():
        tab.view("Findings").get_by_role("button", name=re.compile("^letter e")).first.click()

    values = planted.activity(TEXT, 2)[0]
    for choose, unit in (
        (picker, COSINE),
        (buttons, COSINE - 2),
        (keys, COSINE - 1),
        (findings, LETTER_E),
    ):
        choose()
        expect(tab.unit).to_have_value(str(unit))
        tab.wait_for_text()
        assert_colored_by(tab, tab.legend("Text"), values[:, unit])


def test_a_unit_that_does_not_exist_becomes_the_nearest(tab):
    tab.unit.fill("999")
    tab.unit.press("Enter")
    expect(tab.unit).to_have_value(str(planted.UNITS - 1))
    tab.unit.fill("")
    tab.unit.press("Enter")
    expect(tab.unit).to_have_value(str(planted.UNITS - 1))
    tab.unit.fill("-4")
    tab.unit.press("Enter")
    expect(tab.unit).to_have_value("0")


def test_a_gate_is_coloured_between_0_and_1(tab):
    tab.field("Quantity").select_option("forget_gate")
    expect(tab.view("Text").locator("rv-colors")).to_contain_text("forget gate")
    tab.wait_for_text()
    legend = tab.legend("Text")
    assert (legend.low, legend.high) == (0, 1)
    seen = dict(tab.grounds())
    assert legend.value(seen[" "]) == pytest.approx((HIGH + 1) / 2, abs=0.03)
    assert legend.value(seen["t"]) == pytest.approx((LOW + 1) / 2, abs=0.03)


def test_the_colours_can_be_the_probability_of_what_came_next(tab):
    tab.view("Text").get_by_label("Colour").select_option("probability")
    tab.until(lambda: tab.legend("Text").low == 0, "the legend is that of a probability")
    legend = tab.legend("Text")
    screen = tab.picture()
    *seen, last = (patch(screen, box) for _, box in tab.characters())
    assert {round(legend.value(color), 1) for color in seen} == {0.6}
    assert distance(last, seen[0]) > 20, "nothing came after the last token: it is hatched"


def test_white_space_can_be_made_visible(tab):
    boxion = tab.characters()[TEXT.index(" ")][1]
    before = tab.picture(boxion)
    tab.view("Text").get_by_role("button", name="␣ ⏎ →").click()
    tab.until(lambda: (tab.picture(boxion) != before).any(), "a sign stands at the space")


def test_of_a_long_text_only_what_is_in_sight_is_laid_out(new_tab):
    tab = new_tab.open(run=f"{OLD}/rnnviz", probe="whole book")
    expect(tab.unit).to_have_value(str(OTHER_SPACES))
    scroller = tab.frame.locator("rv-text-pane .scroller")
    assert scroller.evaluate("(e) => e.scrollHeight > 4 * e.clientHeight")
    lines = tab.frame.locator("rv-text-pane .line")
    first = lines.first.bounding_box()
    scroller.evaluate("(e) => e.scrollTo(0, e.scrollHeight / 2)")
    tab.until(lambda: lines.first.bounding_box() != first, "other lines are there")
    assert lines.count() < 60
    legend = tab.legend("Text")
    seen = tab.grounds()
    assert len(seen) > 500
    for character, color in seen:
        value = legend.value(color)
        assert value > 0.8 if character == " " else value < -0.7
