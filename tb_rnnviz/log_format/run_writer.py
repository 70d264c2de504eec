"""Run writer: appends the steps of a run to event files."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tensorboard.compat.proto import event_pb2

from tb_rnnviz.log_format.directories import LogPath, log_directory
from tb_rnnviz.log_format.event_file import (
    EVENT_FILES,
    EventFile,
    LogError,
    StepGap,
    event_files,
    last_step,
    start_event,
)
from tb_rnnviz.log_format.event_parts import EventParts
from tb_rnnviz.log_format.lock import LOCK, RunLock
from tb_rnnviz.log_format.remote_path import RemotePath
from tb_rnnviz.log_format.run_index import RunIndex
from tb_rnnviz.log_format.tags import RUN_DIRECTORY
from tb_rnnviz.log_format.writer import StepWriter


class RunWriter(StepWriter):
    """Appends steps to the run in `<log_dir>/rnnviz`, without TensorFlow.

    The `write_…` methods are called within `step`, or between `begin` and `flush`. Steps increase;
    `next_step` returns the first step that adds to what is there. A run has one writer at a time,
    until it is closed or no longer referenced. After an exception of any kind, `KeyboardInterrupt`
    included, the writer can go on: what was written before is whole, and so is what follows.

    On a remote file system, a step is uploaded with the next part, see `docs/remote.md`.

    Args:
        log_dir: A local directory, created if it does not exist, or a URL that fsspec opens, such
            as `s3://bucket/logs/run1`. `~` is the home directory.
        encoding: Encoding of the activity, `"int8"` or `"float16"`. Defaults to `"int8"`.
        axis: Meaning of the steps: `"epoch"`, `"batch"`, or `"once"` without training. Defaults to
            `"epoch"`.

    Attributes:
        directory: Absolute path or URL of the directory of the event files.
        last_step: Last step on disk, `None` if there is none.

    Raises:
        ImportError: if the package for a URL is not installed.
        OSError: if the directory cannot be written.
        RunInUseError: if another writer has locked the run.
        ValueError: if fsspec does not know the scheme of a URL.

    Example:
        >>> import tempfile
        >>> with RunWriter(tempfile.mkdtemp()) as writer:
        ...     with writer.step(0):
        ...         writer.write_scalar("rnnviz/loss/novel", 2.3)
        ...     writer.next_step(0)
        1
    """

    def __init__(
        self, log_dir: str | os.PathLike | RemotePath, encoding: str = "int8", axis: str = "epoch"
    ):
        super().__init__(encoding, axis)
        directory = log_directory(log_dir) / RUN_DIRECTORY
        self.directory: LogPath = directory
        self._step: int | None = None
        self._start: int | None = None
        self._has_start = self._is_closed = False
        self._lock: RunLock | None = None
        self._file: EventFile | EventParts
        if isinstance(directory, RemotePath):
            self.last_step, self._earlier_bytes = _remote_run(directory)
            self._file = EventParts(directory)
            return
        directory.mkdir(parents=True, exist_ok=True)
        self._lock = RunLock(directory / LOCK)
        try:
            self.last_step = last_step(directory)
            self._earlier_bytes = sum(path.stat().st_size for path in event_files(directory))
            self._file = EventFile(directory)
        except BaseException:
            self._lock.release()
            raise

    @property
    def bytes(self) -> int:
        """Bytes of all event files of the run."""
        return self._earlier_bytes + self._file.bytes

    def next_step(self, step: int) -> int:
        """Returns `step`, or the step after the last one on disk if that is larger."""
        return step if self.last_step is None else max(step, self.last_step + 1)

    def begin(self, step: int, *, extend: bool = False, replace: bool = False) -> None:
        """Begins a step, so that large values can be written to disk at once.

        Args:
            step: A step after the last one.
            extend: If true, the last step is allowed too, to add values that it lacks. Defaults
                to false.
            replace: If true, any step is allowed. Readers then forget what the run has at this
                step and after it. Defaults to false.

        Raises:
            RunInUseError: if the lock was lost and another writer has written to the run.
            ValueError: if steps would go backwards, or the writer is closed.
        """
        if self._is_closed:
            raise ValueError(f"The writer of {self.directory} is closed.")
        first = None if self.last_step is None else self.last_step + (0 if extend else 1)
        goes_back = first is not None and step < first
        if goes_back and not replace:
            raise ValueError(
                f"Step {step} is not after the last step on disk, {self.last_step}. "
                "Use next_step()."
            )
        if self._lock is not None and isinstance(self._file, EventFile):
            self._lock.check(self._file.path)
        self._start = None
        if goes_back or not self._has_start:
            self._start = step + 1 if step == self.last_step and extend else step
        self._step = step

    def flush(self, step: int | None = None) -> None:
        """Writes the collected values to disk and ends the step.

        Args:
            step: The step. Defaults to the one of `begin`.

        Raises:
            LogError: if the file cannot be written.
            RunInUseError: as `begin`.
            ValueError: if no step has begun, or if steps would go backwards.
        """
        if step is not None:
            self.begin(step)
        try:
            self.emit()
            self._file.end_step()
        finally:
            self._step = None

    @contextmanager
    def step(self, step: int, *, extend: bool = False, replace: bool = False) -> Iterator[None]:
        """Writes the values of the block to disk at one step.

        If the block fails, the probes whose text was not written yet stay incomplete, and readers
        skip them. Arguments and errors are those of `begin` and `flush`.
        """
        self.begin(step, extend=extend, replace=replace)
        try:
            yield
            self.flush()
        finally:
            self.discard()
            self._step = None

    def upload(self) -> None:
        """Stores the steps that wait for the next part of a remote run, now.

        Raises:
            LogError: if the store refuses them.
            RunInUseError: if another writer has written to the run.
        """
        self._file.upload()

    def take_gaps(self) -> list[StepGap]:
        """Returns the steps since the last call that a remote store did not take.

        Their values are lost. The tags are described again with the next step.
        """
        gaps = self._file.take_gaps()
        if gaps:
            self._described.clear()
            self._has_start = False
        return gaps

    def close(self) -> None:
        """Closes the file and releases the lock of the run.

        Raises:
            LogError: if the run is remote and its last steps could not be uploaded.
            RunInUseError: if the run is remote and another writer has written to it.
        """
        self._is_closed = True
        try:
            self._file.close()
        finally:
            if self._lock is not None:
                self._lock.release()

    def __enter__(self) -> RunWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _make_room(self, size: int) -> None:
        if self._step is not None:
            super()._make_room(size)

    def _append(self, event: event_pb2.Event) -> None:
        if self._step is None:
            raise ValueError("Values belong to a step. Write them within `with writer.step(…)`.")
        if not self._file.is_whole:
            self._renew_file()
        if self._start is not None:
            self._append_now(start_event(self._start))
            if self.last_step is not None:
                self.last_step = min(self.last_step, self._start - 1)
            self._start, self._has_start = None, True
        event.step = self._step
        self._append_now(event)
        self.last_step = self._step

    def _append_now(self, event: event_pb2.Event) -> None:
        event.wall_time = time.time()
        self._file.append(event)

    def _renew_file(self) -> None:
        """Goes on in a new file, since readers may have seen a part of an event."""
        if isinstance(self.directory, RemotePath):
            return
        interrupted, self._file = self._file, EventFile(self.directory)
        self._earlier_bytes += interrupted.bytes
        interrupted.close()


def _remote_run(directory: RemotePath) -> tuple[int | None, int]:
    """Returns the last step and the bytes of a run that is on a remote file system.

    Raises:
        LogError: if it cannot be read.
    """
    try:
        run = RunIndex(directory)
        run.refresh()
        sizes = [status.size for status in directory.listing(EVENT_FILES).values()]
        return run.last_step, sum(sizes)
    except OSError as error:
        raise LogError(
            f"The run in {directory} cannot be read, so that it cannot be continued: {error}"
        ) from error
