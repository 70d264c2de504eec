"""View States: common axes, hover, brush, trajectories, figures, empty states."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, expect

from tb_rnnviz.log_format import RunWriter
from tests.planted_logs import one_layer
from tests.server import Server, tensorboard_server
from tests.tab import planted
from tests.tab.driver import Tab
from tests.tab.test_accessible import problems
from tests.tab.test_frame import download
from tests.tab.test_pictures import assert_nothing_sticks_out

WORDS = "an awful film but a good cast".split()
SEQUENCES, STEPS = 30, 3
LABELS = ["minus", "plus"]
RUN = "run1/rnnviz"


def classified(step: int):
    """Sequences whose states go to the right from the word "good" on if labelled plus."""
    labels = [LABELS[k % 2] for k in range(SEQUENCES)]
    recording = planted.several([WORDS] * SEQUENCES, step, labels)
    hidden = recording["lstm"]["hidden_state"]
    hidden[...] = np.random.default_rng(step).normal(0, 0.05, hidden.shape)
    hidden[1::2, 5:, 3] += 0.3 * step
    plus = np.where(
        (np.arange(len(WORDS)) >= 5) & (np.arange(SEQUENCES) % 2 == 1)[:, None], 0.9, 0.1
    )
    recording.class_probability = np.stack([1 - plus, plus], axis=2).astype(np.float32)
    recording.classes, recording.method = LABELS, "head"
    return recording


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    logs = tmp_path_factory.mktemp("states")
    flat = np.full((1, len(WORDS), 6), 0.5, np.float32)
    with RunWriter(logs / "flat") as writer:
        planted.write(
            writer, 0, [one_layer([WORDS], planted.gated(flat), {"forget_gate": "retain"})]
        )
    with RunWriter(logs / "run1") as writer:
        for step in range(STEPS):
            planted.write(writer, step, [classified(step)])
    with tensorboard_server(logs, True) as started:
        yield started


@pytest.fixture
def tab(new_tab: Tab) -> Tab:
    return new_tab.open(run=RUN, step=2, quantity="hidden_state", feature="letter e")


def shown(tab: Tab, index: int = 0) -> Locator:
    tab.show("States")
    view = tab.frame.locator("rv-states-view").nth(index)
    expect(view.locator("rv-state-scatter canvas")).to_be_visible()
    return view


def titles(view: Locator) -> list[str]:
    texts = view.locator("rv-state-scatter svg.ground text").all_text_contents()
    return [text for text in texts if text.startswith("component")]


def plot(tab: Tab, view: Locator):
    return tab.box(view.locator("rv-state-scatter svg.points"))


def drag(tab: Tab, box, share: float) -> None:
    """Drags over the left part of the plot."""
    tab.page.mouse.move(box.x + 45, box.y + 20)
    tab.page.mouse.down()
    tab.page.mouse.move(box.x + share * box.width, box.y + box.height - 40, steps=4)
    tab.page.mouse.up()


def test_axes_have_the_explained_variance_and_stay_while_the_epoch_changes(tab: Tab) -> None:
    view = shown(tab)
    before = titles(view)
    assert len(before) == 2
    assert re.fullmatch(r"component 1 \(\d+ % of the variance\)", before[0])
    expect(view.locator(".notes")).to_contain_text("states (epochs 0–2)")
    pixels = tab.picture(plot(tab, view))
    tab.slider.focus()
    tab.slider.press("ArrowLeft")
    expect(tab.slider).to_have_attribute("aria-valuetext", "epoch 1")
    tab.until(lambda: not view.locator(".old").count(), "the points have moved")
    tab.settle()
    assert titles(view) == before
    assert (tab.picture(plot(tab, view)) != pixels).any()


def test_a_state_is_pointed_at_by_keys_in_every_view_and_kept(tab: Tab) -> None:
    view = shown(tab)
    view.locator("rv-state-scatter svg.points").focus()
    tab.press("Home", "ArrowRight", "ArrowRight")
    expect(view.locator(".readout")).to_contain_text("token 2 of sequence 0, minus film minus")
    expect(view.locator(".trail")).to_have_count(1)
    expect(view.locator("rv-state-scatter .tooltip")).to_contain_text("film")
    tab.press("Enter")
    assert (tab.address["token"], tab.address["sequence"]) == ("2", "0")
    expect(view.locator("circle.pinned")).to_be_visible()
    tab.press("End", "Shift+Enter")
    assert tab.address["statessequences"] == str(SEQUENCES - 1)
    expect(view.locator("rv-state-scatter g title").first).to_have_text("sequence 0")
    expect(view.locator(".trail")).to_have_count(3)


def test_a_token_that_is_pointed_at_in_the_text_is_marked(tab: Tab) -> None:
    view = shown(tab)
    tab.page.mouse.move(*tab.characters()[1][1].middle)
    expect(view.locator("circle.ring").last).to_be_visible()
    expect(view.locator(".readout")).to_contain_text("token 0 of sequence 0")


def test_dragging_selects_states_and_lists_their_tokens(tab: Tab) -> None:
    view = shown(tab)
    text = tab.picture(tab.box(tab.view("Text")))
    drag(tab, plot(tab, view), 0.5)
    section = view.get_by_role("region", name="Chosen states")
    expect(section.locator("h3")).to_contain_text(f"of {SEQUENCES * len(WORDS)} states")
    expect(section.locator("table").first).to_contain_text("an")
    assert len(tab.address["statesbrush"].split()) == 4
    tab.settle()
    assert (tab.picture(tab.box(tab.view("Text"))) != text).any(), "they are marked in the text"
    section.get_by_role("button", name="Clear").click()
    expect(section).to_have_count(0)
    assert "statesbrush" not in tab.address


def test_a_link_brings_everything_back(new_tab: Tab) -> None:
    words = {
        "statescolor": "class",
        "statesaxes": "1 3",
        "statespoints": "last",
        "statesbrush": "0.1 -5 5 5",
        "statescurves": "on",
    }
    tab = new_tab
    tab.open(False, run=RUN, step=2, quantity="hidden_state", enlarged="states", **words)
    view = tab.frame.locator("rv-states-view")
    expect(view.get_by_role("region", name="Chosen states")).to_contain_text("label plus 100 %")
    expect(view.locator("h3").first).to_contain_text(f"{SEQUENCES // 2} of {SEQUENCES} states")
    expect(view.locator("rv-line-chart")).to_have_count(2)
    assert titles(view)[0].startswith("component 1") and titles(view)[1].startswith("component 3")
    assert words.items() <= tab.address.items()


def test_a_linear_probe_reads_the_label_on_demand(tab: Tab) -> None:
    view = shown(tab)
    view.get_by_role("button", name="Read the label").click()
    probe = view.locator("rv-linear-probe table")
    expect(probe).to_contain_text("lstm hidden state")
    expect(probe.get_by_role("button", name=re.compile("^3: "))).to_be_visible()


def test_compared_recordings_have_the_same_axes(new_tab: Tab) -> None:
    tab = new_tab
    recordings = {"run": RUN, "step": 2, "compare": RUN, "comparestep": 0}
    tab.open(False, **recordings, quantity="hidden_state", enlarged="states")
    views = tab.frame.locator("rv-states-view")
    expect(views).to_have_count(2)
    expect(views.locator("rv-state-scatter canvas")).to_have_count(2)
    ticks = [views.nth(k).locator("svg.ground text").all_text_contents() for k in range(2)]
    assert ticks[0] == ticks[1]


def test_equal_states_are_a_sentence(new_tab: Tab) -> None:
    tab = new_tab.open(run="flat/rnnviz", quantity="hidden_state")
    expect(tab.show("States")).to_contain_text("All states are equal")
    expect(tab.view("States")).to_contain_text("all equal")


def test_numbers_and_picture_are_exported(tab: Tab) -> None:
    shown(tab)
    menu = tab.menu("States")
    _, data = download(tab, menu.get_by_role("button", name="Numbers (CSV)").click)
    head, *rows = data.decode().splitlines()
    assert head.startswith("token,sequence,word,component 1,component 2,component 3,prediction")
    assert len(rows) == SEQUENCES * len(WORDS)
    menu = tab.menu("States")
    _, picture = download(tab, menu.get_by_role("button", name="Picture (PNG)").click)
    image = Image.open(io.BytesIO(picture))
    assert image.text["Description"].startswith("States · run run1 · epoch 2")
    assert np.asarray(image.convert("RGB")).std() > 2


@pytest.mark.parametrize("width", [600, 1600])
def test_nothing_sticks_out(tab: Tab, width: int) -> None:
    tab.resize(width, 900)
    shown(tab)
    assert_nothing_sticks_out(tab)


@pytest.mark.parametrize("dark", [False, True], ids=["day", "night"])
def test_axe_finds_nothing_serious(new_tab: Tab, dark: bool) -> None:
    tab = new_tab.open(run=RUN, step=2, quantity="hidden_state", statesbrush="-1 -1 0 1")
    tab.page.evaluate("(on) => document.body.classList.toggle('dark-mode', on)", dark)
    try:
        shown(tab)
        assert problems(tab) == []
    finally:
        tab.page.evaluate("() => document.body.classList.remove('dark-mode')")
