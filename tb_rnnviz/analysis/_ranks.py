"""Mid-ranks of the rows of an array: tied values share the mean of their ranks."""

import numpy as np
from numpy.typing import NDArray


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
    rows, columns = values.shape
    if not values.size:
        return np.zeros(values.shape)
    order = np.argsort(values, axis=1)
    order += np.arange(0, values.size, columns)[:, None]
    ordered = values.ravel()[order]
    ranks = np.empty(values.size)
    ranks[order] = np.arange(columns, dtype=np.float64)
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
        ranks[order.ravel()[index]] = np.repeat(position + (size - 1) / 2, size)
    table = ranks.reshape(rows, columns)
    if finite is not None:
        table[~finite] = 0
    return table
