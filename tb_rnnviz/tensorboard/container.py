"""Container format of responses: several blobs, or a header and an array."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

ZLIB_LEVEL = 1


def container(blobs: Iterable[bytes]) -> bytes:
    """Joins blobs behind their number and their lengths.

    Example:
        >>> container([b"ab", b"c"])[-3:]
        b'abc'
    """
    blobs = list(blobs)
    lengths = struct.pack(f"<{len(blobs) + 1}I", len(blobs), *(len(blob) for blob in blobs))
    return b"".join([lengths, *blobs])


def array_container(header: Mapping[str, Any], array: np.ndarray) -> bytes:
    """Joins a JSON header and an array, which becomes one zlib stream of float32."""
    values = np.ascontiguousarray(array, "<f4").tobytes()
    return container([json.dumps(header).encode(), zlib.compress(values, ZLIB_LEVEL)])
