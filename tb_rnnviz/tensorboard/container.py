"""Blobs as one answer."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np


def container(blobs: Iterable[bytes]) -> bytes:
    """Blobs as one answer: their number, their lengths, and they themselves."""
    blobs = list(blobs)
    lengths = struct.pack(f"<{len(blobs) + 1}I", len(blobs), *(len(blob) for blob in blobs))
    return b"".join([lengths, *blobs])


def array_container(header: Mapping[str, Any], array: np.ndarray) -> bytes:
    """A container with a JSON header and an array, as one zlib stream of float32."""
    values = np.ascontiguousarray(array, "<f4").tobytes()
    return container([json.dumps(header).encode(), zlib.compress(values, 1)])
