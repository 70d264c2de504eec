"""Run writer: complete steps on disk, little in memory, whatever happens."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time

import pytest
from tensorboard.compat.proto import event_pb2

from tb_rnnviz import load
from tb_rnnviz.log_format import RunWriter, writer
from tb_rnnviz.log_format.byte_counter import ByteCounter
from tb_rnnviz.log_format.event_file import event_files, last_step
from tb_rnnviz.log_format.text import RecordedText
from tb_rnnviz.log_format.tfrecord import read_frames
from tests.formats import event_file
from tests.log_format.providers import assert_complete, log_responses, steps_of
from tests.planted_logs import planted_recording, write_planted_run, write_step
from tests.programs import ROOT, run


def events(log_dir):
    with event_file(log_dir).open("rb") as file:
        written = [event_pb2.Event.FromString(data) for data in read_frames(file)]
    return [event for event in written if event.HasField("summary")]


def tags_of(event):
    return [value.tag for value in event.summary.value]


def test_values_are_collected_before_their_step_begins_but_need_one(tmp_path, monkeypatch):
    monkeypatch.setattr(writer, "COLLECTED_BYTES", 0)
    with RunWriter(tmp_path) as run:
        run.write_activity("novel", planted_recording())
        run.flush(3)
        run.write_scalar("rnnviz/loss/novel", 1.0)
        with pytest.raises(ValueError, match=r"with writer.step"):
            run.flush()
    written = events(tmp_path)
    assert [event.step for event in written] == [3] and len(tags_of(written[0])) == 2


def test_a_step_is_an_event_of_scalars_and_one_that_ends_with_the_text(tmp_path):
    write_planted_run(tmp_path, steps=2)
    written = events(tmp_path)
    assert [event.step for event in written] == [0, 0, 1, 1]
    for scalars, event in (written[:2], written[2:]):
        assert {tag.split("/")[0] for tag in tags_of(scalars)} == {"rnnviz"}
        assert tags_of(event)[-1] == "text/novel"
        assert tags_of(event)[0] == "activity/novel/lstm/hidden_state"


def test_a_step_that_has_scalars_alone_is_written_again(tmp_path):
    write_planted_run(tmp_path, steps=2)
    with RunWriter(tmp_path) as run, run.step(2):
        run.write_scalar("rnnviz/loss/novel", 1.0)
    with RunWriter(tmp_path) as run:
        assert run.next_step(0) == 2


def test_a_large_step_is_written_in_several_events(tmp_path, monkeypatch):
    monkeypatch.setattr(writer, "COLLECTED_BYTES", 8000)
    write_planted_run(tmp_path, steps=2)
    written = events(tmp_path)
    assert [event.step for event in written] == [0, 0, 0, 1, 1, 1]
    for step in ([written[0], written[2]], [written[3], written[5]]):
        assert [tags_of(event)[-1] == "text/novel" for event in step] == [False, True]
        assert any("digest" in tag for tag in tags_of(step[1]))
    assert_complete(tmp_path, [0, 1])


@pytest.mark.slow
def test_memory_is_constant_while_a_step_grows(tmp_path):
    pytest.importorskip("resource")
    script = """
import resource, sys, numpy as np
from tb_rnnviz.recording import LayerActivity, Recording
from tb_rnnviz.log_format import RunWriter
noise = np.random.default_rng(0).normal(size=(1, 4000, 2000)).astype(np.float32)
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
def write(run, layers):
    for number in range(layers):
        layer = LayerActivity(f"lstm_{number}", "LSTMCell", {"hidden_state": noise}, {},
                              np.ones((1, 4000), bool), [4000])
        run.write_activity("novel", Recording([layer], [4000]))
with RunWriter(sys.argv[1]) as run:
    with run.step(0):
        write(run, 6)
    before = peak()
    with run.step(1):
        write(run, 24)
    print(peak() - before, run.bytes >> 20)
