"""Class probabilities in the log: the prediction at every step, 16 bits each."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from tb_rnnviz.core.json_schema import ANY_TEXTS, Integers, ListOf, Object
from tb_rnnviz.log_format.blob_sequence import BlobSequence, parse_header
from tb_rnnviz.log_format.codec import CHUNK_BYTES, MAX_TOKENS, ZLIB_LEVEL
from tb_rnnviz.log_format.damaged_record import DamagedRecordError
from tb_rnnviz.log_format.inflate import inflate
from tb_rnnviz.log_format.tags import MAX_CLASSES
from tb_rnnviz.recording import Recording

MAX_LOGGED_VALUES = 1 << 24
"""Largest number of probabilities of a recording that is written."""

MAX_READ_VALUES = 1 << 28
"""Largest number of probabilities of a recording that is read."""

_DTYPE = np.dtype("<f2")

_SCHEMA = Object(
    {
        "lengths": Integers(low=0, high=MAX_TOKENS),
        "classes": ANY_TEXTS,
        "chunks": ListOf(Integers(low=0, high=MAX_TOKENS, count=2), as_whole=True),
    }
)


def encode_class_probability(recording: Recording) -> BlobSequence | None:
    """Encodes the prediction at every step of a recording.

    Probabilities are half-precision floats. Where rounding makes another class the most probable
    one, the most probable class gets the next larger number, so that predictions and decision
    times are those of the recording. The error is at most 0.0005, for independent labels 0.00075.

    Returns:
        The blobs, `None` if the recording has no probabilities, or more than are written.
    """
    values = recording.class_probability
    if values is None or recording.classes is None:
        return None
    if is_too_large(recording):
        return None
    codes = _rounded(values[recording.mask])
    step = max(1, CHUNK_BYTES // max(1, codes.shape[1] * _DTYPE.itemsize))
    chunks = [[first, min(first + step, len(codes))] for first in range(0, len(codes), step)]
    header: dict[str, Any] = {
        "lengths": recording.lengths.tolist(),
        "classes": list(recording.classes),
        "chunks": chunks,
    }
    blobs = [zlib.compress(codes[first:end].tobytes(), ZLIB_LEVEL) for first, end in chunks]
    return BlobSequence("class_probability", header, blobs)


def is_too_large(recording: Recording) -> bool:
    """True if a recording has more probabilities than the log stores."""
    values = recording.class_probability
    steps = int(recording.lengths.sum())
    return values is not None and steps * values.shape[-1] > MAX_LOGGED_VALUES


def class_probability_content(probe: str, recording: Recording) -> dict[str, Any]:
    """Returns the content of the tag of the prediction at every step."""
    classes = recording.classes or []
    content = {"probe": probe, "classes": len(classes), "method": recording.method or ""}
    if recording.output_shape is not None:
        content["output_shape"] = list(recording.output_shape)
    return content


class EncodedClassProbability:
    """Class probabilities with a parsed header, whose blobs are decoded on request.

    Args:
        header: First string of the blob sequence.

    Attributes:
        lengths: Number of tokens of each sequence.
        classes: Name of every class.
        chunks: First token and end of each blob; sequences follow each other without padding.

    Raises:
        DamagedRecordError: if the header is damaged; from the methods, if a blob is.

    Example:
        >>> recording = Recording([], [2])
        >>> recording.class_probability = np.array([[[0.25, 0.75], [0.5, 0.5]]])
        >>> recording.classes = ["no", "yes"]
        >>> header, *blobs = encode_class_probability(recording).strings()
        >>> EncodedClassProbability(header).decode(blobs).tolist()
        [[0.25, 0.75], [0.5, 0.5]]
    """

    def __init__(self, header: bytes):
        parsed = parse_header(header, _SCHEMA)
        self.lengths: list[int] = parsed["lengths"]
        self.classes: list[str] = parsed["classes"]
        self.chunks: list[list[int]] = parsed["chunks"]
        if not 1 <= len(self.classes) <= MAX_CLASSES:
            raise DamagedRecordError(f"Its header names {len(self.classes)} classes.")
        tokens = sum(self.lengths)
        bounds = [0, *(end for _, end in self.chunks)]
        firsts = [first for first, _ in self.chunks]
        if firsts != bounds[:-1] or bounds[-1] != tokens or sorted(set(bounds)) != bounds:
            raise DamagedRecordError(f"The chunks of its header do not cover {tokens} tokens.")
        if tokens * len(self.classes) > MAX_READ_VALUES:
            raise DamagedRecordError(f"Its header announces {tokens} x {len(self.classes)} values.")

    def check_number(self, blobs: int) -> None:
        """Checks the number of blobs behind the header."""
        if blobs != len(self.chunks):
            raise DamagedRecordError(f"It has {blobs} blobs, its header {len(self.chunks)}.")

    def decode_chunk(self, index: int, blob: bytes) -> np.ndarray:
        """Decodes one chunk, float32 (tokens of the chunk, classes)."""
        first, end = self.chunks[index]
        shape = end - first, len(self.classes)
        data = inflate(blob, shape[0] * shape[1] * _DTYPE.itemsize)
        return np.frombuffer(data, _DTYPE).reshape(shape).astype(np.float32)

    def decode(self, blobs: Sequence[bytes]) -> np.ndarray:
        """Decodes all chunks, float32 (tokens, classes), NaN at steps that were not read."""
        self.check_number(len(blobs))
        parts = [self.decode_chunk(index, blob) for index, blob in enumerate(blobs)]
        return np.concatenate(parts or [np.zeros((0, len(self.classes)), np.float32)])


def _rounded(rows: np.ndarray) -> np.ndarray:
    """Rounds probabilities (tokens, classes) and keeps the most probable class."""
    codes = rows.astype(_DTYPE)
    is_known = np.isfinite(rows).all(axis=1)
    best = np.argmax(np.where(is_known[:, None], rows, 0), axis=1)
    tied = np.flatnonzero(is_known & (np.argmax(codes, axis=1) != best))
    codes[tied, best[tied]] = np.nextafter(codes[tied].max(axis=1), _DTYPE.type(np.inf))
    return codes
