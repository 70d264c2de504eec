"""Compaction: what stays is the same, and a failure leaves the run as it was."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from tensorboard.compat.proto import event_pb2

import tb_rnnviz as rv
from tb_rnnviz.log_format import DamagedRecordError, RunWriter, compaction, file_index
from tb_rnnviz.log_format.event_file import event_files
from tb_rnnviz.log_format.event_index import index_path
from tb_rnnviz.log_format.lock import RunInUseError
from tb_rnnviz.log_format.run_index import RunIndex
from tb_rnnviz.log_format.tags import LARGE
from tb_rnnviz.log_format.tfrecord import read_frames
from tests.log_format.providers import assert_complete
from tests.planted_logs import planted_recording, write_planted_run, write_step

TEXT = "it was a day in april " * 2
STEPS = 12
SPREAD = [0, 4, 7, 11]
"""Steps that `keep=4` keeps of twelve."""


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    log_dir = tmp_path_factory.mktemp("planted")
    write_planted_run(log_dir, steps=STEPS, text=TEXT, units=6)
    return log_dir


@pytest.fixture
def log_dir(planted, tmp_path):
    return shutil.copytree(planted, tmp_path / "run1")


def values_of(directory, *, large):
    """Bytes of the large or of the small values by tag and step."""
    run = RunIndex(directory)
    run.refresh()
    assert not run.damage
    values = {}
    for tag, listing in run.tags().items():
        if (listing.plugin == LARGE) == large:
            for step, value in run.values(tag).items():
                tensor = run.read(value).tensor
                values[tag, step] = tensor.SerializeToString(deterministic=True)
    return values


def scalars_of(directory):
    """Steps of all scalars, by tag."""
    steps = {}
    for path in event_files(directory):
        with path.open("rb") as file:
            for data in read_frames(file):
                event = event_pb2.Event.FromString(data)
                for value in event.summary.value:
                    if value.tag.startswith("rnnviz/"):
                        steps.setdefault(value.tag, []).append(event.step)
    return steps


def contents(directory):
    """Bytes of every file of a directory, but of the lock."""
    return {path.name: path.read_bytes() for path in directory.iterdir() if path.name != ".lock"}


def test_large_values_stay_at_the_steps_of_a_budget_and_small_ones_everywhere(log_dir):
    directory = log_dir / "rnnviz"
    large, small = (values_of(directory, large=size) for size in (True, False))
    scalars = scalars_of(directory)
    path = rv.compact(log_dir, keep=4)
    assert event_files(directory) == [path]
    assert {file.name for file in directory.iterdir()} == {
        ".lock",
        path.name,
        index_path(path).name,
    }
    assert values_of(directory, large=True) == {
        key: value for key, value in large.items() if key[1] in SPREAD
    }
    after = values_of(directory, large=False)
    assert after.pop(("digest/novel", STEPS - 1)) != small.pop(("digest/novel", STEPS - 1))
    assert after == small
    assert scalars_of(directory) == scalars


def test_the_last_digest_lists_the_thinned_steps(log_dir):
    rv.compact(log_dir, keep=[2, 5])
    run = RunIndex(log_dir / "rnnviz")
    run.refresh()
    value = run.read(run.value("digest/novel", STEPS - 1))
    (entry,) = json.loads(value.tensor.string_val[0])["left_out"]
    assert entry["steps"] == [step for step in range(STEPS) if step not in (2, 5)]
    assert (entry["what"], entry["quantities"]) == ("activity", None)
    assert "compacted" in entry["reason"]


def test_both_data_servers_and_load_read_the_new_file(log_dir):
    rv.compact(log_dir, keep=4)
    assert_complete(log_dir, SPREAD)


def test_the_new_file_is_read_by_its_index(log_dir, monkeypatch):
    rv.compact(log_dir, keep=4)
    monkeypatch.setattr(file_index, "read_outline", None)
    run = RunIndex(log_dir / "rnnviz")
    run.refresh()
    assert list(run.values("text/novel")) == SPREAD


def test_the_new_file_is_smaller_and_a_second_compaction_thins_it_further(log_dir):
    before = sum(path.stat().st_size for path in event_files(log_dir / "rnnviz"))
    first = rv.compact(log_dir, keep=6).stat().st_size
    second = rv.compact(log_dir, keep=2).stat().st_size
    assert second < first < before
    assert_steps(log_dir, [0, 11])


def assert_steps(log_dir, steps):
    run = RunIndex(log_dir / "rnnviz")
    run.refresh()
    assert list(run.values("text/novel")) == steps


def test_a_run_can_be_continued_after_its_compaction(log_dir):
    rv.compact(log_dir, keep=1)
    with RunWriter(log_dir) as writer:
        assert writer.next_step(0) == STEPS
        write_step(writer, STEPS, planted_recording(TEXT, units=6))
    assert_steps(log_dir, [STEPS - 1, STEPS])


def test_steps_that_were_replaced_stay_replaced(log_dir):
    with RunWriter(log_dir) as writer, writer.step(8, replace=True):
        writer.write_activity("novel", planted_recording(TEXT, units=6, seed=99))
        writer.write_digest("novel", {"tokens": len(TEXT), "sequences": 1})
    directory = log_dir / "rnnviz"
    large = values_of(directory, large=True)
    assert max(step for _, step in large) == 8
    rv.compact(log_dir, keep=100)
    assert values_of(directory, large=True) == large


def test_no_step_may_be_kept(log_dir):
    rv.compact(log_dir, keep=0)
    assert values_of(log_dir / "rnnviz", large=True) == {}
    assert values_of(log_dir / "rnnviz", large=False)


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
@pytest.mark.parametrize("records", [0, 5, 20])
def test_a_failure_while_writing_leaves_the_run_as_it_was(log_dir, monkeypatch, error, records):
    before, written = contents(log_dir / "rnnviz"), []

    def append_or_fail(file, data):
        if len(written) == records:
            raise error
        written.append(data)
        file.write(data)
        return data

    monkeypatch.setattr(compaction, "_append", append_or_fail)
    with pytest.raises(type(error)):
        rv.compact(log_dir, keep=4)
    assert contents(log_dir / "rnnviz") == before


def test_a_failure_before_the_new_file_has_its_name_leaves_the_run_as_it_was(log_dir, monkeypatch):
    before = contents(log_dir / "rnnviz")

    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(PermissionError):
        rv.compact(log_dir, keep=4)
    assert contents(log_dir / "rnnviz") == before


def test_a_crash_before_the_old_files_are_deleted_shows_the_new_one(log_dir, monkeypatch):
    def crash(self, missing_ok=False):
        if "tfevents" in self.name:
            raise KeyboardInterrupt
        os.unlink(self) if self.exists() else None

    monkeypatch.setattr(Path, "unlink", crash)
    with pytest.raises(KeyboardInterrupt):
        rv.compact(log_dir, keep=4)
    monkeypatch.undo()
    assert len(event_files(log_dir / "rnnviz")) == 2
    assert_complete(log_dir, SPREAD)


def test_a_run_that_is_being_written_is_not_compacted(log_dir):
    with RunWriter(log_dir) as writer:
        write_step(writer, STEPS, planted_recording(TEXT, units=6))
        with pytest.raises(RunInUseError, match="is writing the run"):
            rv.compact(log_dir, keep=4)


@pytest.mark.parametrize("damaged", ["head", "payload", "end"])
def test_a_run_with_a_damaged_record_is_not_compacted(log_dir, damaged):
    (path,) = event_files(log_dir / "rnnviz")
    run = RunIndex(log_dir / "rnnviz")
    run.refresh()
    data = bytearray(path.read_bytes())
    _, offset, _ = run.value("digest/novel", 5).key
    if damaged == "end":
        del data[-7:]
    else:
        data[offset + (0 if damaged == "head" else 40)] ^= 1
    path.write_bytes(data)
    before = contents(log_dir / "rnnviz")
    with pytest.raises(DamagedRecordError):
        rv.compact(log_dir, keep=4)
    assert contents(log_dir / "rnnviz") == before


@pytest.mark.parametrize("keep, message", [(-1, "0 or more"), ([3, 77], r"\[77\]")])
def test_steps_that_do_not_exist_are_refused(log_dir, keep, message):
    before = contents(log_dir / "rnnviz")
    with pytest.raises(ValueError, match=message):
        rv.compact(log_dir, keep=keep)
    assert contents(log_dir / "rnnviz") == before


def test_trainings_that_describe_a_tag_differently_are_refused(log_dir):
    with RunWriter(log_dir) as writer, writer.step(STEPS):
        writer.write_activity("novel", planted_recording(TEXT, units=9))
    before = contents(log_dir / "rnnviz")
    with pytest.raises(ValueError, match="activity/novel/lstm/hidden_state differently"):
        rv.compact(log_dir, keep=4)
    assert contents(log_dir / "rnnviz") == before


def test_a_directory_without_a_run_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError, match="No RNN-Viz run"):
        rv.compact(tmp_path)
