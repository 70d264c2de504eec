"""Interrupted writes: an event is whole or taken back, and the run goes on."""

from __future__ import annotations

import gc
import sys
import time
from functools import partial

import pytest
from tensorboard.compat.proto import event_pb2

import tb_rnnviz as rv
from tb_rnnviz.log_format import RunWriter, event_file, writer
from tb_rnnviz.log_format.event_file import LogError, event_files, last_step
from tb_rnnviz.log_format.text import RecordedText
from tb_rnnviz.log_format.tfrecord import read_frames
from tb_rnnviz.tensorboard.cached_data_provider import CachedDataProvider
from tb_rnnviz.tensorboard.log_responses import LogResponses
from tests.board import boards
from tests.log_format.providers import assert_complete, steps_of
from tests.planted_logs import planted_recording, write_step


class InterruptedFile:
    """Writes some bytes, then raises an error once.

    Args:
        monkeypatch: Replaces the function that writes bytes.
    """

    def __init__(self, monkeypatch):
        self._write = event_file._write
        self.bytes_left, self.error = None, None
        monkeypatch.setattr(event_file, "_write", self.write)

    def interrupt_after(self, count, error=KeyboardInterrupt):
        self.bytes_left, self.error = count, error

    def write(self, file, data):
        if self.bytes_left is None or self.bytes_left > len(data):
            if self.bytes_left is not None:
                self.bytes_left -= len(data)
            self._write(file, data)
            return
        self._write(file, data[: self.bytes_left])
        self.bytes_left = None
        raise self.error


def write_text(run, step):
    with run.step(step):
        run.write_text("novel", RecordedText([["a"]]))


def text_steps(log_dir):
    """Steps in all event files, which end with a whole event each."""
    steps = []
    for path in event_files(log_dir / "rnnviz"):
        with path.open("rb") as file:
            events = [event_pb2.Event.FromString(data) for data in read_frames(file)]
            assert file.tell() == path.stat().st_size
        steps += [event.step for event in events if event.HasField("summary")]
    return steps


def size_of_step(tmp_path):
    with RunWriter(tmp_path / "size") as run:
        write_text(run, 0)
        before = run.bytes
        write_text(run, 1)
        return run.bytes - before


@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError, OSError(28, "No space left")])
def test_an_interruption_at_any_byte_leaves_whole_events(tmp_path, monkeypatch, error):
    size = size_of_step(tmp_path)
    file = InterruptedFile(monkeypatch)
    with RunWriter(tmp_path / "run") as run:
        for position in range(size + 1):
            file.interrupt_after(position, error)
            with pytest.raises((KeyboardInterrupt, MemoryError, LogError)):
                write_text(run, 2 * position)
            write_text(run, run.next_step(2 * position + 1))
        files = event_files(tmp_path / "run" / "rnnviz")
        assert run.bytes == sum(path.stat().st_size for path in files)
    assert text_steps(tmp_path / "run") == [2 * position + 1 for position in range(size + 1)]


def test_both_servers_and_load_read_what_follows_an_interruption(tmp_path, monkeypatch):
    monkeypatch.setattr(writer, "COLLECTED_BYTES", 8000)
    file = InterruptedFile(monkeypatch)
    recording = planted_recording()
    acknowledged = []
    with RunWriter(tmp_path) as run:
        for position in [0, 1, 8, 11, 12, 13, 500, 3000, 9000, 12000]:
            file.interrupt_after(position)
            with pytest.raises(KeyboardInterrupt):
                write_step(run, run.next_step(0), recording, features=())
            step = run.next_step(0)
            write_step(run, step, recording, features=())
            acknowledged.append(step)
    assert_complete(tmp_path, acknowledged)


@pytest.mark.parametrize("load_fast", [True, False])
def test_a_server_that_has_read_half_an_event_reads_what_follows(tmp_path, monkeypatch, load_fast):
    file = InterruptedFile(monkeypatch)
    take_back = event_file.EventFile._take_back
    with RunWriter(tmp_path) as run, boards() as start:
        write_text(run, 0)
        board = start(tmp_path, load_fast, live=True)
        responses = LogResponses(CachedDataProvider(board.data_provider, board.files))
        assert steps_of(responses, 0) == [0]

        def take_back_late(self):
            board.reload()
            time.sleep(2.5 * load_fast)  # the Rust server reads on every second
            take_back(self)

        monkeypatch.setattr(event_file.EventFile, "_take_back", take_back_late)
        file.interrupt_after(40)
        with pytest.raises(KeyboardInterrupt):
            write_text(run, 1)
        write_text(run, 2)
        board.reload()
        assert steps_of(responses, 2) == [0, 2]


def test_an_interruption_at_any_line_leaves_whole_events(tmp_path):
    """`KeyboardInterrupt` is raised between any two instructions, not in writes alone."""
    acknowledged = []
    with RunWriter(tmp_path) as run:
        step, line = 0, 0
        while interrupted_at_line(line, partial(write_text, run, step)):
            step = run.next_step(step)
            write_text(run, step)
            acknowledged.append(step)
            step, line = run.next_step(step), line + 1
    assert line > 50
    recorded = text_steps(tmp_path)
    assert set(acknowledged) <= set(recorded)
    for step in acknowledged[::10]:
        assert rv.load(tmp_path, "novel", step).step == step
    assert last_step(tmp_path / "rnnviz") == run.last_step


def interrupted_at_line(line, action):
    """Raises KeyboardInterrupt before a line of the log format's code."""
    lines_left = line

    def trace(frame, event, argument):
        nonlocal lines_left
        if "log_format" not in frame.f_code.co_filename:
            return None
        if event == "line":
            lines_left -= 1
            if lines_left < 0:
                sys.settrace(None)
                raise KeyboardInterrupt
        return trace

    sys.settrace(trace)
    try:
        action()
    except KeyboardInterrupt:
        return True
    finally:
        sys.settrace(None)
    return False


def test_a_writer_without_references_lets_go_of_the_run(tmp_path):
    gc.disable()
    try:
        run = RunWriter(tmp_path)
        write_text(run, 0)
        del run
        with RunWriter(tmp_path) as run:
            assert run.next_step(0) == 1
    finally:
        gc.enable()


def test_a_closed_writer_does_not_lock_the_run_again(tmp_path):
    run = RunWriter(tmp_path)
    run.close()
    with pytest.raises(ValueError, match="closed"):
        write_text(run, 0)
    RunWriter(tmp_path).close()
