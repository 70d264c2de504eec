"""Validation of the arguments of the error analysis."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

THRESHOLD = 0.5
"""Probability below which a token is an error."""


def as_tokens(tokens: Sequence[str], name: str = "tokens") -> list[str]:
    """Returns tokens as a list of strings; a string is split into its characters."""
    strings = list(tokens)
    invalid = next((token for token in strings if not isinstance(token, str)), None)
    if invalid is not None:
        raise ValueError(
            f"`{name}` must be strings, one per token, or one string for its characters. "
            f"Received: {invalid!r} ({type(invalid).__name__}) among them."
        )
    return strings


def as_probability(
    probability: ArrayLike, tokens: int, name: str = "probability"
) -> NDArray[np.float64]:
    """Returns probabilities (tokens,) in double precision; NaN stands for none."""
    values = np.asarray(probability)
    if values.shape != (tokens,) or values.dtype.kind not in "fiub":
        raise ValueError(
            f"`{name}` must hold one number per token, shape ({tokens},): its probability, NaN "
            "where there is none. "
            f"Received: dtype {values.dtype}, shape {values.shape}."
        )
    values = values.astype(np.float64)
    with np.errstate(invalid="ignore"):
        outside = (values < 0) | (values > 1 + 1e-6)
    if outside.any():
        position = int(np.argmax(outside))
        raise ValueError(
            f"`{name}` must lie between 0 and 1, or be NaN. "
            f"Received: {values[position]} at token {position}. Apply a softmax to logits first."
        )
    return values


def is_error(probability: NDArray[np.float64], threshold: float = THRESHOLD) -> NDArray[np.bool_]:
    """Returns booleans (tokens,), True for a probability below the threshold."""
    if not 0 < threshold <= 1:
        raise ValueError(
            f"`threshold` must be more than 0 and at most 1. Received: threshold={threshold}."
        )
    with np.errstate(invalid="ignore"):
        return probability < threshold
