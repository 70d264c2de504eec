"""Word spans: the words of a tokenised text and their positions."""

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
        texts: the words.
        starts: first token of each word, (words,).
        ends: token after the last one of each word, (words,).
    """

    texts: list[str]
    starts: NDArray[np.intp]
    ends: NDArray[np.intp]


def find_words(tokens: Sequence[str], lengths: NDArray[np.intp]) -> Words:
    r"""Finds words, runs of letters, digits and underscores (`\w+`), in each sequence.

    If every token is one character, a word is a run of tokens; otherwise each token that contains
    a letter or a digit is a word.

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
        for position, token in enumerate(tokens):
            if any(character.isalnum() for character in token):
                texts.append(token.strip())
                spans.append((position, position + 1))
    bounds = np.array(spans, np.intp).reshape(-1, 2)
    return Words(texts, bounds[:, 0], bounds[:, 1])


def begins_word(tokens: Sequence[str], lengths: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Returns booleans (tokens,), True at the token after a blank or a quotation mark.

    If tokens are words, every token that contains a letter or a digit begins a word.
    """
    if not all(len(token) == 1 for token in tokens):
        return np.array([any(c.isalnum() for c in token) for token in tokens], bool)
    is_separator = np.array([token in BLANKS_AND_QUOTES for token in tokens], bool)
    begins = np.zeros(len(tokens), bool)
    begins[1:] = is_separator[:-1]
    begins[np.cumsum(lengths)[:-1][lengths[1:] > 0]] = False
    return begins
