"""Notes on missing data: steps and quantities skipped by a budget, the first NaN."""

from __future__ import annotations

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from tb_rnnviz.log_format import RunWriter
from tests.server import tensorboard_server
from tests.tab import planted
from tests.tab.planted import SPACES, TEXT

STEPS, HELD, UNREAD = 12, (0, 1, 3, 7, 11), (8, 9)
ROOM = "activity of 5 steps fits into 5 MB a run"
TIME = "recordings may take 0.03 of the time of training"
DROPPED = "left out of the log: the budget is 5 MB a run <b>&amp;</b>"
LOST_UNIT, LOST_TOKEN = 4, 17
"""Location of the first value that is not a number."""


def entry(what, steps, reason):
    return {"what": what, "steps": list(steps), "quantities": None, "reason": reason}


def first_nan(step):
    where = {"layer": "lstm", "quantity": "forget_gate", "unit": LOST_UNIT, "token": LOST_TOKEN}
    return {"step": step, **where, "text": TEXT[LOST_TOKEN]}


@pytest.fixture(scope="module")
def board(tmp_path_factory):
    """Runs with a budget; some have a NaN at a step with activity or without."""
    logs = tmp_path_factory.mktemp("budget")
    for run, lost in (("recorded", 3), ("not_recorded", 5), ("never_recorded", STEPS)):
        with RunWriter(logs / run) as writer:
            for step in range(STEPS + (run == "never_recorded")):
                if step in UNREAD:
                    continue
                hidden = planted.activity(TEXT, step)
                if step >= lost:
                    hidden[0, LOST_TOKEN:, LOST_UNIT] = np.nan
                one = planted.recording(TEXT, hidden)
                one.absent["lstm", "candidate"] = DROPPED
                left_out = [] if step in HELD else [entry("activity", [step], ROOM)]
                left_out += [entry("reading", UNREAD, TIME)] if step == 10 else []
                planted.write(
                    writer,
                    step,
                    [one],
                    keep=None if step in HELD else (),
                    left_out=left_out,
                    nan=first_nan(lost) if step >= lost else None,
                )
    with tensorboard_server(logs) as server:
        yield server


def test_where_nothing_is_left_out_nothing_is_said(museum_tab):
    tab = museum_tab
    expect(tab.frame.locator("rv-left-out summary")).to_have_count(0)
    expect(tab.frame.get_by_role("alert")).to_have_count(0)
    expect(tab.field("Quantity").locator("option:disabled")).to_have_count(0)


def test_the_note_says_what_is_missing_and_why(new_tab):
    tab = new_tab.open(run="recorded/rnnviz")
    note = tab.frame.locator("rv-left-out")
    expect(note.locator("summary")).to_have_text(re.compile("left out: 7 epochs, 1 quantity"))
    listed = note.get_by_role("list", name="Left out")
    expect(listed).to_be_hidden()
    note.locator("summary").click()
    expect(listed.get_by_role("listitem")).to_have_text(
        [
            re.compile(rf"Epochs 2, 4–6, 10: no text, activity or spectra\s+– {ROOM}"),
            re.compile(rf"Epochs 8–9: not read\s+– {TIME}"),
            re.compile(rf"lstm candidate: not recorded\s+– {re.escape(DROPPED)}"),
        ]
    )
    box, window = tab.box(listed), tab.page.viewport_size
    assert box.x >= 0 and box.x + box.width <= window["width"]
    tab.press("Escape")
    expect(listed).to_be_hidden()
    note.locator("summary").click()
    tab.page.mouse.click(*tab.characters()[3][1].middle)
    expect(listed).to_be_hidden()


def test_a_quantity_that_no_step_has_is_named_where_it_would_be_chosen(new_tab):
    tab = new_tab.open(run="recorded/rnnviz")
    absent = tab.field("Quantity").locator("option:disabled")
    expect(absent).to_have_text(["candidate · not recorded"])


