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
    position = np.arange(steps) - np.repeat(np.cumsum(sequences) - sequences, sequences)
    change = np.zeros(values.shape)
    with np.errstate(invalid="ignore"):
        change[1:] = np.abs(np.diff(np.asarray(values, np.float64), axis=0))
    change[position == 0] = 0
    result = _trailing_mean(change, position, int(tokens))
    first = np.flatnonzero(position == 0)
    has_second = np.isin(first + 1, np.flatnonzero(position == 1))
    result[first[has_second]] = result[first[has_second] + 1]
    result[first[~has_second]] = np.nan
    return result


def _trailing_mean(
    change: NDArray[np.float64], position: NDArray[np.intp], tokens: int
) -> NDArray[np.float64]:
    """Returns the mean over the last changes of a sequence, as many as there are.

    Args:
        change: changes (steps, units), 0 at the first token of a sequence, which has none.
        position: position of every token in its sequence, from 0, (steps,).
        tokens: number of changes.
    """
    finite = np.isfinite(change)
    if finite.all():
        counts = np.clip(position, 1, tokens)[:, None].astype(np.float64)
        return _trailing_sum(change, position, tokens) / counts
    present = finite & (position > 0)[:, None]
    counts = _trailing_sum(present.astype(np.float64), position, tokens)
    sums = _trailing_sum(np.where(finite, change, 0), position, tokens)
    return np.divide(sums, counts, out=np.full(change.shape, np.nan), where=counts > 0.5)


def _trailing_sum(
    rows: NDArray[np.float64], position: NDArray[np.intp], tokens: int
) -> NDArray[np.float64]:
    """Returns the sums over the last rows of a sequence, (rows, units).

    The row at the first token of a sequence is 0.
    """
    total = rows.copy()
    longest = int(position.max(initial=0))
    for lag in range(1, min(tokens, longest)):
        is_inside = position[lag:] >= lag
        if is_inside.all():
            total[lag:] += rows[:-lag]
        else:
            np.add(total[lag:], rows[:-lag], out=total[lag:], where=is_inside[:, None])
    return total
