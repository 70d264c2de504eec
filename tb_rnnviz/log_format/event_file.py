"""Event files of a run: listing, the last step, and a file to append to."""

from __future__ import annotations

import os
import re
import socket
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from tensorboard.compat.proto import event_pb2

from tb_rnnviz.log_format.tfrecord import frame, read_frames

FILE_VERSION = "brain.Event:2"


class LogError(OSError):
    """Error of an event file that can no longer be written.

    The events that were written before are complete.
    """


class EventFile:
    """New event file that sorts after the earlier files of a run.

    Args:
        directory: Directory of the run.

    Attributes:
        path: Path of the file.
        bytes: Bytes written so far.

    Raises:
        OSError: if the file cannot be created.
    """

    def __init__(self, directory: Path):
        self._file = _new_file(directory)
        self.path = Path(self._file.name)
        self.bytes = 0
        try:
            self.append(event_pb2.Event(wall_time=time.time(), file_version=FILE_VERSION))
        except OSError:
            self.close()
            raise

    def append(self, event: event_pb2.Event) -> None:
        """Writes an event to disk, completely or not at all.

        Raises:
            LogError: if the disk is full, the directory is gone, or the file was replaced.
        """
        parts = frame(event.SerializeToString())
        try:
            self._check_not_replaced()
            for part in parts:
                _write(self._file, part)
        except OSError as error:
            with suppress(OSError):
                self._file.truncate(self.bytes)
            raise LogError(
                f"{self.path} cannot be written any more: {error.strerror or error}. "
                "What was written before is whole."
            ) from error
        self.bytes += sum(len(part) for part in parts)

    def close(self) -> None:
        """Closes the file."""
        self._file.close()

    def _check_not_replaced(self) -> None:
        """Raises an OSError if the file was deleted, which writing would not notice."""
        status = os.stat(self.path)
        if not os.path.samestat(status, os.fstat(self._file.fileno())):
            raise FileNotFoundError("it was replaced by another file")


def event_files(directory: Path) -> list[Path]:
    """Returns the event files of a run in the order in which they were created."""
    return sorted(path for path in directory.glob("*tfevents*") if path.is_file())


def last_step(directory: Path) -> int | None:
    """Returns the largest step in the event files of a run, `None` if there is none."""
    largest = None
    for path in event_files(directory):
        with path.open("rb") as file:
            for data in read_frames(file):
                event = event_pb2.Event.FromString(data)
                if event.HasField("summary"):
                    largest = event.step if largest is None else max(largest, event.step)
    return largest


def _write(file: BinaryIO, data: bytes) -> None:
    """Writes all of the data; one call of an unbuffered file may write a part of it."""
    remaining = memoryview(data)
    while remaining:
        remaining = remaining[file.write(remaining) :]


_counter_lock = threading.Lock()
_files_created = 0


def _new_file(directory: Path) -> BinaryIO:
    """Creates a file whose name sorts after those of the earlier files of the run."""
    global _files_created
    with _counter_lock:
        _files_created += 1
        number = _files_created
    earlier_seconds = [
        int(match.group(1))
        for path in event_files(directory)
        if (match := re.search(r"s\.(\d+)\.", path.name))
    ]
    seconds = max([int(time.time()), *(second + 1 for second in earlier_seconds)])
    name = f"events.out.tfevents.{seconds:010d}.{socket.gethostname()}.{os.getpid()}.{number}"
    return (directory / name).open("xb", buffering=0)
