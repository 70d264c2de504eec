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
    repeats_previous = ordered[:, 1:] == ordered[:, :-1]
    has_ties = repeats_previous.any(axis=1)
    if has_ties.any():
        ranks[order[has_ties]] = _tied_ranks(repeats_previous[has_ties])
    table = ranks.reshape(rows, columns)
    if finite is not None:
        table[~finite] = 0
    return table


def _tied_ranks(repeats_previous: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Returns the mid-ranks of sorted rows.

    Args:
        repeats_previous: booleans (rows, columns - 1), True where a value equals the one before.
    """
    rows, others = repeats_previous.shape
    starts_group = np.ones((rows, others + 1), dtype=bool)
    np.logical_not(repeats_previous, out=starts_group[:, 1:])
    first = np.flatnonzero(starts_group)
    size = np.diff(first, append=starts_group.size)
    return np.repeat(first % (others + 1) + (size - 1) / 2, size).reshape(starts_group.shape)
