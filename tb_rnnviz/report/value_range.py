"""Range of the values of a quantity, read some units at a time."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from tb_rnnviz.analysis._validation import OutOfCoreActivity
from tb_rnnviz.core.numbers import round_significant

OUTSIDE = 0.005
"""Share of the values of a unit beyond each end of its robust range."""

SAMPLED_TOKENS = 1 << 14
"""Tokens at most from which the robust range of a unit is estimated."""

LIMIT = 0.999
"""Quantile of the absolute values that is the colour limit."""

VALUES_AT_ONCE = 1 << 20
"""Values of an activity that are in memory at once."""

SAMPLED_VALUES = 1 << 20
"""Values at most from which the colour limit is estimated."""

_SAMPLE_STRIDE = 7  # no divisor of usual numbers of units


def unit_slices(activity: np.ndarray | OutOfCoreActivity) -> Iterator[slice]:
    """Yields slices of units that cut an activity (tokens, units) to fit memory."""
    tokens, units = activity.shape
    width = max(1, VALUES_AT_ONCE // max(1, tokens))
    return (slice(first, min(first + width, units)) for first in range(0, units, width))


def value_range(activity: np.ndarray) -> dict[str, Any]:
    """Extremes and 0.999 quantile of the values, number of those not finite.

    Args:
        activity: Activity (tokens, units).

    Returns:
        An entry of `ranges` in a digest, with the keys `low`, `high`, `limit` and `missing`.
    """
    low, high, missing, sample = np.inf, -np.inf, 0, []
    stride = max(1, math.prod(activity.shape) // SAMPLED_VALUES)
    for units in unit_slices(activity):
        values = activity[:, units].ravel()
        finite = values[np.isfinite(values)]
        missing += values.size - finite.size
        if finite.size:
            low, high = min(low, finite.min()), max(high, finite.max())
            sample.append(np.abs(finite[::stride]))
    if not sample:
        return {"low": None, "high": None, "limit": None, "missing": missing}
    limit = _high_quantile(np.concatenate(sample), LIMIT)
    numbers = {"low": low, "high": high, "limit": limit}
    return {name: round_significant(value) for name, value in numbers.items()} | {
        "missing": missing
    }


def unit_ranges(activity: np.ndarray) -> np.ndarray:
    """Robust range of every unit: its 0.005 and 0.995 quantiles.

    A unit that rests at one value at all but a few tokens has its extremes instead. Values that
    are not finite are left out.

    Args:
        activity: Activity (tokens, units).

    Returns:
        Lowest and highest value, float32 (2, units), NaN for a unit without finite values.

    Example:
        >>> unit_ranges(np.stack([np.linspace(-1, 1, 201), np.arange(201) == 7], axis=1)).T
        array([[-0.99,  0.99],
               [ 0.  ,  1.  ]], dtype=float32)
    """
    tokens, units = activity.shape
    ranges = np.full((2, units), np.nan, np.float32)
    if not tokens:
        return ranges
    stride = -(-tokens // SAMPLED_TOKENS)
    for block in unit_slices(activity):
        values = activity[:, block]
        is_finite = np.isfinite(values)
        if is_finite.all():
            ordered = np.sort(np.ascontiguousarray(values[::stride].T), axis=1)
            ranges[:, block] = [_quantile(ordered, share) for share in (OUTSIDE, 1 - OUTSIDE)]
            rests = ranges[0, block] == ranges[1, block]
            ranges[0, block][rests] = values[:, rests].min(axis=0)
            ranges[1, block][rests] = values[:, rests].max(axis=0)
        else:
            for unit, column, finite in zip(
                range(units)[block], values.T, is_finite.T, strict=True
            ):
                if finite.any():
                    ranges[:, unit] = unit_ranges(column[finite][:, None])[:, 0]
    return ranges


def _quantile(ordered: np.ndarray, share: float) -> np.ndarray:
    """Linear quantile of rows in ascending order, (rows,)."""
    position = share * (ordered.shape[1] - 1)
    below = int(position)
    low, high = ordered[:, below], ordered[:, min(below + 1, ordered.shape[1] - 1)]
    return low + (position - below) * (high.astype(np.float64) - low)


def _high_quantile(values: np.ndarray, share: float) -> float:
    """Linear quantile of values near their highest, which alone are put in order."""
    position = share * (values.size - 1)
    count = values.size - int(position)
    sample = values[::_SAMPLE_STRIDE]
    # About twice as many values as are needed exceed this bound.
    rank = min(2 * count // _SAMPLE_STRIDE + 1, sample.size)
    bound = np.partition(sample, -rank)[-rank]
    highest = values[values >= bound]
    if highest.size < count:
        highest = values
    ordered = np.sort(highest)[-count:].astype(np.float64)
    return float(
        ordered[0] + (position - int(position)) * (ordered[min(1, count - 1)] - ordered[0])
    )
