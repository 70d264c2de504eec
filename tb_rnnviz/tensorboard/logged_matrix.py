"""Parts of matrices in the log, and their summaries over all steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from tensorboard import errors

from tb_rnnviz.core.numbers import json_number
from tb_rnnviz.log_format.damaged_record import DamagedRecordError
from tb_rnnviz.log_format.matrix import EncodedMatrix
from tb_rnnviz.log_format.matrix_summary import decode_matrix_summary
from tb_rnnviz.tensorboard.references import ANSWER_VERSION

Range = tuple[int, int | None]
"""First row or column, and the end, `None` for all that follow."""

WHOLE: Range = (0, None)


@dataclass(frozen=True)
class MatrixPart:
    """The part of a matrix that a request is about.

    Attributes:
        sequence: Index of the sequence.
        head: Index of the head, `None` for the mean of all heads.
        rows: Range of the rows.
        columns: Range of the columns.
    """

    sequence: int = 0
    head: int | None = None
    rows: Range = WHOLE
    columns: Range = WHOLE


def matrix_part(
    matrix: EncodedMatrix, part: MatrixPart, read_blobs: Callable[[Sequence[int]], Sequence[bytes]]
) -> tuple[dict[str, Any], np.ndarray]:
    """Returns the header and the values of a part of a matrix, see `/matrix`.

    Args:
        matrix: The matrix.
        part: The part.
        read_blobs: Reads the blobs of some indices.

    Raises:
        DamagedRecordError: If a blob is damaged.
        NotFoundError: If there is no such sequence, head, row or column.
    """
    heads = matrix.heads or 1
    _check_index("sequence", part.sequence, len(matrix.sizes))
    if part.head is not None:
        _check_index("head", part.head, heads)
    rows, columns = matrix.sizes[part.sequence]
    first_row, end_row = _range("row", part.rows, rows)
    first_column, end_column = _range("column", part.columns, columns)
    read = range(heads) if part.head is None else [part.head]
    blobs = read_blobs([matrix.index(part.sequence, head) for head in read])
    values = np.zeros((end_row - first_row, end_column - first_column), np.float32)
    for blob in blobs:
        whole = matrix.decode_head(part.sequence, blob)
        values += whole[first_row:end_row, first_column:end_column]
    axes = matrix.axes
    header = {
        "version": ANSWER_VERSION,
        "kind": "matrix",
        "sequence": part.sequence,
        "head": part.head,
        "heads": matrix.heads,
        "sequences": len(matrix.sizes),
        "recorded": matrix.recorded,
        "rows": {
            "axis": axes.rows,
            "size": rows,
            "length": axes.row_lengths[part.sequence],
            **_named_range(axes.row_names, first_row, end_row),
        },
        "columns": {
            "axis": axes.columns,
            "size": columns,
            "length": axes.column_lengths[part.sequence],
            **_named_range(axes.column_names, first_column, end_column),
        },
    }
    return header, values / len(read)


def _named_range(names: Sequence[str] | None, first: int, end: int) -> dict[str, Any]:
    """Returns a range of rows or columns with its names, if there are any."""
    return {"first": first, "end": end, "names": names and list(names[first:end])}


def matrix_history(
    content: Mapping[str, Any],
    steps: Sequence[int],
    arrays: Sequence[np.ndarray],
    skipped: int = 0,
) -> dict[str, Any]:
    """Returns the summary of a matrix at every step, see `/matrix_summary`.

    Args:
        content: Content of the tag.
        steps: The recorded steps, ascending.
        arrays: Array of each step, (statistics, heads).
        skipped: First steps that the answer leaves out. Defaults to none.
    """
    summaries, left_out = {}, []
    for step, array in list(zip(steps, arrays, strict=True))[skipped:]:
        try:
            summaries[step] = decode_matrix_summary(content, array).array
        except DamagedRecordError:
            left_out.append(step)
    return {
        "version": ANSWER_VERSION,
        "steps": list(summaries),
        "left_out": left_out,
        "statistics": {
            name: [
                [json_number(value, 4) for value in array[row].tolist()]
                for array in summaries.values()
            ]
            for row, name in enumerate(content["statistics"])
        },
    }


def _check_index(name: str, index: int, size: int) -> None:
    if not 0 <= index < size:
        allowed = f"0 to {size - 1}" if size else "none"
        raise errors.NotFoundError(f"There is no {name} {index}. Allowed: {allowed}")


def _range(name: str, limits: Range, size: int) -> tuple[int, int]:
    """Returns first and end of a range that is checked against the size."""
    first, end = limits[0], size if limits[1] is None else limits[1]
    if not (0 <= first <= end <= size and (first < end or limits == WHOLE)):
        raise errors.NotFoundError(
            f"There are no {name}s from {first} to before {end}. There are {size}."
        )
    return first, end
