"""Index of a run: the same values with an index, without one and with a wrong one."""

from __future__ import annotations

import io
import os
import shutil

import pytest
from tensorboard.compat.proto import event_pb2

from tb_rnnviz.log_format import DamagedRecordError, RunWriter
from tb_rnnviz.log_format import file_index as file_index_module
from tb_rnnviz.log_format.event_file import EventFile, event_files
from tb_rnnviz.log_format.event_index import index_path
from tb_rnnviz.log_format.event_outline import read_outline
from tb_rnnviz.log_format.run_index import RunIndex
from tb_rnnviz.log_format.tfrecord import read_frames
from tests.planted_logs import planted_recording, write_step

TEXT = "it was a bright cold day in april " * 3


def write_steps(log_dir, steps, seed=0, replace=False):
    with RunWriter(log_dir) as writer:
        for step in steps:
            recording = planted_recording(TEXT, units=6, seed=seed + step)
            with writer.step(step, replace=replace):
                writer.write_activity("novel", recording)
                writer.write_digest("novel", {"tokens": len(TEXT), "sequences": 1, "loss": seed})
        return writer.directory


def all_values(run):
    """Reads every value; bytes by tag and step."""
    run.refresh()
    return {
        (tag, step): run.read(value).SerializeToString(deterministic=True)
        for tag in run.tags()
        for step, value in run.values(tag).items()
    }


