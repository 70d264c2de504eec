"""Kind `capitalised`: tokens in words that begin with a capital letter."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tb_rnnviz.features.feature import Feature, register
from tb_rnnviz.features.text import Text


@register("capitalised")
@dataclass(frozen=True)
class Capitalised(Feature):
    """Matches tokens in words that begin with a capital letter.

    Example:
        >>> Capitalised("capitalised").values(Text([["The", "count", "Rostov"]])).tolist()
        [True, False, True]
    """

    def values(self, text: Text) -> NDArray[np.bool_]:
        return np.fromiter((word[:1].isupper() for word in text.words), bool, len(text.flat))
