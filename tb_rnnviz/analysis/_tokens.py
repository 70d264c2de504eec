"""Tokens of a text as indices, for statistics of occurrences of equal tokens."""

import numpy as np
from numpy.typing import ArrayLike, NDArray


def as_token_ids(ids: ArrayLike, steps: int, name: str = "ids") -> NDArray[np.intp]:
    """Returns the index of every token among the distinct ones, (steps,).

    Args:
        ids: tokens (steps,), integers or strings.
        steps: number of steps of the activity.
        name: name of the argument in an error.

    Raises:
        ValueError: if the shape does not fit, or the tokens are neither integers nor strings.

    Example:
        >>> as_token_ids(["b", "a", "b"], 3).tolist()
        [1, 0, 1]
    """
    tokens = np.asarray(ids)
    if tokens.shape != (steps,):
        raise ValueError(
            f"`{name}` must have one token per step of the activity, shape ({steps},). "
            f"Received: shape {tokens.shape}."
        )
    if tokens.size and tokens.dtype.kind not in "iubUS":
        raise ValueError(
            f"`{name}` must be tokens, integers or strings. Received: dtype {tokens.dtype}."
        )
    return np.unique(tokens, return_inverse=True)[1].reshape(-1)


def first_tokens(lengths: NDArray[np.intp], steps: int) -> NDArray[np.bool_]:
    """Returns true at the first token of every sequence, (steps,).

    Example:
        >>> first_tokens(np.array([2, 0, 3]), 5).astype(int).tolist()
        [1, 0, 1, 0, 0]
    """
    first = np.zeros(steps, bool)
    starts = np.cumsum(lengths) - lengths
    first[starts[lengths > 0]] = True
    return first


def steps_at_lag(
    steps: NDArray[np.intp], lag: int, sequence: NDArray[np.intp]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Returns the steps that have a step of the same sequence at a lag, and these.

    Args:
        steps: steps of the text, ascending.
        lag: number of steps after them, negative before them.
        sequence: index of the sequence of every step of the text.
    """
    lagged = steps + lag
    inside = (lagged >= 0) & (lagged < sequence.size)
    inside[inside] = sequence[lagged[inside]] == sequence[steps[inside]]
    return steps[inside], lagged[inside]
