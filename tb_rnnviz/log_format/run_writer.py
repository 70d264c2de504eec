"""The writer of a run: its steps, one after the other, in event files."""

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

    The `write_…` methods are for use within `step`, or between `begin` and `flush`. Steps grow:
    `next_step` says from where on. A run has one writer at a time.

    Args:
        log_dir: A local directory; it is made if it does not exist.
        encoding: How activity is stored, `"int8"` or `"float16"`. Defaults to `"int8"`.
        axis: What steps count, `"epoch"` or `"batch"`. Defaults to `"epoch"`.

    Raises:
        OSError: if the directory cannot be written.
        RunInUseError: if somebody else is writing the run.

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
        super().__init__(self._put, encoding, axis)
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
        """Bytes in all event files of the run."""
        return self._earlier_bytes + self._file.bytes

    def next_step(self, wanted: int) -> int:
        """`wanted`, or the first step after the last one on disk: steps never go backwards."""
        return wanted if self.last_step is None else max(wanted, self.last_step + 1)

    def begin(self, step: int, *, more: bool = False) -> None:
        """Says at which step what comes now belongs, so that large values need not wait.

        Args:
            step: A step after the last one.
            more: Whether to add to the last step instead, values that it does not have.

        Raises:
            ValueError: if steps would go backwards.
        """
        first = None if self.last_step is None else self.last_step + (0 if more else 1)
        if first is not None and step < first:
            raise ValueError(
                f"Step {step} is not after the last step on disk, {self.last_step}. "
                "Use next_step()."
            )
        self._step = step

    def flush(self, step: int | None = None) -> None:
        """Puts what was collected on disk, at `step` or at that of `begin`, and ends the step."""
        if step is not None:
            self.begin(step)
        try:
            self.emit()
        finally:
            self._step = None

    @contextmanager
    def step(self, step: int, *, more: bool = False) -> Iterator[None]:
        """What is written in this block belongs to `step`, and is on disk when it ends.

        A block that fails leaves no probe that was not finished: readers know a probe by its text.
        Arguments and errors are those of `begin`.
        """
        self.begin(step, more=more)
        try:
            yield
            self.flush()
        finally:
            self.forget()
            self._step = None

    def close(self) -> None:
        """Ends the file, and lets others write the run."""
        self._file.close()
        self._lock.release()

    def __enter__(self) -> RunWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _spill(self, size: int) -> None:
        if self._step is not None:
            super()._spill(size)

    def _put(self, event: event_pb2.Event) -> None:
        if self._step is None:
            raise ValueError("Values belong to a step. Write them within `with writer.step(…)`.")
        event.step, event.wall_time = self._step, time.time()
        self._file.append(event)
        self.last_step = self._step
