"""Probe of several sequences: their names beside the text and with every token."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tb_rnnviz.log_format import RunWriter
from tests.server import tensorboard_server
from tests.tab import planted
from tests.tab.planted import TEXT
from tests.tab.test_pictures import assert_nothing_sticks_out

SEQUENCES = [TEXT[:63], "a fine day", TEXT[:33], TEXT * 12]
LABELS = [
    "positive",
    "negative <b>",
    "a label that is much too long to stand beside a text",
    "positive",
]


@pytest.fixture(scope="module")
def board(tmp_path_factory):
    logs = tmp_path_factory.mktemp("sequences")
    for run, labels in (("labelled", LABELS), ("unlabelled", None)):
        with RunWriter(logs / run) as writer:
            for step in range(2):
                planted.write(writer, step, [planted.several(SEQUENCES, step, labels)])
    with tensorboard_server(logs) as server:
        yield server


def names(tab):
    return tab.view("Text").locator(".sequence span")


def token(tab, position):
    tab.page.mouse.move(*tab.characters()[position][1].middle)


def test_every_sequence_has_its_label_beside_its_first_line(new_tab):
    tab = new_tab.open(run="labelled/rnnviz")
    expect(names(tab)).to_have_text(LABELS)
    places = tab.characters()
    first = 0
    for name, sequence in zip(names(tab).all(), SEQUENCES, strict=True):
        label, letter = tab.box(name), places[first][1]
        assert abs(label.y - letter.y) < 6 and label.x + label.width < letter.x
        first += len(sequence)
    assert "".join(character for character, _ in places).startswith("".join(SEQUENCES[:3]))
    assert_nothing_sticks_out(tab)


def test_a_long_label_ends_in_dots_and_is_whole_on_the_card(new_tab):
    tab = new_tab.open(run="labelled/rnnviz")
    name = names(tab).nth(2)
    assert name.evaluate("(e) => e.scrollWidth > e.clientWidth")
    assert LABELS[2] in name.get_attribute("title")
    token(tab, len(SEQUENCES[0]) + len(SEQUENCES[1]) + 4)
    expect(tab.card().locator(".head")).to_contain_text("token 4 of sequence 2")
    expect(tab.card().locator(".label")).to_have_text(LABELS[2])


def test_the_read_out_of_the_heatmap_says_of_which_sequence_a_token_is(new_tab):
    tab = new_tab.open(run="labelled/rnnviz")
    token(tab, len(SEQUENCES[0]) + 2)
    readout = tab.view("Heatmap").locator(".readout")
    expect(readout).to_contain_text(f"token 2 of sequence 1, {LABELS[1]}")


def test_a_label_stays_while_its_sequence_is_in_sight(new_tab):
    tab = new_tab.open(run="labelled/rnnviz")
    scroller = tab.frame.locator("rv-text-pane .scroller")
    scroller.evaluate("(e) => e.scrollTo(0, e.scrollHeight)")
    expect(names(tab)).to_have_text([LABELS[3]])
    assert abs(tab.box(names(tab)).y - tab.box(scroller).y) < 6


def test_labels_are_not_copied(new_tab):
    tab = new_tab.open(run="labelled/rnnviz")
    tab.context.grant_permissions(["clipboard-read", "clipboard-write"])
    places = tab.characters()
    first, last = places[3][1], places[len(SEQUENCES[0]) + 5][1]
    tab.page.mouse.move(first.x + 1, first.y + 8)
    tab.page.mouse.down()
    tab.page.mouse.move(last.x + 1, last.y + 8, steps=8)
    tab.page.mouse.up()
    tab.page.keyboard.press("Control+C")
    copied = tab.page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(SEQUENCES[0][3:]) and SEQUENCES[1][:4] in copied
    assert "positive" not in copied and "negative" not in copied


def test_without_labels_sequences_have_numbers(new_tab):
    tab = new_tab.open(run="unlabelled/rnnviz")
    expect(names(tab)).to_have_text(["0", "1", "2", "3"])
    token(tab, len(SEQUENCES[0]))
    expect(tab.card().locator(".head")).to_contain_text("token 0 of sequence 1")
    expect(tab.card().locator(".label")).to_have_count(0)


def test_one_sequence_without_a_label_has_nothing_before_it(museum_tab):
    expect(names(museum_tab)).to_have_count(0)
