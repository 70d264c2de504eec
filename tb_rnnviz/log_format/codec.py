"""Codec of activity: deflated chunks of 8-bit or 16-bit codes.

A chunk is unit-major and has one scale per unit. `docs/log_format.md` describes the layout. 8 bits
suffice for a colour map, and the analysis at training time uses the values at full precision.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from tb_rnnviz.core.json_schema import Choice, Integer, Integers, ListOf, Object
from tb_rnnviz.core.parallel import parallel_map
from tb_rnnviz.log_format.damaged_record import DamagedRecordError
from tb_rnnviz.log_format.inflate import check_inflated_size, inflate

ENCODINGS = ("int8", "float16")
LEVELS = 124
MASKED, NOT_A_NUMBER, MINUS_INFINITY, INFINITY = -128, -127, -126, -125
FLOAT16_MASKED = 0x7E01
CHUNK_BYTES = 1 << 20
ZLIB_LEVEL = 6

MAX_CHUNK_BYTES = 64 * CHUNK_BYTES
"""Largest inflated chunk that is read."""

MAX_UNITS, MAX_TOKENS, MAX_VALUES = 1 << 24, 1 << 27, 1 << 32
"""Largest numbers of units, of tokens and of values of a quantity that are read."""

_RANGE = Integers(low=0, high=MAX_TOKENS, count=2)

HEADER_SCHEMA = {
    "units": Integer(0, MAX_UNITS),
    "tokens": Integer(0, MAX_TOKENS),
    "encoding": Choice(ENCODINGS),
    "chunks": ListOf(Object({"units": _RANGE, "tokens": _RANGE})),
}
"""Entries of a header that `encode` writes and `check_chunks` checks further."""

UnitRange = tuple[int, int]
"""First unit and end of the units of a chunk."""


def encode(
    activity: np.ndarray, mask: np.ndarray | None = None, encoding: str = "int8"
) -> tuple[dict[str, Any], list[bytes]]:
    """Encodes an array (tokens, units) as chunks of units x tokens.

    Args:
        activity: Float array (tokens, units).
        mask: Boolean array (tokens,), false at tokens without a value to show. Defaults to all
            true.
        encoding: `"int8"` (error at most scale / 2, scale = largest magnitude of the unit in the
            chunk / 124) or `"float16"`. NaN and infinities are preserved.

    Returns:
        The entries `units`, `tokens`, `encoding` and `chunks` of the header, and one blob per
        chunk.

    Raises:
        ValueError: if the encoding is unknown.

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
    chunks = list(_chunks(units, tokens, 1 if encoding == "int8" else 2))

    def deflate(chunk: dict[str, list[int]]) -> bytes:
        (first, end), (begin, stop) = chunk["units"], chunk["tokens"]
        block = np.ascontiguousarray(activity[begin:stop, first:end].T, np.float32)
        outside = None if mask is None else ~mask[begin:stop]
        scale, codes = _quantise(block, outside, encoding)
        return zlib.compress(scale.tobytes() + codes.tobytes(), ZLIB_LEVEL)

    blobs = parallel_map(deflate, chunks)
    return {"units": units, "tokens": tokens, "encoding": encoding, "chunks": chunks}, blobs


def encode_block(block: np.ndarray, encoding: str) -> bytes:
    """Encodes one float array (rows, columns), with one scale per row.

    Raises:
        ValueError: if the encoding is unknown.
    """
    if encoding not in ENCODINGS:
        raise ValueError(f"Unknown encoding {encoding!r}. Allowed: {list(ENCODINGS)}")
    scale, codes = _quantise(np.ascontiguousarray(block, np.float32), None, encoding)
    return zlib.compress(scale.tobytes() + codes.tobytes(), ZLIB_LEVEL)


