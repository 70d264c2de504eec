"""View Sequences: confusion matrix, table, an open sequence, units of a jump."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from playwright.sync_api import expect

from tb_rnnviz.log_format import RunWriter
from tb_rnnviz.recording import Recording
from tests.server import Server, tensorboard_server
from tests.tab import planted
from tests.tab.driver import Tab
from tests.tab.test_accessible import problems
from tests.tab.test_pictures import assert_nothing_sticks_out

CLASSES = ["minus", "plus"]
WORDS = "an awful film but a good cast".split()
SEQUENCES = 40
STEPS = 3
JUMPER, AT = 3, 5
"""Unit that jumps at one word of every sequence, where the prediction turns."""


def classified(step: int) -> Recording:
    """Sequences predicted plus from a word on; every fourth is labelled minus."""
    labels = [CLASSES[k % 4 > 0] for k in range(SEQUENCES)]
    recording = planted.several([WORDS] * SEQUENCES, step, labels)
    hidden = recording["lstm"]["hidden_state"]
    hidden[...] = np.random.default_rng(step).normal(0, 0.02, hidden.shape)
    hidden[:, AT:, JUMPER] += 0.8
    plus = np.where(np.arange(len(WORDS)) < AT, 0.25, 0.75)
    if step == 0:
        plus = 1 - plus
    recording.class_probability = np.tile(
        np.stack([1 - plus, plus], axis=1)[None], (SEQUENCES, 1, 1)
    ).astype(np.float32)
    recording.classes, recording.method = CLASSES, "head"
    return recording


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    logs = tmp_path_factory.mktemp("sequences")
    with RunWriter(logs / "run1") as writer:
        for step in range(STEPS):
            planted.write(writer, step, [classified(step)])
    with tensorboard_server(logs, True) as started:
        yield started


@pytest.fixture
def tab(server: Server, visit: Callable[..., Tab]) -> Tab:
    return visit(server).open(step=2)


def rows(view):
    return view.locator("rv-sequence-list .row")


def test_a_cell_of_the_confusion_matrix_selects_its_sequences(tab: Tab) -> None:
    view = tab.show("Sequences")
    expect(view.locator("[data-cell='0 1']")).to_have_text("10")
    view.locator("[data-cell='0 1']").click()
    expect(view.locator("[role=status]")).to_have_text("10")
    expect(rows(view).first.locator("span").nth(1)).to_have_text("minus")
    assert tab.address["sequencelabel"] == "minus"
    expect(view.locator("rv-line-chart")).to_have_count(3)


def test_a_sequence_is_opened_by_keys_and_read_out(tab: Tab) -> None:
    view = tab.show("Sequences")
    view.locator("rv-sequence-list [role=grid]").focus()
    for key in ("ArrowDown", "ArrowDown", "Enter"):
        tab.press(key)
    opened = view.locator("rv-opened-sequence")
    expect(view.locator(".opened-head")).to_contain_text("Sequence 1 · label plus, predicted plus")
    expect(view.locator(".opened-head")).to_contain_text(f"decided at step {AT}")
    expect(opened.locator(".word.jump.turn")).to_have_text([WORDS[AT]])
    expect(opened.locator(".units")).to_contain_text(f"Step {AT} {WORDS[AT]} was made by")
    expect(opened.locator(".units button").first).to_contain_text(f"unit {JUMPER}")
    tab.press("ArrowDown")
    expect(view.locator(".opened-head")).to_contain_text("Sequence 2")


def test_the_unit_of_a_jump_is_one_press_from_the_unit_view(tab: Tab) -> None:
    view = tab.show("Sequences")
    rows(view).first.click()
    view.locator("rv-opened-sequence .units button").first.click()
    assert tab.address["unit"] == str(JUMPER)


def test_the_table_is_sorted_and_filtered_and_the_link_says_so(tab: Tab) -> None:
    view = tab.show("Sequences")
    view.get_by_role("button", name="Wrong only").click()
    expect(view.locator("[role=status]")).to_have_text("10")
    view.locator("[data-column=sequence] button").click()
    view.locator("[data-column=sequence] button").click()
    expect(rows(view).first.locator("span").first).to_have_text("36")
    assert tab.address["sequencewrong"] == "only"
    assert tab.address["sequencesort"] == "sequence"


def test_pinned_sequences_are_compared_on_one_axis_and_stay_in_the_link(tab: Tab) -> None:
    view = tab.show("Sequences")
    rows(view).nth(1).locator(".pin").click()
    tab.press("ArrowDown", "ArrowDown", " ")
    pinned = view.locator("rv-pinned-sequences")
    expect(pinned.locator("[data-pinned]")).to_have_count(2)
    assert tab.address["sequencepins"] == "1 3"
    pinned.locator("[data-pinned='3'] svg").focus()
    tab.press("Home")
    expect(pinned.locator(".now")).to_have_text(["step 0 an minus 75 %"] * 2)
    pinned.get_by_label("Remove sequence 1").click()
    expect(pinned.locator("[data-pinned]")).to_have_count(1)


@pytest.mark.parametrize("width", [600, 1600])
def test_nothing_sticks_out_of_an_open_sequence(
    server: Server, visit: Callable[..., Tab], width: int
) -> None:
    tab = visit(server, width=width, height=900).open(step=2, sequence="1", sequencepins="1 2 3")
    view = tab.show("Sequences")
    expect(view.locator("rv-steps-chart svg")).to_be_visible()
    assert_nothing_sticks_out(tab)


@pytest.mark.parametrize("dark", [False, True], ids=["day", "night"])
def test_axe_finds_nothing_serious_in_an_open_sequence(
    visit: Callable[..., Tab], server: Server, dark: bool
) -> None:
    tab = visit(server).open(step=2, sequence=4, sequencepins="4 5")
    tab.page.evaluate("(on) => document.body.classList.toggle('dark-mode', on)", dark)
    tab.show("Sequences")
    assert problems(tab) == []
