"""Activity as bytes: unit-major blocks of 8-bit or 16-bit codes with a scale per unit, deflated.

`docs/log_format.md` describes the layout. A colour map has no more levels than 8 bits give, and
analysis at training time has already seen full precision.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

ENCODINGS = ("int8", "float16")
LEVELS = 124
MASKED, NOT_A_NUMBER, MINUS_INFINITY, INFINITY = -128, -127, -126, -125
FLOAT16_MASKED = 0x7E01
CHUNK_BYTES = 1 << 20
ZLIB_LEVEL = 6
CORES = 4
"""Chunks that are deflated at the same time, at most."""


def encode(
    activity: np.ndarray, mask: np.ndarray | None = None, encoding: str = "int8"
) -> tuple[dict, list[bytes]]:
    """Encodes (tokens, units) as chunks of units x tokens.

    Args:
        activity: Float array (tokens, units).
        mask: Boolean (tokens,), false where there is no value to show. Defaults to all true.
        encoding: `"int8"` (error at most scale / 2, scale = largest magnitude of the unit in the
            chunk / 124) or `"float16"`. NaN and infinities come back as what they were.

    Returns:
        The header's entries `units`, `tokens`, `encoding` and `chunks`, and a blob per chunk.

    Example:
        >>> header, blobs = encode(np.array([[0.5], [-1.0], [np.nan]]))
        >>> decode(header, blobs)[0].round(2)
        array([[ 0.5],
               [-1. ],
               [  nan]], dtype=float32)
    """
    if encoding not in ENCODINGS:
        raise ValueError(f"Unknown encoding {encoding!r}. Allowed: {list(ENCODINGS)}")
    tokens, units = activity.shape
    blocks = list(_blocks(units, tokens, 1 if encoding == "int8" else 2))

    def blob(place: tuple[int, int, int, int]) -> bytes:
        first, end, begin, stop = place
        block = np.ascontiguousarray(activity[begin:stop, first:end].T, np.float32)
        outside = None if mask is None else ~mask[begin:stop]
        scale, codes = _quantise(block, outside, encoding)
        return zlib.compress(scale.tobytes() + codes.tobytes(), ZLIB_LEVEL)

    if len(blocks) == 1:
        blobs = [blob(blocks[0])]
    else:
        with ThreadPoolExecutor(min(os.cpu_count() or 1, CORES)) as pool:
            blobs = list(pool.map(blob, blocks))
    chunks = [
        {"units": [first, end], "tokens": [begin, stop]} for first, end, begin, stop in blocks
    ]
    return {"units": units, "tokens": tokens, "encoding": encoding, "chunks": chunks}, blobs


def decode(header: dict, blobs: Sequence[bytes]) -> tuple[np.ndarray, np.ndarray]:
    """What `encode` wrote: the activity, float32 (tokens, units), and where it is masked.

    Args:
        header: As `encode` returned it.
        blobs: The chunks in order.

    Returns:
        The activity, NaN where it is masked, and a boolean (tokens,) that is true where at least
        one unit has a value that is not masked.
    """
    activity = np.empty((header["tokens"], header["units"]), np.float32)
    seen = np.zeros(header["tokens"], bool)
    for chunk, blob in zip(header["chunks"], blobs, strict=True):
        (first, end), (begin, stop) = chunk["units"], chunk["tokens"]
        raw = zlib.decompress(blob)
        scale = np.frombuffer(raw, "<f4", end - first)
        code_type = np.dtype("i1" if header["encoding"] == "int8" else "<f2")
        codes = np.frombuffer(raw, code_type, offset=scale.nbytes).reshape(end - first, -1)
        with np.errstate(invalid="ignore", over="ignore"):
            values = codes.astype(np.float32) * scale[:, None]
        if header["encoding"] == "int8":
            values[codes <= NOT_A_NUMBER] = np.nan
            values[codes == MINUS_INFINITY] = -np.inf
            values[codes == INFINITY] = np.inf
            masked = codes == MASKED
        else:
            values[np.isinf(codes)] = codes[np.isinf(codes)]
            masked = codes.view("<u2") == FLOAT16_MASKED
        activity[begin:stop, first:end] = values.T
        seen[begin:stop] |= ~masked.all(axis=0)
    return activity, seen if header["units"] else np.ones_like(seen)


def _blocks(units: int, tokens: int, itemsize: int) -> Iterator[tuple[int, int, int, int]]:
    """Blocks of (units, tokens) under a chunk's size: whole time axes as long as one fits."""
    time = max(1, min(tokens, CHUNK_BYTES // itemsize))
    width = max(1, CHUNK_BYTES // (itemsize * time))
    for first in range(0, units, width):
        for begin in range(0, max(tokens, 1), time):
            yield first, min(first + width, units), begin, min(begin + time, tokens)


def _quantise(
    block: np.ndarray, outside: np.ndarray | None, encoding: str
) -> tuple[np.ndarray, np.ndarray]:
    """Scale (units,) and codes (units, tokens) of a block (units, tokens)."""
    finite = np.isfinite(block)
    if outside is not None:
        finite &= ~outside
    magnitude = np.abs(block).max(axis=1, initial=0.0, where=finite)
    levels = LEVELS if encoding == "int8" else 1
    scale = (magnitude / np.float32(levels)).astype("<f4")
    scale[scale == 0] = magnitude[scale == 0]
    with np.errstate(over="ignore"):
        scale = np.where(np.isinf(scale * np.float32(levels)), np.nextafter(scale, 0), scale)
    divisor = np.where(scale > 0, scale, 1.0)[:, None]
    if encoding == "float16":
        with np.errstate(invalid="ignore", over="ignore"):
            codes = (block / divisor).astype("<f2")
        codes[np.isnan(codes)] = np.nan
        if outside is not None:
            codes.view("<u2")[:, outside] = FLOAT16_MASKED
        return scale, codes
    everywhere = finite.all()
    ratio = np.divide(
        block, divisor, out=np.zeros_like(block), where=True if everywhere else finite
    )
    codes = np.rint(ratio, out=ratio).astype(np.int8)
    if not everywhere:
        codes[np.isnan(block)] = NOT_A_NUMBER
        codes[np.isneginf(block)] = MINUS_INFINITY
        codes[np.isposinf(block)] = INFINITY
        if outside is not None:
            codes[:, outside] = MASKED
    return scale, codes
