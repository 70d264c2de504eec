"""The running text of a sequence of tokens, and where the tokens lie in it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, eq=False)
class Running:
    """Tokens joined to a text.

    Args:
        text: the running text.
        starts: position of the first character of every token, (tokens,).
        ends: position behind the last character of every token, (tokens,).
    """

    text: str
    starts: NDArray[np.intp]
    ends: NDArray[np.intp]

    @classmethod
    def of(cls, tokens: Sequence[str], glue: str = "") -> "Running":
        r"""Joins tokens; the glue stands between two of which neither is blank.

        Example:
            >>> Running.of(["The", "cats", "\n", "ran"], " ").text
            'The cats\nran'
        """
        parts, starts, position, was_word = [], [], 0, False
        for token in tokens:
            is_word = bool(token.strip())
            if glue and was_word and is_word:
                parts.append(glue)
                position += len(glue)
            parts.append(token)
            starts.append(position)
            position += len(token)
            was_word = is_word
        lengths = np.fromiter(map(len, tokens), np.intp, len(tokens))
        begin = np.array(starts, np.intp)
        return cls("".join(parts), begin, begin + lengths)

    def after(self, values: ArrayLike, before: float | bool = 0) -> NDArray:
        """Gives what holds when a token has been read: the value of its last character.

        Args:
            values: one value per character of the text.
            before: what holds before the first character.

        Returns:
            An array (tokens,).
        """
        given = np.asarray(values)
        known = np.concatenate([np.full(1, before, given.dtype), given])
        return known[self.ends]

    def touched(self, spans: Iterable[tuple[int, int]]) -> NDArray[np.bool_]:
        """Gives booleans (tokens,), where a token shares a character with a span."""
        inside = covered(len(self.text), spans)
        count = np.concatenate([[0], np.cumsum(inside)])
        return count[self.ends] > count[self.starts]


def covered(length: int, spans: Iterable[tuple[int, int]]) -> NDArray[np.bool_]:
    """Gives booleans (length,), true from the start of every span up to its end.

    Example:
        >>> covered(5, [(1, 3), (2, 4), (0, 0)]).tolist()
        [False, True, True, True, False]
    """
    change = np.zeros(length + 1, np.intp)
    for start, end in spans:
        change[start] += 1
        change[end] -= 1
    return np.cumsum(change[:length]) > 0


def levels(length: int, changes: Iterable[tuple[int, float]]) -> NDArray:
    """Gives an array (length,), 0 at first, and at each change a new value from there on.

    Example:
        >>> levels(5, [(1, 2), (3, 0)]).tolist()
        [0, 2, 2, 0, 0]
    """
    listed = [(0, 0), *changes]
    places = np.array([place for place, _ in listed] + [length])
    return np.repeat(np.array([value for _, value in listed]), np.diff(places))