"""
    growth, written = map(int, run(sys.executable, "-c", script, tmp_path, cwd=ROOT).split())
    assert written > 150
    assert growth < 16


@pytest.mark.parametrize("spill", [8000, 1 << 25])
def test_a_probe_whose_transaction_failed_is_not_readable(tmp_path, monkeypatch, spill):
    monkeypatch.setattr(writer, "COLLECTED_BYTES", spill)
    with RunWriter(tmp_path) as run:
        write_step(run, 0, planted_recording())
        with run.step(1):
            with pytest.raises(RuntimeError), run.transaction():
                run.write_activity("other", planted_recording())
                raise RuntimeError
            run.write_scalar("rnnviz/loss/novel", 1.0)
        write_step(run, 2, planted_recording())
    with pytest.raises(ValueError, match=r"No probe 'other'.*\['novel'\]"):
        load(tmp_path, "other")
    assert_complete(tmp_path, [0, 2])


def test_a_step_that_fails_is_discarded(tmp_path):
    with RunWriter(tmp_path) as run:
        with pytest.raises(KeyboardInterrupt), run.step(0):
            run.write_scalar("rnnviz/loss/novel", 1.0)
            raise KeyboardInterrupt
        assert run.last_step is None
        write_step(run, 0, planted_recording())
    assert ["rnnviz/loss/novel" in tags_of(event) for event in events(tmp_path)] == [True, False]


def test_only_the_last_step_can_be_extended(tmp_path):
    with RunWriter(tmp_path) as run:
        with run.step(4):
            run.write_digest("novel", {})
        with pytest.raises(ValueError, match="Step 3 is not after"), run.step(3, extend=True):
            pass
        with run.step(4, extend=True):
            run.write_text("novel", RecordedText([["a"]]))
    assert load(tmp_path).step == 4


def test_byte_counter_counts_the_bytes_that_a_writer_writes(tmp_path):
    byte_counter = ByteCounter()
    recording = planted_recording()
    byte_counter.write_activity("novel", recording)
    byte_counter.write_digest("novel", {"loss": 1.0})
    byte_counter.write_text("novel", RecordedText(recording.tokens))
    byte_counter.emit()
    with RunWriter(tmp_path) as run:
        empty = run.bytes
        with run.step(0):
            run.write_activity("novel", recording)
            run.write_digest("novel", {"loss": 1.0})
            run.write_text("novel", RecordedText(recording.tokens))
        written = run.bytes - empty
    assert set(byte_counter.activity) == {"hidden_state", "forget_gate"}
    assert byte_counter.large == byte_counter.text + sum(byte_counter.activity.values())
    assert 0.8 * written < byte_counter.large + byte_counter.small <= written


WRITE = """
import sys
from tb_rnnviz.log_format import RunWriter, writer
from tests.planted_logs import planted_recording, write_step
writer.COLLECTED_BYTES = 100_000
recording = planted_recording("many words " * 3000, units=24)
with RunWriter(sys.argv[1]) as run:
    step = run.next_step(0)
    while True:
        write_step(run, step, recording, features=())
        print(step, flush=True)
        step += 1
"""


@pytest.mark.slow
def test_a_process_killed_while_writing_leaves_complete_steps(tmp_path):
    written = []
    for _ in range(3):
        process = subprocess.Popen(
            [sys.executable, "-c", WRITE, tmp_path], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        with process:
            written.append(int(process.stdout.readline()))
            written.append(int(process.stdout.readline()))
            time.sleep(random.random() / 5)
            process.kill()
            written += [int(line) for line in process.stdout]
    assert len(event_files(tmp_path / "rnnviz")) == 3
    with RunWriter(tmp_path) as run:
        step = run.next_step(0)
        write_step(run, step, planted_recording())
    assert written == sorted(set(written))
    readable = [s for s in range(step + 1) if is_readable(tmp_path, s)]
    assert set(written) <= set(readable)
    with log_responses(tmp_path) as both:
        for responses in both:
            assert steps_of(responses, step) == readable


@pytest.mark.parametrize("part", range(1, 40, 3))
def test_steps_before_the_end_of_a_truncated_file_are_readable(tmp_path, monkeypatch, part):
    monkeypatch.setattr(writer, "COLLECTED_BYTES", 8000)
    write_planted_run(tmp_path, steps=2)
    path = event_file(tmp_path)
    os.truncate(path, path.stat().st_size * part // 40)
    complete = [s for s in (0, 1) if is_readable(tmp_path, s)]
    with RunWriter(tmp_path) as run:
        step = run.next_step(0)
        assert step >= len(complete)
        write_step(run, step, planted_recording())
    assert last_step(tmp_path / "rnnviz") == step
    assert [s for s in range(step + 1) if is_readable(tmp_path, s)] == [*complete, step]


def is_readable(log_dir, step):
    try:
        return load(log_dir, "novel", step).step == step
    except (ValueError, FileNotFoundError):
        return False
