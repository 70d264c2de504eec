"""Background worker: runs the tasks of a training one at a time, beside it."""

from __future__ import annotations

import concurrent.futures
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Generic, TypeVar

import keras

from tb_rnnviz.callbacks.budget import print_line

PENDING_BYTES = 512 << 20
"""Bytes of the tasks that wait or run, at most, unless there is only one."""

QUIET = 1.0
"""Seconds of waiting after which a progress bar is shown."""

Result = TypeVar("Result")


@dataclass(frozen=True, eq=False)
class _Task(Generic[Result]):
    future: Future[Result]
    bytes: int


class BackgroundWorker(Generic[Result]):
    """Runs tasks in one thread, in the order in which they came.

    A thread and not a process: the arrays of a recording are not copied, features of the user need
    not be pickled, and NumPy, SciPy and zlib release the GIL while they compute. The interpreter
    ends only after the last task.

    Example:
        >>> worker = BackgroundWorker()
        >>> worker.submit(lambda: 3, nbytes=8)
        >>> list(worker.wait())
        [3]
    """

    def __init__(self) -> None:
        self._tasks: deque[_Task[Result]] = deque()
        self._executor: ThreadPoolExecutor | None = None

    def has_room(self, nbytes: int) -> bool:
        """Returns true if a task that holds `nbytes` bytes may be added now."""
        pending = [task.bytes for task in self._tasks if not task.future.done()]
        return not pending or sum(pending) + nbytes <= PENDING_BYTES

    def submit(self, task: Callable[[], Result], nbytes: int) -> None:
        """Adds a task.

        Args:
            task: The task. Its exceptions are raised by `finished` and `wait`.
            nbytes: Bytes that it holds until it is done.
        """
        if self._executor is None:
            self._executor = ThreadPoolExecutor(1, thread_name_prefix="rnnviz")
        self._tasks.append(_Task(self._executor.submit(task), nbytes))

    def finished(self) -> Iterator[Result]:
        """Yields the results of tasks that are done, once each, in their order."""
        while self._tasks and self._tasks[0].future.done():
            yield self._tasks.popleft().future.result()

    def wait(self) -> Iterator[Result]:
        """Yields the results of all tasks, the last one when it is done.

        A progress bar is shown if this takes more than a moment and Keras prints progress.
        """
        futures = [task.future for task in self._tasks]
        pending = concurrent.futures.wait(futures, timeout=QUIET).not_done
        if pending and keras.config.is_interactive_logging_enabled():
            print_line("RNN-Viz: analysing the last recordings")
            bar = keras.utils.Progbar(len(futures), unit_name="recording")
            bar.update(len(futures) - len(pending))
            for done, _ in enumerate(
                concurrent.futures.as_completed(pending), len(futures) - len(pending) + 1
            ):
                bar.update(done)
        while self._tasks:
            yield self._tasks.popleft().future.result()
