"""A run's event files: which there are, and one to append to whatever happens to the disk."""

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
    """The log can no longer be written; what was written before is whole."""


class EventFile:
    """A new event file at the end of a run.

    Args:
        directory: The run's directory.

    Raises:
        OSError: if the file cannot be begun.
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
        """Puts an event on disk, whole or not at all.

        Raises:
            LogError: if the disk is full, the directory is gone, or anything else is in the way.
        """
        parts = frame(event.SerializeToString())
        try:
            self._check_it_is_there()
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
        self._file.close()

    def _check_it_is_there(self) -> None:
        """A deleted file takes all that is written to it, and nobody will ever read it."""
        there = os.stat(self.path)
        if not os.path.samestat(there, os.fstat(self._file.fileno())):
            raise FileNotFoundError("it was replaced by another file")


def event_files(directory: Path) -> list[Path]:
    """The event files of a run in the order in which they were begun."""
    return sorted(path for path in directory.glob("*tfevents*") if path.is_file())


def last_step(directory: Path) -> int | None:
    """The newest step in a run's event files, `None` where there is none."""
    newest = None
    for path in event_files(directory):
        with path.open("rb") as file:
            for data in read_frames(file):
                event = event_pb2.Event.FromString(data)
                if event.HasField("summary"):
                    newest = event.step if newest is None else max(newest, event.step)
    return newest


def _write(file: BinaryIO, data: bytes) -> None:
    """All of the data: an unbuffered file takes as much as it likes at a time."""
    rest = memoryview(data)
    while rest:
        rest = rest[file.write(rest) :]


_counter_lock = threading.Lock()
_files_begun = 0


def _new_file(directory: Path) -> BinaryIO:
    """A file whose name sorts after those of the run's earlier files."""
    global _files_begun
    with _counter_lock:
        _files_begun += 1
        number = _files_begun
    begun = [
        int(m.group(1)) for p in event_files(directory) if (m := re.search(r"s\.(\d+)\.", p.name))
    ]
    seconds = max([int(time.time()), *(second + 1 for second in begun)])
    name = f"events.out.tfevents.{seconds:010d}.{socket.gethostname()}.{os.getpid()}.{number}"
    return (directory / name).open("xb", buffering=0)
