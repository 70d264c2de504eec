"""Answers with wrong types and sizes: no view breaks, no other run is affected."""

from __future__ import annotations

import json
import re
import shutil
import struct
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

from tests.damage import read_events, write_records
from tests.server import tensorboard_server
from tests.tab.planted import TEXT, write_run

HUGE, MANY = 10**9, 11_000


def digest(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Callable[[bytes], bytes]:
    """Returns the damage of every digest in an answer."""

    def damaged(body: bytes) -> bytes:
        answer = json.loads(body)
        answer["steps"] = [step | change(step) for step in answer["steps"]]
        return json.dumps(answer).encode()

    return damaged


def header(**values: Any) -> Callable[[bytes], bytes]:
    """Returns the damage of the header of a container."""

    def damaged(body: bytes) -> bytes:
        (count,) = struct.unpack_from("<I", body)
        lengths = struct.unpack_from(f"<{count}I", body, 4)
        start = 4 + 4 * count
        first = json.loads(body[start : start + lengths[0]]) | values
        encoded = json.dumps(first).encode()
        head = struct.pack(f"<{count + 1}I", count, len(encoded), *lengths[1:])
        return head + encoded + body[start + lengths[0] :]

    return damaged


def wrong_types(step: dict[str, Any]) -> dict[str, Any]:
    parts = dict.fromkeys(("hypotheses", "features", "units", "ranges", "memory"), "many")
    lists = dict.fromkeys(("errors", "matching", "first_nan"), [1])
    objects = dict.fromkeys(
        ("doctor", "absent", "left_out", "emergence", "loss", "tagger"), {"x": 1}
    )
    return {**parts, **lists, **objects}


def wrong_entries(step: dict[str, Any]) -> dict[str, Any]:
    first, *rest = step["hypotheses"] or [{}]
    return {
        "features": [*map(str, range(3)), *step["features"]],
        "hypotheses": [None, first | {"unit": "x"}, first | {"peak": "x"}, *rest],
        "units": {"lstm": "twelve"},
        "ranges": {"lstm": {"hidden_state": [0, 1]}},
        "doctor": ["healthy"],
        "emergence": [{"feature": {}, "step": "first"}],
        "first_nan": {"step": 1, "layer": "lstm", "text": ["x"]},
        "errors": {"slices": [None], "gain": "x"},
        "memory": {"lstm": {"gate": "x"}},
    }


def absurd_sizes(step: dict[str, Any]) -> dict[str, Any]:
    finding = {"feature": "space", "layer": "lstm", "quantity": "hidden_state", "effect": 1, "q": 0}
    return {
        "tokens": HUGE,
        "tests": 2**50,
        "loss": 1e308,
        "hypotheses": [
            finding | {"unit": unit} for unit in range(MANY if step["step"] == 2 else 1)
        ],
        "units": {"lstm": HUGE},
        "ranges": {"lstm": {"hidden_state": {"low": 1e308, "high": -1e308, "limit": 0}}},
        "left_out": [{"what": "activity", "steps": list(range(2000)), "reason": "x"}],
        "first_nan": {
            "step": 1,
            "layer": "x",
            "quantity": "x",
            "unit": 9,
            "token": HUGE // 10,
            "text": "",
        },
    }


def absent_names(step: dict[str, Any]) -> dict[str, Any]:
    names = {"layer": "constructor", "quantity": "__proto__", "feature": "toString"}
    return {
        "features": [{"name": "toString", "kind": "x", "count": 0, "note": None, "spec": {}}],
        "hypotheses": [finding | names | {"unit": 2**40} for finding in step["hypotheses"]],
        "units": {"constructor": 5},
        "ranges": {"__proto__": {}},
        "emergence": [{**names, "unit": 2**40, "step": -5}],
        "first_nan": {**names, "unit": 2**40, "token": 10**6, "step": 99, "text": "x"},
    }


DAMAGES: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "wrong_types": ("digest", digest(wrong_types)),
    "wrong_entries": ("digest", digest(wrong_entries)),
    "absurd_sizes": ("digest", digest(absurd_sizes)),
    "absent_names": ("digest", digest(absent_names)),
    "steps_as_text": ("digest", digest(lambda step: {"step": "last"})),
    "null": ("digest", lambda body: b"null"),
    "no_json": ("digest", lambda body: body[: len(body) // 2]),
    "long_text": ("text", header(lengths=[HUGE])),
    "text_as_text": ("text", header(lengths="x", labels=5, arrays="x")),
    "huge_activity": ("activity", header(units=HUGE, tokens=HUGE)),
    "chunks_as_text": ("activity", header(chunks="x")),
    "spectrum_bins": ("spectrum", header(frequency="x", bins=-1)),
}
"""Route and damage of its answers, by run."""

NO_TEXT = {"long_text", "text_as_text", "huge_activity", "chunks_as_text"}
"""Runs whose text view has a sentence in place of the text."""


@pytest.fixture(scope="module")
def board(tmp_path_factory):
    """A run that is whole, copies of it, and one whose log is damaged."""
    logs = tmp_path_factory.mktemp("damaged")
    write_run(logs / "good")
    for run in (*DAMAGES, "damaged_log", "damaged_activity"):
        shutil.copytree(logs / "good", logs / run)
    damage_log(logs / "damaged_log" / "rnnviz")
    damage_activity(logs / "damaged_activity" / "rnnviz")
    with tensorboard_server(logs) as server:
        yield server


def damage_log(run) -> None:
    """Damages digests in the log: one is no JSON, one has wrong types inside."""
    events = read_events(run)
    for event in events:
        for value in event.summary.value:
            if value.tag.startswith("digest") and event.step == 0:
                value.tensor.string_val[0] = b"null"
            elif value.tag.startswith("digest") and event.step == 2:
                content = json.loads(value.tensor.string_val[0])
                content |= {"units": "twelve", "first_nan": "unit 3"}
                value.tensor.string_val[0] = json.dumps(content).encode()
    for path in run.iterdir():
        path.unlink()
    write_records(run, [event.SerializeToString() for event in events])


def damage_activity(run) -> None:
    """Damages the forget gates of the last step in the log."""
    events = read_events(run)
    for event in events:
        for value in event.summary.value:
            if value.tag == "activity/novel/lstm/forget_gate" and event.step == 2:
                value.tensor.string_val[0] = b"null"
    for path in run.iterdir():
        path.unlink()
    write_records(run, [event.SerializeToString() for event in events])


def damage_answers(page: Page) -> None:
    def answer(route: Route) -> None:
        address = urlsplit(route.request.url)
        run = parse_qs(address.query).get("run", [""])[0].split("/")[0]
        kind, damage = DAMAGES.get(run, ("", None))
        if not damage or not address.path.endswith(f"/{kind}"):
            return route.fallback()
        response = route.fetch()
        headers = {"content-type": response.headers["content-type"]}
        route.fulfill(status=response.status, headers=headers, body=damage(response.body()))

    page.route(re.compile(r"/data/plugin/rnnviz/\w+\?"), answer)


def test_no_view_breaks_and_the_good_run_is_whole(board, visit):
    tab = visit(board)
    damage_answers(tab.page)
    for run in DAMAGES:
        tab.open(wait=run not in NO_TEXT, run=f"{run}/rnnviz")
        for view in ("Overview", "Unit", "Gates", "Errors", "Training"):
            tab.show(view)
            waiting = tab.frame.locator(
                "[role=status]", has_text=re.compile("Loading|Looking|Preparing")
            )
            expect(waiting, f"{run}: {view}").to_have_count(0)
        tab.check()
        tab.forget()
        tab.open(run="good/rnnviz")
        assert "".join(c for c, _ in tab.characters()).startswith(TEXT[:20]), run
        expect(tab.frame.locator("rv-left-out summary")).to_have_count(0)


def test_what_was_left_out_is_listed_with_its_step(board, visit):
    tab = visit(board)
    damage_answers(tab.page)
    tab.open(run="wrong_entries/rnnviz")
    note = tab.frame.locator("rv-left-out")
    expect(note.locator("summary")).to_contain_text("damaged parts")
    note.locator("summary").click()
    items = note.get_by_role("listitem")
    expect(items.filter(has_text="“hypotheses”").first).to_have_text(
        re.compile(
            r"Epoch.*: damaged\s+– 3 of \d+ in “hypotheses” were left out\. Expected an object"
        )
    )


def test_damage_in_the_log_is_listed_and_nothing_else_is_lost(board, visit):
    tab = visit(board).open(run="damaged_log/rnnviz")
    assert tab.epoch == "epoch 2"
    note = tab.frame.locator("rv-left-out")
    expect(note.locator("summary")).to_contain_text("3 damaged parts")
    note.locator("summary").click()
    items = note.get_by_role("listitem")
    expect(items.filter(has_text="Epoch 0: damaged")).to_have_count(1)
    expect(items.filter(has_text="digest.units")).to_have_count(1)


def test_a_damaged_run_beside_a_good_one_leaves_the_good_one_whole(board, visit):
    tab = visit(board)
    tab.allow("404")
    link = {"run": "good/rnnviz", "quantity": "forget_gate", "comparestep": "same"}
    tab.open(compare="damaged_activity/rnnviz", **link)
    for view in ("Text", "Heatmap"):
        copies = tab.frame.get_by_role("region", name=view, exact=True)
        good, damaged = (copies, copies) if view == "Text" else (copies.nth(0), copies.nth(1))
        expect(damaged).to_contain_text(re.compile("damaged|could not be read"))
        if view == "Heatmap":
            expect(good).not_to_contain_text("damaged")
    grounds = tab.grounds(0)
    assert "".join(character for character, _ in grounds).startswith(TEXT[:20])
    assert len({color for _, color in grounds}) > 2, "the good run is coloured"


def test_a_typed_feature_says_which_quantities_were_not_tested(board, visit):
    tab = visit(board).open(run="damaged_activity/rnnviz")
    field = tab.frame.get_by_role("searchbox", name="Look for a feature")
    field.fill(" ")
    field.press("Enter")
    note = tab.frame.locator("rv-look .damaged")
    expect(note.locator("summary")).to_have_text("⚠ 1 quantity not tested")
    note.locator("summary").click()
    expect(note.get_by_role("listitem")).to_contain_text("activity/novel/lstm/forget_gate")
    expect(tab.view("Findings").locator(".unit").first).to_be_visible()
