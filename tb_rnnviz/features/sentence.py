"""Kind `sentence_position`: position of a token in its sentence."""

from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from tb_rnnviz.features.feature import Feature, register
from tb_rnnviz.features.text import Text
from tb_rnnviz.features.treebank import Word


@register("sentence_position")
@dataclass(frozen=True)
class SentencePosition(Feature):
    """Number of words of the sentence that have begun.

    It is 1 in the first word. Punctuation marks are no words. White space has the number of the
    character before it, 0 at the start of a text.

    Example:
        >>> SentencePosition("position").values(Text([["He", "ran", ".", "Then", "?"]])).tolist()
        [1.0, 2.0, 2.0, 1.0, 1.0]
    """

    def values(self, text: Text) -> NDArray[np.float64]:
        positions: list[int] = []
        for running, sentences in zip(text.running, text.sentences, strict=True):
            starts = [word.start for sentence in sentences for word in sentence]
            counts = [0] + [count for sentence in sentences for count in _counts(sentence)]
            positions += [counts[bisect_right(starts, end - 1)] for end in running.ends.tolist()]
        return np.array(positions, np.float64)


def _counts(sentence: list[Word]) -> list[int]:
    return list(accumulate(any(c.isalnum() for c in word.text) for word in sentence))
