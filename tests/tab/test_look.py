"""A feature that is typed: associated units and matches in the text."""

from __future__ import annotations

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.server import tensorboard_server
from tests.tab import planted
from tests.tab.planted import LETTER_E, SPACES, TEXT

HOSTILE = "<img src=x onerror=top.boom=1>"
MATCHES = TEXT.count("the")


@pytest.fixture(scope="module")
def board(tmp_path_factory):
    logs = tmp_path_factory.mktemp("look")
    planted.write_run(logs / "run")
    with tensorboard_server(logs) as server:
        yield server


def field(tab):
    return tab.view("Findings").get_by_role("searchbox", name="Look for a feature")


def says(tab):
    return tab.view("Findings").locator("rv-look .says > span")


def refusal(tab):
    """The server's sentence on what it could not read."""
    return tab.view("Findings").locator("rv-look .says.failed")


def findings(tab):
    """The list of what was found, not typed."""
    return tab.view("Findings").get_by_role("list", name="Findings at epoch 2")


def ask(tab, typed):
    field(tab).fill(typed)
    field(tab).press("Enter")


def underlined(tab):
    return tab.view("Text").locator(".head .underlined")


@pytest.mark.parametrize(
    ("typed", "name", "count", "unit"),
    [
        (" ", "“␣”", TEXT.count(" "), SPACES),
        ("e", "“e”", TEXT.count("e"), LETTER_E),
        ("/[e]/", "/[e]/", TEXT.count("e"), LETTER_E),
        ("{name: blank, kind: literal, text: ' '}", "blank", TEXT.count(" "), SPACES),
        ("kind: literal, text: ' '", "kind: literal, text: ' '", TEXT.count(" "), SPACES),
    ],
)
def test_the_planted_unit_is_the_strongest(tab, typed, name, count, unit):
    ask(tab, typed)
    expect(says(tab)).to_have_text(re.compile(rf"^{re.escape(name)}: {count} tokens, \d+ tests$"))
    units = tab.view("Findings").get_by_role("list", name=f"Units associated with {name}")
    first = units.locator(".finding").first
    expect(first.locator(".unit")).to_have_text(str(unit))
    expect(underlined(tab)).to_have_text(name)
    expect(tab.view("Text").locator(".head .number")).to_have_text(str(count))
    first.click()
    expect(tab.unit).to_have_value(str(unit))
    expect(says(tab)).to_contain_text(name)


def test_text_that_is_no_token_is_found_in_the_running_text(tab):
    ask(tab, "the")
    expect(says(tab)).to_have_text(re.compile(f"“the”: {3 * MATCHES} tokens"))


def test_its_tokens_are_underlined_in_the_text(tab):
    """Beside a feature that is nowhere, the picture differs at its tokens alone."""
    pictures = []
    for typed in ("zzz", "the"):
        ask(tab, typed)
        expect(tab.view("Text").locator(".head")).to_contain_text(f"“{typed}”")
        tab.leave()
        tab.wait_for_text()
        pictures.append(tab.picture().astype(int))
    changed = np.abs(pictures[1] - pictures[0]).max(axis=2) > 8
    seen = tab.characters()
    text = "".join(c for c, _ in seen)
    assert text.count("the") > 1
    marked = {i + k for i in range(len(text)) if text.startswith("the", i) for k in range(3)}

    def differs(box):
        left, right = round(box.x + 2), round(box.x + box.width - 2)
        return changed[round(box.y) : round(box.y + box.height + 5), left:right].any()

    assert {i for i, (_, box) in enumerate(seen) if differs(box)} == marked


def test_the_keys_go_from_match_to_match_of_it(tab):
    ask(tab, "april")
    expect(underlined(tab)).to_have_text("“april”")
    field(tab).blur()
    tab.press("n")
    expect(tab.card().locator(".head")).to_contain_text(f"token {TEXT.index('april')}")
    expect(tab.card()).to_contain_text("matches “april”")


def test_it_is_in_the_link(board, visit, tab):
    ask(tab, "/e|a/")
    expect(says(tab)).to_contain_text("/e|a/: ")
    tab.until(lambda: tab.address.get("look") == "/e|a/", "the address says what is looked for")
    with visit(board) as again:
        again.page.goto(tab.page.url)
        again.wait_for_text()
        expect(says(again)).to_contain_text("/e|a/: ")
        expect(field(again)).to_have_value("/e|a/")


def test_escape_lets_go_and_the_findings_are_back(tab):
    before = tab.address
    ask(tab, "e")
    expect(underlined(tab)).to_have_text("“e”")
    field(tab).press("Escape")
    expect(field(tab)).to_have_value("")
    expect(findings(tab)).to_be_visible()
    expect(underlined(tab)).to_have_text(before["feature"])
    tab.until(lambda: tab.address == before, "the address is as before")


def test_choosing_another_feature_lets_go(tab):
    ask(tab, "e")
    expect(tab.field("Feature").locator("option:checked")).to_have_text(re.compile("“e”"))
    tab.field("Feature").select_option("letter e")
    expect(underlined(tab)).to_have_text("letter e")
    expect(field(tab)).to_have_value("")


def test_it_is_looked_for_at_every_epoch(tab):
    ask(tab, " ")
    first = tab.view("Findings").locator(".finding").first
    expect(first.locator(".unit")).to_have_text(str(SPACES))
    expect(underlined(tab)).to_have_text("“␣”")
    effect = first.locator(".right")
    strong = effect.inner_text()
    field(tab).blur()
    tab.press("ArrowLeft")
    expect(effect).not_to_have_text(strong)
    expect(tab.slider).to_have_attribute("aria-valuetext", "epoch 1")
    expect(underlined(tab)).to_have_text("“␣”")


def test_what_matches_nothing_says_so(tab):
    ask(tab, "zzz")
    expect(says(tab)).to_have_text("“zzz”: matches no token")
    expect(tab.view("Text").locator(".head")).to_contain_text("matches no token")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("/(/", "unterminated subpattern"),
        ("{kind: nonsense}", "There is no feature of kind 'nonsense'"),
        ("kind: literal", "A feature of kind 'literal' needs `text`"),
        ("{kind: [", "The feature is no YAML"),
    ],
)
def test_what_is_no_feature_is_answered_with_the_servers_sentence(tab, typed, sentence):
    tab.allow("400")
    ask(tab, typed)
    failed = refusal(tab)
    expect(failed).to_contain_text(sentence)
    expect(findings(tab)).to_be_visible()
    field(tab).press("Escape")
    expect(failed).to_have_count(0)


@pytest.mark.parametrize(
    "typed", [HOSTILE, f"/{HOSTILE}|e/", f"{{name: '{HOSTILE}', kind: digit}}", f"kind: {HOSTILE}"]
)
def test_hostile_text_is_only_text(tab, typed):
    tab.allow("400")
    ask(tab, typed)
    if typed.startswith("kind"):
        expect(refusal(tab)).to_contain_text("<img")
    else:
        expect(says(tab)).to_contain_text(HOSTILE)
    assert tab.page.evaluate("window.boom") is None
    assert tab.frame.locator("img").count() == 0
