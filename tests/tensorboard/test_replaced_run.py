"""A run that is deleted and trained again while TensorBoard is running."""

from __future__ import annotations

import shutil
import time

import pytest

from tb_rnnviz.log_format import RunWriter
from tb_rnnviz.log_format.text import EncodedText
from tb_rnnviz.tensorboard.cached_data_provider import CachedDataProvider
from tb_rnnviz.tensorboard.log_responses import LogResponses
from tb_rnnviz.tensorboard.references import RecordingRef
from tests.board import boards
from tests.log_format.providers import SCOPE, steps_of
from tests.planted_logs import planted_recording, write_step


def write_run(log_dir, text, steps, units=12):
    with RunWriter(log_dir) as run:
        for step in range(steps):
            write_step(run, step, planted_recording(text * 20, units=units))


def probe_of(responses):
    (run,) = responses.index.whole(SCOPE)["runs"]
    (probe,) = run["probes"]
    return run["run"], probe


def read_text(responses, run, step):
    header, blobs = unpack_strings(responses.text(SCOPE, RecordingRef(run, "novel", step)))
    return "".join(EncodedText([header, *blobs]).tokens()[0])


def unpack_strings(container):
    """Returns the strings of a container as they are in the log."""
    count = int.from_bytes(container[:4], "little")
    lengths = [int.from_bytes(container[4 + 4 * i : 8 + 4 * i], "little") for i in range(count)]
    strings, start = [], 4 + 4 * count
    for length in lengths:
        strings.append(container[start : start + length])
        start += length
    return strings[0], strings[1:]


@pytest.mark.parametrize("load_fast", [True, False])
def test_it_has_other_times_of_writing_and_the_new_text_at_the_same_steps(tmp_path, load_fast):
    log_dir = tmp_path / "run1"
    write_run(log_dir, "old text ", 3)
    with boards() as start:
        board = start(tmp_path, load_fast, live=True)
        responses = LogResponses(CachedDataProvider(board.data_provider, board.files))
        assert steps_of(responses, 2) == [0, 1, 2]
        run, before = probe_of(responses)
        assert read_text(responses, run, 1).startswith("old text")
        shutil.rmtree(log_dir)
        write_run(log_dir, "new word ", 3)
        for _ in range(100):
            board.reload()
            _, after = probe_of(responses)
            if after["steps"] == [0, 1, 2] and not set(after["written"]) & set(before["written"]):
                break
            time.sleep(0.2)
        assert after["steps"] == [0, 1, 2]
        assert len(set(after["written"] + before["written"])) == 6
        for step in range(3):
            assert read_text(responses, run, step).startswith("new word")


@pytest.mark.parametrize("load_fast", [True, False])
def test_steps_that_the_new_training_has_not_reached_are_gone(tmp_path, load_fast):
    log_dir = tmp_path / "run1"
    write_run(log_dir, "old text ", 4)
    with boards() as start:
        board = start(tmp_path, load_fast, live=True)
        responses = LogResponses(CachedDataProvider(board.data_provider, board.files))
        assert steps_of(responses, 3) == [0, 1, 2, 3]
        shutil.rmtree(log_dir)
        write_run(log_dir, "new word ", 2)
        for _ in range(100):
            board.reload()
            _, after = probe_of(responses)
            if after["steps"] == [0, 1]:
                break
            time.sleep(0.2)
        assert after["steps"] == [0, 1]


def test_the_index_tells_when_each_step_was_written(tmp_path):
    before = time.time()
    write_run(tmp_path / "run1", "text ", 2)
    with boards() as start:
        board = start(tmp_path, False)
        _, probe = probe_of(LogResponses(CachedDataProvider(board.data_provider, board.files)))
    first, second = probe["written"]
    assert before - 1 <= first < second <= time.time() + 1
