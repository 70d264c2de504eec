"""TTL cache in which concurrent callers of a key share one call."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Any, Generic, TypeVar

_Value = TypeVar("_Value")

MAX_KEYS = 256


class _Flight:
    """Call that is running, and the result that all who wait for it share."""

    def __init__(self) -> None:
        self.began = time.monotonic()
        self.result: Future[Any] = Future()


class _Entry:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.flight: _Flight | None = None
        self.called_at = float("-inf")
        self.value: Any = None


class SingleFlightCache(Generic[_Value]):
    """Cache with a time to live; safe to share between threads.

    Args:
        max_age: Seconds for which a value is returned without another call.
        max_age_while_calling: Seconds for which it is returned while another thread is calling.

    Example:
        >>> cache, values = SingleFlightCache(max_age=60, max_age_while_calling=60), iter("abc")
        >>> [cache.get("key", lambda previous: next(values)) for _ in range(2)]
        ['a', 'a']
        >>> cache.get("key", lambda previous: previous + next(values), refresh=True)
        'ab'
    """

    def __init__(self, max_age: float, max_age_while_calling: float):
        self._max_age, self._max_age_while_calling = max_age, max_age_while_calling
        self._entries: dict[Hashable, _Entry] = {}

    def get(
        self, key: Hashable, call: Callable[[_Value | None], _Value], *, refresh: bool = False
    ) -> _Value:
        """Returns the value of a key.

        An error of a call is raised for every caller that waits for it.

        Args:
            key: The key.
            call: Returns the value; it receives the previous one, or `None`.
            refresh: If true, only the result of a call that begins after this one is returned.
                Defaults to false.
        """
        if key not in self._entries and len(self._entries) >= MAX_KEYS:
            self._entries = {}
        entry = self._entries.setdefault(key, _Entry())
        now = time.monotonic()
        oldest = now if refresh else now - self._max_age
        while True:
            with entry.lock:
                if entry.called_at >= oldest:
                    return entry.value
                flight = entry.flight
                if flight is None:
                    own_flight = entry.flight = _Flight()
                    break
                if not refresh and entry.called_at >= now - self._max_age_while_calling:
                    return entry.value
            if flight.began >= oldest:
                return flight.result.result()
            flight.result.exception()  # Too old a call: only its end is waited for.
        return self._fly(entry, own_flight, call)

    def _fly(
        self, entry: _Entry, flight: _Flight, call: Callable[[_Value | None], _Value]
    ) -> _Value:
        try:
            value = call(entry.value)
        except BaseException as error:
            with entry.lock:
                entry.flight = None
            flight.result.set_exception(error)
            raise
        with entry.lock:
            entry.value, entry.called_at, entry.flight = value, flight.began, None
        flight.result.set_result(value)
        return value
