"""Routes of states, compared with NumPy on the activity that was logged."""

from __future__ import annotations

import json
import struct
import zlib
from urllib.parse import urlencode

import numpy as np
import pytest

import tb_rnnviz as rv
from tb_rnnviz import analysis
from tb_rnnviz.log_format import RunWriter
from tb_rnnviz.recording import Recording
from tests.planted_logs import (
    PLANTED,
    TEXT,
    one_layer,
    plant_class_probability,
    planted_recording,
    write_step,
)
from tests.tensorboard.conftest import serving

STEPS = 3
LENGTHS = [7, 4, 1, 6] * 6
CLASSES = ["even", "odd"]


def sequences(step: int) -> Recording:
    """Sequences whose last state has the label in one direction, masked at two tokens."""
    random = np.random.default_rng(10 + step)
    texts = [list("abcdefg"[:length]) for length in LENGTHS]
    labels = [CLASSES[index % 2] for index in range(len(LENGTHS))]
    hidden = random.normal(0, 0.3, (len(LENGTHS), 7, 6)).astype(np.float32)
    hidden[1::2, :, 2] += 4
    mask = np.arange(7) < np.array(LENGTHS)[:, None]
    mask[0, 3] = mask[3, 0] = False
    gate = random.uniform(0, 1, hidden.shape).astype(np.float32)
    quantities = {"hidden_state": hidden, "cell_state": 2 * hidden, "forget_gate": gate}
    roles = {"forget_gate": "retain"}
    recording = one_layer(texts, quantities, roles, mask, probe="labelled", labels=labels)
    plant_class_probability(recording, step)
    return recording


def equal_states(value: float) -> Recording:
    hidden = np.full((1, 12, 5), value, np.float32)
    return one_layer([list("abcdefghijkl")], {"hidden_state": hidden}, {}, probe="equal")


@pytest.fixture(scope="module")
def logs(tmp_path_factory):
    logs = tmp_path_factory.mktemp("states")
    for run, units in (("a", 12), ("b", 12), ("small", 8)):
        with RunWriter(logs / run) as writer:
            for step in range(STEPS):
                recording = planted_recording(units=units, seed=step + 100 * (run == "b"))
                recording["lstm"]["hidden_state"][...] *= 1 + step
                write_step(writer, step, recording)
    with RunWriter(logs / "many") as writer:
        for step in range(STEPS):
            write_step(writer, step, sequences(step))
    with RunWriter(logs / "flat") as writer:
        write_step(writer, 0, equal_states(0.25))
    with RunWriter(logs / "broken") as writer:
        recording = planted_recording()
        recording["lstm"]["hidden_state"][0, 5, 3] = np.nan
        write_step(writer, 0, recording)
        write_step(writer, 1, equal_states(np.nan))
    return logs


@pytest.fixture(scope="module")
def client(logs):
    with serving(True) as start:
        served = start(logs)
        for run, step, probe in (("a", 2, "novel"), ("many", 2, "labelled"), ("broken", 0, "")):
            served.wait_for(f"{run}/rnnviz", step, probe)
        yield served


def ask(client, route, run, step=0, *, probe="novel", quantity="hidden_state", **more):
    query = {"run": f"{run}/rnnviz", "probe": probe, "step": step} | more
    if route != "state_geometry":
        query |= {"layer": "lstm", "quantity": quantity}
    return client(f"{route}?{urlencode(query)}")


def points_of(answer):
    """Decodes a container: header, tokens, points, and classes or `None`."""
    assert answer.status_code == 200, answer.text
    data = answer.data
    count = struct.unpack_from("<I", data)[0]
    lengths = struct.unpack_from(f"<{count}I", data, 4)
    ends = 4 * (count + 1) + np.cumsum([0, *lengths])
    blobs = [data[begin:end] for begin, end in zip(ends[:-1], ends[1:], strict=True)]
    header = json.loads(blobs[0])
    streams = [zlib.decompress(blob) for blob in blobs[1:]]
    points = np.frombuffer(streams[1], "<f4").reshape(header["points"], header["components"])
    classes = np.frombuffer(streams[2], "<i2") if len(streams) > 2 else None
    return header, np.frombuffer(streams[0], "<u4"), points, classes


def fitted(*runs):
    return json.dumps([[f"{run}/rnnviz", steps] for run, steps in runs])


def logged(logs, run, step, probe="novel", quantity="hidden_state"):
    """States as the log gives them back, (states, units)."""
    recording = rv.load(logs / run, probe=probe, step=step)
    return recording["lstm"].consumed(quantity)[0]


