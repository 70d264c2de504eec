"""Kinds `word_start` and `word_end`: tokens at which a word begins or ends."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tb_rnnviz.features.feature import Feature, register
from tb_rnnviz.features.text import Text

_WORD = re.compile(r"\w+(?:['’-]\w+)*")


@register("word_start")
@dataclass(frozen=True)
class WordStart(Feature):
    """Matches tokens that contain the first character of a word.

    A word is a run of letters, digits and underscores; an apostrophe or hyphen inside belongs to
    it.

    Example:
        >>> WordStart("start").values(Text([list("I don't")])).tolist()
        [True, False, True, False, False, False, False]
    """

    def values(self, text: Text) -> NDArray[np.bool_]:
        return text.overlapping(
            lambda running: ((start, start + 1) for start, _ in _words(running))
        )


@register("word_end")
@dataclass(frozen=True)
class WordEnd(Feature):
    """Matches tokens that contain the last character of a word, as `word_start`.

    Example:
        >>> WordEnd("end").values(Text([list("I don't")])).tolist()
        [True, False, False, False, False, False, True]
    """

    def values(self, text: Text) -> NDArray[np.bool_]:
        return text.overlapping(lambda running: ((end - 1, end) for _, end in _words(running)))


def _words(running: str) -> Iterator[tuple[int, int]]:
    return (match.span() for match in _WORD.finditer(running))
