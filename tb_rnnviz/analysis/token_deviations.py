"""Deviations of activity from its mean over equal tokens."""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

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
    number = int(tokens.max(initial=-1)) + 1
    occurrences = sparse.csr_array(
        (np.ones(tokens.size), tokens, np.arange(tokens.size + 1)), shape=(tokens.size, number)
    )
    if finite is None:
        present = values - values.mean(axis=1, keepdims=True) if tokens.size else values
        count = np.bincount(tokens, minlength=number)
    else:
        present = np.where(finite, values, 0)
        present -= present.sum(axis=1, keepdims=True) / np.maximum(
            finite.sum(axis=1, keepdims=True), 1
        )
        present[~finite] = 0
        count = finite.astype(np.float64) @ occurrences
    means = (present @ occurrences) / np.maximum(count, 1)
    deviations = present - means[:, tokens]
    if finite is not None:
        deviations[~finite] = 0
    squares = np.einsum("ut,ut->u", deviations, deviations)
    overall = np.einsum("ut,ut->u", present, present)
    deviations[squares <= _ROUNDING * overall] = 0
    return deviations
