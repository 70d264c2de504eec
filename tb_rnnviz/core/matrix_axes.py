"""`MatrixAxes`: the meaning of the rows and columns of a recorded matrix."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np


@dataclass(frozen=True)
class MatrixAxes:
    """Meaning of the rows and columns of a matrix, such as attention scores.

    Attributes:
        rows: Name of the axis of the rows, such as `"tokens"`; empty if they are numbered, or have
            names of their own.
        columns: The same of the columns.
        row_lengths: Rows of each sequence, without masked ones at the end.
        column_lengths: Columns of each sequence, without masked ones at the end.
        row_names: A name for each row, `None` if there are none.
        column_names: A name for each column, `None` if there are none.
    """

    rows: str = ""
    columns: str = ""
    row_lengths: tuple[int, ...] = ()
    column_lengths: tuple[int, ...] = ()
    row_names: tuple[str, ...] | None = None
    column_names: tuple[str, ...] | None = None

    def beginning(self, sequences: int, rows: int, columns: int) -> MatrixAxes:
        """Returns the axes of the first sequences, cut to some rows and columns."""
        return replace(
            self,
            row_lengths=tuple(min(n, rows) for n in self.row_lengths[:sequences]),
            column_lengths=tuple(min(n, columns) for n in self.column_lengths[:sequences]),
            row_names=self.row_names and self.row_names[:rows],
            column_names=self.column_names and self.column_names[:columns],
        )


def axis_of_lengths(lengths: Sequence[int], axes: Mapping[str, Sequence[int]]) -> str:
    """Returns the name of the first axis of these lengths, empty if there is none.

    Args:
        lengths: Rows or columns of each sequence; 0 for a sequence that was not read.
        axes: Lengths of each sequence by name of the axis.

    Example:
        >>> axis_of_lengths([3, 2], {"source": [4, 4], "target": [3, 2]})
        'target'
    """
    for name, axis_lengths in axes.items():
        if len(lengths) == len(axis_lengths) and all(
            length in (0, axis_length)
            for length, axis_length in zip(lengths, axis_lengths, strict=True)
        ):
            return name
    return ""


def stored_sizes(matrix: np.ndarray) -> np.ndarray:
    """Returns rows and columns of each sequence without padding, (sequences, 2).

    Padding is NaN in every head. A matrix that is NaN as a whole has size 0.

    Args:
        matrix: Float array (sequences, rows, columns) or (sequences, heads, rows, columns).
    """
    present = ~np.isnan(matrix)
    if matrix.ndim == 4:
        present = present.any(axis=1)
    rows, columns = present.any(axis=2), present.any(axis=1)
    return np.stack([_last_true(rows), _last_true(columns)], axis=1)


def _last_true(flags: np.ndarray) -> np.ndarray:
    """Returns the number of entries up to the last true one, (sequences,)."""
    if not flags.shape[1]:
        return np.zeros(len(flags), np.int64)
    after_last = np.argmax(flags[:, ::-1], axis=1)
    return np.where(flags.any(axis=1), flags.shape[1] - after_last, 0)
