"""`RunningText`: the text of a sequence, and the positions of its tokens in it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

LINE_BREAK = r"(?:\r\n?+|\n)"
"""Regular expression of a line break: `\\n`, `\\r\\n` or `\\r`."""

BLANK_LINE = rf"{LINE_BREAK}[^\S\r\n]*{LINE_BREAK}"
"""Regular expression of a line break and the blank line after it."""


@dataclass(frozen=True, eq=False)
class RunningText:
    """Tokens of a sequence joined to a text.

    Args:
        text: The text.
        starts: Position of the first character of every token, (tokens,).
        ends: Position behind the last character of every token, (tokens,).
    """

    text: str
    starts: NDArray[np.intp]
    ends: NDArray[np.intp]

    @classmethod
    def of(cls, tokens: Sequence[str], separator: str = "") -> "RunningText":
        r"""Joins tokens, with a separator between two of which neither is blank.

        Example:
            >>> RunningText.of(["The", "cats", "\n", "ran"], " ").text
            'The cats\nran'
        """
        pairs = zip(["", *tokens], tokens, strict=False)
        return cls.joined(tokens, [separator if need_gap(*pair) else "" for pair in pairs])

    @classmethod
    def joined(cls, texts: Sequence[str], gaps: Sequence[str]) -> "RunningText":
        """Joins the texts of tokens.

        Args:
            texts: Text of every token.
            gaps: White space before every token that belongs to none, of equal length.

        Example:
            >>> RunningText.joined(["play", "ing", "cats"], ["", "", " "]).text
            'playing cats'
        """
        parts = [part for pair in zip(gaps, texts, strict=True) for part in pair]
        positions = np.cumsum([0, *map(len, parts)])
        return cls("".join(parts), positions[1::2], positions[2::2])

    def token_texts(self) -> list[str]:
        """Returns the text of every token."""
        return [self.text[a:b] for a, b in zip(self.starts, self.ends, strict=True)]

    def at_token_ends(self, values: ArrayLike, before: float | bool = 0) -> NDArray:
        """Returns the values of the last character of every token, (tokens,).

        Args:
            values: A value per character of the text.
            before: Value before the first character, for empty tokens there. Defaults to 0.
        """
        of_characters = np.asarray(values)
        padded = np.concatenate([np.full(1, before, of_characters.dtype), of_characters])
        return padded[self.ends]

    def overlapping(self, spans: Iterable[tuple[int, int]]) -> NDArray[np.bool_]:
        """Returns booleans (tokens,), true where a token shares a character with a span."""
        inside = in_spans(len(self.text), spans)
        count = np.concatenate([[0], np.cumsum(inside)])
        return count[self.ends] > count[self.starts]


def need_gap(before: str, after: str) -> bool:
    """True if neither of two tokens brings white space to where they meet."""
    return not (before[-1:].isspace() or after[:1].isspace()) and bool(before and after)


def in_spans(length: int, spans: Iterable[tuple[int, int]]) -> NDArray[np.bool_]:
    """Returns booleans (length,), true from the start of every span up to its end.

    Example:
        >>> in_spans(5, [(1, 3), (2, 4), (0, 0)]).tolist()
        [False, True, True, True, False]
    """
    change = np.zeros(length + 1, np.intp)
    for start, end in spans:
        change[start] += 1
        change[end] -= 1
    return np.cumsum(change[:length]) > 0


def piecewise_constant(length: int, changes: Iterable[tuple[int, float]]) -> NDArray:
    """Returns an array (length,) that is constant between changes.

    Args:
        length: Length of the array.
        changes: Positions in ascending order, and the value from there on; 0 before the first.

    Example:
        >>> piecewise_constant(5, [(1, 2), (3, 0)]).tolist()
        [0, 2, 2, 0, 0]
    """
    segments = [(0, 0), *changes]
    positions = np.array([position for position, _ in segments] + [length])
    return np.repeat(np.array([value for _, value in segments]), np.diff(positions))