def reference(states, at):
    """Principal axes by singular values, each with its largest weight positive."""
    together = np.concatenate(states).astype(np.float64)
    mean = together.mean(axis=0)
    _, singular, axes = np.linalg.svd(together - mean, full_matrices=False)
    axes = axes[:3]
    axes *= np.sign(axes[np.arange(3), np.abs(axes).argmax(axis=1)])[:, None]
    return (at - mean) @ axes.T, (singular**2 / (singular**2).sum())[:3]


def test_points_are_those_of_the_principal_axes_of_everything_that_is_fitted(client, logs):
    header, tokens, points, classes = points_of(
        ask(client, "projection", "a", 1, fitted=fitted(("a", [0, 2]), ("b", [0, 2])))
    )
    states = [logged(logs, run, step) for run in "ab" for step in (0, 2)]
    expected, explained = reference(states, logged(logs, "a", 1))
    np.testing.assert_allclose(points, expected, atol=1e-4)
    np.testing.assert_allclose(header["explained"], explained, atol=1e-3)
    assert tokens.tolist() == list(range(len(TEXT))) and classes is None
    assert header["fitted"] == [
        {"run": "a/rnnviz", "steps": [0, 2]},
        {"run": "b/rnnviz", "steps": [0, 2]},
    ]
    assert (header["states"], header["points"], header["missing"]) == (len(TEXT), len(TEXT), 0)
    everywhere = reference(states, np.concatenate(states))[0]
    np.testing.assert_allclose(header["low"], everywhere.min(axis=0), rtol=1e-3)
    np.testing.assert_allclose(header["high"], everywhere.max(axis=0), rtol=1e-3)


def test_axes_are_the_same_at_every_step(client):
    where = {"fitted": fitted(("a", [0, 2]))}
    headers = [points_of(ask(client, "projection", "a", step, **where))[0] for step in range(3)]
    for name in ("explained", "low", "high", "fitted"):
        assert headers[0][name] == headers[1][name] == headers[2][name]


def test_the_variance_of_the_recording_itself_is_told_apart(client, logs):
    header, _, points, _ = points_of(
        ask(client, "projection", "b", 1, fitted=fitted(("a", [0, 1, 2])))
    )
    own = logged(logs, "b", 1)
    shares = points.var(axis=0) / own.var(axis=0).sum()
    np.testing.assert_allclose(header["explained_here"], shares, atol=1e-3)


def test_by_default_the_axes_are_those_of_the_recording(client, logs):
    header, _, points, _ = points_of(ask(client, "projection", "a", 2))
    states = logged(logs, "a", 2)
    np.testing.assert_allclose(points, reference([states], states)[0], atol=1e-4)
    assert header["fitted"] == [{"run": "a/rnnviz", "steps": [2]}]


def test_recordings_of_other_units_and_missing_steps_are_left_out_of_the_axes(client):
    answer = ask(client, "projection", "a", 0, fitted=fitted(("small", [0]), ("a", [1, 99])))
    assert points_of(answer)[0]["fitted"] == [{"run": "a/rnnviz", "steps": [1]}]
    answer = ask(client, "projection", "small", 2, fitted=fitted(("a", [0, 2])))
    assert points_of(answer)[0]["fitted"] == [{"run": "small/rnnviz", "steps": [2]}]


def test_masked_tokens_have_no_point_and_others_have_the_predicted_class(client, logs):
    recording = sequences(1)
    whole = [recording["lstm"].mask[k, :n] for k, n in enumerate(LENGTHS)]
    mask = np.concatenate(whole)
    header, tokens, points, classes = points_of(
        ask(client, "projection", "many", 1, probe="labelled")
    )
    assert tokens.tolist() == np.flatnonzero(mask).tolist() and not mask.all()
    parts = [recording.class_probability[k, :n] for k, n in enumerate(LENGTHS)]
    assert header["classes"] == recording.classes
    assert classes.tolist() == np.concatenate(parts).argmax(axis=1)[mask].tolist()
    assert points.shape == (mask.sum(), 3)


