"""Kind `frequency`: relative frequency of the token in the text."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tb_rnnviz.features.feature import Feature, register
from tb_rnnviz.features.text import Text


@register("frequency")
@dataclass(frozen=True)
class Frequency(Feature):
    """Share of the text's tokens that equal a token, 0 to 1.

    Example:
        >>> Frequency("frequency").values(Text([list("aab"), ["a"]])).tolist()
        [0.75, 0.75, 0.25, 0.75]
    """

    def values(self, text: Text) -> NDArray[np.float64]:
        counts = Counter(text.flat)
        total = len(text.flat)
        return np.fromiter((counts[token] / total for token in text.flat), np.float64, total)
