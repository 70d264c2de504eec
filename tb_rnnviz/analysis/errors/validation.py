"""Checks what enters the analysis of errors."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

THRESHOLD = 0.5
"""A token is an error where the model gave it a probability below this."""


def as_tokens(tokens: Sequence[str], name: str = "tokens") -> list[str]:
    """Gives tokens as a list of strings; a string is the list of its characters."""
    listed = list(tokens)
    wrong = next((token for token in listed if not isinstance(token, str)), None)
    if wrong is not None:
        raise ValueError(
            f"`{name}` must be strings, one a token, or one string for its characters. "
            f"Received: {wrong!r} ({type(wrong).__name__}) among them."
        )
    return listed


def as_probability(
    probability: ArrayLike, tokens: int, name: str = "probability"
) -> NDArray[np.float64]:
    """Gives probabilities (tokens,) in double precision; NaN stands for none."""
    values = np.asarray(probability)
    if values.shape != (tokens,) or values.dtype.kind not in "fiub":
        raise ValueError(
            f"`{name}` must hold one number per token, shape ({tokens},): the probability that "
            "was given to it, NaN where none was. "
            f"Received: dtype {values.dtype}, shape {values.shape}."
        )
    values = values.astype(np.float64)
    with np.errstate(invalid="ignore"):
        outside = (values < 0) | (values > 1 + 1e-6)
    if outside.any():
        place = int(np.argmax(outside))
        raise ValueError(
            f"`{name}` must lie between 0 and 1, or be NaN. "
            f"Received: {values[place]} at token {place}. Apply a softmax to logits first."
        )
    return values


def is_error(probability: NDArray[np.float64], threshold: float = THRESHOLD) -> NDArray[np.bool_]:
    """Gives where a token was predicted, and its probability lies below the threshold."""
    if not 0 < threshold <= 1:
        raise ValueError(
            f"`threshold` must be more than 0 and at most 1. Received: threshold={threshold}."
        )
    with np.errstate(invalid="ignore"):
        return probability < threshold
