"""HTTP contract, through the WSGI application and both data servers."""

from __future__ import annotations

import json
import re
import time
import zlib

import numpy as np
import pytest

from tb_rnnviz.log_format import RunWriter, codec, tags
from tests.formats import event_file, unpack
from tests.planted_logs import PLANTED, planted_recording, write_planted_run, write_step

WHERE = "run=run1/rnnviz&probe=novel"
HIDDEN = WHERE + "&layer=lstm&quantity=hidden_state"


def test_the_index_lists_runs_probes_layers_and_quantities(client):
    (run,) = client("index").json["runs"]
    assert (run["run"], run["name"]) == ("run1/rnnviz", "run1")
    (probe,) = run["probes"]
    assert (probe["probe"], probe["generated"], probe["steps"]) == ("novel", False, [0, 1, 2])
    assert probe["layers"] == [
        {
            "layer": "lstm",
            "cell": "LSTMCell",
            "units": 12,
            "quantities": [
                {"quantity": "hidden_state", "role": None},
                {"quantity": "forget_gate", "role": "retain"},
            ],
        }
    ]


def test_the_digest_contains_the_planted_unit_at_every_step(client):
    steps = client(f"digest?{WHERE}").json["steps"]
    assert [digest["step"] for digest in steps] == [0, 1, 2]
    for digest in steps:
        assert digest["loss"] == pytest.approx(1 / (digest["step"] + 2))
        assert digest["features"][0]["count"] == "".join(planted_recording().tokens[0]).count(" ")
        hidden = [h for h in digest["hypotheses"] if h["quantity"] == "hidden_state"]
        assert hidden[0]["unit"] == PLANTED
        assert hidden[0]["neighbours"] == [PLANTED - 1, PLANTED + 1]


def test_activity_is_returned_with_the_bytes_of_the_log(client, logs):
    header, blobs = unpack(client(f"activity?{HIDDEN}&step=1").data)
    log = event_file(logs / "run1").read_bytes()
    assert all(blob in log for blob in blobs)
    activity, _ = codec.decode(header, blobs)
    original = planted_recording(seed=1)["lstm"]["hidden_state"][0]
    assert np.abs(activity - original).max() <= np.abs(original).max() / 248 * 1.001


def test_text_has_tokens_features_and_predictions(client):
    header, (table, *blobs) = unpack(client(f"text?{WHERE}&step=last").data)
    arrays = {
        entry["name"]: np.frombuffer(zlib.decompress(blob), entry["dtype"]).reshape(entry["shape"])
        for entry, blob in zip(header["arrays"], blobs, strict=True)
    }
    names = json.loads(zlib.decompress(table))
    tokens = [names[i] for i in arrays["tokens"]]
    assert tokens == planted_recording().tokens[0]
    assert arrays["feature:space"].tolist() == [token == " " for token in tokens]
    assert [names[i] for i in arrays["target"][:-1]] == tokens[1:]
    assert arrays["target"][-1] == 0xFFFFFFFF and np.isnan(arrays["probability"][-1])
    assert arrays["expected"].shape == arrays["expected_probability"].shape == (len(tokens), 3)


def test_spectrum_and_relevance_are_returned_as_arrays(client):
    header, blobs = unpack(client(f"spectrum?{HIDDEN}&step=0").data)
    amplitude, _ = codec.decode(header, blobs)
    assert amplitude.shape == (len(header["frequency"]), 12)
    header, (blob,) = unpack(client(f"relevance?{HIDDEN}&step=0").data)
    shape = (len(header["features"]), len(header["statistics"]), header["units"])
    array = np.frombuffer(zlib.decompress(blob), "<f4").reshape(shape)
    relevance = array[0, header["statistics"].index("relevance")]
    assert relevance.argmax() == PLANTED and relevance.max() == 1


def test_activity_of_a_unit_has_only_the_chunks_of_that_unit(serve, tmp_path):
    text = "many words " * 15_000
    with RunWriter(tmp_path / "run1") as writer:
        write_step(writer, 0, planted_recording(text, units=8), features=())
    client = serve(tmp_path)
    client.wait_for("run1/rnnviz", 0)
    header, blobs = unpack(client(f"activity?{HIDDEN}&step=0&unit=7").data)
    assert len(header["chunks"]) > len(blobs) == 1
    assert client(f"activity?{HIDDEN}&step=0&unit=8").status_code == 404


@pytest.fixture(scope="session")
def sixty_steps(tmp_path_factory):
    """Log directory with a run of 60 steps, to which nobody writes."""
    logs = tmp_path_factory.mktemp("sixty_steps")
    write_planted_run(logs / "run1", steps=60, text="a b " * 5, units=6)
    return logs


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--rnnviz_activity_steps=5",),
        ("--samples_per_plugin=rnnviz_activity=3,rnnviz=4",),
    ],
)
def test_every_step_of_the_log_is_there_whatever_tensorboard_keeps(serve, sixty_steps, arguments):
    client = serve(sixty_steps, *arguments)
    index = client.wait_for("run1/rnnviz", 59)
    assert index["runs"][0]["probes"][0]["steps"] == list(range(60))
    assert len(client(f"digest?{WHERE}").json["steps"]) == 60
    for step in range(60):
        assert client(f"text?{WHERE}&step={step}").status_code == 200