def decode_block(blob: bytes, rows: int, columns: int, encoding: str) -> np.ndarray:
    """Decodes what `encode_block` returned, float32 (rows, columns).

    Raises:
        DamagedRecordError: if the blob does not have the size of such an array.

    Example:
        >>> decode_block(encode_block(np.array([[0.5, -1.0]]), "float16"), 1, 2, "float16")
        array([[ 0.5, -1. ]], dtype=float32)
    """
    size = rows * (4 + columns * (1 if encoding == "int8" else 2))
    if size > MAX_CHUNK_BYTES:
        raise DamagedRecordError(f"Its header announces a blob of {size} bytes.")
    data = inflate(blob, size)
    if not rows or not columns:
        return np.zeros((rows, columns), np.float32)
    return _dequantise(data, rows, encoding)[0]


def check_chunks(header: Mapping[str, Any]) -> None:
    """Checks that the chunks of a header cover its units and tokens once.

    Args:
        header: A header that fits `HEADER_SCHEMA`.

    Raises:
        DamagedRecordError: if they are not, or are more than is read.
    """
    units, tokens = header["units"], header["tokens"]
    if units * tokens > MAX_VALUES:
        raise DamagedRecordError(f"Its header announces {units} units x {tokens} tokens.")
    last_unit = 0
    for (first, end), indices in chunks_by_units(header).items():
        last_token = 0
        for index in indices:
            begin, stop = header["chunks"][index]["tokens"]
            is_next = begin == last_token and (begin < stop or tokens == 0)
            last_token = stop if is_next else -1
        if first != last_unit or end <= first or last_token != tokens:
            raise DamagedRecordError("Its chunks are not all units and tokens in their order.")
        last_unit = end
    if last_unit != units:
        raise DamagedRecordError(f"Its chunks have {last_unit} units, its header {units}.")


def check_chunk(header: Mapping[str, Any], index: int, blob: bytes) -> None:
    """Inflates a chunk without decoding it.

    Args:
        header: The header of `encode`.
        index: Index of the chunk.
        blob: The chunk.

    Raises:
        DamagedRecordError: if the chunk does not have the size that follows from the header.
    """
    inflate(blob, _inflated_size(header, header["chunks"][index]))


def decode(header: Mapping[str, Any], blobs: Sequence[bytes]) -> tuple[np.ndarray, np.ndarray]:
    """Decodes what `encode` returned.

    Args:
        header: The header of `encode`, checked by `check_chunks`.
        blobs: The chunks in order.

    Returns:
        The activity, float32 (tokens, units), NaN at masked values, and a boolean array (tokens,)
        that is true where at least one unit has a value that is not masked.

    Raises:
        DamagedRecordError: if a chunk is missing or damaged.
    """
    return _decode(header, header["chunks"], (0, header["units"]), blobs)


def chunks_by_units(header: Mapping[str, Any]) -> dict[UnitRange, list[int]]:
    """Returns the indices of the chunks of each range of units, ranges ascending.

    Example:
        >>> header, _ = encode(np.zeros((4, 3)))
        >>> chunks_by_units(header)
        {(0, 3): [0]}
    """
    indices: dict[UnitRange, list[int]] = {}
    for index, chunk in enumerate(header["chunks"]):
        indices.setdefault(tuple(chunk["units"]), []).append(index)
    return dict(sorted(indices.items()))


def decode_units(
    header: Mapping[str, Any], units: UnitRange, blobs: Sequence[bytes]
) -> tuple[np.ndarray, np.ndarray]:
    """Decodes one range of units.

    Args:
        header: The header of `encode`.
        units: A range of `chunks_by_units`.
        blobs: The chunks of this range, in order.

    Returns:
        The activity of these units and the mask, as `decode` returns them.

    Raises:
        DamagedRecordError: if a chunk is missing or damaged.
    """
    chunks = [chunk for chunk in header["chunks"] if tuple(chunk["units"]) == units]
    return _decode(header, chunks, units, blobs)


