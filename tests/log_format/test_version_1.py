"""Log of version 1: read as by the version that wrote it, and written as then."""

from __future__ import annotations

import hashlib
import json
import zlib
from pathlib import Path

import numpy as np
import pytest
from tensorboard.compat.proto import event_pb2

from tb_rnnviz import load
from tb_rnnviz.log_format import RunWriter
from tb_rnnviz.log_format.tfrecord import read_frames
from tests.formats import event_file, unpack
from tests.planted_logs import planted_recording, write_step
from tests.tensorboard.conftest import serving

FOLDER = Path(__file__).parent / "version_1"
STORED_ROWS = ("prominence", "difference", "effect", "auc", "p", "q", "p_family")
"""Rows of a relevance array in a log of version 1."""

RECORDINGS = json.loads((FOLDER / "recordings.json").read_text("utf-8"))
ANSWERS = json.loads((FOLDER / "answers.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def values():
    with np.load(FOLDER / "values.npz") as arrays:
        return dict(arrays)


@pytest.fixture(scope="module")
def client(load_fast):
    with serving(load_fast) as start:
        client = start(FOLDER)
        client.wait_for("trained/rnnviz", 1)
        client.wait_for("planted/rnnviz", 1)
        yield client


@pytest.mark.parametrize("name", RECORDINGS)
def test_load_returns_the_recordings_that_the_earlier_version_returned(name, values):
    run, probe, step = name.split("/")
    recording = load(FOLDER / run, probe, int(step))
    assert ["".join(tokens) for tokens in recording.tokens] == RECORDINGS[name]["tokens"]
    assert recording.labels == RECORDINGS[name]["labels"]
    for layer in recording.layers:
        if f"load/{name}/{layer}/mask" in values:
            mask = values[f"load/{name}/{layer}/mask"]
            np.testing.assert_array_equal(recording[layer].mask, mask)
            for quantity in recording[layer]:
                expected = values[f"load/{name}/{layer}/{quantity}"]
                np.testing.assert_array_equal(recording[layer][quantity], expected)


def test_the_log_holds_the_planted_values():
    recording = load(FOLDER / "planted", "novel", 0)
    planted = planted_recording("it was a bright cold day in april and " * 3, units=8, seed=0)
    assert recording.tokens == planted.tokens
    for quantity in ("hidden_state", "forget_gate"):
        np.testing.assert_allclose(
            recording["lstm"][quantity], planted["lstm"][quantity], rtol=1e-3, atol=1e-4
        )


@pytest.mark.parametrize("query", ANSWERS)
def test_routes_answer_as_the_earlier_version_answered(client, query, values):
    answer = client(query.replace(" ", "%20"))
    assert answer.status_code == 200, answer.text
    expected = ANSWERS[query]
    if "sha256" in expected:
        assert hashlib.sha256(answer.data).hexdigest() == expected["sha256"]
    elif query in values:
        header, (blob,) = unpack(answer.data)
        array = np.frombuffer(zlib.decompress(blob), "<f4").reshape(values[query].shape)
        assert header == expected
        np.testing.assert_array_equal(array, values[query])
    elif query.startswith("feature?"):
        # A later version lists significant units only, by another order, tests swings as well,
        # and has scores in standard deviations.
        later = {"units", "note", "tests"}, {"q", "score", "relevance"}
        units, earlier = (by_unit(content.pop("units")) for content in (answer.json, {**expected}))
        assert_close(answer.json, without(expected, later[0]))
        for key in units.keys() & earlier.keys():
            assert_close(units[key], without(earlier[key], later[1]))
        assert all(unit["q"] <= 0.05 or unit["within_q"] <= 0.05 for unit in units.values())
    else:
        assert_close(answer.json, expected)


def without(content, names):
    return {name: value for name, value in content.items() if name not in names}


def by_unit(findings):
    return {tuple(one[key] for key in ("layer", "quantity", "unit")): one for one in findings}


def assert_close(value, expected):
    """Compares JSON, numbers up to the rounding of another processor or library.

    Every key of the earlier version is there; a later one may add keys, which readers skip.
    """
    if isinstance(expected, dict):
        assert value.keys() >= expected.keys()
        for key in expected.keys() - {"response"}:
            assert_close(value[key], expected[key])
        # A later version aligns a response at the onset of a stretch of matches.
        if expected.get("response") is not None:
            assert value["response"].keys() >= expected["response"].keys()
    elif isinstance(expected, list):
        assert len(value) == len(expected)
        for item, other in zip(value, expected, strict=True):
            assert_close(item, other)
    elif isinstance(expected, float):
        assert value == pytest.approx(expected, rel=1e-4, abs=1e-9)
    else:
        assert value == expected


def large_values(path):
    """By step and tag, header and inflated blobs of a run's blob sequences."""
    values = {}
    with path.open("rb") as file:
        for event in map(event_pb2.Event.FromString, read_frames(file)):
            for value in event.summary.value:
                if value.tag.startswith(("text/", "activity/")):
                    header, *blobs = value.tensor.string_val
                    fields = json.loads(header)
                    kind = fields.pop("target_kind", "next")  # a field that version 1 gained
                    assert kind == "next"
                    values[event.step, value.tag] = (
                        fields,
                        [zlib.decompress(blob) for blob in blobs],
                    )
    return values


def metadata(path):
    """By tag, the metadata of a run's values."""
    values = {}
    with path.open("rb") as file:
        for event in map(event_pb2.Event.FromString, read_frames(file)):
            for value in event.summary.value:
                content = value.metadata.plugin_data.content
                if value.tag.startswith("relevance/") and content:  # it may gain rows
                    fields = json.loads(value.metadata.plugin_data.content)
                    rows = [name for name in fields["statistics"] if name in STORED_ROWS]
                    content = json.dumps(fields | {"statistics": rows}).encode()
                    value.metadata.plugin_data.content = content
                values.setdefault(value.tag, value.metadata.SerializeToString())
    return values


def test_the_bytes_of_texts_and_activity_are_those_of_the_earlier_version(tmp_path):
    with RunWriter(tmp_path, encoding="float16") as writer:
        for step in range(2):
            text = "it was a bright cold day in april and " * 3
            recording = planted_recording(text, units=8, seed=step)
            recording.matrices.clear()  # a kind that version 1 gained
            if step:
                hidden = recording["lstm"]["hidden_state"]
                hidden[0, 3:6, 1] = np.nan, np.inf, -np.inf
                recording["lstm"].mask[0, :2] = False
                for quantity in ("hidden_state", "forget_gate"):
                    recording["lstm"][quantity][0, :2] = np.nan
            write_step(writer, step, recording)
    written, earlier = event_file(tmp_path), event_file(FOLDER / "planted")
    assert large_values(written) == large_values(earlier)
    added = {name for name in metadata(written) if name.startswith("ranges/")}
    assert len(added) == 2
    assert {
        name: content for name, content in metadata(written).items() if name not in added
    } == metadata(earlier)
