"""Tokens, or passages of the running text, that a regular expression describes."""

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tb_rnnviz.features.feature import Feature, check_string, register
from tb_rnnviz.features.text import Text

OVER = ("token", "text")
"""What a regular expression may be held against."""


@register("regex")
@dataclass(frozen=True)
class Regex(Feature):
    r"""Matches tokens that a regular expression describes.

    Args:
        pattern: regular expression in Python's syntax.
        over: `"token"`: it describes a token from end to end (`re.fullmatch`). `"text"`: it is
            searched for in the running text of each sequence (`re.finditer`), and matches every
            token that shares a character with what it finds. `"token"` by default.

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
            place = "" if error.pos is None else f" at position {error.pos} (counted from 0)"
            raise ValueError(
                f"`pattern` of the feature {self.name!r} is no regular expression: "
                f"{error.msg}{place}. Received: {self.pattern!r}. "
                "Put a backslash before a character that stands for itself."
            ) from error

    def values(self, text: Text) -> NDArray[np.bool_]:
        pattern = re.compile(self.pattern)
        if self.over == "text":
            return text.touched(lambda running: (m.span() for m in pattern.finditer(running)))
        return text.where(lambda token: pattern.fullmatch(token) is not None)