def test_the_slider_passes_over_steps_that_cannot_be_shown(new_tab):
    tab = new_tab.open(run="recorded/rnnviz", step=1)
    assert tab.epoch == "epoch 1"
    tab.slider.focus()
    for key, epoch in (("ArrowRight", 3), ("ArrowRight", 7), ("ArrowLeft", 3), ("End", 11)):
        tab.page.keyboard.press(key)
        expect(tab.slider).to_have_attribute("aria-valuetext", f"epoch {epoch}")
        tab.wait_for_text()
    read = [step for step in range(STEPS) if step not in UNREAD]
    tab.slider.fill(str(read.index(6)))
    expect(tab.slider).to_have_attribute("aria-valuetext", "epoch 7")
    expect(tab.slider).to_have_value(str(read.index(7)))
    tab.press("ArrowLeft", "ArrowLeft", "ArrowLeft", "ArrowLeft")
    expect(tab.slider).to_have_attribute("aria-valuetext", "epoch 0")


def test_the_slider_is_hollow_where_nothing_can_be_shown(new_tab):
    tab = new_tab.open(run="recorded/rnnviz")
    box = tab.box(tab.slider)
    tab.leave()
    screen = tab.picture(box)
    read = [step for step in range(STEPS) if step not in UNREAD]
    for index, step in enumerate(read[:-1]):
        x = 8 + (box.width - 16) * index / (len(read) - 1)
        column = screen[:, round(x)].astype(int).mean(axis=1)
        middle = column[len(column) // 2]
        ring = column.min() < 160
        assert (middle > 250 and ring) == (step not in HELD), f"epoch {step}"


def test_the_loss_of_steps_without_activity_is_there(new_tab):
    tab = new_tab.open(run="recorded/rnnviz")
    path = tab.frame.locator("rv-epoch-bar svg path:not([class])").last
    assert path.get_attribute("d").count("L") == STEPS - len(UNREAD) - 1


def test_the_first_value_that_is_no_number_is_a_click_away(new_tab):
    tab = new_tab.open(run="recorded/rnnviz", step=0)
    alert = tab.frame.get_by_role("alert")
    expect(alert).to_contain_text("epoch 3, lstm forget gate, unit 4, token 17 “o”")
    alert.get_by_role("button").first.click()
    expect(tab.slider).to_have_attribute("aria-valuetext", "epoch 3")
    expect(tab.unit).to_have_value(str(LOST_UNIT))
    assert tab.field("Quantity").input_value() == "forget_gate"
    card = tab.card()
    expect(card.locator(".head")).to_contain_text(f"token {LOST_TOKEN}")
    expect(card.locator("tr.chosen .value").first).to_have_text("not a number")
    alert.get_by_role("button", name="Close").click()
    expect(alert).to_have_count(0)


def test_where_its_step_is_not_there_the_next_one_shows_it(new_tab):
    tab = new_tab.open(run="not_recorded/rnnviz")
    alert = tab.frame.get_by_role("alert")
    expect(alert).to_contain_text("Epoch 5 holds no activity; the next that does is epoch 7.")
    alert.get_by_role("button").first.click()
    expect(tab.slider).to_have_attribute("aria-valuetext", "epoch 7")
    expect(tab.card().locator("tr.chosen .value").first).to_have_text("not a number")


def test_where_no_step_shows_it_the_place_is_shown(new_tab):
    tab = new_tab.open(run="never_recorded/rnnviz", step=3)
    alert = tab.frame.get_by_role("alert")
    expect(alert).to_contain_text(f"Epoch {STEPS} holds no activity.")
    alert.get_by_role("button").first.click()
    expect(tab.unit).to_have_value(str(LOST_UNIT))
    assert tab.epoch == "epoch 3" and LOST_UNIT != SPACES
    expect(tab.card().locator(".head")).to_contain_text(f"token {LOST_TOKEN}")
