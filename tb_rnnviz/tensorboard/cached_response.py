"""Encoded responses, which are made once while they are in the cache."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Callable, Hashable
from typing import Any

from tb_rnnviz.log_format.damaged_record import RecordLocation
from tb_rnnviz.tensorboard.bytes_cache import BytesCache
from tb_rnnviz.tensorboard.references import TagRef

GZIP_LEVEL = 3

MAX_CONCURRENT = 3
"""Responses that are made at the same time, so that they do not add up in memory."""

_slots = threading.Semaphore(MAX_CONCURRENT)


def cached_response(cache: BytesCache[Any], key: Hashable, make: Callable[[], bytes]) -> bytes:
    """Returns the response of a key, which one caller makes for all.

    Args:
        cache: Cache of the responses.
        key: Name of the response and everything that it depends on.
        make: Returns the response. It makes no other one by this function.
    """

    def make_with_size() -> tuple[bytes, int]:
        with _slots:
            response = make()
        return response, len(response)

    return cache.get_or_make(("response", key), make_with_size)


def gzipped(text: str) -> bytes:
    """Compresses a text with gzip."""
    return gzip.compress(text.encode(), GZIP_LEVEL, mtime=0)


def location(ref: TagRef, step: int) -> RecordLocation:
    """Returns the location of a value, for errors."""
    return RecordLocation(f"Run {ref.run}", ref.tag, step)
