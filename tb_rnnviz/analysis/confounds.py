"""What is left of an activity when the obvious is taken out."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tb_rnnviz.analysis._validation import as_activity, as_lengths

_BLOCK = 2**18  # values in double precision at a time


def remove_confounds(
    activity: ArrayLike, confounds: ArrayLike, lengths: Sequence[int] | None = None
) -> NDArray[np.floating]:
    """Regresses confounds out of the activity of every unit and gives the residuals.

    A unit that goes with a feature may only go with what the feature goes with: how frequent a
    token is, where it stands, how surprising it is. Residuals of ordinary least squares on such
    columns and a constant are uncorrelated with all of them; `relevance` of the residuals is
    what the confounds do not explain linearly. Add columns for other shapes: their logarithms,
    squares, or one column of zeros and ones a category.

    Where a text has several sequences, each has a constant of its own.

    Args:
        activity: array (steps, units), one quantity of one layer.
        confounds: numbers (steps,) or (steps, columns), such as token frequency, position and
            n-gram surprise. Columns may repeat each other, or be constant.
        lengths: tokens of each sequence where several stand one after the other; one sequence
            by default. They add up to `steps`.

    Returns:
        Residuals (steps, units), in the precision of the activity, single at least. They are NaN
        where the activity or a confound is not finite; the others are fitted without those.

    Raises:
        ValueError: if the shapes do not fit, or the values are no numbers.

    Example:
        >>> import numpy as np
        >>> position = np.arange(6.0)
        >>> activity = np.stack([2 * position + 1, [0, 1, 0, 1, 0, 1]], axis=1)
        >>> remove_confounds(activity, position).round(2).tolist()[:2]
        [[0.0, -0.29], [0.0, 0.63]]
    """
    values = as_activity(activity)
    steps, units = values.shape
    columns = _as_columns(confounds, steps)
    sequences = as_lengths(lengths, steps)
    sequence = np.repeat(np.arange(sequences.size), sequences)
    kind = np.result_type(values.dtype, np.float32)
    left = np.full(values.shape, np.nan, dtype=kind)
    known = np.isfinite(columns).all(axis=1)
    whole = _Fit(columns[known], sequence[known])
    size = max(1, _BLOCK // max(steps, 1))
    for start in range(0, units, size):
        block = values[:, start : start + size][known].astype(np.float64)
        finite = np.isfinite(block)
        gaps = ~finite.all(axis=0)
        fitted = np.full(block.shape, np.nan)
        fitted[:, ~gaps] = whole.residuals(block[:, ~gaps])
        for unit in np.flatnonzero(gaps):
            there = finite[:, unit]
            own = _Fit(columns[known][there], sequence[known][there])
            fitted[there, unit] = own.residuals(block[there, unit, None])[:, 0]
        left[known, start : start + size] = fitted
    return left


class _Fit:
    """Projects on what columns and a constant for each sequence do not explain."""

    def __init__(self, columns: NDArray[np.float64], sequence: NDArray[np.intp]) -> None:
        _, self._first, self._sequence, number = np.unique(
            sequence, return_index=True, return_inverse=True, return_counts=True
        )
        self._number = number[:, None]
        centred = self._centred(columns)
        length = np.sqrt((centred**2).sum(axis=0))
        moves = length > 1e-12 * np.sqrt((columns**2).sum(axis=0))
        scaled = centred[:, moves] / length[moves]
        left, weight, _ = np.linalg.svd(scaled, full_matrices=False)
        self._basis = left[:, weight > 1e-10 * weight.max(initial=0)]

    def residuals(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        values = self._centred(values)
        return values - self._basis @ (self._basis.T @ values)

    def _centred(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        total = np.add.reduceat(values, self._first, axis=0) if len(values) else values
        return values - (total / self._number)[self._sequence]


def _as_columns(confounds: ArrayLike, steps: int) -> NDArray[np.float64]:
    columns = np.asarray(confounds)
    if columns.ndim == 1:
        columns = columns[:, None]
    if columns.ndim != 2 or len(columns) != steps:
        raise ValueError(
            "`confounds` must have one row per step of the activity, shape "
            f"({steps},) or ({steps}, columns). Received: shape {np.shape(confounds)}."
        )
    if columns.dtype.kind not in "fiub":
        raise ValueError(
            f"`confounds` must hold real numbers. Received: dtype {columns.dtype}. "
            "Turn categories into columns of zeros and ones."
        )
    return columns.astype(np.float64)
