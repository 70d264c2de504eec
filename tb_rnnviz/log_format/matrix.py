"""Matrices in the log: header, one blob for each sequence and head."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tb_rnnviz.core.json_schema import (
    ANY_TEXT,
    ANY_TEXTS,
    Choice,
    Integer,
    Integers,
    ListOf,
    Nullable,
    Object,
)
from tb_rnnviz.core.matrix_axes import MatrixAxes, stored_sizes
from tb_rnnviz.core.parallel import parallel_map
from tb_rnnviz.log_format.blob_sequence import BlobSequence, parse_header
from tb_rnnviz.log_format.codec import ENCODINGS, decode_block, encode_block
from tb_rnnviz.log_format.damaged_record import DamagedRecordError
from tb_rnnviz.log_format.tags import MAX_HEADS
from tb_rnnviz.recording import Recording

MAX_SEQUENCES, MAX_ROWS, MAX_COLUMNS = 64, 512, 512
"""Sequences, rows and columns of a matrix that are written, at most."""

MAX_SIZE = 1 << 16
"""Largest number of rows, of columns and of sequences of a matrix that is read."""

MAX_MATRIX_VALUES = 1 << 28
"""Largest number of values of a matrix that is read, its padding included."""

_SIZES = Integers(low=0, high=MAX_SIZE)
_PAIR = Integers(low=0, high=MAX_SIZE, count=2)

_SCHEMA = Object(
    {
        "encoding": Choice(ENCODINGS),
        "heads": Nullable(Integer(1, MAX_HEADS)),
        "sizes": ListOf(_PAIR, as_whole=True),
        "recorded": Integers(low=0, count=3),
        "rows": ANY_TEXT,
        "columns": ANY_TEXT,
        "row_lengths": _SIZES,
        "column_lengths": _SIZES,
    },
    {"row_names": ANY_TEXTS, "column_names": ANY_TEXTS},
)


@dataclass(frozen=True, eq=False)
class LoggedMatrix:
    """The part of a matrix that the log stores.

    Attributes:
        array: Float array (sequences, rows, columns) or (sequences, heads, rows, columns).
        axes: Meaning of its rows and columns.
        recorded: Sequences, rows and columns of the recording.
    """

    array: np.ndarray
    axes: MatrixAxes
    recorded: tuple[int, int, int]

    @classmethod
    def of(cls, array: np.ndarray, axes: MatrixAxes) -> LoggedMatrix:
        """Returns the first sequences, rows and columns of a recorded matrix."""
        part = array[:MAX_SEQUENCES, ..., :MAX_ROWS, :MAX_COLUMNS]
        recorded = (len(array), *array.shape[-2:])
        return cls(part, axes.beginning(len(part), MAX_ROWS, MAX_COLUMNS), recorded)

    @property
    def left_out(self) -> str | None:
        """Sentence about what is not stored, `None` if everything is."""
        stored = (len(self.array), *self.array.shape[-2:])
        parts = [
            f"the first {size} of {recorded} {name}"
            for size, recorded, name in zip(
                stored, self.recorded, ("sequences", "rows", "columns"), strict=True
            )
            if size < recorded
        ]
        return f"the log stores {', '.join(parts)} of a matrix" if parts else None


def encode_matrix(matrix: LoggedMatrix, encoding: str = "int8") -> BlobSequence:
    """Encodes a matrix, one blob for each head of each sequence.

    Args:
        matrix: The matrix.
        encoding: `"int8"` or `"float16"`, with one scale per row.

    Raises:
        ValueError: if the encoding is unknown.
    """
    array, axes = matrix.array, matrix.axes
    lengths = np.stack([axes.row_lengths, axes.column_lengths], axis=1)
    sizes = np.maximum(stored_sizes(array), lengths)
    heads = array.shape[1] if array.ndim == 4 else None
    by_head = array if heads is not None else array[:, None]
    blocks = [
        head[:rows, :columns]
        for sequence, (rows, columns) in zip(by_head, sizes, strict=True)
        for head in sequence
    ]
    header: dict[str, Any] = {
        "encoding": encoding,
        "heads": heads,
        "sizes": sizes.tolist(),
        "recorded": list(matrix.recorded),
        "rows": axes.rows,
        "columns": axes.columns,
        "row_lengths": list(axes.row_lengths),
        "column_lengths": list(axes.column_lengths),
    }
    for name, names in (("row_names", axes.row_names), ("column_names", axes.column_names)):
        if names is not None:
            header[name] = list(names)
    blobs = parallel_map(lambda block: encode_block(block, encoding), blocks)
    return BlobSequence("matrix", header, blobs)


class EncodedMatrix:
    """Matrix whose header is parsed and whose blobs are decoded on request.

    Args:
        header: First string of the blob sequence.

    Attributes:
        heads: Number of heads, `None` if the matrix has none.
        sizes: Rows and columns of each sequence.
        recorded: Sequences, rows and columns of the recording, of which this is the beginning.
        axes: Meaning of rows and columns.

    Raises:
        DamagedRecordError: if the header is damaged; from the methods, if a blob is.

    Example:
        >>> matrix = LoggedMatrix.of(np.eye(2)[None], MatrixAxes("tokens", "tokens", (2,), (2,)))
        >>> header, *blobs = encode_matrix(matrix).strings()
        >>> EncodedMatrix(header).decode(blobs).tolist()
        [[[1.0, 0.0], [0.0, 1.0]]]
    """

    def __init__(self, header: bytes):
        parsed = parse_header(header, _SCHEMA)
        self._encoding: str = parsed["encoding"]
        self.heads: int | None = parsed["heads"]
        self.sizes: list[list[int]] = parsed["sizes"]
        self.recorded: list[int] = parsed["recorded"]
        self.axes = _axes(parsed)
        lengths = (len(self.axes.row_lengths), len(self.axes.column_lengths))
        if len(self.sizes) > MAX_SIZE or lengths != (len(self.sizes),) * 2:
            raise DamagedRecordError(
                f"Its header has {len(self.sizes)} sequences, and lengths of {lengths}."
            )
        if math.prod(self.shape) > MAX_MATRIX_VALUES:
            raise DamagedRecordError(f"Its header announces an array of shape {self.shape}.")

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the matrix, padding included."""
        rows = max((rows for rows, _ in self.sizes), default=0)
        columns = max((columns for _, columns in self.sizes), default=0)
        heads = () if self.heads is None else (self.heads,)
        return (len(self.sizes), *heads, rows, columns)

    def check_number(self, blobs: int) -> None:
        """Checks the number of blobs behind the header."""
        expected = len(self.sizes) * (self.heads or 1)
        if blobs != expected:
            raise DamagedRecordError(f"It has {blobs} blobs, its header {expected}.")

    def index(self, sequence: int, head: int) -> int:
        """Returns the index of the blob of a head of a sequence."""
        return sequence * (self.heads or 1) + head

    def decode_head(self, sequence: int, blob: bytes) -> np.ndarray:
        """Decodes one head of a sequence, float32 (rows, columns)."""
        rows, columns = self.sizes[sequence]
        return decode_block(blob, rows, columns, self._encoding)

    def decode(self, blobs: Sequence[bytes]) -> np.ndarray:
        """Decodes all blobs, float32 (sequences, …), NaN at padding."""
        self.check_number(len(blobs))
        array = np.full(self.shape, np.nan, np.float32)
        by_head = array if self.heads is not None else array[:, None]
        for sequence, (rows, columns) in enumerate(self.sizes):
            for head in range(self.heads or 1):
                blob = blobs[self.index(sequence, head)]
                by_head[sequence, head, :rows, :columns] = self.decode_head(sequence, blob)
        return array


def matrix_content(probe: str, recording: Recording, name: str) -> dict[str, Any]:
    """Returns the content of the tag of a matrix."""
    array, axes = recording.matrices[name], recording.matrix_axes[name]
    return {
        "probe": probe,
        "matrix": name,
        "rows": axes.rows,
        "columns": axes.columns,
        "heads": array.shape[1] if array.ndim == 4 else None,
        "place": [list(recording.matrices).index(name), 0],
    }


def _axes(header: Mapping[str, Any]) -> MatrixAxes:
    names = [header.get(key) for key in ("row_names", "column_names")]
    return MatrixAxes(
        header["rows"],
        header["columns"],
        tuple(header["row_lengths"]),
        tuple(header["column_lengths"]),
        *(None if of_axis is None else tuple(of_axis) for of_axis in names),
    )