def values_in_events(directory):
    """Reads every value of RNN-Viz from the events themselves."""
    values, ours = {}, set()
    for path in event_files(directory):
        with path.open("rb") as file:
            for data in read_frames(file):
                event = event_pb2.Event.FromString(data)
                if event.HasField("session_log"):
                    values = {key: value for key, value in values.items() if key[1] < event.step}
                for value in event.summary.value:
                    if value.metadata.plugin_data.plugin_name.startswith("rnnviz"):
                        ours.add(value.tag)
                    if value.tag in ours:
                        data = value.SerializeToString(deterministic=True)
                        values[value.tag, event.step] = data
    return values


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Run of four steps, to be copied."""
    return write_steps(tmp_path_factory.mktemp("written"), range(4))


@pytest.fixture
def directory(written, tmp_path):
    return shutil.copytree(written, tmp_path / "run")


def event_file(directory):
    (path,) = event_files(directory)
    return path


def no_scan(monkeypatch):
    """Makes the scan of an event file fail."""
    monkeypatch.setattr(file_index_module, "read_outline", None)


def test_every_value_is_read_by_the_index_without_a_scan(directory, monkeypatch):
    no_scan(monkeypatch)
    values = all_values(RunIndex(directory))
    assert values == values_in_events(directory)
    assert {step for _, step in values} == {0, 1, 2, 3}


def delete(index):
    index.unlink()


def empty(index):
    index.write_bytes(b"")


def cut_to_the_header(index):
    index.write_bytes(index.read_bytes().splitlines(keepends=True)[0])


def cut_within_a_line(index):
    index.write_bytes(index.read_bytes()[:-20])


def cut_stale(index):
    index.write_bytes(b"".join(index.read_bytes().splitlines(keepends=True)[:-2]))


def lose_a_line(index):
    lines = index.read_bytes().splitlines(keepends=True)
    index.write_bytes(b"".join([*lines[:3], *lines[4:]]))


def garble(index):
    index.write_bytes(os.urandom(2000))


def change_the_version(index):
    index.write_bytes(index.read_bytes().replace(b'"version":1', b'"version":99', 1))


def change_a_step(index):
    index.write_bytes(index.read_bytes().replace(b'"step":2', b'"step":7'))


def swap_two_tags(index):
    data = index.read_bytes()
    first, second = b'["activity/novel/lstm/hidden_state"', b'["activity/novel/lstm/forget_gate"'
    index.write_bytes(data.replace(first, b"?").replace(second, first).replace(b"?", second))


def change_the_checksums(index):
    lines = index.read_bytes().splitlines()
    changed = [line.replace(b"]}", b"0]}") if b'"values":[0' in line else line for line in lines]
    index.write_bytes(b"\n".join(changed) + b"\n")


@pytest.mark.parametrize(
    "change",
    [
        delete,
        empty,
        cut_to_the_header,
        cut_within_a_line,
        cut_stale,
        lose_a_line,
        garble,
        change_the_version,
        change_a_step,
        swap_two_tags,
        change_the_checksums,
    ],
)
def test_a_missing_stale_cut_or_wrong_index_changes_nothing(directory, change):
    change(index_path(event_file(directory)))
    assert all_values(RunIndex(directory)) == values_in_events(directory)


def test_an_index_of_another_file_changes_nothing(directory, tmp_path):
    other = write_steps(tmp_path / "other", range(6), seed=50)
    foreign = index_path(event_file(other))
    shutil.copy(foreign, index_path(event_file(directory)))
    assert all_values(RunIndex(directory)) == values_in_events(directory)


def test_an_index_is_read_on_while_the_file_grows(tmp_path, monkeypatch):
    no_scan(monkeypatch)
    with RunWriter(tmp_path) as writer:
        run = RunIndex(writer.directory)
        for step in range(4):
            write_step(writer, step, planted_recording(TEXT, units=6))
            run.refresh()
            assert list(run.values("text/novel")) == list(range(step + 1))
    assert all_values(run) == values_in_events(writer.directory)


def test_a_file_that_grows_without_an_index_costs_its_growth(tmp_path, monkeypatch):
    scanned = []

    def read_and_count(file, offset, length):
        scanned.append(offset)
        return read_outline(file, offset, length)

    monkeypatch.setattr(file_index_module, "read_outline", read_and_count)
    with RunWriter(tmp_path) as writer:
        index_path(event_file(writer.directory)).unlink()
        run = RunIndex(writer.directory)
        for step in range(4):
            write_step(writer, step, planted_recording(TEXT, units=6))
            run.refresh()
            assert list(run.values("text/novel")) == list(range(step + 1))
    assert len(scanned) == len(set(scanned))
    assert all_values(run) == values_in_events(writer.directory)


def test_a_record_that_is_written_in_parts_is_there_when_it_is_whole(directory, tmp_path):
    data = event_file(directory).read_bytes()
    path = tmp_path / "growing" / event_file(directory).name
    path.parent.mkdir()
    run, steps = RunIndex(path.parent), []
    for begin in range(0, len(data), 997):
        with path.open("ab") as file:
            file.write(data[begin : begin + 997])
        run.refresh()
        now = list(run.values("digest/novel"))
        assert now[: len(steps)] == steps
        steps = now
    assert all_values(run) == values_in_events(directory)


def test_an_unchanged_run_is_not_read_again(directory, monkeypatch):
    run = RunIndex(directory)
    run.refresh()
    serial = run.serial
    monkeypatch.setattr("pathlib.Path.open", None)
    run.refresh()
    assert run.serial == serial


def test_a_step_that_is_written_again_in_a_new_file_replaces_later_ones(tmp_path):
    directory = write_steps(tmp_path, range(4))
    run = RunIndex(directory)
    before = all_values(run)
    write_steps(tmp_path, [2], seed=70, replace=True)
    after = all_values(run)
    assert after == values_in_events(directory) == all_values(RunIndex(directory))
    assert {step for _, step in after} == {0, 1, 2}
    assert (
        after["activity/novel/lstm/hidden_state", 2]
        != before["activity/novel/lstm/hidden_state", 2]
    )


def test_a_resumed_run_has_the_steps_of_both_files(tmp_path):
    run = RunIndex(write_steps(tmp_path, range(2)))
    run.refresh()
    write_steps(tmp_path, [2, 3])
    values = all_values(run)
    assert values == values_in_events(run.directory)
    assert {step for _, step in values} == {0, 1, 2, 3}


def test_a_run_that_is_deleted_has_no_values(directory):
    run = RunIndex(directory)
    value = next(iter(all_values(run) and run.values("digest/novel").values()))
    shutil.rmtree(directory)
    with pytest.raises(FileNotFoundError):
        run.read(value)
    assert all_values(run) == {}


def test_a_run_that_is_replaced_has_the_new_values_alone(tmp_path):
    run = RunIndex(write_steps(tmp_path, range(4)))
    before = all_values(run)
    shutil.rmtree(run.directory)
    write_steps(tmp_path, range(2), seed=90)
    after = all_values(run)
    assert after == values_in_events(run.directory)
    assert {step for _, step in after} == {0, 1}
    assert not set(before.values()) & set(after.values())


@pytest.mark.parametrize("has_index", [True, False])
def test_a_file_that_is_overwritten_in_place_is_read_again(tmp_path, has_index):
    directory = write_steps(tmp_path / "one", range(2))
    other = write_steps(tmp_path / "other", range(5), seed=90)
    run = RunIndex(directory)
    all_values(run)
    event_file(directory).write_bytes(event_file(other).read_bytes())
    if not has_index:
        index_path(event_file(directory)).unlink()
    assert all_values(run) == values_in_events(other)


def test_a_run_that_is_renamed_keeps_its_index(directory, monkeypatch):
    no_scan(monkeypatch)
    renamed = directory.rename(directory.with_name("renamed"))
    assert all_values(RunIndex(renamed)) == values_in_events(renamed)


@pytest.mark.parametrize("has_index", [True, False])
def test_a_value_with_a_wrong_checksum_is_an_error_and_the_others_are_read(directory, has_index):
    path = event_file(directory)
    run = RunIndex(directory)
    run.refresh()
    data = bytearray(path.read_bytes())
    _, offset, _ = run.value("digest/novel", 2).key
    position = data.index(b'"loss"', offset)
    data[position + 1] ^= 1
    path.write_bytes(data)
    if not has_index:
        index_path(path).unlink()
    run = RunIndex(directory)
    run.refresh()
    with pytest.raises(DamagedRecordError, match="checksum"):
        run.read(run.value("digest/novel", 2))
    assert run.read(run.value("digest/novel", 1)).tag == "digest/novel"


def test_a_record_with_a_damaged_head_ends_the_file_and_is_named(directory):
    path = event_file(directory)
    run = RunIndex(directory)
    run.refresh()
    offset = run.value("digest/novel", 2).key[1]
    data = bytearray(path.read_bytes())
    data[offset] ^= 1
    path.write_bytes(data)
    run = RunIndex(directory)
    values = {}
    run.refresh()
    for tag in run.tags():
        for step, value in run.values(tag).items():
            try:
                values[tag, step] = run.read(value)
            except (DamagedRecordError, FileNotFoundError):
                continue
    assert {step for _, step in values} == {0, 1}
    run.refresh()
    assert f"no record from byte {offset} on" in str(run.damage)


def test_foreign_values_and_files_are_not_listed(directory):
    event = event_pb2.Event(step=9)
    value = event.summary.value.add(tag="images")
    value.metadata.plugin_data.plugin_name = "images"
    value.tensor.string_val.append(bytes(1 << 16))
    EventFile(directory).append(event)
    run = RunIndex(directory)
    assert all_values(run) == {
        key: value for key, value in values_in_events(directory).items() if key[0] != "images"
    }
    assert "images" not in run.tags()


def test_a_full_disk_ends_the_index_and_not_the_log(tmp_path, monkeypatch):
    with RunWriter(tmp_path) as writer:
        write_step(writer, 0, planted_recording(TEXT, units=6))
        index = writer._file._index
        index.close()
        monkeypatch.setattr(index, "_closing", None)
        write_step(writer, 1, planted_recording(TEXT, units=6))
    assert all_values(RunIndex(writer.directory)) == values_in_events(writer.directory)


def test_neither_data_server_takes_an_index_for_an_event_file(directory):
    assert "tfevents" not in index_path(event_file(directory)).name
    assert index_path(event_file(directory)).is_file()
    assert len(event_files(directory)) == 1


def test_an_outline_has_the_positions_of_the_values(directory):
    with event_file(directory).open("rb") as file:
        for data in read_frames(file):
            event = event_pb2.Event.FromString(data)
            outline = read_outline(io.BytesIO(data), 0, len(data))
            assert (outline.step, outline.wall_time) == (event.step, event.wall_time)
            for position, value in zip(outline.values, event.summary.value, strict=True):
                part = data[position.offset : position.offset + position.length]
                assert type(value).FromString(part) == value
                assert position.tag == value.tag


@pytest.mark.parametrize("length", [1, 2, 5, 9])
def test_what_is_no_event_has_no_outline(length):
    with pytest.raises(DamagedRecordError):
        read_outline(io.BytesIO(b"\xff" * length), 0, length)
