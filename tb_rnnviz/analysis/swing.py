"""Swing: how much a unit moves, as opposed to where it is."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tb_rnnviz.analysis._validation import as_activity, as_lengths

SWING_TOKENS = 8
"""Tokens whose changes a swing averages."""


def swing(
    activity: ArrayLike, *, lengths: Sequence[int] | None = None, tokens: int = SWING_TOKENS
) -> NDArray[np.float64]:
    """Computes the mean absolute change of every unit over the last tokens.

    A unit may tell a regime or an anomaly of a signal by how much it moves while its mean stays the
    same. At the t-th token of a sequence the swing is the mean of |a[s] - a[s-1]| over the last
    `tokens` steps s up to t, or over as many as there are; at the first token, which has no change,
    it is that of the second.

    Args:
        activity: array (steps, units), one quantity of one layer.
        lengths: tokens of each sequence, if several are concatenated; one sequence by default.
        tokens: number of changes that are averaged, at least 1; 8 by default.

    Returns:
        The swing (steps, units), in units of the activity. Changes that are not finite are left
        out; NaN where none is finite, and in sequences of one token.

    Raises:
        ValueError: if the shapes do not fit, or `tokens` is not an integer of at least 1.

    Example:
        >>> swing([[0.0], [1.0], [0.0], [0.0], [0.0]], tokens=2)[:, 0].tolist()
        [1.0, 1.0, 1.0, 0.5, 0.0]
    """
    values = as_activity(activity)
    steps = values.shape[0]
    sequences = as_lengths(lengths, steps)
    if isinstance(tokens, bool) or not isinstance(tokens, int | np.integer) or tokens < 1:
        raise ValueError(f"`tokens` must be an integer of at least 1. Received: {tokens!r}.")
    result = np.full(values.shape, np.nan)
    end = 0
    for length in sequences.tolist():
        start, end = end, end + length
        if length < 2:
            continue
        with np.errstate(invalid="ignore"):
            change = np.abs(np.diff(np.asarray(values[start:end], np.float64), axis=0))
        result[start + 1 : end] = _trailing_mean(change, int(tokens))
        result[start] = result[start + 1]
    return result


def _trailing_mean(change: NDArray[np.float64], tokens: int) -> NDArray[np.float64]:
    """Returns the mean over the last rows, as many as there are, (rows, units)."""
    finite = np.isfinite(change)
    if finite.all():
        count = np.minimum(np.arange(1, len(change) + 1), tokens)[:, None]
        return _trailing_sum(change, tokens) / count
    counts = _trailing_sum(finite.astype(np.float64), tokens)
    sums = _trailing_sum(np.where(finite, change, 0), tokens)
    return np.divide(sums, counts, out=np.full(change.shape, np.nan), where=counts > 0.5)


def _trailing_sum(rows: NDArray[np.float64], tokens: int) -> NDArray[np.float64]:
    """Returns the sums over the last rows, (rows, units)."""
    total = rows.copy()
    for lag in range(1, min(tokens, len(rows))):
        total[lag:] += rows[:-lag]
    return total
