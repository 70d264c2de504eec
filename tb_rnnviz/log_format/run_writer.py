"""Run writer: appends the steps of a run to event files."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tensorboard.compat.proto import event_pb2

from tb_rnnviz.log_format.event_file import EventFile, event_files, last_step
from tb_rnnviz.log_format.lock import RunLock
from tb_rnnviz.log_format.tags import RUN_DIRECTORY
from tb_rnnviz.log_format.writer import StepWriter

LOCK = ".lock"


class RunWriter(StepWriter):
    """Appends steps to the run in `<log_dir>/rnnviz`, without TensorFlow.

    The `write_…` methods are called within `step`, or between `begin` and `flush`. Steps increase;
    `next_step` returns the first step that may be written. A run has one writer at a time.

    Args:
        log_dir: A local directory, created if it does not exist.
        encoding: Encoding of the activity, `"int8"` or `"float16"`. Defaults to `"int8"`.
        axis: Meaning of the steps, `"epoch"` or `"batch"`. Defaults to `"epoch"`.

    Attributes:
        directory: Directory of the event files.
        last_step: Last step on disk, `None` if there is none.

    Raises:
        OSError: if the directory cannot be written.
        RunInUseError: if another writer has locked the run.
        ValueError: if the directory is not local.

    Example:
        >>> import tempfile
        >>> with RunWriter(tempfile.mkdtemp()) as writer:
        ...     with writer.step(0):
        ...         writer.write_scalar("rnnviz/loss/novel", 2.3)
        ...     writer.next_step(0)
        1
    """

    def __init__(self, log_dir: str | os.PathLike, encoding: str = "int8", axis: str = "epoch"):
        if re.match(r"[a-z][a-z0-9+.-]+://", str(log_dir)):
            raise ValueError(f"The log directory must be a local path. Received: {str(log_dir)!r}")
        super().__init__(self._append_to_file, encoding, axis)
        self.directory = Path(log_dir) / RUN_DIRECTORY
        self.directory.mkdir(parents=True, exist_ok=True)
        self._step: int | None = None
        self._lock = RunLock(self.directory / LOCK)
        try:
            self.last_step = last_step(self.directory)
            self._earlier_bytes = sum(path.stat().st_size for path in event_files(self.directory))
            self._file = EventFile(self.directory)
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

    def begin(self, step: int, *, extend: bool = False) -> None:
        """Begins a step, so that large values can be written to disk at once.

        Args:
            step: A step after the last one.
            extend: If true, the last step is allowed too, to add values that it lacks. Defaults
                to false.

        Raises:
            ValueError: if steps would go backwards.
        """
        first = None if self.last_step is None else self.last_step + (0 if extend else 1)
        if first is not None and step < first:
            raise ValueError(
                f"Step {step} is not after the last step on disk, {self.last_step}. "
                "Use next_step()."
            )
        self._step = step

    def flush(self, step: int | None = None) -> None:
        """Writes the collected values to disk and ends the step.

        Args:
            step: The step. Defaults to the one of `begin`.

        Raises:
            LogError: if the file cannot be written.
            ValueError: if no step has begun, or if steps would go backwards.
        """
        if step is not None:
            self.begin(step)
        try:
            self.emit()
        finally:
            self._step = None

    @contextmanager
    def step(self, step: int, *, extend: bool = False) -> Iterator[None]:
        """Writes the values of the block to disk at one step.

        If the block fails, the probes whose text was not written yet stay incomplete, and readers
        skip them. Arguments and errors are those of `begin` and `flush`.
        """
        self.begin(step, extend=extend)
        try:
            yield
            self.flush()
        finally:
            self.discard()
            self._step = None

    def close(self) -> None:
        """Closes the file and releases the lock of the run."""
        self._file.close()
        self._lock.release()

    def __enter__(self) -> RunWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _make_room(self, size: int) -> None:
        if self._step is not None:
            super()._make_room(size)

    def _append_to_file(self, event: event_pb2.Event) -> None:
        if self._step is None:
            raise ValueError("Values belong to a step. Write them within `with writer.step(…)`.")
        event.step, event.wall_time = self._step, time.time()
        self._file.append(event)
        self.last_step = self._step
