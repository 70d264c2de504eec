"""Ranks of many rows at once, tied values sharing the mean of their ranks."""

import numpy as np
from numpy.typing import NDArray


def mid_ranks(
    values: NDArray[np.float64], finite: NDArray[np.bool_] | None = None
) -> NDArray[np.float64]:
    """Ranks the values of every row among themselves, from 0.

    Args:
        values: array (rows, columns).
        finite: booleans of the same shape, which values count; None stands for all of them.

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
    repeated = ordered[:, 1:] == ordered[:, :-1]
    tied = repeated.any(axis=1)
    if tied.any():
        ranks[order[tied]] = _shared(repeated[tied])
    ranks = ranks.reshape(rows, columns)
    if finite is not None:
        ranks[~finite] = 0
    return ranks


def _shared(repeated: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Gives the ranks of ordered rows, where it is known which values repeat the one before."""
    rows, others = repeated.shape
    fresh = np.ones((rows, others + 1), dtype=bool)
    np.logical_not(repeated, out=fresh[:, 1:])
    first = np.flatnonzero(fresh)
    size = np.diff(first, append=fresh.size)
    return np.repeat(first % (others + 1) + (size - 1) / 2, size).reshape(fresh.shape)
