"""States of a signal: steps at which all channels have similar values."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

STATES = 64
"""Number of states at most, about; it is as large as an alphabet."""

MOST_DIRECTIONS = 6
"""Directions that are divided into bins at most."""


def signal_states(channels: Mapping[str, ArrayLike], steps: int) -> NDArray[np.intp]:
    """Divides the steps of a signal into states of similar values.

    Every channel is divided into bins of equally many steps, and a state is one bin of each. They
    stand where the tokens of a text stand: an effect among steps of one state is none of the values
    that were just read. More channels than `MOST_DIRECTIONS` are projected on their principal
    components. A missing value is a bin of its own.

    Args:
        channels: Values (steps,) by name, NaN where missing.
        steps: Number of steps.

    Returns:
        Index of the state of every step, integers (steps,).

    Example:
        >>> signal_states({"speed": [0.0, 0.1, 9.0, np.nan]}, 4).tolist()
        [1, 2, 3, 0]
    """
    if not channels or not steps:
        return np.zeros(steps, np.intp)
    values = np.stack([np.asarray(values, np.float64) for values in channels.values()], axis=1)
    if values.shape[1] > MOST_DIRECTIONS:
        values = _principal_components(values)
    bins = max(2, int(STATES ** (1 / values.shape[1])))
    states = np.zeros(steps, np.int64)
    for column in values.T:
        states = states * (bins + 1) + _bins(column, bins)
    return np.unique(states, return_inverse=True)[1].astype(np.intp)


def _bins(column: NDArray, bins: int) -> NDArray[np.int64]:
    """Index of the bin of every value, from 1; 0 for values that are missing."""
    is_known = np.isfinite(column)
    indices = np.zeros(len(column), np.int64)
    if is_known.any():
        edges = np.unique(np.quantile(column[is_known], np.arange(1, bins) / bins))
        indices[is_known] = 1 + np.searchsorted(edges, column[is_known], side="right")
    return indices


def _principal_components(values: NDArray) -> NDArray:
    """The first principal components of standardised channels."""
    is_missing = ~np.isfinite(values)
    filled = np.where(is_missing, np.nan, values)
    mean = np.nan_to_num(np.nanmean(filled, axis=0)) if not is_missing.all() else 0.0
    filled = np.where(is_missing, 0.0, values - mean)
    scale = filled.std(axis=0)
    filled /= np.where(scale > 0, scale, 1)
    _, _, directions = np.linalg.svd(filled, full_matrices=False)
    projected = filled @ directions[:MOST_DIRECTIONS].T
    projected[is_missing.any(axis=1)] = np.nan
    return projected
