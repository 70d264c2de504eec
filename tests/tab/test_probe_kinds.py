"""Tags, several outputs, teacher forcing and labelled windows in the tab.

Tiny models are recorded by the callback, and the tab is compared with `rv.load`.
"""

from __future__ import annotations

import re

import keras
import numpy as np
import pytest
from playwright.sync_api import expect

import tb_rnnviz as rv
from tests.server import tensorboard_server
from tests.tensorboard.test_probe_kinds import (
    LETTERS,
    PADDED,
    SERIES,
    labelled_windows,
    tags,
    teacher_forcing,
    two_outputs,
)

BANDS = """({ bands }) => bands.map(({ name, lines }) => {
    const values = (lines ?? []).map((line) => [line.name, [...line.series.values]]);
    return [name, Object.fromEntries(values)];
})"""


@pytest.fixture(scope="module")
def cases(tmp_path_factory):
    """Directory of the runs, and each case by the name of its run."""
    logs, recorded = tmp_path_factory.mktemp("kinds"), {}
    for make in (tags, two_outputs, teacher_forcing, labelled_windows):
        keras.utils.set_random_seed(0)
        case = recorded[make.__name__] = make()
        case.model.compile(loss=case.loss)
        rv.RNNVizCallback(logs / make.__name__, probes=[case.probe]).record(case.model, 0)
    return logs, recorded


@pytest.fixture(scope="module")
def board(cases):
    with tensorboard_server(cases[0]) as server:
        yield server


def chart(tab):
    return tab.frame.locator("rv-signal-chart")


def test_the_tags_of_tokens_are_on_their_cards_and_among_the_errors(new_tab, cases):
    logs, recorded = cases
    tab, recording = new_tab.open(run="tags/rnnviz"), rv.load(logs / "tags")
    tab.page.mouse.move(*tab.characters()[3][1].middle)
    card, step = tab.card(), (0, 3)
    expect(card).to_contain_text("its class is")
    expect(card).not_to_contain_text("next came")
    expect(card).to_contain_text(
        re.compile(rf"with probability\s*{recording.probability[step]:.2f}")
    )
    rows = card.get_by_label("What the model expected").locator("tr")
    expect(rows.locator("td:first-child")).to_have_text(recording.expected[step].tolist())
    tab.leave()
    tab.frame.get_by_role("tab", name="Errors").click()
    names = np.array(["a", "b", "c", "d"], object)[recorded["tags"].y]
    is_token = PADDED > 0
    wrong = (recording.expected[..., 0] != names)[is_token].sum()
    expect(tab.frame.locator("rv-errors-view")).to_contain_text(
        re.compile(rf"classes: {wrong} of\s+{is_token.sum()} tokens get another class")
    )


def test_of_several_outputs_the_one_that_is_named_is_drawn(new_tab, cases):
    tab = new_tab.open(wait=False, run="two_outputs/rnnviz")
    expect(chart(tab)).to_be_visible()
    model = cases[1]["two_outputs"].model
    numbers = np.asarray(model(SERIES)["numbers"])[0, :, 0]
    *_, (name, lines), (residual, _) = chart(tab).evaluate(BANDS)
    assert (name, residual) == ("speed", "residual")
    np.testing.assert_allclose(lines["output"], numbers, atol=1e-5)
    np.testing.assert_allclose(lines["target"], np.roll(SERIES, -1, axis=1)[0, :, 0], atol=1e-6)
    outputs = tab.frame.locator("rv-signal-view select").filter(has_text="heat")
    expect(outputs.locator("option")).to_have_text([re.compile("speed"), re.compile("heat")])


def test_the_steps_of_a_decoder_stand_under_the_target(new_tab, cases):
    logs, recorded = cases
    tab = new_tab.open(wait=False, run="teacher_forcing/rnnviz")
    pane = tab.frame.locator("rv-text-pane")
    source, target = recorded["teacher_forcing"].x
    expected = rv.load(logs / "teacher_forcing").expected[..., 0]
    expect(pane.locator(".sequence").first).to_have_text("source 0")
    lines = pane.locator(".line")
    for pair in range(2):
        expect(lines.nth(3 * pair)).to_have_text("".join(LETTERS[k] for k in source[pair]))
        expect(lines.nth(3 * pair + 1)).to_have_text("".join(LETTERS[k] for k in target[pair]))
        steps = int((target[pair] > 0).sum())
        output = pane.get_by_role("group", name=f"Output of pair {pair}")
        expect(output).to_have_text(re.compile("^" + "".join(expected[pair, :steps])))
    expect(tab.field("Layer").locator("option")).to_have_text(
        ["decoder · LSTMCell", "encoder · LSTMCell · source"]
    )


def test_windows_with_labels_are_counted_by_class(new_tab, cases):
    logs, recorded = cases
    tab = new_tab.open(wait=False, run="labelled_windows/rnnviz", sequence="1")
    expect(chart(tab)).to_be_visible()
    loaded, labels = rv.load(logs / "labelled_windows"), recorded["labelled_windows"].y
    predicted = np.argmax(loaded.outputs, axis=1)
    tab.frame.get_by_role("tab", name="Sequences").click()
    view = tab.frame.locator("rv-sequences-view")
    for label in range(3):
        for answer in range(3):
            count = int(((labels == label) & (predicted == answer)).sum())
            expect(view.locator(f"[data-cell='{label} {answer}']")).to_have_text(str(count))
    expect(view.get_by_role("img", name="Channels of sequence")).to_have_count(len(labels))
