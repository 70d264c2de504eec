"""Words and sentences of a text, split as the Penn Treebank splits them."""

import re
from itertools import pairwise
from typing import NamedTuple

from tb_rnnviz.features.running_text import BLANK_LINE

_WORD = re.compile(
    r"""
      (?:Mr|Mrs|Ms|Dr|Prof|St|Jr|Sr|vs)\.(?=\s)   # abbreviations do not end a sentence
    | (?:[^\W\d_]\.){2,}                                 # U.S.
    | \d+(?:[.,:/]\d+)*(?!\w)                            # 1,000.5  10:30
    | \w+(?=n['’]t\b)                                    # do | n't
    | n['’]t\b
    | ['’](?:s|m|d|ll|re|ve)\b                           # it | 's
    | \w+(?:-\w+)*                                       # well-known
    | \.{2,} | -{2,}
    | [^\w\s]
    """,
    re.VERBOSE | re.IGNORECASE,
)
_END = re.compile(r"[.!?…]|\.{2,}")
_AFTER_END = re.compile(r"\s|[\"'”’»)\]]|$")
_CLOSING = frozenset("\"'”’»)]")
_BLANK_LINE = re.compile(BLANK_LINE)


class Word(NamedTuple):
    """A word or punctuation mark, and its position in the running text."""

    text: str
    start: int
    end: int


def find_sentences(text: str) -> list[list[Word]]:
    r"""Returns the sentences of a text, each a list of its words and punctuation marks.

    A sentence ends with `.`, `!`, `?` or an ellipsis before white space, a quotation mark, a
    bracket or the end, and with a blank line. Closing marks that follow at once belong to it.

    Example:
        >>> [[word.text for word in sentence] for sentence in find_sentences('"No!" It didn\'t.')]
        [['"', 'No', '!', '"'], ['It', 'did', "n't", '.']]
    """
    words = [Word(match.group(), *match.span()) for match in _WORD.finditer(text)]
    if not words:
        return []
    sentences, ended = [[words[0]]], False
    for word, following in pairwise(words):
        if _END.fullmatch(word.text):
            ended = _AFTER_END.match(text, word.end) is not None
        joined = word.end == following.start
        closing = joined and following.text in _CLOSING
        blank_line = _BLANK_LINE.search(text, word.end, following.start) is not None
        if blank_line or (ended and not closing):
            sentences.append([])
            ended = False
        sentences[-1].append(following)
    return sentences


def as_treebank(words: list[Word]) -> list[str]:
    """Returns the words of a sentence as taggers know them, with `` and '' as quotes.

    A straight double quote opens before a word that it touches and else closes; where it touches
    neither neighbour, quotes open and close in turn.

    Example:
        >>> as_treebank(find_sentences('"No!"')[0])
        ['``', 'No', '!', "''"]
    """
    written, is_open = [], False
    for i, word in enumerate(words):
        mark = word.text.replace("’", "'")
        if mark == '"':
            touches_left = i > 0 and words[i - 1].end == word.start
            touches_right = i + 1 < len(words) and words[i + 1].start == word.end
            opens = touches_right if touches_left != touches_right else not is_open
            mark = "``" if opens else "''"
        elif mark == "“":
            mark = "``"
        elif mark == "”":
            mark = "''"
        if mark in ("``", "''"):
            is_open = mark == "``"
        written.append(mark)
    return written
