"""Context length of units: the range of text that changes their states."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tb_rnnviz.analysis._validation import as_activity

TOLERANCE = float(np.exp(-1))
"""Largest error of a state that counts as none, in standard deviations."""


def context_length(
    full: ArrayLike,
    truncated: Sequence[ArrayLike] | Callable[[int], ArrayLike],
    contexts: Sequence[int],
    *,
    tolerance: float = TOLERANCE,
) -> NDArray[np.float64]:
    """Finds the shortest context beyond which more text leaves a state unchanged.

    The error of a context of k tokens is the root mean square, over tokens, of the difference
    between the state after the last k tokens alone and the state after the whole text, divided by
    the standard deviation of the latter. The context length is the smallest context from which on
    the error is at most `tolerance`. At 1/e, the default, a leaky unit c[t] = f c[t-1] + u[t] has
    the length -1 / ln(f), as in `time_constant`, up to the grid of contexts. Khandelwal, He, Qi
    and Jurafsky (2018, arXiv:1805.04623) truncate contexts in the same way to measure the loss.

    Args:
        full: states (tokens, units) at some tokens, after the whole text before them.
        truncated: for each context the states (tokens, units) at the same tokens after only the
            last k tokens, the token itself included; or a function that returns them for k.
        contexts: the numbers k of tokens, ascending.
        tolerance: largest error that counts as none, in standard deviations; 1/e by default.

    Returns:
        Tokens (units,): infinity if even the longest context is too short, NaN for a unit that is
        constant or not finite.

    Raises:
        ValueError: if an argument does not fit.

    Example:
        >>> full = [[1.0], [-1.0], [1.0], [-1.0]]
        >>> context_length(full, lambda k: np.array(full) * (1 - 0.5**k), [1, 2, 3, 4]).tolist()
        [2.0]
    """
    states = as_activity(full, "full").astype(np.float64)
    grid = np.asarray(contexts)
    if grid.ndim != 1 or not grid.size or grid[0] < 1 or (np.diff(grid) <= 0).any():
        raise ValueError(
            "`contexts` must list ascending numbers of tokens of at least 1. "
            f"Received: {contexts!r}."
        )
    if not tolerance > 0:
        raise ValueError(f"`tolerance` must be positive. Received: tolerance={tolerance}.")
    if not callable(truncated) and len(truncated) != grid.size:
        raise ValueError(
            f"`truncated` must hold the states after each of the {grid.size} contexts. "
            f"Received: {len(truncated)}."
        )
    with np.errstate(invalid="ignore"):
        spread = states.std(axis=0)
        spread[spread <= 1e-7 * np.abs(states).max(axis=0, initial=0.0)] = np.nan
    errors = np.empty((grid.size, states.shape[1]))
    for i, k in enumerate(grid.tolist()):
        short = as_activity(truncated(k) if callable(truncated) else truncated[i], "truncated")
        if short.shape != states.shape:
            raise ValueError(
                f"States after a context of {k} tokens must have the shape of `full`, "
                f"{states.shape}. Received: shape {short.shape}."
            )
        errors[i] = np.sqrt(np.mean((short - states) ** 2, axis=0)) / spread
    return _first_sufficient(errors, grid, tolerance)


def _first_sufficient(
    errors: NDArray[np.float64], contexts: NDArray, tolerance: float
) -> NDArray[np.float64]:
    """Returns the context after the last one whose error exceeds the tolerance."""
    with np.errstate(invalid="ignore"):
        too_short = ~(errors <= tolerance)
    index = len(contexts) - np.argmax(too_short[::-1], axis=0)  # one after the last too short
    index[~too_short.any(axis=0)] = 0
    length = np.append(contexts.astype(np.float64), np.inf)[index]
    length[~np.isfinite(errors).all(axis=0)] = np.nan
    return length
