"""What a call gave a moment ago, for many who ask the same at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

_Value = TypeVar("_Value")

MOST = 256
"""Keys whose values are kept."""


class _Entry(Generic[_Value]):
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.begun = float("-inf")
        self.value: _Value | None = None


class SingleFlightCache(Generic[_Value]):
    """Calls again when the last value is too old; safe to share between threads.

    Args:
        seconds: How old a value may be that is given without calling again.
        meanwhile: How old it may be while somebody else is calling.

    Example:
        >>> recent, calls = SingleFlightCache(seconds=60, meanwhile=60), iter("abc")
        >>> [recent.get("key", lambda known: next(calls)) for _ in range(2)]
        ['a', 'a']
        >>> recent.get("key", lambda known: known + next(calls), refresh=True)
        'ab'
    """

    def __init__(self, seconds: float, meanwhile: float):
        self._seconds, self._meanwhile = seconds, meanwhile
        self._entries: dict[Hashable, _Entry[_Value]] = {}

    def get(
        self, key: Hashable, call: Callable[[_Value | None], _Value], *, refresh: bool = False
    ) -> _Value:
        """The value of a key.

        Args:
            key: What is asked for.
            call: Gives it; it is told the last value, or `None`.
            refresh: Whether only a call will do that has not begun yet.
        """
        if key not in self._entries and len(self._entries) >= MOST:
            self._entries = {}
        entry = self._entries.setdefault(key, _Entry())
        asked = time.monotonic()
        oldest = asked if refresh else asked - self._seconds
        if entry.begun >= oldest:
            return entry.value
        busy = not entry.lock.acquire(blocking=False)
        if busy and not refresh and entry.begun >= asked - self._meanwhile:
            return entry.value
        if busy:
            entry.lock.acquire()
        try:
            if entry.begun < oldest:
                begun = time.monotonic()
                entry.value = call(entry.value)
                entry.begun = begun
            return entry.value
        finally:
            entry.lock.release()
