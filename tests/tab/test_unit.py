"""Unit view: contexts, responses, history, spectrum and gates of planted units."""

from __future__ import annotations

import re

import numpy as np
import pytest
from playwright.sync_api import Locator, expect

from tests.tab.driver import Color, Tab, number
from tests.tab.planted import (
    COSINE,
    HIGH,
    LOW,
    OLD,
    OTHER_SPACES,
    SPACES,
    STRENGTH,
    TEXT,
    UNITS,
    activity,
)

VIEWS = "findings*|text*|unit*|heatmap*,gates"
"""The view beside the heatmap, whose read-out tells what is pointed at."""


@pytest.fixture
def unit(new_tab) -> Tab:
    """Unit view of the unit that is high at spaces, in a large window."""
    new_tab.resize(1600, 1400)
    tab = new_tab.open(views=VIEWS, unit=SPACES)
    expect(part(tab, "headline")).to_contain_text("associated with")
    return tab


def part(tab: Tab, name: str, copy: int = 0) -> Locator:
    return tab.frame.locator(f"rv-unit-{name}").nth(copy)


def group(tab: Tab, title: str) -> Locator:
    """The contexts under a title."""
    return part(tab, "contexts").locator(".group").filter(has_text=title)


def centres(contexts: Locator) -> list[str]:
    return contexts.locator(".centre").all_inner_texts()


def places(contexts: Locator) -> list[int]:
    buttons = contexts.locator("button").all()
    return [int(button.get_attribute("data-token") or -1) for button in buttons]


def color(cell: Locator) -> Color:
    background = cell.evaluate("(cell) => getComputedStyle(cell).backgroundColor")
    red, green, blue = (int(part) for part in re.findall(r"\d+", background)[:3])
    return red, green, blue


def test_the_headline_is_the_unit_and_what_it_goes_with(unit):
    headline = part(unit, "headline")
    expect(headline).to_contain_text(f"lstm hidden state {SPACES}")
    expect(headline).to_contain_text(f"of {UNITS} units")
    expect(headline).to_contain_text(re.compile(r"associated with\s+space\s*,\s+effect \+\d"))
    unit.open(views=VIEWS, unit=0)
    expect(headline).to_contain_text("no feature above chance")


def test_the_highest_contexts_are_the_planted_spaces(unit):
    highest = group(unit, "highest")
    assert set(centres(highest)) == {"␣"}
    tokens = places(highest)
    assert {TEXT[token] for token in tokens} == {" "}
    assert min(np.diff(sorted(tokens))) >= 8, "no two of them overlap"
    assert " " not in {TEXT[token] for token in places(group(unit, "lowest"))}
    values = activity(TEXT, 2)[0, :, SPACES]
    value = number(highest.locator("h4 .number").inner_text())
    assert value == pytest.approx(values.max(), abs=0.02)


def test_tokens_stand_on_the_colours_of_the_legend(unit):
    legend = unit.legend("Text")
    high = color(group(unit, "highest").locator(".centre i").first)
    low = color(group(unit, "lowest").locator(".centre i").first)
    assert legend.value(high) == pytest.approx(HIGH, abs=0.06)
    assert legend.value(low) == pytest.approx(LOW, abs=0.06)


def test_contexts_are_the_words_around_a_token(unit):
    button = group(unit, "highest").locator("button").first
    token = int(button.get_attribute("data-token") or -1)
    cells = button.locator("i").all_inner_texts()
    at = button.locator(".before i").count()
    around = TEXT[max(0, token - at) : token - at + len(cells)]
    assert "".join(cells).replace("\u2423", " ") == around


def test_a_context_points_at_its_tokens_and_pins_one(unit):
    button = group(unit, "highest").locator("button").first
    token = int(button.get_attribute("data-token") or -1)
    button.locator(".centre i").hover()
    expect(unit.view("Heatmap").locator(".readout")).to_contain_text(
        re.compile(rf"token {token}\b")
    )
    button.locator(".centre i").click()
    unit.until(lambda: unit.address.get("token") == str(token), "the address has the token")
    expect(unit.card()).to_contain_text(f"token {token}")


def test_places_by_chance_are_the_same_at_every_epoch(unit):
    before = places(group(unit, "by chance"))
    unit.open(views=VIEWS, unit=SPACES, step=0)
    expect(group(unit, "highest").locator("h4 .number")).not_to_have_text("+0.900")
    assert places(group(unit, "by chance")) == before


def test_features_stand_by_strength_and_are_chosen_with_a_click(unit):
    tiles = part(unit, "responses").locator("[data-feature]")
    expect(tiles).to_have_count(2)
    assert [tile.get_attribute("data-feature") for tile in tiles.all()] == ["space", "letter e"]
    expect(tiles.nth(0)).to_contain_text(re.compile(r"reacting\s*q < 0\.001"))
    tiles.nth(1).click()
    expect(unit.field("Feature")).to_have_value("letter e")
    expect(tiles.nth(1)).to_have_attribute("aria-pressed", "true")


