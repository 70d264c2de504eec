"""Least-recently-used cache with a limit in bytes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Any, Generic, TypeVar

_Value = TypeVar("_Value")


class BytesCache(Generic[_Value]):
    """Keeps the values used last; safe to share between threads.

    Args:
        max_bytes: Maximum number of bytes of all values together. A larger value is not kept.

    Example:
        >>> cache = BytesCache(max_bytes=3)
        >>> for key, value in enumerate([b"ab", b"c", b"d"]):
        ...     cache.put(key, value, len(value))
        >>> [cache.get(key) for key in range(3)]
        [None, b'c', b'd']
    """

    def __init__(self, max_bytes: int):
        self._max_bytes, self._bytes = max_bytes, 0
        self._entries: OrderedDict[Hashable, tuple[_Value, int]] = OrderedDict()
        self._lock = threading.Lock()
        self._being_made: dict[Hashable, Future[Any]] = {}

    def get(self, key: Hashable) -> _Value | None:
        """Returns the value of a key, `None` if it is not in the cache."""
        with self._lock:
            if key not in self._entries:
                return None
            self._entries.move_to_end(key)
            return self._entries[key][0]

    def put(self, key: Hashable, value: _Value, size: int) -> None:
        """Keeps a value of `size` bytes; drops the least recently used ones."""
        with self._lock:
            self._bytes -= self._entries.pop(key, (None, 0))[1]
            if size > self._max_bytes:
                return
            self._bytes += size
            self._entries[key] = value, size
            while self._bytes > self._max_bytes:
                self._bytes -= self._entries.popitem(last=False)[1][1]

    def get_or_make(self, key: Hashable, make: Callable[[], tuple[_Value, int]]) -> _Value:
        """Returns the value of a key, which the first caller makes while the others wait.

        An error of `make` is raised for all of them.

        Args:
            key: The key.
            make: Returns the value and its size in bytes. It may use this cache with other keys.
        """
        with self._lock:
            if key in self._entries:
                self._entries.move_to_end(key)
                return self._entries[key][0]
            shared = self._being_made.get(key)
            if shared is None:
                own = self._being_made[key] = Future()
        if shared is not None:
            return shared.result()
        try:
            value, size = make()
            self.put(key, value, size)
            own.set_result(value)
            return value
        except BaseException as error:
            own.set_exception(error)
            raise
        finally:
            with self._lock:
                del self._being_made[key]
