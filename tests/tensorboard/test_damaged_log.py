"""Routes on damaged logs: a sentence or the rest with a notice, good runs intact."""

from __future__ import annotations

import json
import math
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.damage import damage, read_events, write_records
from tests.formats import unpack
from tests.planted_logs import write_planted_run
from tests.tensorboard.test_fuzz import ROUTES

DAMAGED_RUNS = 24
GOOD = {"run": "good/rnnviz", "probe": "novel"}
BAD = {"run": "bad/rnnviz", "probe": "novel"}
LSTM = {"layer": "lstm", "quantity": "hidden_state"}


@pytest.fixture(scope="module")
def events(tmp_path_factory):
    """Events of a log of two steps."""
    log_dir = tmp_path_factory.mktemp("log")
    write_planted_run(log_dir, steps=2, text="it was a day in april " * 2, units=6)
    return read_events(log_dir / "rnnviz")


@pytest.fixture
def serve_damaged(serve, tmp_path, events):
    """Serves a good run and one whose values `change(value, event)` damaged."""

    def start(change):
        write_records(tmp_path / "good" / "rnnviz", [event.SerializeToString() for event in events])
        damaged = [type(event).FromString(event.SerializeToString()) for event in events]
        for event in damaged:
            for value in event.summary.value:
                change(value, event)
        records = [event.SerializeToString() for event in damaged]
        write_records(tmp_path / "bad" / "rnnviz", records)
        client = serve(tmp_path)
        client.wait_for("good/rnnviz", 1)
        return client

    return start


def strict_json(answer):
    """Parses an answer, without the numbers that JSON lacks."""
    assert answer.status_code == 200, answer.text

    def refuse(name):
        raise AssertionError(f"{name} is no JSON")

    return json.loads(answer.data, parse_constant=refuse)


def run_entry(index, run):
    (entry,) = (entry for entry in index["runs"] if entry["run"] == run)
    return entry


def damage_digest(value, event, string):
    if value.tag == "digest/novel" and event.step == 1:
        value.tensor.string_val[0] = string


def test_no_damaged_record_costs_a_good_run_or_causes_a_server_error(
    serve, tmp_path, events, load_fast
):
    write_records(tmp_path / "good" / "rnnviz", [event.SerializeToString() for event in events])
    for seed in range(DAMAGED_RUNS):
        records, case = damage(events, seed)
        # TensorBoard's Python loader stops at an event that is no event, for all runs.
        if load_fast or case.description != "bytes":
            write_records(tmp_path / f"run{seed}" / "rnnviz", records)
    client = serve(tmp_path)
    client.wait_for("good/rnnviz", 1)
    index = strict_json(client("index"))
    assert run_entry(index, "good/rnnviz")["probes"][0]["steps"] == [0, 1]
    queries = [
        (route, query | {"run": run, "other_run": "good/rnnviz"} | step)
        for run in [entry["run"] for entry in index["runs"]]
        for route, query in ROUTES.items()
        for step in ([{"step": "0"}, {"step": "1"}] if "step" in query else [{}])
    ]
    with ThreadPoolExecutor(4) as pool:
        answers = pool.map(lambda query: client(query[0], query_string=query[1]), queries)
        for query, answer in zip(queries, answers, strict=True):
            assert answer.status_code in (200, 400, 404), (query, answer.text[:300])
            if query[1]["run"] == "good/rnnviz":
                assert answer.status_code == 200, (query, answer.text[:300])
            if answer.content_type.startswith("application/json"):
                strict_json(answer)


