"""What was used last, up to a number of bytes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
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
