"""Event files: an event is on disk completely or not at all."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager

import pytest
from tensorboard.compat.proto import event_pb2

from tb_rnnviz.log_format.event_file import EventFile, LogError, event_files
from tb_rnnviz.log_format.tfrecord import read_frames

resource = pytest.importorskip("resource")


def event(step, size=1000):
    event = event_pb2.Event(step=step)
    event.summary.value.add(tag="x").tensor.string_val.append(os.urandom(size))
    return event


def steps_in(path):
    with path.open("rb") as file:
        events = [event_pb2.Event.FromString(data) for data in read_frames(file)]
        assert file.tell() == path.stat().st_size
    return [event.step for event in events[1:]]


@contextmanager
def file_size_limit(size):
    """Limits the size of files, as a full disk does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("free_bytes", [0, 5, 12, 500, 2012])
def test_an_event_that_does_not_fit_on_the_disk_leaves_no_bytes(tmp_path, free_bytes):
    file = EventFile(tmp_path)
    file.append(event(0))
    too_large = "cannot be written any more: File too large.*whole"
    with file_size_limit(file.bytes + free_bytes), pytest.raises(LogError, match=too_large):
        file.append(event(1, size=2000))
    assert steps_in(file.path) == [0]
    assert file.bytes == file.path.stat().st_size
    file.close()


def test_appending_fails_after_the_directory_was_deleted(tmp_path):
    file = EventFile(tmp_path)
    file.append(event(0))
    shutil.rmtree(tmp_path)
    with pytest.raises(LogError, match="No such file"):
        file.append(event(1))
    file.close()


def test_appending_fails_after_the_directory_was_replaced(tmp_path):
    file = EventFile(tmp_path)
    file.path.unlink()
    file.path.write_bytes(b"somebody else's")
    with pytest.raises(LogError, match="replaced"):
        file.append(event(1))
    file.close()
    assert file.path.read_bytes() == b"somebody else's"


def test_files_created_within_a_second_sort_by_creation(tmp_path):
    files = [EventFile(tmp_path) for _ in range(12)]
    assert event_files(tmp_path) == [file.path for file in files]
    for file in files:
        file.close()
