"""Mid-ranks of the rows of an array: tied values share the mean of their ranks."""

import numpy as np
from numpy.typing import NDArray

from tb_rnnviz.analysis._unit_blocks import row_parts

_ALL_BUT_SIGN = np.int64(2**63 - 1)


def mid_ranks(
    values: NDArray[np.float64], finite: NDArray[np.bool_] | None = None
) -> NDArray[np.float64]:
    """Ranks the values of every row among themselves, from 0.

    Args:
        values: array (rows, columns).
        finite: booleans of the same shape, True where a value counts; None if all do.

    Returns:
        Ranks (rows, columns), 0 where a value does not count.
    """
    if finite is not None:
        values = np.where(finite, values, np.inf)
    values = np.ascontiguousarray(values, np.float64)
    ranks = np.empty(values.shape)
    for rows in row_parts(values):
        _write_ranks(values[rows], ranks[rows])
    if finite is not None:
        ranks[~finite] = 0
    return ranks


def _write_ranks(values: NDArray[np.float64], ranks: NDArray[np.float64]) -> None:
    """Writes the ranks of the values of every row, both contiguous (rows, columns)."""
    rows, columns = values.shape
    order = _order(values)
    ordered = np.take_along_axis(values, order, axis=1)
    unordered = (ordered[:, 1:] < ordered[:, :-1]).any(axis=1)
    if unordered.any():
        order[unordered] = values[unordered].argsort(axis=1)
        ordered[unordered] = np.take_along_axis(values[unordered], order[unordered], axis=1)
    order += np.arange(0, values.size, columns)[:, None]
    flat = ranks.reshape(-1)
    flat[order] = np.arange(columns, dtype=np.float64)
    repeats = np.zeros((rows, columns + 1), bool)
    np.equal(ordered[:, 1:], ordered[:, :-1], out=repeats[:, 1:-1])
    # In every row False stands before and after each run of ties.
    bounds = np.flatnonzero(repeats.ravel()[1:] != repeats.ravel()[:-1])
    if bounds.size:
        first, last = bounds[::2], bounds[1::2]
        row, position = np.divmod(first, columns + 1)
        size = last - first + 1
        member = np.arange(size.sum()) - np.repeat(np.cumsum(size) - size, size)
        index = np.repeat(row * columns + position, size) + member
        flat[order.ravel()[index]] = np.repeat(position + (size - 1) / 2, size)


def _order(values: NDArray[np.float64]) -> NDArray[np.int64]:
    """Returns the indices of every row in ascending order of its values, nearly.

    The bits of a value are sorted as an integer whose last bits are its index, since a sort takes
    much less time than an argsort. Values that differ in these bits alone are in the order of
    their indices, which no two values of single precision do.
    """
    columns = values.shape[1]
    bits = columns.bit_length()
    pattern = values.view(np.int64)
    keys = pattern >> 63
    keys &= _ALL_BUT_SIGN
    keys ^= pattern  # in the order of the values, those below 0 included
    keys >>= bits
    keys <<= bits
    keys |= np.arange(columns)
    keys.sort(axis=1)
    keys &= (1 << bits) - 1
    return keys