@pytest.mark.parametrize("change", ["no role", "nested", "layer"])
def test_damaged_metadata_cost_their_tag_and_are_named_in_the_index(serve_damaged, change):
    tag = "activity/novel/lstm/forget_gate"

    def damage_metadata(value, event):
        if value.tag == tag and value.HasField("metadata"):
            content = json.loads(value.metadata.plugin_data.content)
            if change == "no role":
                del content["role"]
            else:
                content["layer"] = ["lstm"]
            nested = b"[" * 100_000
            data = nested if change == "nested" else json.dumps(content).encode()
            value.metadata.plugin_data.content = data

    index = strict_json(serve_damaged(damage_metadata)("index"))
    for run, quantities in (("good", 2), ("bad", 1)):
        ((layer,),) = (probe["layers"] for probe in run_entry(index, f"{run}/rnnviz")["probes"])
        assert len(layer["quantities"]) == quantities
    (notice,) = index["skipped"]
    assert (notice["run"], notice["tag"], notice["step"]) == ("bad/rnnviz", tag, None)
    assert notice["text"] in index["notices"] and "damaged metadata" in notice["text"]


@pytest.mark.parametrize("wall_time", [math.inf, math.nan, 1e300])
def test_a_time_that_no_clock_shows_is_null(serve, tmp_path, events, wall_time):
    write_records(tmp_path / "good" / "rnnviz", [event.SerializeToString() for event in events])
    damaged = [type(event).FromString(event.SerializeToString()) for event in events]
    for event in damaged:
        event.wall_time = wall_time
    records = [event.SerializeToString() for event in damaged]
    write_records(tmp_path / "bad" / "rnnviz", records)
    client = serve(tmp_path)
    client.wait_for("good/rnnviz", 1)
    index = strict_json(client("index"))
    times = {entry["run"]: entry["wall_time"] for entry in index["runs"]}
    assert times.pop("good/rnnviz") > 1e9
    assert set(times.values()) <= {None}  # TensorBoard's Rust server drops such events.
    if times:
        digests = strict_json(client("digest", query_string=BAD))
        assert {digest["wall_time"] for digest in digests["steps"]} == {None}
        scalars = strict_json(client("scalars", query_string={"run": "bad/rnnviz"}))
        for tag in scalars["runs"][0]["tags"]:
            assert set(tag["wall_times"]) == {None}


@pytest.mark.parametrize("step", [-(1 << 63), (1 << 63) - 1])
def test_a_step_that_json_does_not_have_exactly_is_left_out(serve, tmp_path, events, step):
    damaged = [type(event).FromString(event.SerializeToString()) for event in events]
    for event in damaged:
        if event.step == (1 if step > 0 else 0):
            event.step = step
    write_records(tmp_path / "bad" / "rnnviz", [event.SerializeToString() for event in damaged])
    client = serve(tmp_path)
    client.wait_for("bad/rnnviz", 0)
    (kept_step,) = run_entry(strict_json(client("index")), "bad/rnnviz")["probes"][0]["steps"]
    digests = strict_json(client("digest", query_string=BAD))
    assert [digest["step"] for digest in digests["steps"]] == [kept_step]
    assert "Steps are integers" in digests["skipped"][0]["text"]
    answer = strict_json(client("emergence", query_string=BAD | LSTM))
    assert answer["steps"] == [kept_step]


@pytest.mark.parametrize("string", [b"", b'{"tokens": 4', b"null", b"[]", b"\xff", b"[" * 100_000])
def test_a_damaged_digest_is_left_out_with_a_notice(serve_damaged, string):
    client = serve_damaged(lambda value, event: damage_digest(value, event, string))
    answer = strict_json(client("digest", query_string=BAD))
    assert [digest["step"] for digest in answer["steps"]] == [0]
    (notice,) = answer["skipped"]
    assert (notice["run"], notice["tag"], notice["step"]) == ("bad/rnnviz", "digest/novel", 1)
    assert "is damaged at step 1" in notice["text"]
    assert "skipped" not in strict_json(client("digest", query_string=GOOD))