def test_the_life_of_the_unit_rises_as_it_was_planted(unit):
    life = part(unit, "life")
    life.scroll_into_view_if_needed()
    points = life.locator("circle").all()
    assert [point.get_attribute("class") for point in points] == ["hollow", "filled", "filled"]
    heights = [unit.box(point).y for point in points]
    assert heights[0] > heights[1]
    box = unit.box(points[0])
    unit.page.mouse.move(*box.middle)
    expect(life.locator(".readout")).to_contain_text("epoch 0: space")
    unit.page.mouse.click(*box.middle)
    expect(unit.slider).to_have_attribute("aria-valuetext", re.compile("^epoch 0"))


def test_the_life_is_walked_with_the_keyboard(unit):
    chart = part(unit, "life").locator("svg")
    chart.focus()
    unit.page.keyboard.press("ArrowLeft")
    expect(part(unit, "life").locator(".readout")).to_contain_text("epoch 1: space")
    assert unit.epoch.startswith("epoch 2"), "walking alone changes nothing"
    unit.page.keyboard.press("Enter")
    expect(unit.slider).to_have_attribute("aria-valuetext", re.compile("^epoch 1"))


def test_the_planted_period_is_the_spectral_peak(unit):
    unit.open(views=VIEWS, unit=COSINE)
    spectrum = part(unit, "spectrum")
    expect(spectrum).to_contain_text(
        re.compile(r"spectral peak every 8 tokens, at 0\.125 cycles per token")
    )
    mark = unit.box(spectrum.locator("circle.filled"))
    line = unit.box(spectrum.locator("path.axis").last)
    assert mark.middle[0] - line.x == pytest.approx(0.25 * line.width, abs=2)


def test_the_gate_is_as_often_shut_and_open_as_planted(unit):
    gate = np.clip((activity(TEXT, 2)[0, :, SPACES] + 1) / 2, 0, 1)
    shares = re.compile(r"shut (\S+) %\s+·\s+open (\S+) %")
    gates = part(unit, "activity").locator("section")
    expect(gates).to_contain_text(shares)
    shut, opened = shares.search(gates.inner_text()).groups()
    assert float(shut) == pytest.approx(100 * (gate < 0.1).mean(), abs=0.6)
    assert float(opened) == pytest.approx(100 * (gate > 0.9).mean(), abs=0.6)
    part(unit, "activity").locator("[data-quantity=forget_gate]").click()
    expect(unit.field("Quantity")).to_have_value("forget_gate")
    expect(part(unit, "headline")).to_contain_text(f"lstm forget gate {SPACES}")


def test_of_two_runs_each_has_its_view_and_units_are_matched_when_asked_to(unit):
    unit.open(views=VIEWS, unit=SPACES, compare=f"{OLD}/rnnviz", comparestep=2)
    expect(part(unit, "headline", 1)).to_contain_text(f"lstm hidden state {SPACES} · B")
    expect(part(unit, "headline", 1)).to_contain_text("no feature above chance")
    part(unit, "match").get_by_role("button").click()
    expect(part(unit, "match")).to_contain_text(f"Unit {SPACES} of A is unit {OTHER_SPACES} of B")
    expect(part(unit, "headline", 1)).to_contain_text(f"lstm hidden state {OTHER_SPACES} · B")
    expect(part(unit, "headline", 1)).to_contain_text("associated with space")


def test_laid_over_each_other_each_recording_has_its_line(unit):
    unit.open(
        views=VIEWS,
        unit=SPACES,
        compare=f"{OLD}/rnnviz",
        comparestep=2,
        mode="overlay",
        match="matched",
    )
    expect(part(unit, "match")).to_contain_text(f"Unit {SPACES} of A is unit {OTHER_SPACES} of B")
    expect(part(unit, "life").locator("text.name")).to_have_text(["A", "B"])
    expect(part(unit, "spectrum").locator("text.name")).to_contain_text(["A", "B"])
    colors = (
        part(unit, "life")
        .locator("path.line")
        .evaluate_all(
            "all => all.map((e) => e.getAttribute('stroke') + e.getAttribute('stroke-dasharray'))"
        )
    )
    assert len(set(colors)) == 2
    tile = part(unit, "responses").locator("[data-feature=space]")
    text = tile.inner_text()
    of_a = number(tile.locator(".what .number").first.inner_text())
    of_b = number(re.search(r"B\s+(\S+)", text)[1])
    assert of_b == pytest.approx(of_a, rel=0.2), "matched, both go with spaces alike"


def test_what_the_first_epoch_has_not_learnt_is_not_claimed(unit):
    unit.open(views=VIEWS, unit=SPACES, step=0)
    expect(part(unit, "headline")).to_contain_text("no feature above chance")
    unit.open(views=VIEWS, unit=SPACES, step=1)
    expect(part(unit, "headline")).to_contain_text("associated with space")
    values = activity(TEXT, 1)[0, :, SPACES]
    assert values.max() == pytest.approx(STRENGTH[1] * HIGH, abs=0.05)
    value = number(group(unit, "highest").locator("h4 .number").inner_text())
    assert value == pytest.approx(values.max(), abs=0.02)


def test_the_view_holds_on_a_narrow_page(unit):
    unit.resize(420, 900)
    unit.open(view="unit", unit=SPACES)
    expect(part(unit, "headline")).to_contain_text("lstm hidden state")
    page = unit.view("Unit").locator(".page")
    assert page.evaluate("(page) => page.scrollWidth <= page.clientWidth"), (
        "nothing scrolls sideways"
    )
