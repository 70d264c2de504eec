"""Kind `shift`: a feature some tokens later or earlier."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tb_rnnviz.features.feature import Feature, part_of, register
from tb_rnnviz.features.text import Text

MAX_SHIFT = 10**9
"""Largest number of tokens that a feature is shifted by."""


@register("shift")
@dataclass(frozen=True)
class Shift(Feature):
    """A feature some tokens later or earlier, within its sequence.

    Where there is no token to take the value from, a boolean feature does not match and a numeric
    feature is NaN.

    Args:
        of: A feature, or its mapping, which needs no name.
        by: Number of tokens; 2 matches two tokens after the feature does, -2 two tokens before.

    Example:
        >>> after = Shift("after a space", {"kind": "literal", "text": " "}, by=1)
        >>> after.values(Text([list("a bc")])).tolist()
        [False, False, True, False]
    """

    of: Feature
    by: int

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "of", part_of(self, self.of))
        is_integer = isinstance(self.by, int) and not isinstance(self.by, bool)
        if not is_integer or abs(self.by) > MAX_SHIFT:
            raise ValueError(
                f"`by` of the feature {self.name!r} must be a number of tokens, "
                f"at most {MAX_SHIFT}, an integer. Received: {self.by!r:.100}."
            )

    def values(self, text: Text) -> NDArray[np.bool_] | NDArray[np.float64]:
        values = self.of.values(text)
        shifted = np.full(values.shape, False if values.dtype == bool else np.nan)
        start = 0
        for length in text.lengths:
            n = max(length - abs(self.by), 0)
            to, fro = (start + self.by, start) if self.by >= 0 else (start, start - self.by)
            if n:
                shifted[to : to + n] = values[fro : fro + n]
            start += length
        return shifted
