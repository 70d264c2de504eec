"""Thread pool for calls of TensorBoard's data server."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

THREADS = 64
"""Maximum number of concurrent calls, each of which waits about 40 ms."""

Item = TypeVar("Item")
Result = TypeVar("Result")


class CallPool:
    """Makes several calls at the same time, which wait rather than compute.

    Example:
        >>> list(CallPool().map(abs, [-1, 2]))
        [1, 2]
    """

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="rnnviz")

    def map(self, function: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
        """Applies a function, which must not use the pool itself, to every item.

        Returns:
            The results in the order of the items.
        """
        items = list(items)
        return map(function, items) if len(items) < 2 else self._pool.map(function, items)
