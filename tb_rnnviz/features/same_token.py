"""Kind `same_token`: tokens that equal an earlier token of the sequence."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tb_rnnviz.features.feature import Feature, register
from tb_rnnviz.features.text import Text

MAX_BACK = 10**9
"""Largest number of tokens that `same_token` looks back."""


@register("same_token")
@dataclass(frozen=True)
class SameToken(Feature):
    """Matches tokens that equal the token some positions earlier in the sequence.

    Args:
        back: Number of positions, at least 1. Defaults to 1, the token before.

    Raises:
        ValueError: if `back` is something else.

    Example:
        >>> SameToken("repeated").values(Text([list("aabb"), list("b")])).tolist()
        [False, True, False, True, False]
    """

    back: int = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        is_integer = isinstance(self.back, int) and not isinstance(self.back, bool)
        if not is_integer or not 1 <= self.back <= MAX_BACK:
            raise ValueError(
                f"`back` of the feature {self.name!r} must be a number of tokens, an integer from "
                f"1 to {MAX_BACK}. Received: {self.back!r:.100}."
            )

    def values(self, text: Text) -> NDArray[np.bool_]:
        matches = [
            position >= self.back and token == sequence[position - self.back]
            for sequence in text.sequences
            for position, token in enumerate(sequence)
        ]
        return np.array(matches, bool)
