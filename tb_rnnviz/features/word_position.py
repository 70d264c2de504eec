"""Kind `word_position`: number of characters of the word that have been read."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tb_rnnviz.features.feature import Feature, register
from tb_rnnviz.features.text import Text


@register("word_position")
@dataclass(frozen=True)
class WordPosition(Feature):
    """Number of characters of the word that have been read, 0 outside words.

    A word is a run of letters, digits and underscores.

    Example:
        >>> WordPosition("position").values(Text([list("a cat.")])).tolist()
        [1.0, 0.0, 1.0, 2.0, 3.0, 0.0]
    """

    def values(self, text: Text) -> NDArray[np.float64]:
        return text.at_token_ends(_position).astype(np.float64)


def _position(running: str) -> NDArray[np.intp]:
    in_word = np.fromiter((c.isalnum() or c == "_" for c in running), bool, len(running))
    positions = np.arange(1, len(running) + 1)
    return positions - np.maximum.accumulate(np.where(in_word, 0, positions))