def test_a_long_text_is_cut_to_points_that_are_evenly_spread(client, logs, monkeypatch):
    from tb_rnnviz.tensorboard import state_service

    monkeypatch.setattr(state_service, "MAX_POINTS", 31)
    header, tokens, points, _ = points_of(
        ask(client, "projection", "b", 0, fitted=fitted(("b", [0])))
    )
    assert (header["states"], header["points"]) == (len(TEXT), 31)
    assert tokens[0] == 0 and tokens[-1] == len(TEXT) - 1
    assert set(np.diff(tokens)) <= {len(TEXT) // 31, len(TEXT) // 31 + 1, 9, 10}
    states = logged(logs, "b", 0)
    np.testing.assert_allclose(points, reference([states], states[tokens])[0], atol=1e-4)


def test_equal_states_have_no_variance_to_explain(client):
    header, _, points, _ = points_of(ask(client, "projection", "flat", probe="equal"))
    assert header["explained"] == [0, 0, 0]
    np.testing.assert_allclose(points, 0, atol=1e-5)


def test_a_state_that_is_not_a_number_is_missing_and_the_others_stay(client):
    header, _, points, _ = points_of(ask(client, "projection", "broken", 0))
    assert header["missing"] == 1
    assert np.flatnonzero(np.isnan(points).any(axis=1)).tolist() == [5]
    answer = ask(client, "projection", "broken", 1, probe="equal")
    assert answer.status_code == 404 and "nothing to project" in answer.text


def test_tsne_places_all_recordings_together_and_repeats_itself(client):
    where = {"method": "tsne", "fitted": fitted(("many", [0, 2]))}
    headers, points = [], []
    for step in (0, 2, 0):
        header, _, placed, _ = points_of(
            ask(client, "projection", "many", step, probe="labelled", **where)
        )
        headers.append(header)
        points.append(placed)
    assert headers[0]["components"] == 2 and headers[0]["explained"] == [None, None]
    assert headers[0]["low"] == headers[1]["low"]
    np.testing.assert_array_equal(points[0], points[2])
    assert not np.array_equal(points[0], points[1])


@pytest.mark.parametrize("words", ['[["a/rnnviz", []]]', '[["a", ["last"]]]', "[1]", "{}", "[[[["])
def test_a_list_of_recordings_that_is_none_is_refused(client, words):
    answer = ask(client, "projection", "a", fitted=words)
    assert answer.status_code == 400 and "JSON list of runs" in answer.text


def test_the_geometry_is_that_of_every_state_and_of_no_gate(client, logs):
    answer = ask(client, "state_geometry", "many", 2, probe="labelled").json
    assert [entry["quantity"] for entry in answer["states"]] == ["hidden_state", "cell_state"]
    lengths = [int(row.sum()) for row in sequences(2)["lstm"].mask]
    for entry in answer["states"]:
        states = logged(logs, "many", 2, "labelled", entry["quantity"])
        geometry = analysis.state_geometry(states, lengths)
        for name in ("dimension", "spread", "speed"):
            assert entry[name] == pytest.approx(getattr(geometry, name), rel=1e-3)
        assert entry["components"] == geometry.components
        assert (entry["units"], entry["states"]) == (6, sum(lengths))


def test_the_geometry_of_equal_states_is_stated(client):
    (entry,) = ask(client, "state_geometry", "flat", probe="equal").json["states"]
    assert entry["dimension"] is None and entry["components"] == 0
    assert entry["speed"] == entry["spread"] == 0


def test_a_linear_probe_reads_the_planted_feature_from_the_planted_unit(client):
    answer = ask(client, "linear_probe", "a", 2, feature="space").json
    assert answer["score"] > 0.99 and answer["unit_score"] > 0.99
    assert answer["unit"] == PLANTED
    assert answer["selectivity"] == pytest.approx(answer["score"] - answer["control"], abs=2e-3)
    assert (answer["classes"], answer["chance"]) == (["False", "True"], 0.5)
    assert (answer["groups"], answer["states"]) == ("blocks", len(TEXT))


def test_a_linear_probe_of_a_typed_feature_and_of_a_number(client):
    spec = '{"name": "gap", "kind": "literal", "text": " "}'
    answer = ask(client, "linear_probe", "a", 2, feature=spec).json
    assert answer["target"] == "gap"
    assert answer["unit"] == PLANTED and answer["score"] > 0.99
    number = '{"name": "at", "kind": "line_position"}'
    answer = ask(client, "linear_probe", "a", 2, feature=number).json
    assert answer["classes"] is None and answer["chance"] == 0 and answer["score"] < 0.5


def test_labels_are_read_from_the_last_state_of_whole_sequences(client):
    answer = ask(client, "linear_probe", "many", 1, probe="labelled").json
    assert (answer["target"], answer["groups"]) == ("label", "sequences")
    assert answer["classes"] == CLASSES and answer["states"] == len(LENGTHS)
    assert answer["unit"] == 2 and answer["score"] == 1
    assert answer["control"] < 0.8, "a label that is drawn for each sequence is not in its state"


@pytest.mark.parametrize(
    ("run", "more", "status", "reason"),
    [
        ("a", {}, 404, "no labels"),
        ("a", {"feature": '{"name": "x", "kind": "literal", "text": "#"}'}, 400, "two classes"),
        ("a", {"feature": "{name"}, 400, "feature"),
    ],
)
def test_what_a_linear_probe_cannot_read_is_refused(client, run, more, status, reason):
    answer = ask(client, "linear_probe", run, **more)
    assert answer.status_code == status and reason in answer.text
