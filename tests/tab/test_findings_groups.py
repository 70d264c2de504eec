"""Groups of findings by feature or unit, what is folded, and filters with counts."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import expect

from tb_rnnviz.features import Literal
from tb_rnnviz.log_format import RunWriter
from tests.server import tensorboard_server
from tests.tab import planted
from tests.tab.planted import TEXT

LETTERS = " aeitr"
FEATURES = (
    Literal("space", " "),
    *(Literal(f"letter {letter}", letter) for letter in LETTERS[1:]),
)
SPACES = 0
"""Two units go with each letter, the first one most: 0 and 1 with spaces."""
MEMORY = "letter e"
"""Feature whose findings are memories of switches; the others have echoes."""


def activity():
    """Hidden state, float32 (1, tokens, units)."""
    random = np.random.default_rng(0)
    values = random.normal(0, 0.05, (len(TEXT), 2 * len(LETTERS)))
    for k, letter in enumerate(LETTERS):
        matches = np.array([token == letter for token in TEXT])
        values[:, 2 * k : 2 * k + 2] += np.outer(matches, [0.8, 0.4])
    return values[None].astype(np.float32)


@pytest.fixture(scope="module")
def logged(tmp_path_factory):
    """A TensorBoard, and the findings of its run."""
    logs = tmp_path_factory.mktemp("groups")
    logged_findings = []

    def with_evidence(report):
        words = [
            {"evidence": "memory", "kind": "switch"}
            if finding.feature == MEMORY
            else {"evidence": "echo", "kind": "detector"}
            for finding in report.digest.findings
        ]
        findings = [
            replace(finding, **word)
            for finding, word in zip(report.digest.findings, words, strict=True)
        ]
        logged_findings[:] = findings
        return report.with_digest(findings=tuple(findings))

    with RunWriter(logs / "run") as writer:
        recording = planted.recording(TEXT, activity())
        planted.write(writer, 0, [recording], FEATURES, add_evidence=with_evidence)
    with tensorboard_server(logs) as server:
        yield server, logged_findings


@pytest.fixture
def board(logged):
    return logged[0]


def listed(tab, **words):
    tab.open(**words)
    return tab.view("Findings")


def lines(view):
    return view.locator("li.item")


def is_state(finding):
    return finding.quantity.endswith("_state")


def gates_of(findings, state):
    return [
        finding
        for finding in findings
        if not is_state(finding) and (finding.feature, finding.unit) == (state.feature, state.unit)
    ]


def test_the_first_list_has_a_line_per_feature_and_fits_one_screen(new_tab, logged):
    new_tab.resize(1500, 950)
    view = listed(new_tab)
    features = list(dict.fromkeys(finding.feature for finding in logged[1]))
    expect(lines(view).locator(".name")).to_have_text(features)
    body = view.locator("ul.body")
    assert body.evaluate("(list) => list.scrollHeight <= list.clientHeight")
    words = ["memory" if feature == MEMORY else "echo" for feature in features]
    expect(lines(view).locator(".word")).to_have_text(words)
    evidence = view.get_by_role("button", name=re.compile("^evidence"))
    expect(evidence).to_have_attribute("aria-expanded", "false")
    evidence.click()
    expect(view.locator(".evidence").first).to_contain_text("association")


def test_a_group_unfolds_by_keyboard_and_for_the_selected_gate(new_tab, logged):
    findings = logged[1]
    features = len({finding.feature for finding in findings})
    view = listed(new_tab)
    state = next(f for f in findings if f.feature == "space" and f.unit == SPACES and is_state(f))
    gates = gates_of(findings, state)
    assert gates
    unfold = view.get_by_role("button", name=f"{len(gates)} gate of unit {SPACES} at space")
    expect(unfold).to_have_attribute("aria-expanded", "false")
    unfold.press("Enter")
    expect(unfold).to_have_attribute("aria-expanded", "true")
    expect(unfold).to_be_focused()
    expect(lines(view)).to_have_count(features + len(gates))
    view = listed(new_tab, feature="space", unit=SPACES, layer="lstm", quantity="forget_gate")
    chosen = view.locator(".finding[aria-pressed=true]")
    expect(chosen).to_contain_text("forget gate")
    above = chosen.locator("xpath=ancestor::li/preceding-sibling::li[1]")
    expect(above).to_contain_text(re.compile(f"space.*hidden state.*{SPACES}", re.DOTALL))
    unfold.click()
    expect(chosen).to_have_count(0)


def test_filters_have_counts_stand_in_the_link_and_can_be_left(new_tab, logged):
    view = listed(new_tab)
    counts = Counter(finding.evidence for finding in logged[1])
    memory = view.get_by_role("button", name=f"memory {counts['memory']}")
    memory.click()
    expect(memory).to_have_attribute("aria-pressed", "true")
    assert set(lines(view).locator(".name").all_inner_texts()) == {MEMORY}
    new_tab.until(lambda: new_tab.address.get("findingsevidence") == "memory", "it is in the link")
    view.get_by_role("button", name="filters").click()
    view.get_by_role("button", name="detector 0").click()
    expect(lines(view)).to_have_count(0)
    view.get_by_role("button", name="Show all").click()
    expect(lines(view)).to_have_count(len({finding.feature for finding in logged[1]}))
    assert "findingsevidence" not in new_tab.address


def test_findings_are_grouped_by_unit_or_flat(new_tab, logged):
    findings = logged[1]
    view = listed(new_tab)
    grouping = view.get_by_role("combobox", name="Grouping of the findings")
    grouping.select_option("flat")
    expect(lines(view)).to_have_count(len(findings))
    grouping.select_option("by unit")
    expect(lines(view)).to_have_count(len({f.unit for f in findings}))
    expect(lines(view).locator(".name").first).to_have_text(re.compile(r"lstm unit \d+"))
    assert new_tab.address["findingsgroups"] == "unit"


def test_numbers_have_what_is_folded(new_tab, logged):
    listed(new_tab)
    with new_tab.page.expect_download() as coming:
        new_tab.menu("Findings").get_by_role("button", name="Numbers (CSV)").click()
    rows = list(csv.DictReader(io.StringIO(Path(coming.value.path()).read_text("utf-8"))))
    assert [(row["feature"], row["quantity"], int(row["unit"])) for row in rows] == [
        (finding.feature, finding.quantity, finding.unit) for finding in logged[1]
    ]
