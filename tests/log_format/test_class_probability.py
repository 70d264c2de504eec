"""Class probabilities in the log: rounded, written, loaded, damaged."""

from __future__ import annotations

import json

import numpy as np
import pytest

import tb_rnnviz as rv
from tb_rnnviz import analysis
from tb_rnnviz.log_format import DamagedRecordError, RunWriter
from tb_rnnviz.log_format import class_probability as module
from tb_rnnviz.log_format.class_probability import EncodedClassProbability, encode_class_probability
from tb_rnnviz.recording import Recording
from tests.planted_logs import planted_recording, write_step

LENGTHS = [5, 1, 8]


def classified(lengths=LENGTHS, classes=3, seed=0) -> Recording:
    """A recording of random class probabilities, some of which nearly tie."""
    random = np.random.default_rng(seed)
    recording = Recording([], lengths)
    values = random.dirichlet(np.ones(classes), recording.mask.shape).astype(np.float32)
    values[0, :, 0] = values[0, :, 1] - 1e-6
    values[0] /= values[0].sum(axis=1, keepdims=True)
    values[~recording.mask] = np.nan
    recording.class_probability = values
    recording.classes, recording.method = [f"class {i}" for i in range(classes)], "head"
    return recording


def decoded(recording: Recording) -> np.ndarray:
    header, *blobs = encode_class_probability(recording).strings()
    encoded = EncodedClassProbability(header)
    assert (encoded.lengths, encoded.classes) == (recording.lengths.tolist(), recording.classes)
    return encoded.decode(blobs)


@pytest.mark.parametrize("classes", [1, 2, 40])
def test_probabilities_are_decoded_within_the_stated_error(classes):
    recording = classified(classes=classes) if classes > 1 else classified([4], 2)
    rows = recording.class_probability[recording.mask]
    values = decoded(recording)
    np.testing.assert_allclose(values, rows, atol=0.0005)
    assert (values.argmax(axis=1) == rows.argmax(axis=1)).all()


def test_a_large_recording_is_read_in_chunks(monkeypatch):
    monkeypatch.setattr(module, "CHUNK_BYTES", 20)
    recording = classified()
    header, *blobs = encode_class_probability(recording).strings()
    encoded = EncodedClassProbability(header)
    assert encoded.chunks == [[0, 3], [3, 6], [6, 9], [9, 12], [12, 14]] and len(blobs) == 5
    rows = recording.class_probability[recording.mask]
    np.testing.assert_allclose(encoded.decode_chunk(2, blobs[2]), rows[6:9], atol=0.0005)


def test_a_recording_without_or_with_too_many_probabilities_is_not_encoded(monkeypatch):
    assert encode_class_probability(Recording([], [3])) is None
    monkeypatch.setattr(module, "MAX_LOGGED_VALUES", 41)
    assert encode_class_probability(classified()) is None


def planted(seed=0) -> Recording:
    recording = planted_recording(seed=seed)
    random = np.random.default_rng(seed)
    recording.class_probability = random.dirichlet([1, 1], recording.mask.shape).astype(np.float32)
    recording.classes, recording.method = ["prose", "verse"], "prefix"
    recording.class_probability[0, 3] = np.nan
    return recording


def test_probabilities_are_loaded_from_a_log_with_the_same_decision_times(tmp_path):
    with RunWriter(tmp_path) as writer:
        for step in range(2):
            write_step(writer, step, planted(step))
    for step in range(2):
        recorded, loaded = planted(step), rv.load(tmp_path, step=step)
        np.testing.assert_allclose(
            loaded.class_probability, recorded.class_probability, atol=0.0005
        )
        assert loaded.class_probability.dtype == np.float32
        assert (loaded.classes, loaded.method) == (["prose", "verse"], "prefix")
        times = [
            analysis.decision_time(part.class_probability[:, 4:], part.lengths - 4)
            for part in (recorded, loaded)
        ]
        assert times[0] == times[1]


def test_a_step_without_room_for_them_has_none(tmp_path):
    with RunWriter(tmp_path) as writer:
        write_step(writer, 0, planted(), keep=["hidden_state"])
        write_step(writer, 1, planted(), keep=["hidden_state", "class_probability"])
    assert rv.load(tmp_path, step=0).class_probability is None
    assert rv.load(tmp_path, step=1).class_probability is not None


def test_damaged_probabilities_are_missing_and_named_in_a_warning(tmp_path, monkeypatch):
    monkeypatch.setattr(module.zlib, "compress", lambda data, level: b"no zlib")
    blobs = encode_class_probability(planted())
    monkeypatch.undo()
    monkeypatch.setattr(
        "tb_rnnviz.log_format.writer.encode_class_probability", lambda recording: blobs
    )
    with RunWriter(tmp_path) as writer:
        write_step(writer, 0, planted())
    with pytest.warns(UserWarning, match="class_probability/novel at step 0 is damaged"):
        loaded = rv.load(tmp_path)
    assert loaded.class_probability is None and list(loaded["lstm"])


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"lengths": [5, 1]}, "do not cover 6 tokens"),
        ({"lengths": [5, 1, -8]}, "lengths"),
        ({"classes": []}, "0 classes"),
        ({"classes": [1]}, "classes"),
        ({"classes": ["a"] * 70_000}, "70000 classes"),
        ({"chunks": [[0, 7], [6, 14]]}, "do not cover"),
        ({"chunks": [[0, 0], [0, 14]]}, "do not cover"),
        ({"chunks": [[0, 7], [7, 14]]}, "1 blobs, its header 2"),
        ({"lengths": [1 << 27, 1 << 27], "chunks": [[0, 1 << 28]]}, "chunks"),
        ({"lengths": [1 << 27], "chunks": [[0, 1 << 27]]}, "values"),
        ({"classes": ["a", "b"]}, "blob"),
    ],
)
def test_a_damaged_header_is_refused(changes, reason):
    header, *blobs = encode_class_probability(classified()).strings()
    damaged = json.dumps(json.loads(header) | changes).encode()
    with pytest.raises(DamagedRecordError, match=reason):
        EncodedClassProbability(damaged).decode(blobs)
