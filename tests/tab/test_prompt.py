"""Generated text: what was given to the model looks different from what it wrote."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import expect

from tb_rnnviz.log_format import RunWriter
from tb_rnnviz.recording import GENERATED
from tests.server import tensorboard_server
from tests.tab import planted
from tests.tab.driver import distance
from tests.tab.planted import TEXT

PROMPT = 30


@pytest.fixture(scope="module")
def board(tmp_path_factory):
    logs = tmp_path_factory.mktemp("generated")
    with RunWriter(logs / "run") as writer:
        for step in range(2):
            one = planted.recording(TEXT, planted.activity(TEXT, step), GENERATED)
            planted.write(writer, step, [one], prompt_tokens=PROMPT)
    with tensorboard_server(logs) as server:
        yield server


def test_a_rule_stands_above_the_prompt_and_ends_it(tab):
    screen, places = tab.picture(), tab.characters()

    def dark(x, y, width, height):
        part = screen[round(y) : round(y + height), round(x) : round(x + width)]
        return part[..., :3].max(axis=-1).min() < 90  # of every channel: colours are not dark

    for position, (_, box) in enumerate(places[: 2 * PROMPT]):
        line = np.floor((box.y - places[0][1].y) / 24) * 24 + places[0][1].y
        assert dark(box.x + 2, line - 5, box.width - 4, 6) == (position < PROMPT), position


def test_the_legend_has_a_word_for_it(tab, museum, visit):
    legend = tab.view("Text").locator(".foot .prompt")
    expect(legend).to_have_text("prompt")
    other = visit(museum(True)).open()
    expect(other.view("Text").locator(".foot .prompt")).to_have_count(0)


def test_what_was_given_has_no_probability(tab):
    card = tab.card()
    for position, is_prompt, probable in (
        (4, True, False),
        (PROMPT - 1, True, True),
        (PROMPT, False, True),
    ):
        tab.page.mouse.move(*tab.characters()[position][1].middle)
        expect(card.locator(".head")).to_contain_text(f"token {position}")
        assert (", given" in card.locator(".head").inner_text()) == is_prompt
        came = card.locator("p", has_text="next came")
        expect(came).to_contain_text("with probability" if probable else ", given")
    tab.leave()
    tab.view("Text").get_by_label("Colour").select_option("probability")
    tab.until(lambda: tab.legend("Text").low == 0, "the legend is that of a probability")
    seen = [color for _, color in tab.grounds()]
    assert distance(seen[3], seen[PROMPT + 3]) > 20, "hatched, as what has no value"
    assert distance(seen[PROMPT - 1], seen[PROMPT + 3]) < 5