def test_a_part_of_a_digest_that_does_not_fit_is_left_out_with_a_notice(serve_damaged):
    def change(value, event):
        if value.tag == "digest/novel" and event.step == 1:
            digest = json.loads(value.tensor.string_val[0])
            digest |= {"first_nan": "step 3", "loss": math.nan, "ranges": []}
            value.tensor.string_val[0] = json.dumps(digest).encode()

    client = serve_damaged(change)
    answer = strict_json(client("digest", query_string=BAD))
    assert [digest["step"] for digest in answer["steps"]] == [0, 1]
    assert answer["steps"][1]["loss"] is None
    assert "first_nan" not in answer["steps"][1] and "ranges" not in answer["steps"][1]
    texts = [notice["text"] for notice in answer["skipped"]]
    assert len(texts) == 2 and "digest.ranges" in texts[0] and "digest.first_nan" in texts[1]


def test_a_damaged_blob_is_answered_with_its_run_tag_step_and_damage(serve_damaged):
    def change(value, event):
        if value.tag.startswith(("text/", "activity/", "spectrum/")) and event.step == 1:
            value.tensor.string_val[1] = value.tensor.string_val[1][:-3]

    client = serve_damaged(change)
    step = {"step": "1"}
    for route, query, tag in (
        ("text", BAD | step, "text/novel"),
        ("activity", BAD | step | LSTM, "activity/novel/lstm/hidden_state"),
        ("activity", BAD | step | LSTM | {"unit": "2"}, "activity/novel/lstm/hidden_state"),
        ("spectrum", BAD | step | LSTM, "spectrum/novel/lstm/hidden_state"),
    ):
        for _ in range(2):
            answer = client(route, query_string=query)
            assert answer.status_code == 404
            assert answer.text == (
                f"Run bad/rnnviz: {tag} at step 1 is damaged. A blob is no whole zlib stream."
            )
        assert client(route, query_string=query | {"step": "0"}).status_code == 200


@pytest.mark.parametrize("damage", ["header", "chunk", "tokens"])
def test_a_typed_feature_is_answered_without_the_activities_that_are_damaged(serve_damaged, damage):
    tag = "activity/novel/lstm/forget_gate"

    def change(value, event):
        if value.tag != tag or event.step != 1:
            return
        strings = value.tensor.string_val
        if damage == "chunk":
            strings[1] = strings[1][:-3]
            return
        header = json.loads(strings[0])
        header["lengths"] = "many" if damage == "header" else [header["lengths"][0] - 1]
        strings[0] = json.dumps(header).encode()

    client = serve_damaged(change)
    feature = {"feature": "{name: a, kind: literal, text: a}", "top": "50"}
    whole = strict_json(client("feature", query_string=GOOD | feature | {"step": "1"}))
    rest = strict_json(client("feature", query_string=BAD | feature | {"step": "1"}))
    damaged = {"layer": "lstm", "quantity": "forget_gate"}
    assert "skipped" not in whole and 2 * whole["tests"] == 3 * rest["tests"] > 0
    units = [unit for unit in whole["units"] if unit["quantity"] != damaged["quantity"]]
    assert [unit["unit"] for unit in rest["units"]] == [unit["unit"] for unit in units]
    (notice,) = rest["skipped"]
    assert (notice["run"], notice["tag"], notice["step"]) == ("bad/rnnviz", tag, 1)
    assert f"{tag} is damaged at step 1 and was skipped." in notice["text"]
    answer = client("feature", query_string=BAD | feature | damaged | {"step": "1"})
    assert answer.status_code == 404
    assert answer.text.startswith(f"Run bad/rnnviz: {tag} at step 1 is damaged. ")
    assert rest == strict_json(client("feature", query_string=BAD | feature | {"step": "1"}))


def test_a_small_value_of_another_type_is_left_out_of_the_steps(serve_damaged):
    def change(value, event):
        if value.tag == "peaks/novel/lstm/hidden_state" and event.step == 1:
            value.tensor.Clear()
            value.tensor.dtype = 7
            value.tensor.tensor_shape.SetInParent()
            value.tensor.string_val.append(b"no numbers")

    answer = serve_damaged(change)("units", query_string=BAD | LSTM | {"what": "peaks"})
    header, _ = unpack(answer.data)
    assert (header["steps"], header["left_out"]) == ([0], [1])
