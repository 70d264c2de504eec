"""Event files on an object store, which cannot append: parts of a run."""

from __future__ import annotations

import threading
import time
import weakref
from collections.abc import Sequence
from contextlib import suppress

from tensorboard.compat.proto import event_pb2

from tb_rnnviz.log_format.event_file import (
    FILE_VERSION,
    LogError,
    StepGap,
    event_files,
    new_event_path,
)
from tb_rnnviz.log_format.event_index import IndexWriter, index_path
from tb_rnnviz.log_format.lock import RunInUseError
from tb_rnnviz.log_format.remote_path import RemotePath
from tb_rnnviz.log_format.tfrecord import frame

PART_BYTES = 8 << 20
"""Bytes of a part after which it is uploaded at once."""

MIN_SECONDS, MAX_SECONDS, SHARE_OF_TIME = 10.0, 600.0, 0.02
"""Seconds between uploads of small steps, and their share of the run so far.

Parts of a long run grow, so that their number does not grow with its steps.
"""

RETRY_SECONDS: Sequence[float] = (0.5, 2, 5)
"""Pauses before an upload that failed is tried again."""

LAST_RETRY_SECONDS: Sequence[float] = (0.5, 2, 5, 10, 20, 30)
"""The same at the end of a run."""

PAUSE_SECONDS = 30.0
"""Seconds between two attempts after all of these failed."""

PENDING_BYTES = 256 << 20
"""Bytes that wait for the store at most; more are dropped and leave a gap."""


