"""Kind `sequence_position`: position of a token in its sequence."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tb_rnnviz.features.feature import Feature, register
from tb_rnnviz.features.text import Text

MAX_PERIOD = 10**6
"""Largest period of `sequence_position`, tokens."""


@register("sequence_position")
@dataclass(frozen=True)
class SequencePosition(Feature):
    """Number of tokens of the sequence before a token, or its remainder.

    Args:
        period: Divisor of the remainder, 1 to 1,000,000 tokens; 3 numbers the letters of a codon.
            Defaults to 0, no remainder.

    Raises:
        ValueError: if the period is something else.

    Example:
        >>> text = Text([list("ATGC"), list("AT")])
        >>> SequencePosition("position").values(text).tolist()
        [0.0, 1.0, 2.0, 3.0, 0.0, 1.0]
        >>> SequencePosition("codon", period=3).values(text).tolist()
        [0.0, 1.0, 2.0, 0.0, 0.0, 1.0]
    """

    period: int = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        is_integer = isinstance(self.period, int) and not isinstance(self.period, bool)
        if not is_integer or not 0 <= self.period <= MAX_PERIOD:
            raise ValueError(
                f"`period` of the feature {self.name!r} must be a number of tokens from 1 to "
                f"{MAX_PERIOD}, or 0 for none. Received: {self.period!r:.100}."
            )

    def values(self, text: Text) -> NDArray[np.float64]:
        positions = np.concatenate([np.zeros(0), *(np.arange(n) for n in text.lengths)])
        return (positions % self.period if self.period else positions).astype(np.float64)
