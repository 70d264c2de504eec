"""Gallery of units: cards with text, kinds over the epochs, other views."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Locator, expect

from tb_rnnviz.features import InsideBrackets
from tb_rnnviz.log_format import RunWriter
from tests.planted_logs import one_layer, write_planted_recording
from tests.server import Server, tensorboard_server
from tests.tab.driver import Box, Tab, distance, ground

BRACKETS, FREE, SPIKE, DEAD, NOISE = range(5)
LINES = 90
LEARNT = 1
"""Epoch from which on the unit of the brackets is a switch."""


def text(rng: np.random.Generator) -> str:
    """Lines of random letters with brackets around some of them."""
    parts = []
    for _ in range(LINES):
        before, inside, after = ("".join(rng.choice(list("abcd "), n)) for n in (8, 14, 6))
        parts.append(f"{before}({inside}){after}\n")
    return "".join(parts)


def states(tokens: str, step: int) -> np.ndarray:
    """States of switches, spikes, a dead unit and noise, (1, tokens, 5)."""
    rng = np.random.default_rng(1)
    steps = len(tokens)
    depth = np.cumsum([(c == "(") - (c == ")") for c in tokens])
    flips = np.cumsum(rng.random(steps) < 0.02) % 2
    values = rng.normal(size=(steps, 5)) * 0.05
    values[:, BRACKETS] += np.where(depth > 0, 0.9, -0.9)
    values[:, FREE] += np.where(flips, 0.8, -0.4)
    values[:, SPIKE] += np.where(rng.random(steps) < 0.02, 0.9, 0)
    values[:, DEAD] = 0
    values[:, NOISE] = rng.normal(size=steps) * 0.3
    if step < LEARNT:
        values[:, BRACKETS] = rng.normal(size=steps) * 0.3
    return values[None].astype(np.float32)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    logs = tmp_path_factory.mktemp("gallery")
    tokens = text(np.random.default_rng(0))
    gate = {"forget_gate": np.full((1, len(tokens), 3), 0.5, np.float32)}
    with RunWriter(logs / "gates") as writer, writer.step(0):
        recording = one_layer([tokens], gate, {"forget_gate": "retain"}, probe="planted")
        write_planted_recording(writer, 0, recording, [])
    with RunWriter(logs / "run") as writer:
        for step in range(3):
            recording = one_layer(
                [tokens], {"hidden_state": states(tokens, step)}, {}, probe="planted"
            )
            with writer.step(step):
                write_planted_recording(writer, step, recording, [InsideBrackets("brackets")])
    with tensorboard_server(logs) as started:
        yield started


@pytest.fixture
def board(server: Server) -> Server:
    return server


@pytest.fixture
def gallery(tab: Tab) -> Locator:
    return tab.show("Gallery")


def card(gallery: Locator, unit: int) -> Locator:
    return gallery.get_by_role("listitem", name=re.compile(rf": lstm hidden state {unit}$"))


def characters(tab: Tab, card: Locator) -> list[tuple[str, Box]]:
    """Characters of the text of a card, and where they stand on the page."""
    card.scroll_into_view_if_needed()
    rows = card.locator("rv-text-excerpt").evaluate(
        """(excerpt) => [...excerpt.shadowRoot.querySelectorAll('.line')].flatMap((line) => {
            const text = document.createTreeWalker(line, NodeFilter.SHOW_TEXT).nextNode();
            return [...text.data].map((character, k) => {
                const range = document.createRange();
                range.setStart(text, k);
                range.setEnd(text, k + 1);
                const { x, y, width, height } = range.getBoundingClientRect();
                return [character, x, y, width, height];
            });
        })"""
    )
    origin = tab.box(tab.page.locator('iframe[src*="name=rnnviz"]'))
    return [(c, Box(x + origin.x, y + origin.y, w, h)) for c, x, y, w, h in rows]


def filter_button(gallery: Locator, name: str) -> Locator:
    return gallery.get_by_role("button", name=re.compile(rf"^{name} \d+$"))


def test_a_card_shows_real_text_on_the_colours_of_its_unit(tab, gallery):
    brackets = card(gallery, BRACKETS)
    expect(brackets.locator(".old")).to_have_count(0)
    tab.settle()
    letters = characters(tab, brackets)
    screen = tab.picture()
    written = "".join(character for character, _ in letters)
    opened, closed = written.index("("), written.index(")")
    on = [ground(screen, box) for character, box in letters[opened + 1 : closed]]
    off = [ground(screen, box) for character, box in letters[max(0, opened - 6) : opened]]
    assert on and off
    assert min(distance(a, b) for a in on for b in off) > 120
    assert all(red > blue for red, _, blue in on) and all(blue > red for red, _, blue in off)


def test_a_card_tells_kind_evidence_turns_and_name(gallery):
    brackets = card(gallery, BRACKETS)
    expect(brackets).to_contain_text("switch")
    expect(brackets).to_contain_text("of its variance between them")
    expect(brackets).to_contain_text(re.compile(rf"on at \( {LINES} of\s+{LINES}"))
    expect(brackets).to_contain_text(re.compile(rf"off at \) {LINES} of\s+{LINES}"))
    expect(brackets).to_contain_text("brackets, overlap")
    expect(card(gallery, FREE)).to_contain_text("unknown switch")


def test_a_card_says_since_when_its_unit_is_what_it_is(gallery):
    expect(card(gallery, BRACKETS)).to_contain_text(f"since epoch {LEARNT}")
    expect(card(gallery, FREE)).to_contain_text("since epoch 0")


def test_filters_have_counts_and_stand_in_the_link(tab, gallery):
    expect(filter_button(gallery, "switch")).to_contain_text("2")
    filter_button(gallery, "detector").click()
    expect(gallery.get_by_role("listitem", name="hidden state")).to_have_count(1)
    assert tab.address["gallerykind"] == "detector"
    filter_button(gallery, "rhythm").click()
    expect(gallery).to_contain_text("None of the 3 units of the gallery at epoch 2 is a rhythm.")
    gallery.get_by_role("button", name="Show all").click()
    expect(card(gallery, SPIKE)).to_be_visible()


def test_opening_a_card_selects_its_unit_and_scrolls_to_its_stretch_and_back(new_tab):
    tab = new_tab.open(unit=NOISE, feature="brackets")
    gallery = tab.show("Gallery")
    top = tab.frame.locator("rv-text-pane .scroller")
    before = top.evaluate("(e) => e.scrollTop")
    free = card(gallery, FREE)
    stretch = free.get_by_role("status").inner_text()
    first, last = (int(n.replace(",", "")) for n in re.findall(r"[\d,]+", stretch)[-2:])
    free.get_by_role("button", name=f"hidden state {FREE}").press("Enter")
    expect(tab.unit).to_have_value(str(FREE))
    expect(tab.view("Text")).to_contain_text(f"tokens {first:,} to {last:,}")
    assert tab.address["tokens"] == f"{first}-{last + 1}"
    tab.until(lambda: top.evaluate("(e) => e.scrollTop") != before, "the text at the stretch")
    tab.view("Text").get_by_role("button", name="back").click()
    tab.until(lambda: abs(top.evaluate("(e) => e.scrollTop") - before) < 30, "where the text stood")


def test_the_picture_counts_the_units_of_each_kind_and_goes_to_an_epoch(tab, gallery):
    chart = gallery.get_by_role("slider", name="Units of each kind")
    chart.focus()
    chart.press("Home")
    expect(chart).to_have_attribute(
        "aria-valuetext",
        "epoch 0: switch 1, counter 0, rhythm 0, detector 1, echo 0, dead 1, mixed 2",
    )
    chart.press("Enter")
    tab.until(lambda: tab.epoch.startswith("epoch 0"), "the first epoch")
    expect(card(gallery, BRACKETS)).to_have_count(0)
    assert len(chart.locator("rect.stacked").all()) == 3 * 4


def test_a_log_without_states_says_why_there_is_no_gallery(new_tab):
    tab = new_tab.open(run="gates/rnnviz")
    expect(tab.show("Gallery")).to_contain_text("Kinds are those of hidden and cell states")


def test_cards_stand_below_each_other_on_a_narrow_page(new_tab):
    new_tab.resize(620, 900)
    tab = new_tab.open(wait=False, view="gallery")
    gallery = tab.view("Gallery")
    boxes = [tab.box(card(gallery, unit)) for unit in (BRACKETS, FREE)]
    assert boxes[0].x == boxes[1].x and boxes[0].x + boxes[0].width <= 620