class EventParts:
    """Appends events to a remote run, as event files that never change.

    Every part has its index, which is uploaded before it. Names are unique, so that nothing is ever
    overwritten. While the store does not answer, events wait in memory.

    Args:
        directory: Directory of the run.

    Attributes:
        path: Path of the last part that was uploaded.
        bytes: Bytes of the events, those that wait included.
        is_whole: Always true, because a part is uploaded whole or not at all.

    Raises:
        LogError: if nothing can be written there.

    Example:
        >>> parts = EventParts(RemotePath("memory://logs/run1"))
        >>> parts.append(event_pb2.Event(step=3))
        >>> parts.close()
        >>> [path.parent.name for path in event_files(RemotePath("memory://logs/run1"))]
        ['run1', 'run1']
    """

    is_whole = True

    def __init__(self, directory: RemotePath):
        self._is_closed = True
        self._directory = directory
        self._start = time.monotonic()
        self._last_try = float("-inf")
        self._error: Exception | None = None
        self._gaps: list[StepGap] = []
        self.bytes = 0
        self._begin_part()
        self.path = new_event_path(directory)
        try:
            self._upload_to(self.path)  # Missing rights are told now, and not after an epoch.
        except Exception as error:
            raise self._log_error(error) from error
        self._last_upload = time.monotonic()
        self._begin_part()
        self._is_closed = False
        _open_parts.add(self)

    def __del__(self) -> None:
        if not _is_exiting:
            with suppress(Exception):
                self.close()

    def append(self, event: event_pb2.Event) -> None:
        """Adds an event, and uploads the part if it is large.

        Raises:
            LogError: if the store refuses it.
            RunInUseError: if another writer has begun to write the run.
        """
        data = event.SerializeToString()
        self._index.add(self._size, data)
        self._add(data)
        self._steps.add(event.step)
        if self._size >= PART_BYTES:
            self._upload()

    def end_step(self) -> None:
        """Uploads the part if the last upload was long ago.

        Raises:
            LogError: if the store refuses it.
            RunInUseError: if another writer has begun to write the run.
        """
        now = time.monotonic()
        pause = min(MAX_SECONDS, max(MIN_SECONDS, SHARE_OF_TIME * (now - self._start)))
        if now - self._last_upload >= pause:
            self._upload()

    def upload(self) -> None:
        """Uploads what waits now.

        Raises:
            LogError: if the store refuses it.
            RunInUseError: if another writer has begun to write the run.
        """
        self._upload()

    def take_gaps(self) -> list[StepGap]:
        """Returns the steps that were dropped since the last call."""
        gaps, self._gaps = self._gaps, []
        return gaps

    def close(self) -> None:
        """Uploads what waits.

        Raises:
            LogError: if it could not be uploaded.
            RunInUseError: if another writer has begun to write the run.
        """
        if self._is_closed:
            return
        self._is_closed = True
        self._upload(is_last=True)
        if self._gaps:
            gap = self._gaps[-1]
            raise LogError(f"The steps {gap.steps} are not in {self._directory}: {gap.reason}")

    def _begin_part(self) -> None:
        self._chunks: list[bytes] = []
        self._size = 0
        self._steps: set[int] = set()
        first = event_pb2.Event(wall_time=time.time(), file_version=FILE_VERSION)
        data = first.SerializeToString()
        self._index = IndexWriter(None, data)
        self._add(data)

    def _add(self, data: bytes) -> None:
        for chunk in frame(data):
            self._chunks.append(chunk)
            self._size += len(chunk)
            self.bytes += len(chunk)

    def _upload(self, is_last: bool = False) -> None:
        """Uploads the part, or keeps it for later if the store does not answer."""
        if not self._steps:
            return
        now = time.monotonic()
        pauses = LAST_RETRY_SECONDS if is_last else RETRY_SECONDS
        if self._error is not None and not is_last:
            pauses = ()
        if is_last or self._error is None or now - self._last_try >= PAUSE_SECONDS:
            self._try_upload(pauses)
        if self._error is not None and (is_last or self._size > PENDING_BYTES):
            self._drop()

    def _try_upload(self, pauses: Sequence[float]) -> None:
        path: RemotePath | None = None
        for pause in (*pauses, None):
            try:
                if path is None:
                    path = self._next_path()
                self._upload_to(path)
            except RunInUseError:
                self._begin_part()
                raise
            except (PermissionError, FileNotFoundError) as error:
                self._begin_part()
                raise self._log_error(error) from error
            except Exception as error:
                self._error, self._last_try = error, time.monotonic()
                if pause is not None:
                    time.sleep(pause)
            else:
                self.path, self._error, self._last_upload = path, None, time.monotonic()
                self._begin_part()
                return

    def _next_path(self) -> RemotePath:
        """Returns the path of the next part, after a look for other writers."""
        newest = event_files(self._directory)[-1:]
        if newest and newest[0] != self.path:
            raise RunInUseError(
                f"Another writer has written {newest[0].name} to the run in {self._directory} "
                "meanwhile, and a run has one writer. What both have written is there. Give each "
                "writer a log directory of its own."
            )
        return new_event_path(self._directory)

    def _upload_to(self, path: RemotePath) -> None:
        index_path(path).write_bytes(self._index.in_memory())
        path.write_bytes(b"".join(self._chunks))

    def _drop(self) -> None:
        """Gives up what waits, and remembers its steps."""
        reason = f"the upload failed: {self._error}"
        self._gaps.append(StepGap(sorted(self._steps), reason))
        self.bytes -= self._size
        self._begin_part()

    def _log_error(self, error: Exception) -> LogError:
        return LogError(
            f"{self._directory} cannot be written: {error}. There has to be such a bucket, and "
            "these credentials need the rights to list it, to read it and to write to it."
        )


_open_parts: weakref.WeakSet[EventParts] = weakref.WeakSet()
_is_exiting = False


def _close_all() -> None:
    """Uploads what waits in runs that were never closed."""
    global _is_exiting
    for parts in list(_open_parts):
        with suppress(Exception):
            parts.close()
    _is_exiting = True


# An upload needs threads, which are gone when the functions of `atexit` run.
if hasattr(threading, "_register_atexit"):
    threading._register_atexit(_close_all)
