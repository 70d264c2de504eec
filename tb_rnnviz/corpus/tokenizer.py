"""`Tokenizer`: text as ids, by the vocabulary of the model."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

WORDS = re.compile(r"\w+|[^\w]")
"""Tokens of a vocabulary of words: words, and every other character by itself."""

UNKNOWN = ("[UNK]", "<unk>", "<UNK>", "<rare>", "[unk]", "unk")
"""Names of the token that stands for those outside a vocabulary."""


class Tokenizer:
    r"""Tokenizer of texts by a vocabulary, of characters or of words.

    A vocabulary is one of characters if all of its names are, apart from markers such as `<unk>`.
    Otherwise a text is split into words and single characters, of which blanks are tokens if the
    vocabulary has them.

    Args:
        vocabulary: Name of every id.

    Attributes:
        is_of_characters: True for a vocabulary of characters.

    Example:
        >>> Tokenizer(["a", "b", " "]).encode("b a")
        (array([1, 2, 0]), 0)
        >>> Tokenizer(["<unk>", "the", "cat"]).encode("the black cat")
        (array([1, 0, 2]), 0)
    """

    def __init__(self, vocabulary: Sequence[str]):
        self._ids = {name: index for index, name in enumerate(vocabulary)}
        self._unknown = next((self._ids[name] for name in UNKNOWN if name in self._ids), -1)
        longer = [name for name in vocabulary if len(name) != 1]
        markers = [name for name in longer if re.fullmatch(r"\[\w+\]|<[^<>\s]*>|", name)]
        self.is_of_characters = len(markers) == len(longer)
        self._has_blanks = any(name.isspace() for name in vocabulary)
        if self.is_of_characters:
            single = {ord(name): index for name, index in self._ids.items() if len(name) == 1}
            self._table = np.full(max(single, default=0) + 2, self._unknown, np.int64)
            for point, index in single.items():
                self._table[point] = index

    def encode(self, text: str) -> tuple[NDArray[np.int64], int]:
        """Returns the ids of a text, and the number of tokens that were left out."""
        if self.is_of_characters:
            points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")
            ids = self._table[np.minimum(points, len(self._table) - 1)]
        else:
            tokens = WORDS.findall(text)
            if not self._has_blanks:
                tokens = [token for token in tokens if not token.isspace()]
            ids = self.encode_tokens(tokens)[0]
        inside = ids >= 0
        return ids[inside], int(len(ids) - inside.sum())

    def encode_tokens(self, tokens: Sequence[str]) -> tuple[NDArray[np.int64], int]:
        """Returns the ids of tokens, and the number of those left out."""
        ids = np.fromiter((self._ids.get(t, self._unknown) for t in tokens), np.int64, len(tokens))
        inside = ids >= 0
        return (ids, 0) if inside.all() else (ids[inside], int(len(ids) - inside.sum()))