@pytest.mark.parametrize(
    "route, code, message",
    [
        ("activity", 400, "lacks.*run"),
        (f"activity?{WHERE}&layer=lstm", 400, "quantity"),
        (f"activity?{HIDDEN}&step=soon", 400, "integer or 'last'.*soon"),
        (f"activity?{HIDDEN}&step={'9' * 400}", 400, "integer"),
        (f"activity?{HIDDEN}&step=7", 404, r"\[0, 1, 2\]"),
        (f"activity?{HIDDEN}&step=0&unit=x", 400, "unit is an integer"),
        (f"activity?{HIDDEN}&step=0&unit=-1", 404, "0 to 11"),
        (f"activity?{WHERE}&layer=lstm&quantity=nope&step=0", 404, "nope.*hidden_state"),
        ("digest?run=run9&probe=novel", 404, "run9.*run1/rnnviz"),
        ("digest?run=run1/rnnviz&probe=%00%ff", 404, "has no digest"),
        (f"relevance?{WHERE}&layer=%2e%2e&quantity=/etc&step=0", 404, "has no relevance"),
        ("static/../plugin.py", 404, "no file"),
        ("static/%2e%2e/plugin.py", 404, "no file"),
    ],
)
def test_a_bad_request_is_answered_with_a_message(client, route, code, message):
    answer = client(route)
    assert answer.status_code == code
    assert answer.content_type.startswith("text/plain")
    assert re.search(message, answer.text), answer.text


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_methods_that_write_are_not_allowed(client, method):
    assert client("index", method=method).status_code == 405


def test_the_complete_steps_of_a_truncated_file_are_served(serve, tmp_path):
    write_planted_run(tmp_path / "run1", steps=3)
    path = event_file(tmp_path / "run1")
    path.write_bytes(path.read_bytes()[:-500])
    client = serve(tmp_path)
    index = client.wait_for("run1/rnnviz", 1)
    assert index["runs"][0]["probes"][0]["steps"] == [0, 1]
    assert client(f"activity?{HIDDEN}&step=1").status_code == 200


def test_data_of_a_newer_version_are_skipped_with_a_notice(serve, tmp_path, monkeypatch):
    with monkeypatch.context() as later:
        later.setattr(tags, "_version", lambda content: 99)
        write_planted_run(tmp_path / "newer", steps=1)
    write_planted_run(tmp_path / "run1", steps=1)
    client = serve(tmp_path)
    client.wait_for("run1/rnnviz", 0)
    while not (index := client("index").json)["notices"]:
        time.sleep(0.05)
    assert [run["run"] for run in index["runs"]] == ["run1/rnnviz"]
    assert "newer version" in index["notices"][0]


def test_names_with_markup_or_paths_are_returned_unchanged(serve, tmp_path):
    recording = planted_recording()
    recording.probe = "<img src=x onerror=alert(1)>/../%2e"
    recording.tokens[0][:2] = ["<script>", "&amp;"]
    with RunWriter(tmp_path / "run1") as writer:
        write_step(writer, 0, recording)
    client = serve(tmp_path)
    index = client.wait_for("run1/rnnviz", 0)
    name = index["runs"][0]["probes"][0]["probe"]
    assert name == recording.probe
    query = {"run": "run1/rnnviz", "probe": name, "step": "0"}
    answer = client("text", query_string=query)
    assert answer.content_type == "application/octet-stream"
    assert json.loads(zlib.decompress(unpack(answer.data)[1][0]))[:2] == ["<script>", "&amp;"]


@pytest.mark.parametrize("content", [b"{}", b"\xff", b'{"version": 1, "kind": "activity"}', b"[1]"])
def test_damaged_metadata_are_skipped_with_a_notice(serve, tmp_path, monkeypatch, content):
    with monkeypatch.context() as damaged:
        original = tags.metadata

        def metadata(data_name, entries):
            proto = original(data_name, entries)
            if entries.get("quantity") == "forget_gate":
                proto.plugin_data.content = content
            return proto

        damaged.setattr("tb_rnnviz.log_format.writer.metadata", metadata)
        write_planted_run(tmp_path / "run1", steps=1)
    client = serve(tmp_path)
    index = client.wait_for("run1/rnnviz", 0)
    (layer,) = index["runs"][0]["probes"][0]["layers"]
    assert [q["quantity"] for q in layer["quantities"]] == ["hidden_state"]
    assert any("forget_gate has damaged metadata" in notice for notice in index["notices"])


def test_a_tag_whose_metadata_name_another_tag_is_skipped_with_a_notice(
    serve, tmp_path, monkeypatch
):
    with monkeypatch.context() as patch:
        original = tags.metadata

        def metadata(data_name, content):
            if content.get("quantity") == "forget_gate":
                content = {**content, "quantity": "cell_state"}
            return original(data_name, content)

        patch.setattr("tb_rnnviz.log_format.writer.metadata", metadata)
        write_planted_run(tmp_path / "run1", steps=1)
    client = serve(tmp_path)
    index = client.wait_for("run1/rnnviz", 0)
    (layer,) = index["runs"][0]["probes"][0]["layers"]
    assert [entry["quantity"] for entry in layer["quantities"]] == ["hidden_state"]
    assert any("forget_gate has damaged metadata" in notice for notice in index["notices"])


def test_a_file_of_the_tab_is_sent_again_only_after_it_has_changed(
    serve, logs, tmp_path, monkeypatch
):
    script = tmp_path / "static" / "index.js"
    script.parent.mkdir()
    script.write_text("export const first = 1;")
    monkeypatch.setattr("tb_rnnviz.tensorboard.plugin.STATIC", script.parent)
    client = serve(logs)
    first = client("static/index.js")
    assert (first.status_code, first.text) == (200, script.read_text())
    copy = {"If-None-Match": first.headers["ETag"]}
    unchanged = client("static/index.js", headers=copy)
    assert (unchanged.status_code, unchanged.data) == (304, b"")
    assert unchanged.headers["ETag"] == first.headers["ETag"]
    script.write_text("export const other = 2;")
    changed = client("static/index.js", headers=copy)
    assert (changed.status_code, changed.text) == (200, script.read_text())
    assert changed.headers["ETag"] != first.headers["ETag"]