def _decode(
    header: Mapping[str, Any],
    chunks: Sequence[Mapping[str, Any]],
    units: UnitRange,
    blobs: Sequence[bytes],
) -> tuple[np.ndarray, np.ndarray]:
    if len(chunks) != len(blobs):
        raise DamagedRecordError(f"It has {len(blobs)} chunks, its header {len(chunks)}.")
    sizes = [_inflated_size(header, chunk) for chunk in chunks]
    for size, blob in zip(sizes, blobs, strict=True):
        check_inflated_size(size, len(blob))
    offset, width = units[0], units[1] - units[0]
    activity = np.empty((header["tokens"], width), np.float32)
    mask = np.zeros(header["tokens"], bool)
    for chunk, blob, size in zip(chunks, blobs, sizes, strict=True):
        (first, end), (begin, stop) = chunk["units"], chunk["tokens"]
        values, is_masked = _dequantise(inflate(blob, size), end - first, header["encoding"])
        activity[begin:stop, first - offset : end - offset] = values.T
        mask[begin:stop] |= ~is_masked.all(axis=0)
    return activity, mask if width else np.ones_like(mask)


def _inflated_size(header: Mapping[str, Any], chunk: Mapping[str, Any]) -> int:
    """Returns the bytes of an inflated chunk: a scale per unit and the codes."""
    (first, end), (begin, stop) = chunk["units"], chunk["tokens"]
    size = (end - first) * (4 + (stop - begin) * (1 if header["encoding"] == "int8" else 2))
    if size > MAX_CHUNK_BYTES:
        raise DamagedRecordError(f"Its header announces a chunk of {size} bytes.")
    return size


def _chunks(units: int, tokens: int, itemsize: int) -> Iterator[dict[str, list[int]]]:
    """Yields chunks under the maximum size: whole time axes if one of them fits."""
    time = max(1, min(tokens, CHUNK_BYTES // itemsize))
    width = max(1, CHUNK_BYTES // (itemsize * time))
    for first in range(0, units, width):
        for begin in range(0, max(tokens, 1), time):
            yield {
                "units": [first, min(first + width, units)],
                "tokens": [begin, min(begin + time, tokens)],
            }


def _quantise(
    block: np.ndarray, outside: np.ndarray | None, encoding: str
) -> tuple[np.ndarray, np.ndarray]:
    """Returns scale (units,) and codes (units, tokens) of a block (units, tokens)."""
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
    is_all_finite = finite.all()
    ratio = np.divide(
        block, divisor, out=np.zeros_like(block), where=True if is_all_finite else finite
    )
    if (scale < np.finfo(np.float32).tiny).any():  # Its few digits may let a ratio pass the limit.
        np.clip(ratio, -levels, levels, out=ratio)
    codes = np.rint(ratio, out=ratio).astype(np.int8)
    if not is_all_finite:
        codes[np.isnan(block)] = NOT_A_NUMBER
        codes[np.isneginf(block)] = MINUS_INFINITY
        codes[np.isposinf(block)] = INFINITY
        if outside is not None:
            codes[:, outside] = MASKED
    return scale, codes


def _dequantise(data: bytes, units: int, encoding: str) -> tuple[np.ndarray, np.ndarray]:
    """Returns values and the masked ones, both (units, tokens), of an inflated chunk."""
    scale = np.frombuffer(data, "<f4", units)
    code_type = np.dtype("i1" if encoding == "int8" else "<f2")
    codes = np.frombuffer(data, code_type, offset=scale.nbytes).reshape(units, -1)
    with np.errstate(invalid="ignore", over="ignore"):
        values = codes.astype(np.float32) * scale[:, None]
    if encoding == "int8":
        values[codes <= NOT_A_NUMBER] = np.nan
        values[codes == MINUS_INFINITY] = -np.inf
        values[codes == INFINITY] = np.inf
        return values, codes == MASKED
    values[np.isinf(codes)] = codes[np.isinf(codes)]
    return values, codes.view("<u2") == FLOAT16_MASKED
