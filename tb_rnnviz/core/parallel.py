"""Parallel map on a few threads, for NumPy and zlib, which release the GIL."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

MAX_THREADS = 4
"""Threads of a map at most, so that training keeps cores to itself."""

Item = TypeVar("Item")
Result = TypeVar("Result")


def parallel_map(function: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
    """Applies a function to every item, on at most `MAX_THREADS` threads.

    Args:
        function: Takes one item. Its first exception is raised again.
        items: The arguments.

    Returns:
        The results in the order of the items.

    Example:
        >>> parallel_map(abs, [-1, 2, -3])
        [1, 2, 3]
    """
    items = list(items)
    threads = min(os.cpu_count() or 1, MAX_THREADS, len(items))
    if threads <= 1:
        return [function(item) for item in items]
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(function, items))
