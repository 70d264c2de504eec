"""Routes of sequences, compared with what was logged."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix

import tb_rnnviz as rv
from tb_rnnviz import analysis
from tb_rnnviz.log_format import RunWriter
from tb_rnnviz.recording import Recording
from tests.planted_logs import one_layer, planted_recording, write_step
from tests.tensorboard.conftest import serving

CLASSES = ["minus", "plus", "zero"]
LENGTHS = [6, 3, 1, 4] * 5
STEPS = 4


def labelled(step: int) -> Recording:
    """Twenty sequences with labels, the last of which is no class."""
    random = np.random.default_rng(step)
    texts = [list("abcdef"[:length]) for length in LENGTHS]
    hidden = random.normal(0, 1, (len(LENGTHS), 6, 7)).astype(np.float32)
    labels = [CLASSES[index % 3] for index in range(len(LENGTHS) - 1)] + ["other"]
    recording = one_layer(texts, {"hidden_state": hidden}, {}, probe="signs", labels=labels)
    values = random.dirichlet([0.5] * 3, recording.mask.shape).astype(np.float32)
    values[~recording.mask] = np.nan
    values[4, 2] = np.nan  # a step that was not read
    recording.class_probability = values
    recording.classes, recording.method = CLASSES, "prefix"
    return recording


def labels_of(recording: Recording) -> np.ndarray:
    return np.array([CLASSES.index(name) if name in CLASSES else -1 for name in recording.labels])


@pytest.fixture(scope="module")
def client(load_fast, tmp_path_factory):
    logs = tmp_path_factory.mktemp("sequences")
    with RunWriter(logs / "run1") as writer:
        for step in range(STEPS):
            write_step(writer, step, labelled(step))
    with serving(load_fast) as start:
        served = start(logs)
        served.wait_for("run1/rnnviz", STEPS - 1, "signs")
        yield served


WHERE = "run=run1/rnnviz&probe=signs"


def get(client, route, query=""):
    answer = client(f"{route}?{WHERE}{query}")
    assert answer.status_code == 200, answer.text
    return answer.json


def test_the_index_has_the_number_of_classes(client):
    (run,) = client("index").json["runs"]
    assert run["probes"][0]["classes"] == 3


def test_every_sequence_has_label_prediction_probability_and_decision_time(client):
    recording, answer = labelled(2), get(client, "sequences", "&step=2")
    values, lengths = recording.class_probability, recording.lengths
    ends = values[np.arange(len(lengths)), lengths - 1]
    assert (answer["classes"], answer["method"], answer["step"]) == (CLASSES, "prefix", 2)
    assert answer["labels"] == labels_of(recording).tolist()
    assert answer["prediction"] == ends.argmax(axis=1).tolist()
    np.testing.assert_allclose(answer["probability"], ends.max(axis=1), atol=0.001)
    assert answer["decision"] == analysis.decision_time(values, lengths).tolist()
    assert answer["decision"][4] == -1


def test_the_accuracy_after_a_share_of_the_sequence_counts_what_was_read(client):
    recording, answer = labelled(1), get(client, "sequences", "&step=1")
    labels = labels_of(recording)
    for share, accuracy in zip(answer["shares"], answer["accuracy"], strict=True):
        right = [
            recording.class_probability[index, int(np.ceil(share * length)) - 1].argmax() == label
            for index, (length, label) in enumerate(zip(recording.lengths, labels, strict=True))
            if label >= 0
            and np.isfinite(
                recording.class_probability[index, int(np.ceil(share * length)) - 1]
            ).all()
        ]
        assert accuracy == pytest.approx(np.mean(right), abs=1e-3)


def test_the_history_has_the_confusion_matrix_of_scikit_learn_and_forgetting_events(client):
    answer = get(client, "sequence_history")
    labels = labels_of(labelled(0))
    known = labels >= 0
    right = []
    for step in range(STEPS):
        recording = labelled(step)
        ends = recording.class_probability[np.arange(len(LENGTHS)), recording.lengths - 1]
        prediction = ends.argmax(axis=1)
        expected = confusion_matrix(labels[known], prediction[known], labels=range(3))
        assert answer["confusion"][step] == expected.ravel().tolist()
        right.append((prediction == labels) & known)
    right = np.array(right)
    assert answer["steps"] == list(range(STEPS)) and answer["left_out"] == []
    np.testing.assert_allclose(answer["accuracy"], right[:, known].mean(axis=1), atol=1e-3)
    for index in range(len(LENGTHS)):
        steps = np.flatnonzero(right[:, index])
        assert answer["first_learned"][index] == (steps[0] if len(steps) else None)
        falls = sum(right[k, index] and not right[k + 1, index] for k in range(STEPS - 1))
        assert answer["forgotten"][index] == falls


def test_a_sequence_has_the_length_of_every_step_and_the_units_that_made_it(client):
    recording = labelled(3)
    answer = get(client, "sequence", "&step=3&layer=lstm&quantity=hidden_state&sequence=4")
    hidden = recording["lstm"]["hidden_state"]
    differences = np.diff(hidden, axis=1, prepend=0)
    distances = np.where(recording.mask, np.linalg.norm(differences, axis=2), np.nan)
    length = LENGTHS[4]
    assert answer["largest"] == pytest.approx(np.nanmax(distances), rel=0.02)
    np.testing.assert_allclose(
        answer["distance"], distances[4, :length] / np.nanmax(distances), atol=0.02
    )
    assert max(max(row) for row in answer["shares"]) <= 1
    for t in range(length):
        squares = differences[4, t] ** 2
        units = answer["units"][t]
        assert units[0] == squares.argmax() and len(units) == 5
        np.testing.assert_allclose(answer["shares"][t], squares[units] / squares.sum(), atol=0.03)
    expected = recording.class_probability[4, :length]
    assert answer["probability"][2] == [None] * 3
    np.testing.assert_allclose(np.array(answer["probability"], float), expected, atol=0.001)


def test_the_largest_step_of_the_probe_has_length_one(client):
    where = "&step=0&layer=lstm&quantity=hidden_state&sequence="
    longest = [
        max(get(client, "sequence", f"{where}{index}")["distance"]) for index in range(len(LENGTHS))
    ]
    assert max(longest) == 1


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("&step=0&layer=lstm&quantity=hidden_state&sequence=20", "Allowed: 0 to 19"),
        ("&step=0&layer=lstm&quantity=hidden_state&sequence=-1", "no sequence -1"),
        ("&step=9&layer=lstm&quantity=hidden_state&sequence=0", "step 9"),
        ("&step=0&layer=lstm&quantity=forget_gate&sequence=0", "forget_gate"),
    ],
)
def test_what_is_not_there_is_refused(client, query, reason):
    answer = client(f"sequence?{WHERE}{query}")
    assert answer.status_code == 404 and reason in answer.text


def test_a_probe_without_predictions_has_none(serve, tmp_path):
    with RunWriter(tmp_path / "run1") as writer:
        write_step(writer, 0, planted_recording())
    client = serve(tmp_path)
    client.wait_for("run1/rnnviz", 0)
    assert rv.load(tmp_path / "run1").class_probability is None
    for route in ("sequences", "sequence_history"):
        step = "&step=0" if route == "sequences" else ""
        assert client(f"{route}?run=run1/rnnviz&probe=novel{step}").status_code == 404
    (run,) = client("index").json["runs"]
    assert run["probes"][0]["classes"] is None
