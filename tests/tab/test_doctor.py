"""Diagnoses are a quiet note; their units are a click away."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tb_rnnviz.core.diagnosis import Diagnosis
from tb_rnnviz.log_format import RunWriter
from tests.server import tensorboard_server
from tests.tab import planted
from tests.tab.planted import TEXT

MARKUP = "<img src=x onerror=top.boom=1>"


def entry(severity, code, quantity, units, concerned):
    where = {"layer": "lstm", "quantity": quantity, "units": units, "concerned": concerned}
    words = {
        "title": f"title {code}",
        "evidence": f"{MARKUP} {code}",
        "why": "Why.",
        "advice": "Do.",
    }
    return {"code": code, "severity": severity, **where, **words}


FOUND = [
    entry("note", "RNV010", "hidden_state", list(range(12)), 200),
    entry("warning", "RNV006", "forget_gate", [3, 9], 2),
    entry("error", "RNV001", None, [], 12),
]


LEFT_OUT = [{"what": "reading", "steps": [5, 6, 7], "quantities": None, "reason": "no time"}]
"""A note beside it takes room, too."""


def examine(report):
    return report.with_digest(doctor=tuple(Diagnosis.from_json(entry) for entry in FOUND))


@pytest.fixture(scope="module")
def board(tmp_path_factory):
    logs = tmp_path_factory.mktemp("doctor")
    with RunWriter(logs / "ill") as writer:
        for step, more in ((0, None), (1, examine)):
            one = planted.recording(TEXT, planted.activity(TEXT, 2))
            planted.write(writer, step, [one], add_evidence=more, left_out=LEFT_OUT)
    with tensorboard_server(logs) as server:
        yield server


def test_it_counts_by_severity_and_says_all_when_opened(tab):
    note = tab.frame.locator("rv-doctor")
    expect(note.locator("summary")).to_have_text(re.compile("doctor: 1 error, 1 warning, 1 note"))
    listed = note.get_by_role("list", name="Doctor at epoch 1")
    expect(listed).to_be_hidden()
    note.locator("summary").click()
    expect(listed.get_by_role("listitem")).to_have_text(
        [
            re.compile(rf"error\s+Title RNV001\s+RNV001\s+lstm\s+all units\s+{MARKUP} RNV001"),
            re.compile(r"warning\s+Title RNV006.*lstm forget gate\s+units\s+3\s*9\s", re.DOTALL),
            re.compile(r"note\s+Title RNV010.*and 188 more.*Why\. Do\.", re.DOTALL),
        ]
    )
    box, window = tab.box(listed), tab.page.viewport_size
    assert box.x >= 0 and box.x + box.width <= window["width"]
    tab.press("Escape")
    expect(listed).to_be_hidden()
    assert tab.page.evaluate("window.boom") is None


def test_a_unit_is_a_click_away(tab):
    note = tab.frame.locator("rv-doctor")
    note.locator("summary").click()
    note.get_by_role("listitem").nth(1).get_by_role("button", name="Unit 9", exact=True).click()
    expect(tab.unit).to_have_value("9")
    expect(tab.field("Quantity")).to_have_value("forget_gate")
    expect(note.get_by_role("list")).to_be_hidden()


def test_where_nothing_was_found_nothing_is_said(new_tab):
    tab = new_tab.open(step=0)
    expect(tab.frame.locator("rv-doctor summary")).to_have_count(0)


@pytest.mark.parametrize("width", [600, 700])
def test_in_a_narrow_window_it_keeps_within_it(tab, width):
    tab.resize(width, 800)
    tab.frame.locator("rv-doctor summary").click()
    listed = tab.frame.locator("rv-doctor").get_by_role("list")
    box = tab.box(listed)
    assert box.x >= 0 and box.x + box.width <= width
