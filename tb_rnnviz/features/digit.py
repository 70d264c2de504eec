"""Kind `digit`: tokens that contain a digit."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tb_rnnviz.features.feature import Feature, register
from tb_rnnviz.features.text import Text


@register("digit")
@dataclass(frozen=True)
class Digit(Feature):
    """Matches tokens that contain a decimal digit, of any script.

    Example:
        >>> Digit("digit").values(Text([["in", "1812", "5th"]])).tolist()
        [False, True, True]
    """

    def values(self, text: Text) -> NDArray[np.bool_]:
        return text.matching(lambda token: any(character.isdecimal() for character in token))
