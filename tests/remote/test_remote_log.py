"""Runs on an object store: parts, reads by range, faults, two writers."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

import tb_rnnviz as rv
from tb_rnnviz.log_format import RunWriter, event_parts, file_index
from tb_rnnviz.log_format.event_file import LogError, event_files
from tb_rnnviz.log_format.event_index import index_path
from tb_rnnviz.log_format.lock import RunInUseError
from tb_rnnviz.log_format.remote_path import RemotePath
from tb_rnnviz.log_format.run_index import RunIndex
from tests.planted_logs import planted_recording, write_step

RECORDING = planted_recording("it was a day in april " * 2, 6)


def write_steps(run, steps):
    for step in steps:
        write_step(run, step, RECORDING)


def parts_of(bucket):
    return event_files(RemotePath(bucket) / "run" / "rnnviz")


def test_a_run_on_an_object_store_is_loaded_step_by_step(bucket):
    with RunWriter(f"{bucket}/run") as run:
        write_steps(run, range(3))
    assert len(parts_of(bucket)) == 4  # One shows at the start that the store can be written.
    for step in range(3):
        loaded = rv.load(f"{bucket}/run", step=step)
        assert loaded.step == step
        np.testing.assert_allclose(
            loaded["lstm"]["hidden_state"], RECORDING["lstm"]["hidden_state"], atol=0.02
        )


def test_parts_never_change_and_a_run_is_continued_behind_them(bucket):
    with RunWriter(f"{bucket}/run") as run:
        write_steps(run, range(2))
    before = RemotePath(f"{bucket}/run/rnnviz").listing("*")
    with RunWriter(f"{bucket}/run") as run:
        assert run.last_step == 1 and run.next_step(0) == 2
        write_steps(run, [2])
    after = RemotePath(f"{bucket}/run/rnnviz").listing("*")
    assert {path: after[path] for path in before} == before and len(after) > len(before)
    assert rv.load(f"{bucket}/run").step == 2


def test_small_steps_share_a_part(bucket, monkeypatch):
    monkeypatch.setattr(event_parts, "MIN_SECONDS", 60.0)
    monkeypatch.setattr(event_parts, "MAX_SECONDS", 60.0)
    with RunWriter(f"{bucket}/run") as run:
        write_steps(run, range(6))
        assert len(parts_of(bucket)) == 1
    assert len(parts_of(bucket)) == 2
    assert rv.load(f"{bucket}/run", step=4).step == 4


def test_a_large_step_is_uploaded_in_parts_as_it_is_written(bucket, monkeypatch):
    monkeypatch.setattr(event_parts, "MIN_SECONDS", 60.0)
    monkeypatch.setattr(event_parts, "MAX_SECONDS", 60.0)
    monkeypatch.setattr(event_parts, "PART_BYTES", 1000)
    with RunWriter(f"{bucket}/run") as run:
        write_steps(run, range(2))
        assert rv.load(f"{bucket}/run").step == 1


def test_one_value_is_read_by_one_round_of_ranges(bucket, monkeypatch):
    with RunWriter(f"{bucket}/run") as run:
        write_steps(run, range(3))
    index = RunIndex(RemotePath(f"{bucket}/run/rnnviz"))
    index.refresh()
    requests = []
    read_ranges = RemotePath.read_ranges

    def count(path, ranges):
        requests.append(ranges)
        return read_ranges(path, ranges)

    monkeypatch.setattr(RemotePath, "read_ranges", count)
    value = index.value("activity/novel/lstm/hidden_state", 1)
    assert index.read(value).tag == value.tag
    assert len(requests) == 1
    index.refresh()
    assert len(requests) == 1  # A poll lists, and reads nothing.


@pytest.mark.parametrize("damage", ["missing", "cut", "foreign"])
def test_a_part_without_its_index_is_scanned(bucket, damage):
    with RunWriter(f"{bucket}/run") as run:
        write_steps(run, range(3))
    *_, other, path = parts_of(bucket)
    index = index_path(path)
    if damage == "missing":
        index.unlink()
    else:
        data = index.read_bytes()[:-50] if damage == "cut" else index_path(other).read_bytes()
        index.write_bytes(data)
    assert rv.load(f"{bucket}/run").step == 2


def test_a_damaged_value_is_noticed_by_its_checksum(bucket):
    with RunWriter(f"{bucket}/run") as run:
        write_steps(run, range(2))
    path = parts_of(bucket)[-1]
    data = bytearray(path.read_bytes())
    index = file_index.FileIndex(path)
    index.refresh()
    record = index.records[-1]
    offset, length, _ = record.position(0)
    data[record.offset + 12 + offset + length // 2] ^= 1
    path.write_bytes(bytes(data))
    with pytest.warns(UserWarning, match="Damaged records in s3://.*skipped"):
        assert rv.load(f"{bucket}/run").step in (0, 1)


def test_an_upload_that_breaks_in_the_middle_is_repeated(bucket, proxy):
    with RunWriter(f"{bucket}/run") as run:
        write_steps(run, [0])
        proxy.cuts = 8
        write_steps(run, [1, 2])
        assert not run.take_gaps()
    assert proxy.cuts == 0
    assert [rv.load(f"{bucket}/run", step=step).step for step in range(3)] == [0, 1, 2]


def test_a_store_that_pauses_loses_nothing(bucket, proxy, quick_store_errors):
    with RunWriter(f"{bucket}/run") as run:
        write_steps(run, [0])
        proxy.is_down = True
        write_steps(run, [1, 2])
        proxy.heal()
        write_steps(run, [3])
        assert not run.take_gaps()
    assert [rv.load(f"{bucket}/run", step=step).step for step in range(4)] == [0, 1, 2, 3]


def test_what_does_not_fit_while_the_store_is_away_leaves_a_named_gap(
    bucket, proxy, monkeypatch, quick_store_errors
):
    monkeypatch.setattr(event_parts, "PENDING_BYTES", 1000)
    with RunWriter(f"{bucket}/run") as run:
        write_steps(run, [0])
        proxy.is_down = True
        write_steps(run, [1])
        (gap,) = run.take_gaps()
        assert gap.steps == [1] and "upload failed" in gap.reason
        proxy.heal()
        write_steps(run, [2])
    assert [rv.load(f"{bucket}/run", step=step).step for step in (0, 2)] == [0, 2]
    with pytest.raises(ValueError, match=r"No step 1.*Allowed: \[0, 2\]"):
        rv.load(f"{bucket}/run", step=1)


def test_a_run_whose_end_cannot_be_uploaded_says_so(bucket, proxy, monkeypatch, quick_store_errors):
    monkeypatch.setattr(event_parts, "MAX_SECONDS", 60.0)
    monkeypatch.setattr(event_parts, "MIN_SECONDS", 60.0)
    run = RunWriter(f"{bucket}/run")
    write_steps(run, [0])
    proxy.is_down = True
    with pytest.raises(LogError, match=r"steps \[0\] are not in s3://"):
        run.close()


def test_a_bucket_that_does_not_exist_is_named_at_once(proxy):
    with pytest.raises(LogError, match="s3://nowhere/run/rnnviz cannot be written.*such a bucket"):
        RunWriter("s3://nowhere/run")


def test_missing_rights_are_told_at_once(bucket, monkeypatch):
    def refuse(*_):
        raise PermissionError("Access Denied")

    monkeypatch.setattr(RemotePath, "write_bytes", refuse)
    with pytest.raises(LogError, match="Access Denied.*rights to list it"):
        RunWriter(f"{bucket}/run")


def test_two_writers_leave_what_both_have_written(bucket):
    first = RunWriter(f"{bucket}/run")
    write_steps(first, [0])
    second = RunWriter(f"{bucket}/run")
    assert second.last_step == 0
    write_steps(second, [1])
    with pytest.raises(RunInUseError, match="Another writer has written"):
        write_steps(first, [1])
    first.close()
    write_steps(second, [2])
    second.close()
    assert [rv.load(f"{bucket}/run", step=step).step for step in range(3)] == [0, 1, 2]


def test_a_run_on_a_store_is_compacted_into_one_part(bucket):
    with RunWriter(f"{bucket}/run") as run:
        write_steps(run, range(5))
    path = rv.compact(f"{bucket}/run", keep=[1, 4])
    assert parts_of(bucket) == [path]
    assert rv.load(f"{bucket}/run", step=1).step == 1
    with pytest.raises(ValueError, match="Allowed: \\[1, 4\\]"):
        rv.load(f"{bucket}/run", step=2)


def test_a_run_that_is_never_closed_is_uploaded_when_the_process_ends(bucket):
    program = (
        "import sys\n"
        "from tb_rnnviz.log_format import RunWriter\n"
        "run = RunWriter(sys.argv[1])\n"
        "for step in range(2):\n"
        "    with run.step(step):\n"
        "        run.write_digest('novel', {'tokens': 9, 'sequences': 1})\n"
    )
    subprocess.run([sys.executable, "-c", program, f"{bucket}/run"], check=True, timeout=60)
    index = RunIndex(RemotePath(f"{bucket}/run/rnnviz"))
    index.refresh()
    assert index.last_step == 1


def test_a_scheme_without_its_package_names_the_extra():
    with pytest.raises(ImportError, match=r'gcsfs.*pip install "tb-rnnviz\[remote\]"'):
        RunWriter("gs://bucket/run")
    with pytest.raises(ValueError, match="fsspec cannot open nonsense://"):
        RunWriter("nonsense://bucket/run")
