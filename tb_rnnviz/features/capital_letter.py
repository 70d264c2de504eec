"""Kind `capital_letter`: tokens that begin with a capital letter."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tb_rnnviz.features.feature import Feature, register
from tb_rnnviz.features.text import Text


@register("capital_letter")
@dataclass(frozen=True)
class CapitalLetter(Feature):
    """Matches tokens that begin with a capital letter, of any script.

    White space and subword markers before the letter do not count. Scripts without capitals, such
    as Chinese and Hebrew, never match.

    Example:
        >>> CapitalLetter("capital").values(Text([["Das", "große", "Ölbild"]])).tolist()
        [True, False, True]
    """

    def values(self, text: Text) -> NDArray[np.bool_]:
        return np.fromiter((token[:1].isupper() for token in text.written), bool, len(text.flat))
