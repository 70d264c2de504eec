"""Kind `regex`: tokens or passages that match a regular expression."""

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tb_rnnviz.features.feature import Feature, check_string, register
from tb_rnnviz.features.text import Text

OVER = ("token", "text")
"""Values of `over`."""


@register("regex")
@dataclass(frozen=True)
class Regex(Feature):
    r"""Matches tokens that a regular expression matches.

    Args:
        pattern: Regular expression in Python's syntax.
        over: With `"token"`, the expression matches a token completely (`re.fullmatch`). With
            `"text"`, it is searched for in the running text of each sequence (`re.finditer`), and
            every token that shares a character with a match is matched. Defaults to `"token"`.

    Raises:
        ValueError: if the pattern does not compile, or `over` is something else.

    Example:
        >>> Regex("digits", r"\d+").values(Text([["in", "1812", "5th"]])).tolist()
        [False, True, False]
        >>> Regex("Tom", "Uncle Tom", over="text").values(Text([["Uncle", "Tom", "."]])).tolist()
        [True, True, False]
    """

    pattern: str
    over: str = "token"

    def __post_init__(self) -> None:
        super().__post_init__()
        check_string(self, "pattern", self.pattern)
        if self.over not in OVER:
            raise ValueError(
                f"`over` of the feature {self.name!r} must be one of {', '.join(OVER)}. "
                f"Received: {self.over!r}."
            )
        try:
            re.compile(self.pattern)
        except re.error as error:
            position = "" if error.pos is None else f" at position {error.pos} (counted from 0)"
            raise ValueError(
                f"`pattern` of the feature {self.name!r} is no regular expression: "
                f"{error.msg}{position}. Received: {self.pattern!r}. "
                "Put a backslash before a character that stands for itself."
            ) from error

    def values(self, text: Text) -> NDArray[np.bool_]:
        pattern = re.compile(self.pattern)
        if self.over == "text":
            return text.overlapping(lambda running: (m.span() for m in pattern.finditer(running)))
        return text.matching(lambda token: pattern.fullmatch(token) is not None)
