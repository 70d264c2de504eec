"""Sequences of equal length, which one operation handles together."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

BLOCK_VALUES = 1 << 20
"""Values of a series that are handled together."""


class EqualSequences(NamedTuple):
    """Sequences of one length.

    Args:
        length: their number of tokens, at least 1.
        starts: first token of each, (sequences,), ascending.
        indices: index of each among all sequences, (sequences,).
    """

    length: int
    starts: NDArray[np.intp]
    indices: NDArray[np.intp]

    def of(self, series: NDArray) -> NDArray:
        """Returns their values, (rows, sequences, length), of a series (rows, steps).

        A view where they stand side by side, otherwise a copy.
        """
        first, number = int(self.starts[0]), len(self.starts)
        if (np.diff(self.starts) == self.length).all():
            part = series[:, first : first + number * self.length]
            return part.reshape(len(series), number, self.length)
        return series[:, self.starts[:, None] + np.arange(self.length)]

    def put(self, series: NDArray, values: NDArray) -> None:
        """Writes values (rows, sequences, length) back into a series (rows, steps)."""
        if not np.may_share_memory(series, values):
            series[:, self.starts[:, None] + np.arange(self.length)] = values

    def parts(self, rows: int) -> Iterator["EqualSequences"]:
        """Yields parts of at most `BLOCK_VALUES` values in some rows."""
        number = max(1, BLOCK_VALUES // max(rows * self.length, 1))
        for first in range(0, len(self.starts), number):
            part = slice(first, first + number)
            yield EqualSequences(self.length, self.starts[part], self.indices[part])


def equal_sequences(lengths: NDArray[np.intp]) -> list[EqualSequences]:
    """Groups the sequences that have a token by their length.

    Example:
        >>> groups = equal_sequences(np.array([2, 3, 0, 2]))
        >>> [(group.length, group.starts.tolist(), group.indices.tolist()) for group in groups]
        [(2, [0, 5], [0, 3]), (3, [2], [1])]
    """
    starts = np.cumsum(lengths) - lengths
    groups = []
    for length in np.unique(lengths[lengths > 0]).tolist():
        indices = np.flatnonzero(lengths == length)
        groups.append(EqualSequences(length, starts[indices], indices))
    return groups
