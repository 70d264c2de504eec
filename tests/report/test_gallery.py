"""Gallery of a recording with planted units: kinds, stretches, tokens, names."""

import numpy as np
import pytest

from tb_rnnviz.core.digest import Digest
from tb_rnnviz.features import InsideBrackets, LinePosition, Literal
from tb_rnnviz.log_format.digest import decode_digest, encode_digest
from tb_rnnviz.recording import LayerActivity, Recording
from tb_rnnviz.report.gallery import CARDS
from tb_rnnviz.report.report import report

BRACKETS, LINE, FREE, SPIKE, NOISE, DEAD = range(6)


def text(rng: np.random.Generator, lines: int = 120) -> str:
    """Lines of random letters with brackets around some of them."""
    parts = []
    for _ in range(lines):
        before, inside, after = ("".join(rng.choice(list("abcd "), n)) for n in (8, 14, 6))
        parts.append(f"{before}({inside}){after}\n")
    return "".join(parts)


@pytest.fixture(scope="module")
def planted() -> tuple[Recording, str]:
    """A layer whose cell states switch, count and spike; its tokens."""
    rng = np.random.default_rng(0)
    tokens = text(rng)
    steps = len(tokens)
    depth = np.cumsum([(c == "(") - (c == ")") for c in tokens])
    since = np.array([steps - 1] * steps)
    column = 0
    for t, token in enumerate(tokens):
        column = 0 if token == "\n" else column + 1
        since[t] = column
    flips = np.cumsum(rng.random(steps) < 0.02) % 2
    cell = np.zeros((steps, 6))
    cell[:, BRACKETS] = np.where(depth > 0, 3.0, -3.0)
    cell[:, LINE] = since / 40
    cell[:, FREE] = np.where(flips, 2.0, -0.5)
    cell[:, SPIKE] = np.where(rng.random(steps) < 0.02, 3.0, 0.0)
    cell[:, :4] += rng.normal(size=(steps, 4)) * 0.05
    cell[:, NOISE] = rng.normal(size=steps)
    mask = np.ones((1, steps), bool)
    layer = LayerActivity("lstm", "LSTMCell", {"cell_state": cell[None]}, {}, mask, [steps])
    return Recording([layer], [steps], tokens=[list(tokens)], probe="planted"), tokens


@pytest.fixture(scope="module")
def digest(planted) -> Digest:
    features = [InsideBrackets("inside brackets"), LinePosition("column"), Literal("a", "a")]
    return report(planted[0], features).digest


def card(digest: Digest, unit: int):
    return next(card for card in digest.gallery if card.unit == unit)


def test_kinds_list_every_unit_that_is_not_mixed(digest):
    assert digest.kinds == {
        "lstm": {
            "cell_state": {
                "switch": [BRACKETS, FREE],
                "counter": [LINE],
                "detector": [SPIKE],
                "dead": [DEAD],
            }
        }
    }


def test_a_switch_shows_the_text_where_it_is_on_and_the_tokens_that_turn_it(digest, planted):
    _, tokens = planted
    switch = card(digest, BRACKETS)
    assert switch.kind == "switch" and switch.layer == "lstm" and switch.quantity == "cell_state"
    assert {tokens[first] for first, _ in switch.stretches} == {"("}
    assert {tokens[end] for _, end in switch.stretches} == {")"}
    (on,), (off,) = switch.on, switch.off
    assert (on.token, on.count, on.occurrences) == ("(", 120, 120)
    assert (off.token, off.count, off.occurrences) == (")", 120, 120)


def test_a_unit_is_named_after_the_feature_that_it_overlaps_with(digest):
    (name,) = card(digest, BRACKETS).names
    assert name.feature == "inside brackets" and name.overlap > 0.9


def test_a_switch_that_no_feature_overlaps_with_has_no_name(digest):
    unknown = card(digest, FREE)
    assert unknown.kind == "switch" and unknown.names == ()
    assert unknown.numbers["separation"] > 0.9


def test_a_counter_is_named_after_the_number_that_it_follows_and_shows_its_resets(digest, planted):
    counter = card(digest, LINE)
    assert counter.names[0].feature == "column" and counter.names[0].overlap > 0.95
    assert [(token.token, token.count) for token in counter.on] == [("\n", 120)]
    assert all(planted[1][first] == "\n" for first, _ in counter.stretches)


def test_noise_and_dead_units_are_not_in_the_gallery(digest):
    assert {one.unit for one in digest.gallery} == {BRACKETS, LINE, FREE, SPIKE}


def test_hidden_and_cell_state_of_a_unit_stand_there_once():
    rng = np.random.default_rng(1)
    steps = 1500
    states = (
        np.cumsum(rng.random((steps, 30)) < 0.03, axis=0) % 2 + rng.normal(size=(steps, 30)) / 9
    )
    quantities = {"hidden_state": states[None] * 0.7, "cell_state": states[None]}
    layer = LayerActivity("lstm", "LSTMCell", quantities, {}, np.ones((1, steps), bool), [steps])
    tokens = [list(rng.choice(list("ab "), steps))]
    digest = report(Recording([layer], [steps], tokens=tokens, probe="many"), []).digest
    assert len(digest.gallery) == CARDS["switch"] == len({one.unit for one in digest.gallery})
    assert len(digest.kinds["lstm"]["hidden_state"]["switch"]) > CARDS["switch"]


def test_masked_tokens_do_not_move_the_stretches(planted):
    recording, tokens = planted
    steps = len(tokens)
    mask = np.ones((1, steps), bool)
    mask[0, :50] = False
    cell = recording["lstm"]["cell_state"].copy()
    cell[~mask] = np.nan
    layer = LayerActivity("lstm", "LSTMCell", {"cell_state": cell}, {}, mask, [steps])
    masked = Recording([layer], [steps], tokens=[list(tokens)], probe="masked")
    switch = card(report(masked, []).digest, BRACKETS)
    assert {tokens[first] for first, _ in switch.stretches} == {"("}


def test_the_log_returns_kinds_and_gallery_as_they_were(digest):
    content = decode_digest(encode_digest(digest.to_json())).content
    read = Digest.from_json(content)
    assert read.gallery == digest.gallery and read.kinds == digest.kinds
