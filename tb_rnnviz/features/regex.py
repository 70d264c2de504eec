"""Tokens that a regular expression describes."""

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tb_rnnviz.features.feature import Feature, check_string, register
from tb_rnnviz.features.text import Text


@register("regex")
@dataclass(frozen=True)
class Regex(Feature):
    """Matches tokens that a regular expression describes from end to end (`re.fullmatch`).

    Args:
        pattern: regular expression in Python's syntax.

    Raises:
        ValueError: if the pattern does not compile.

    Example:

    >>> Regex("digits", r"\\d+").values(Text([["in", "1812", "5th"]])).tolist()
    [False, True, False]
    """

    pattern: str

    def __post_init__(self) -> None:
        super().__post_init__()
        check_string(self, "pattern", self.pattern)
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
        fullmatch = re.compile(self.pattern).fullmatch
        return text.where(lambda token: fullmatch(token) is not None)
