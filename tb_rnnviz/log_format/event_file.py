"""Event files of a run: listing, the last step, and a file to append to."""

from __future__ import annotations

import os
import re
import socket
import threading
import time
import weakref
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from google.protobuf.message import DecodeError
from tensorboard.compat.proto import event_pb2

from tb_rnnviz.log_format.event_index import AnyPath, IndexWriter, index_path
from tb_rnnviz.log_format.remote_path import RemotePath
from tb_rnnviz.log_format.tags import KINDS
from tb_rnnviz.log_format.tfrecord import frame, read_frames

FILE_VERSION = "brain.Event:2"

EVENT_FILES = "*tfevents*"
"""Pattern of the names of event files."""


class LogError(OSError):
    """Error of an event file that can no longer be written.

    The events that were written before are complete.
    """


class StepGap(NamedTuple):
    """Steps that were recorded and could not be stored.

    Attributes:
        steps: The steps, ascending.
        reason: Reason, for the user.
    """

    steps: list[int]
    reason: str


class EventFile:
    """New event file that sorts after the earlier files of a run, with its index.

    Args:
        directory: Directory of the run.

    Attributes:
        path: Path of the file.
        bytes: Bytes of the events that were written completely.
        is_whole: False after an event was interrupted. A reader may have seen a part of it, so
            that later events belong into a new file.

    Raises:
        OSError: if the file cannot be created.
    """

    def __init__(self, directory: Path):
        self._file = new_event_path(directory).open("xb", buffering=0)
        self._closing = weakref.finalize(self, self._file.close)
        self._index: IndexWriter | None = None
        self.path = Path(self._file.name)
        self.bytes = 0
        self.is_whole = True
        first = event_pb2.Event(wall_time=time.time(), file_version=FILE_VERSION)
        try:
            self.append(first)
            self._index = IndexWriter(index_path(self.path), first.SerializeToString())
        except BaseException:
            self.close()
            for path in (self.path, index_path(self.path)):
                with suppress(OSError):
                    path.unlink()
            raise

    def append(self, event: event_pb2.Event) -> None:
        """Writes an event to disk, completely or not at all.

        Raises:
            LogError: if the disk is full, the directory is gone, the file was replaced, or an
                earlier event was interrupted.
        """
        data = event.SerializeToString()
        parts = frame(data)
        try:
            self._check_can_append()
            self.is_whole = False
            for part in parts:
                _write(self._file, part)
            if self._index is not None:
                self._index.add(self.bytes, data)
            self.bytes += sum(len(part) for part in parts)
            self.is_whole = True
        except BaseException as error:
            self._take_back()
            if not isinstance(error, OSError):
                raise
            raise LogError(
                f"{self.path} cannot be written any more: {error.strerror or error}. "
                "What was written before is whole."
            ) from error

    def end_step(self) -> None:
        """Does nothing: every event is on disk as soon as it is appended."""

    def upload(self) -> None:
        """Does nothing, as `end_step`."""

    def take_gaps(self) -> list[StepGap]:
        """Returns no gaps: an event that is not on disk is an error."""
        return []

    def close(self) -> None:
        """Closes the file and its index."""
        if self._index is not None:
            self._index.close()
        if self._closing.alive and not self.is_whole:
            self._take_back()
        self._closing()

    def _take_back(self) -> None:
        """Ends the file with its last whole event, after one was interrupted."""
        if not self.is_whole:
            with suppress(OSError):
                self._file.truncate(self.bytes)

    def _check_can_append(self) -> None:
        """Raises an OSError after an interruption, and if the file was deleted.

        Writing would not notice that the file was deleted.
        """
        if not self.is_whole:
            raise OSError("an event was interrupted")
        status = os.stat(self.path)
        if not os.path.samestat(status, os.fstat(self._file.fileno())):
            raise FileNotFoundError("it was replaced by another file")


def event_files(directory: AnyPath) -> list[AnyPath]:
    """Returns the event files of a run in the order in which they were created.

    Raises:
        OSError: if the directory is remote and cannot be listed.
    """
    paths: list[Any]
    if isinstance(directory, RemotePath):
        paths = list(directory.listing(EVENT_FILES))
    else:
        paths = sorted(path for path in directory.glob(EVENT_FILES) if path.is_file())
    return paths


def last_step(directory: Path) -> int | None:
    """Returns the last step in the event files of a run, `None` if there is none.

    A step that has scalars alone was interrupted, and is written again.
    """
    steps: set[int] = set()
    for path in event_files(directory):
        with path.open("rb") as file:
            for data in read_frames(file):
                try:
                    event = event_pb2.Event.FromString(data)
                except DecodeError:  # A damaged record, which readers skip and name.
                    continue
                first = first_replaced_step(event)
                if first is not None:
                    steps = {step for step in steps if step < first}
                elif any(value.tag.split("/")[0] in KINDS for value in event.summary.value):
                    steps.add(event.step)
    return max(steps, default=None)


def start_event(step: int) -> event_pb2.Event:
    """Returns an event that replaces everything written before at `step` and after it.

    It is the event of TensorFlow for a training that starts again from a checkpoint.
    """
    start = event_pb2.SessionLog(status=event_pb2.SessionLog.START)
    return event_pb2.Event(step=step, session_log=start)


def first_replaced_step(event: event_pb2.Event) -> int | None:
    """Returns the first step that an event replaces, `None` if it is no `start_event`.

    Example:
        >>> first_replaced_step(start_event(3)), first_replaced_step(event_pb2.Event(step=3))
        (3, None)
    """
    is_start = event.session_log.status == event_pb2.SessionLog.START
    return event.step if event.HasField("session_log") and is_start else None


def _write(file: BinaryIO, data: bytes) -> None:
    """Writes all of the data; one call of an unbuffered file may write a part of it."""
    remaining = memoryview(data)
    while remaining:
        remaining = remaining[file.write(remaining) :]


_counter_lock = threading.Lock()
_files_created = 0


def new_event_path(directory: AnyPath) -> AnyPath:
    """Returns a new path that sorts after those of the event files of a run.

    It has the names of the host and the process, so that writers without a lock have their own.
    """
    global _files_created
    with _counter_lock:
        _files_created += 1
        number = _files_created
    earlier_seconds: list[int] = [
        int(match.group(1))
        for path in event_files(directory)
        if (match := re.search(r"s\.(\d+)\.", path.name))
    ]
    seconds = max([int(time.time()), *(second + 1 for second in earlier_seconds)])
    name = f"events.out.tfevents.{seconds:010d}.{socket.gethostname()}.{os.getpid()}.{number}"
    path: Any = directory / name
    return path
