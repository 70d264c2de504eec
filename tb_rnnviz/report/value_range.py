"""Range of the values of a quantity, read some units at a time."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from tb_rnnviz.core.numbers import round_significant

VALUES_AT_ONCE = 1 << 20
"""Values of an activity that are in memory at once."""

SAMPLED_VALUES = 1 << 20
"""Values at most from which the colour limit is estimated."""


def unit_slices(activity: np.ndarray) -> Iterator[slice]:
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
    limit = np.quantile(np.concatenate(sample), 0.999)
    numbers = {"low": low, "high": high, "limit": limit}
    return {name: round_significant(value) for name, value in numbers.items()} | {
        "missing": missing
    }
