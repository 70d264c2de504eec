"""Kind `word_list`: tokens in the words of a list."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tb_rnnviz.features.feature import Feature, register
from tb_rnnviz.features.text import Text


@register("word_list")
@dataclass(frozen=True)
class WordList(Feature):
    """Matches tokens in the words of a list.

    A character matches if the word that it lies in is in the list.

    Args:
        words: The words, as the Penn Treebank splits them: `did` and `n't`, not `didn't`.
        ignore_case: If true, capitals make no difference. Defaults to true.

    Raises:
        ValueError: if `words` lists no words.

    Example:
        >>> WordList("he", ("he", "him")).values(Text([list("He fled")])).tolist()
        [True, True, False, False, False, False, False]
    """

    words: tuple[str, ...]
    ignore_case: bool = True

    def __post_init__(self) -> None:
        super().__post_init__()
        listed = self.words if isinstance(self.words, list | tuple) else ()
        if not listed or not all(isinstance(word, str) and word.strip() for word in listed):
            raise ValueError(
                f"`words` of the feature {self.name!r} must list words, such as [he, him]. "
                f"Received: {self.words!r}. Put words such as no and yes in quotes."
            )
        if not isinstance(self.ignore_case, bool):
            raise ValueError(
                f"`ignore_case` of the feature {self.name!r} must be true or false. "
                f"Received: {self.ignore_case!r}."
            )
        object.__setattr__(self, "words", tuple(self.words))

    def values(self, text: Text) -> NDArray[np.bool_]:
        fold = str.casefold if self.ignore_case else str
        words = {fold(word) for word in self.words}
        return np.fromiter((fold(word) in words for word in text.words), bool, len(text.flat))
