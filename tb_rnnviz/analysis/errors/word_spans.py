"""The words of a text in tokens."""

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

_WORD = re.compile(r"\w+")
BLANKS_AND_QUOTES = frozenset(" \t\r\n\f\v\"'`“”„«»‘’")


class Words(NamedTuple):
    """The words of a text, in their order.

    Args:
        texts: each word.
        starts: its first token, (words,).
        ends: the token behind its last, (words,).
    """

    texts: list[str]
    starts: NDArray[np.intp]
    ends: NDArray[np.intp]


def find_words(tokens: Sequence[str], lengths: NDArray[np.intp]) -> Words:
    r"""Finds words: runs of letters, digits and underscores (`\w+`) within a sequence.

    Where every token is one character a word is a run of them; otherwise each token that holds a
    letter or a digit is a word of its own.

    Example:
        >>> find_words(list("a cat"), np.array([5])).texts
        ['a', 'cat']
        >>> find_words(["a", " cat", "."], np.array([3])).texts
        ['a', 'cat']
    """
    texts: list[str] = []
    spans: list[tuple[int, int]] = []
    if all(len(token) == 1 for token in tokens):
        start = 0
        for length in lengths.tolist():
            for match in _WORD.finditer("".join(tokens[start : start + length])):
                texts.append(match.group())
                spans.append((start + match.start(), start + match.end()))
            start += length
    else:
        for place, token in enumerate(tokens):
            if any(character.isalnum() for character in token):
                texts.append(token.strip())
                spans.append((place, place + 1))
    bounds = np.array(spans, np.intp).reshape(-1, 2)
    return Words(texts, bounds[:, 0], bounds[:, 1])


def begins_word(tokens: Sequence[str], lengths: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Gives where a word is to be chosen, (tokens,): behind a blank or a quotation mark.

    Where tokens are words, at every token that holds a letter or a digit.
    """
    if not all(len(token) == 1 for token in tokens):
        return np.array([any(c.isalnum() for c in token) for token in tokens], bool)
    parting = np.array([token in BLANKS_AND_QUOTES for token in tokens], bool)
    begins = np.zeros(len(tokens), bool)
    begins[1:] = parting[:-1]
    begins[np.cumsum(lengths)[:-1][lengths[1:] > 0]] = False
    return begins
