"""Seconds of training, and seconds of recording, apart from each other."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Clock:
    """Counts seconds from now on, but not those within `stopped`.

    Example:
        >>> clock = Clock()
        >>> with clock.stopped() as seconds:
        ...     time.sleep(1)
        >>> seconds() >= 0.9 > clock.seconds()
        True
    """

    def __init__(self) -> None:
        self._began = time.perf_counter()

    def seconds(self) -> float:
        """Seconds so far."""
        return time.perf_counter() - self._began

    @contextmanager
    def stopped(self) -> Iterator[Callable[[], float]]:
        """Does not count this block; yields a function that tells the seconds in it."""
        began = time.perf_counter()
        ended: list[float] = []
        try:
            yield lambda: (ended[0] if ended else time.perf_counter()) - began
        finally:
            ended.append(time.perf_counter())
            self._began += ended[0] - began
