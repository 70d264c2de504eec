"""Numbers of a quantity, read a piece at a time, and as people read them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

PIECE = 1 << 20
"""Values of an activity that are read at once."""

RANGE_SAMPLE = 1 << 20
"""Values that the colour limit is estimated from at most."""


def pieces(activity: np.ndarray) -> Iterator[slice]:
    """Some units of an activity (tokens, units) at a time."""
    tokens, units = activity.shape
    width = max(1, PIECE // max(1, tokens))
    return (slice(first, min(first + width, units)) for first in range(0, units, width))


def value_range(activity: np.ndarray) -> dict[str, Any]:
    """Extremes, the 0.999 quantile of the magnitude, and how many values are not finite."""
    low, high, missing, sample = np.inf, -np.inf, 0, []
    stride = max(1, math.prod(activity.shape) // RANGE_SAMPLE)
    for units in pieces(activity):
        piece = activity[:, units].ravel()
        finite = piece[np.isfinite(piece)]
        missing += piece.size - finite.size
        if finite.size:
            low, high = min(low, finite.min()), max(high, finite.max())
            sample.append(np.abs(finite[::stride]))
    if not sample:
        return {"low": None, "high": None, "limit": None, "missing": missing}
    limit = np.quantile(np.concatenate(sample), 0.999)
    return {"low": brief(low), "high": brief(high), "limit": brief(limit), "missing": missing}


def brief(value: Any, digits: int = 6) -> float:
    """Six significant digits, unless said otherwise: the log is read by people, too."""
    return float(f"{float(value):.{digits}g}")
