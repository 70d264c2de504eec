"""Regression of confounds out of an activity, for partial effects."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tb_rnnviz.analysis._validation import as_activity, as_lengths

_BLOCK_VALUES = 2**18  # values in double precision at a time


def remove_confounds(
    activity: ArrayLike, confounds: ArrayLike, lengths: Sequence[int] | None = None
) -> NDArray[np.floating]:
    """Regresses confounds out of the activity of every unit and returns the residuals.

    The association of a unit with a feature may be due to confounds: the frequency of a token, its
    position or its surprisal. Residuals of ordinary least squares on such columns and a constant
    are uncorrelated with all of them; the effect size of the residuals, from `relevance`, is the
    partial effect, which the confounds do not explain linearly. Add columns for nonlinear effects:
    logarithms, squares, or one column of zeros and ones per category.

    Several sequences have a constant each.

    Args:
        activity: array (steps, units), one quantity of one layer.
        confounds: numbers (steps,) or (steps, columns), such as token frequency, position and
            n-gram surprisal. Columns may be collinear or constant.
        lengths: tokens of each sequence, if several are concatenated; one sequence by default.
            They sum to `steps`.

    Returns:
        Residuals (steps, units), in the precision of the activity, at least single. They are NaN
        where the activity or a confound is not finite; the others are fitted without those.

    Raises:
        ValueError: if the shapes do not fit, or the values are not numbers.

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
    precision = np.result_type(values.dtype, np.float32)
    residuals = np.full(values.shape, np.nan, dtype=precision)
    complete = np.isfinite(columns).all(axis=1)
    regression = _Regression(columns[complete], sequence[complete])
    size = max(1, _BLOCK_VALUES // max(steps, 1))
    for start in range(0, units, size):
        block = values[:, start : start + size][complete].astype(np.float64)
        finite = np.isfinite(block)
        has_gaps = ~finite.all(axis=0)
        fitted = np.full(block.shape, np.nan)
        fitted[:, ~has_gaps] = regression.residuals(block[:, ~has_gaps])
        for unit in np.flatnonzero(has_gaps):
            rows = finite[:, unit]
            of_unit = _Regression(columns[complete][rows], sequence[complete][rows])
            fitted[rows, unit] = of_unit.residuals(block[rows, unit, None])[:, 0]
        residuals[complete, start : start + size] = fitted
    return residuals


class _Regression:
    """Ordinary least squares on columns and a constant for each sequence.

    Args:
        columns: the regressors, (steps, columns).
        sequence: index of the sequence of each step, (steps,).
    """

    def __init__(self, columns: NDArray[np.float64], sequence: NDArray[np.intp]) -> None:
        _, self._first, self._sequence, number = np.unique(
            sequence, return_index=True, return_inverse=True, return_counts=True
        )
        self._number = number[:, None]
        centred = self._centred(columns)
        norm = np.sqrt((centred**2).sum(axis=0))
        varies = norm > 1e-12 * np.sqrt((columns**2).sum(axis=0))
        scaled = centred[:, varies] / norm[varies]
        directions, weight, _ = np.linalg.svd(scaled, full_matrices=False)
        self._basis = directions[:, weight > 1e-10 * weight.max(initial=0)]

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
