"""Deviations of activity from its mean over equal tokens."""

import numpy as np
from numpy.typing import NDArray

from tb_rnnviz.analysis._unit_blocks import row_parts

_ROUNDING = 1e-20  # share of the sum of squares below which a deviation is rounding


def token_deviations(
    values: NDArray[np.float64],
    tokens: NDArray[np.intp],
    finite: NDArray[np.bool_] | None = None,
) -> NDArray[np.float64]:
    """Returns values less their mean over the occurrences of the same token.

    Args:
        values: Rows such as units, (rows, steps).
        tokens: Index of the token at every step, integers (steps,).
        finite: Boolean (rows, steps), false at values that are missing. Defaults to none missing.

    Returns:
        The deviations (rows, steps). They are 0 where a value is missing, and in rows where they
        are no more than rounding.

    Example:
        >>> token_deviations(np.array([[1.0, 5.0, 3.0]]), np.array([0, 1, 0]))
        array([[-1.,  0.,  1.]])
    """
    values = np.asarray(values, np.float64)
    deviations = np.empty(values.shape)
    number = int(tokens.max(initial=-1)) + 1
    occurrences = np.maximum(np.bincount(tokens, minlength=number), 1)
    for rows in row_parts(values):
        rest = deviations[rows]
        present = None if finite is None or finite[rows].all() else finite[rows]
        if present is None:
            np.subtract(values[rows], values[rows].mean(axis=1, keepdims=True), out=rest)
        else:
            rest[:] = np.where(present, values[rows], 0)
            size = np.count_nonzero(present, axis=1)[:, None]
            rest -= rest.sum(axis=1, keepdims=True) / np.maximum(size, 1)
            rest[~present] = 0
        overall = np.einsum("ut,ut->u", rest, rest)
        # One count over all rows, with tokens of their own in each.
        cells = tokens + number * np.arange(len(rest))[:, None]
        sums = np.bincount(cells.ravel(), rest.ravel(), number * len(rest))
        count = (
            np.tile(occurrences, len(rest))
            if present is None
            else np.maximum(np.bincount(cells.ravel(), present.ravel(), number * len(rest)), 1)
        )
        rest -= (sums / count).take(cells)
        if present is not None:
            rest[~present] = 0
        squares = np.einsum("ut,ut->u", rest, rest)
        rest[squares <= _ROUNDING * overall] = 0
    return deviations
