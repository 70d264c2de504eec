"""Event files of TensorBoard's runs: the directory of each run and its index."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from pathlib import Path

from tensorboard import errors
from tensorboard.compat.proto import summary_pb2

from tb_rnnviz.log_format.run_index import RunIndex, StoredValue

MAX_RUNS = 4096
"""Number of runs whose indexes are kept."""


class LogRoot:
    """Directory whose subdirectories are runs of TensorBoard.

    Args:
        path: Local path of the directory.
        name: Name in front of the names of its runs, `None` for none.

    Example:
        >>> LogRoot("/logs").directory("run1/rnnviz").as_posix()
        '/logs/run1/rnnviz'
        >>> LogRoot("/logs", "mine").directory("mine/run1").as_posix()
        '/logs/run1'
        >>> LogRoot("/logs").directory("../other"), LogRoot("/logs", "mine").directory("run1")
        (None, None)
    """

    def __init__(self, path: str | os.PathLike[str], name: str | None = None):
        self._path, self._name = Path(path), name

    def directory(self, run: str) -> Path | None:
        """Returns the directory of a run, `None` if the run is not below this root."""
        if self._name is not None:
            if run != self._name and not run.startswith(f"{self._name}/"):
                return None
            run = run[len(self._name) + 1 :]
        path = Path(run)
        if path.is_absolute() or path.drive or ".." in path.parts or "\0" in run:
            return None
        return self._path / path


class RunFiles:
    """Indexes of the event files of runs; safe to share between threads.

    Args:
        roots: Local directories that TensorBoard reads; none if it reads others.
    """

    def __init__(self, roots: Sequence[LogRoot] = ()):
        self._roots = list(roots)
        self._indexes: dict[Path, RunIndex] = {}
        self._lock = threading.Lock()

    def index(self, run: str) -> RunIndex | None:
        """Returns the index of a run, read up to the end of its event files.

        Args:
            run: Name of a run that TensorBoard lists.

        Returns:
            The index, or `None` if TensorBoard reads no local directory of this run.

        Raises:
            OSError: if the event files cannot be read.
        """
        candidates = [root.directory(run) for root in self._roots]
        directories = [directory for directory in candidates if directory is not None]
        if not directories:
            return None
        existing = [directory for directory in directories if directory.is_dir()]
        directory = (existing or directories)[-1]
        with self._lock:
            index = self._indexes.get(directory)
            if index is None:
                if len(self._indexes) >= MAX_RUNS:
                    self._indexes.clear()
                index = self._indexes[directory] = RunIndex(directory)
        index.refresh()
        return index


def read_value(index: RunIndex, value: StoredValue) -> summary_pb2.Summary.Value:
    """Reads a value from the event files of a run.

    Raises:
        DamagedRecordError: if it is damaged.
        NotFoundError: if it is no longer there, or if its file cannot be read.
    """
    try:
        return index.read(value)
    except FileNotFoundError:
        raise errors.NotFoundError(
            f"{value.tag} at step {value.step} was deleted or replaced meanwhile."
        ) from None
    except OSError as error:
        raise errors.NotFoundError(
            f"{value.tag} at step {value.step} cannot be read: {error.strerror or error}."
        ) from error
