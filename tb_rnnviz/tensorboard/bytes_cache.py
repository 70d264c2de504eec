"""What was used last, up to a number of bytes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

_Value = TypeVar("_Value")


class BytesCache(Generic[_Value]):
    """Keeps the values used last; safe to share between threads.

    Args:
        most_bytes: Bytes that all values have together at most. What is larger is not kept.

    Example:
        >>> cache = BytesCache(most_bytes=3)
        >>> for key, value in enumerate([b"ab", b"c", b"d"]):
        ...     cache.put(key, value, len(value))
        >>> [cache.get(key) for key in range(3)]
        [None, b'c', b'd']
    """

    def __init__(self, most_bytes: int):
        self._most, self._bytes = most_bytes, 0
        self._kept: OrderedDict[Hashable, tuple[_Value, int]] = OrderedDict()
        self._lock = threading.Lock()
        self._making: dict[Hashable, threading.Lock] = {}

    def get(self, key: Hashable) -> _Value | None:
        """The value of a key, or `None` where it is not kept."""
        with self._lock:
            if key not in self._kept:
                return None
            self._kept.move_to_end(key)
            return self._kept[key][0]

    def put(self, key: Hashable, value: _Value, size: int) -> None:
        """Keeps a value of a number of bytes, and drops those not used for the longest time."""
        with self._lock:
            self._bytes += size - self._kept.pop(key, (None, 0))[1]
            self._kept[key] = value, size
            while self._bytes > self._most:
                self._bytes -= self._kept.popitem(last=False)[1][1]

    def get_or_make(self, key: Hashable, make: Callable[[], tuple[_Value, int]]) -> _Value:
        """The value of a key, made by the first who asks while others who ask for it wait.

        Args:
            key: What is asked for.
            make: Gives the value and its bytes. What it asks of this cache has another key.
        """
        value = self.get(key)
        if value is not None:
            return value
        with self._lock:
            making = self._making.setdefault(key, threading.Lock())
        try:
            with making:
                value = self.get(key)
                if value is None:
                    value, size = make()
                    self.put(key, value, size)
                return value
        finally:
            with self._lock:
                self._making.pop(key, None)
