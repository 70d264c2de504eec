"""Log: `load` returns what was written, also after a truncated file."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pytest
from tensorboard.backend.event_processing.event_file_loader import EventFileLoader

from tb_rnnviz import load
from tb_rnnviz.log_format import RunWriter, tags
from tb_rnnviz.log_format.tfrecord import frame, read_frames
from tests.formats import event_file
from tests.planted_logs import planted_recording, write_planted_run, write_step


def test_load_returns_the_recording_that_was_written(tmp_path):
    write_planted_run(tmp_path, steps=3)
    recording = load(tmp_path, probe="novel", step=1)
    original = planted_recording(seed=1)
    assert recording.layers == ("lstm",)
    assert (recording.probe, recording.step) == ("novel", 1)
    assert recording.tokens == original.tokens
    assert recording["lstm"].cell == "LSTMCell"
    assert recording["lstm"].roles == {"hidden_state": None, "forget_gate": "retain"}
    for quantity, values in original["lstm"].items():
        scale = np.abs(values).max(axis=(0, 1)) / 124
        error = np.abs(recording["lstm"][quantity] - values)
        assert (error <= scale / 2 * 1.001).all()


def test_float16_encoding_has_a_smaller_error(tmp_path):
    with RunWriter(tmp_path, encoding="float16") as writer:
        write_step(writer, 0, planted_recording())
    values = planted_recording()["lstm"]["hidden_state"]
    np.testing.assert_allclose(load(tmp_path)["lstm"]["hidden_state"], values, atol=5e-4)


def test_masked_steps_nan_and_infinities_are_preserved(tmp_path):
    recording = planted_recording()
    hidden = recording["lstm"]["hidden_state"]
    hidden[0, 3, 1], hidden[0, 4, 2], hidden[0, 5, 3] = np.nan, np.inf, -np.inf
    recording["lstm"].mask[0, 7] = False
    with RunWriter(tmp_path) as writer:
        write_step(writer, 0, recording)
    layer = load(tmp_path)["lstm"]
    assert np.isnan(layer["hidden_state"][0, 3, 1])
    assert layer["hidden_state"][0, 4, 2] == np.inf and layer["hidden_state"][0, 5, 3] == -np.inf
    assert not layer.mask[0, 7] and layer.mask.sum() == layer.mask.size - 1


def test_the_first_event_of_every_tag_has_a_data_class(tmp_path):
    write_planted_run(tmp_path, steps=2)
    first = {}
    for event in EventFileLoader(str(event_file(tmp_path))).Load():
        for value in event.summary.value:
            first.setdefault(value.tag, value.metadata)
    assert {m.plugin_data.plugin_name for m in first.values()} == {
        "rnnviz",
        "rnnviz_activity",
        "scalars",
    }
    for metadata in first.values():
        assert metadata.data_class != 0
        if metadata.plugin_data.plugin_name != "scalars":
            content = json.loads(metadata.plugin_data.content)
            assert content["version"] == 1 and content["kind"] in tags.KINDS


def test_a_second_writer_continues_after_the_last_step(tmp_path):
    write_planted_run(tmp_path, steps=3)
    with RunWriter(tmp_path) as writer:
        assert (writer.next_step(0), writer.next_step(7)) == (3, 7)
        with pytest.raises(ValueError, match="Step 2 is not after the last step on disk, 2"):
            writer.flush(2)
        write_step(writer, 3, planted_recording(seed=3))
    assert load(tmp_path, step=0).step == 0
    assert load(tmp_path).step == 3


@pytest.mark.parametrize("cut", [1, 7, 1000])
def test_a_truncated_file_keeps_its_complete_steps_and_is_continued(tmp_path, cut):
    write_planted_run(tmp_path, steps=3)
    path = event_file(tmp_path)
    path.write_bytes(path.read_bytes()[:-cut])
    assert load(tmp_path).step == 1
    with RunWriter(tmp_path) as writer:
        assert writer.next_step(0) == 2
        write_step(writer, 2, planted_recording())
    assert load(tmp_path).step == 2


def test_a_step_that_fails_half_way_leaves_no_values(tmp_path):
    broken = planted_recording()
    broken.tokens[0].pop()
    with RunWriter(tmp_path) as writer:
        with pytest.raises((ValueError, IndexError)):
            write_step(writer, 0, broken)
        write_step(writer, 0, planted_recording())
    assert load(tmp_path).step == 0


def test_data_of_a_newer_version_are_skipped_with_a_warning(tmp_path, monkeypatch):
    write_planted_run(tmp_path / "old", steps=1)
    monkeypatch.setattr(tags, "_version", lambda content: 99)
    with RunWriter(tmp_path / "old") as writer:
        write_step(writer, 1, planted_recording())
    monkeypatch.undo()
    with pytest.warns(UserWarning, match="newer version of RNN-Viz"):
        assert load(tmp_path / "old").step == 0


def test_load_errors_list_the_existing_probes_and_steps(tmp_path):
    with pytest.raises(FileNotFoundError, match="No RNN-Viz run"):
        load(tmp_path)
    write_planted_run(tmp_path, steps=2)
    with pytest.raises(ValueError, match=r"No probe 'other'.*\['novel'\]"):
        load(tmp_path, probe="other")
    with pytest.raises(ValueError, match=r"No step 9.*\[0, 1\]"):
        load(tmp_path, step=9)


def test_a_remote_or_unwritable_directory_raises_an_error(tmp_path):
    with pytest.raises(ValueError, match="fsspec cannot open unknown://"):
        RunWriter("unknown://bucket/logs")
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OSError, match="file"):
        RunWriter(tmp_path / "file")


def test_records_are_framed_as_in_tensorflow(tmp_path):
    tf = pytest.importorskip("tensorflow")
    path = str(tmp_path / "records")
    with open(path, "wb") as file:
        file.writelines(part for data in (b"one", b"", b"x" * 100_000) for part in frame(data))
    records = [record.numpy() for record in tf.data.TFRecordDataset(path)]
    assert records == [b"one", b"", b"x" * 100_000]
    with tf.io.TFRecordWriter(path) as writer:
        writer.write(b"two")
    with open(path, "rb") as file:
        assert list(read_frames(file)) == [b"two"]


def test_writing_imports_neither_tensorflow_nor_keras():
    script = (
        "import sys; from tb_rnnviz.log_format import RunWriter, load; "
        "sys.exit(bool({'tensorflow', 'keras', 'torch', 'jax'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", script]).returncode == 0
