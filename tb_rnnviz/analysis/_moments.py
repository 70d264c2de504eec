"""Mean and spread of chosen rows of an activity, block by block in double precision."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

_BLOCK = 2**18  # values held in double precision at a time: 2 MiB stay in a core's cache


class Moments(NamedTuple):
    """What the rows of a group hold, each (units,).

    Args:
        count: number of finite values.
        mean: their mean, counted from the origin; NaN where there is none.
        squares: sum of their squared deviations from the mean.
    """

    count: NDArray[np.int64]
    mean: NDArray[np.float64]
    squares: NDArray[np.float64]


def row_blocks(rows: int, units: int) -> Iterator[slice]:
    """Cuts a number of rows into blocks that are small in double precision."""
    size = max(1, _BLOCK // max(units, 1))
    for start in range(0, rows, size):
        yield slice(start, start + size)


def moments(activity: NDArray, rows: NDArray[np.intp], origin: NDArray[np.float64]) -> Moments:
    """Gives count, mean and squared deviations of some rows, unit by unit.

    Values that are not finite are left out. Blocks are merged by the update of Chan, Golub and
    LeVeque (1983, The American Statistician 37, equations 2.1), which does not cancel.

    Args:
        activity: array (steps, units).
        rows: indices of the steps that belong to the group.
        origin: finite values (units,) that means are counted from. A unit that always has the
            value of the origin has exactly 0 as mean and as deviations.

    Returns:
        The `Moments` of the group.
    """
    units = activity.shape[1]
    count = np.zeros(units, dtype=np.int64)
    mean = np.zeros(units)
    squares = np.zeros(units)
    for block in row_blocks(rows.size, units):
        fresh = _block_moments(activity[rows[block]] - origin)
        both = count + fresh.count
        share = fresh.count / np.maximum(both, 1)
        delta = fresh.mean - mean
        mean += delta * share
        squares += fresh.squares + delta**2 * count * share
        count = both
    mean[count == 0] = np.nan
    return Moments(count, mean, squares)


def _block_moments(values: NDArray[np.float64]) -> Moments:
    with np.errstate(over="ignore", invalid="ignore"):
        total = values.sum(axis=0)
    if np.isfinite(total).all():
        count = np.full(values.shape[1], values.shape[0])
        values -= total / values.shape[0]
        return Moments(count, total / values.shape[0], np.einsum("tu,tu->u", values, values))
    finite = np.isfinite(values)
    count = finite.sum(axis=0)
    mean = values.sum(axis=0, where=finite) / np.maximum(count, 1)
    deviation = np.where(finite, values, mean) - mean
    return Moments(count, mean, np.einsum("tu,tu->u", deviation, deviation))
