"""Evidence beside a finding; the reason for evidence that was not measured."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tb_rnnviz.features import Literal
from tb_rnnviz.log_format import RunWriter
from tests.server import tensorboard_server
from tests.tab import planted
from tests.tab.planted import LETTER_E, SPACES, TEXT

USED = {"effect": 0.31, "low": 0.2, "high": 0.44, "on": 0.33, "off": 0.02}
NOT_USED = {"effect": 0.03, "low": -0.01, "high": 0.07, "on": 0.05, "off": 0.02}
MARKUP = "RuntimeError: <img src=x onerror=top.boom=1>"


def causes(report):
    """As the callback adds them: the unit of the spaces is used, that of the e is not."""
    numbers = {("space", SPACES): USED, ("letter e", LETTER_E): NOT_USED}
    return planted.with_ablation_effects(report, numbers)


def no_causes(report):
    return report.with_digest(causal_note=MARKUP)


@pytest.fixture(scope="module")
def board(tmp_path_factory):
    logs = tmp_path_factory.mktemp("evidence")
    features = (*planted.FEATURES, Literal("a", "a"))
    for run, more in (("causes", causes), ("note", no_causes)):
        with RunWriter(logs / run) as writer:
            one = planted.recording(TEXT, planted.activity(TEXT, 2))
            planted.write(writer, 2, [one], features, add_evidence=more)
    with tensorboard_server(logs) as server:
        yield server


def at(tab, run, unit, feature, **more):
    words = {"layer": "lstm", "quantity": "hidden_state"} | more
    return tab.open(run=f"{run}/rnnviz", unit=unit, feature=feature, **words)


def evidence(tab):
    return tab.view("Findings").locator(".evidence").first


def test_goes_with_and_is_used_for_stand_beside_each_other(new_tab):
    tab = at(new_tab, "causes", SPACES, "space")
    goes, used = evidence(tab).locator(".both > div").all()
    expect(goes).to_contain_text("association")
    expect(goes).to_contain_text(re.compile(r"effect\s*\+\d"))
    expect(goes).to_contain_text(
        re.compile(r"p_family.*p_exact.*AUC.*partial effect\s*\+\d", re.DOTALL)
    )
    expect(used).to_contain_text("ablation effect")
    expect(used).to_contain_text(
        "without it +0.310 nats [0.200, 0.440] on the feature’s tokens against the rest"
    )
    left, right = tab.box(goes), tab.box(used)
    assert left.y == right.y and left.x + left.width <= right.x


def test_what_is_not_used_says_that_the_interval_includes_0(new_tab):
    tab = at(new_tab, "causes", LETTER_E, "letter e")
    expect(evidence(tab)).to_contain_text(
        re.compile(
            r"not used\s*without it \+0\.030 nats; the interval \[−0\.010, 0\.070\] includes 0"
        )
    )


def test_the_line_of_a_finding_says_what_it_does_and_whether_it_is_used(new_tab):
    tab = at(new_tab, "causes", SPACES, "space")
    line = tab.view("Findings").locator(".finding[aria-pressed=true]")
    expect(line.locator(".brief")).to_have_text(re.compile(r"reacting\s+used \+0\.310"))


def test_the_picture_shows_where_the_unit_answers(new_tab):
    """The line of a reacting unit is highest in the middle, above the band of chance."""
    tab = at(new_tab, "causes", SPACES, "space")
    picture = evidence(tab).locator("svg.spark")
    expect(picture).to_have_attribute("aria-label", re.compile("furthest out at 0, 0.9"))
    points = re.findall(r"[ML]([\d.]+) ([\d.]+)", picture.locator("path").last.get_attribute("d"))
    heights = [float(y) for _, y in points]
    outline = picture.locator("path.band").get_attribute("d")
    band = min(float(y) for _, y in re.findall(r"[ML]([\d.]+) ([\d.]+)", outline))
    assert len(points) == 21 and heights.index(min(heights)) == 10
    assert min(heights) == 0 < band


def test_the_beat_says_whether_it_is_that_of_the_text(new_tab):
    tab = at(new_tab, "causes", SPACES, "space")
    pattern = r"at 0\.\d+, every [\d.]+ tokens, q .*, coherence \d\.\d\d with the feature"
    expect(evidence(tab)).to_contain_text(re.compile(pattern))


def test_a_gate_says_why_its_use_was_not_measured(new_tab):
    tab = at(new_tab, "causes", SPACES, "space", quantity="forget_gate")
    expect(evidence(tab)).to_contain_text("not measured: it is a gate, and only hidden states")


def test_why_nothing_was_measured_is_text(new_tab):
    tab = at(new_tab, "note", SPACES, "space")
    expect(evidence(tab)).to_contain_text(f"not measured: {MARKUP}")
    assert tab.page.evaluate("window.boom") is None


def test_in_a_narrow_window_nothing_is_cut_off(new_tab):
    new_tab.resize(600, 800)
    tab = new_tab.open(run="causes/rnnviz", unit=SPACES, feature="space", quantity="hidden_state")
    body = tab.frame.locator("rv-findings-view .evidence").first
    assert body.evaluate("(e) => e.scrollWidth <= e.clientWidth")
    room = tab.page.viewport_size["width"]
    for part in body.locator("p, dd, svg, .verdict").all():
        box = tab.box(part)
        assert 0 <= box.x and box.x + box.width <= room
