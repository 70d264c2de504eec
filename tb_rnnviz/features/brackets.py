"""Kinds `bracket_depth` and `inside_brackets`: brackets that are open at a token."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tb_rnnviz.features.feature import Feature, register
from tb_rnnviz.features.running_text import piecewise_constant
from tb_rnnviz.features.text import Text


@dataclass(frozen=True)
class _Brackets(Feature):
    brackets: str = "()[]{}"

    def __post_init__(self) -> None:
        super().__post_init__()
        marks = self.brackets
        is_string = isinstance(marks, str) and bool(marks)
        if not is_string or len(marks) % 2 or len(set(marks)) < len(marks):
            raise ValueError(
                f"`brackets` of the feature {self.name!r} must hold pairs of an opening and a "
                f"closing mark, all different, such as '()[]'. Received: {marks!r}."
            )

    def _depth(self, text: Text) -> NDArray:
        pairs = dict(zip(self.brackets[1::2], self.brackets[::2], strict=True))
        return text.at_token_ends(
            lambda running: piecewise_constant(len(running), _changes(running, pairs))
        )


@register("bracket_depth")
@dataclass(frozen=True)
class BracketDepth(_Brackets):
    """Number of brackets that are open when a token has been read.

    A closing mark closes the innermost open bracket of its pair and all that was opened inside; if
    none of its pair is open, it closes nothing.

    Args:
        brackets: Pairs of an opening and a closing mark. Defaults to `"()[]{}"`.

    Example:
        >>> BracketDepth("depth").values(Text([list("f(a[0])")])).tolist()
        [0.0, 1.0, 1.0, 2.0, 2.0, 1.0, 0.0]
    """

    def values(self, text: Text) -> NDArray[np.float64]:
        return self._depth(text).astype(np.float64)


@register("inside_brackets")
@dataclass(frozen=True)
class InsideBrackets(_Brackets):
    """Matches tokens after which a bracket is open.

    The opening bracket matches, the closing bracket does not.

    Args:
        brackets: Pairs of an opening and a closing mark. Defaults to `"()[]{}"`.

    Example:
        >>> InsideBrackets("inside").values(Text([list("f(a)")])).tolist()
        [False, True, True, False]
    """

    def values(self, text: Text) -> NDArray[np.bool_]:
        return self._depth(text) > 0


def _changes(running: str, pairs: dict[str, str]) -> Iterator[tuple[int, int]]:
    opening = set(pairs.values())
    opened: list[str] = []
    for position, character in enumerate(running):
        if character in opening:
            opened.append(character)
        elif character in pairs and pairs[character] in opened:
            while opened.pop() != pairs[character]:
                pass
        else:
            continue
        yield position, len(opened)
