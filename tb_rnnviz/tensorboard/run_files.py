"""Event files of TensorBoard's runs: the directory of each run and its index."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tensorboard import errors
from tensorboard.compat.proto import summary_pb2

from tb_rnnviz.log_format.directories import LogPath
from tb_rnnviz.log_format.event_file import event_files
from tb_rnnviz.log_format.remote_path import RemotePath, is_url
from tb_rnnviz.log_format.run_index import RunIndex
from tb_rnnviz.log_format.stored_series import StoredValue

LISTING_SECONDS = 2.0
"""Seconds after which a remote directory is listed again."""

MAX_REQUESTS = 16
"""Remote runs that are listed at the same time."""

MAX_RUNS = 4096
"""Number of runs whose indexes are kept."""


class LogRoot:
    """Directory whose subdirectories are runs of TensorBoard.

    Args:
        path: Path or URL of the directory.
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
        text = os.fspath(path)
        self.path: LogPath = RemotePath(text) if is_url(text) else Path(text)
        self._name = name

    def directory(self, run: str) -> LogPath | None:
        """Returns the directory of a run, `None` if the run is not below this root."""
        if self._name is not None:
            if run != self._name and not run.startswith(f"{self._name}/"):
                return None
            run = run[len(self._name) + 1 :]
        path = Path(run)
        if path.is_absolute() or path.drive or ".." in path.parts or "\0" in run:
            return None
        return self.path / path.as_posix()


class RunFiles:
    """Indexes of the event files of runs; safe to share between threads.

    Args:
        roots: Directories that TensorBoard reads; none if it reads others.
    """

    def __init__(self, roots: Sequence[LogRoot] = ()):
        self._roots = list(roots)
        self._indexes: dict[LogPath, RunIndex] = {}
        self._listed_at: dict[LogPath, float] = {}
        self._lock = threading.Lock()

    def index(self, run: str) -> RunIndex | None:
        """Returns the index of a run, read up to the end of its event files.

        Args:
            run: Name of a run that TensorBoard lists.

        Returns:
            The index, or `None` if TensorBoard reads no directory of this run that can be opened.
            A remote directory is listed again after some seconds.

        Raises:
            OSError: if the event files cannot be read.
        """
        candidates = [root.directory(run) for root in self._roots]
        directories = [directory for directory in candidates if directory is not None]
        if not directories:
            return None
        directory = directories[-1]
        if len(directories) > 1:
            existing = [directory for directory in directories if _has_files(directory)]
            directory = (existing or directories)[-1]
        with self._lock:
            index = self._indexes.get(directory)
            if index is None:
                if len(self._indexes) >= MAX_RUNS:
                    self._indexes.clear()
                index = self._indexes[directory] = RunIndex(directory)
        if not isinstance(directory, RemotePath):
            index.refresh()
        elif time.monotonic() - self._listed_at.get(directory, float("-inf")) >= LISTING_SECONDS:
            index.refresh()
            self._listed_at[directory] = time.monotonic()
        return index

    def indexes(self, runs: Iterable[str]) -> dict[str, RunIndex | None | OSError]:
        """Returns the index of each run, or the error; remote runs are read in parallel."""

        def index_or_error(run: str) -> RunIndex | None | OSError:
            try:
                return self.index(run)
            except OSError as error:
                return error

        runs = list(runs)
        if not self.is_remote or len(runs) < 2:
            return {run: index_or_error(run) for run in runs}
        with ThreadPoolExecutor(min(MAX_REQUESTS, len(runs))) as pool:
            return dict(zip(runs, pool.map(index_or_error, runs), strict=True))

    @property
    def is_remote(self) -> bool:
        """True if a directory is on a remote file system."""
        return any(isinstance(root.path, RemotePath) for root in self._roots)


def _has_files(directory: LogPath) -> bool:
    if isinstance(directory, RemotePath):
        return bool(event_files(directory))
    return directory.is_dir()


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
