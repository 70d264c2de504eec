"""Kinds `line_position`, `line_rest` and `indentation`: position in the line."""

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tb_rnnviz.features.feature import Feature, register
from tb_rnnviz.features.running_text import LINE_BREAK, in_spans
from tb_rnnviz.features.text import Text

_BREAK = re.compile(LINE_BREAK)
_LINE = re.compile(rf"[^\r\n]*{LINE_BREAK}|[^\r\n]+")


@register("line_position")
@dataclass(frozen=True)
class LinePosition(Feature):
    r"""Number of characters of the line that have been read.

    It is 0 after a line break, which is `\n`, `\r\n` or `\r`.

    Example:
        >>> LinePosition("position").values(Text([list("ab\ncd")])).tolist()
        [1.0, 2.0, 0.0, 1.0, 2.0]
    """

    def values(self, text: Text) -> NDArray[np.float64]:
        return text.at_token_ends(_position).astype(np.float64)


@register("line_rest")
@dataclass(frozen=True)
class LineRest(Feature):
    r"""Number of characters until the line ends, without its line break.

    After a line break that is the length of the next line, so that `line_position` and
    `line_rest` add up to the length of a line. The last line ends with the text.

    Example:
        >>> LineRest("rest").values(Text([list("ab\ncde")])).tolist()
        [1.0, 0.0, 3.0, 2.0, 1.0, 0.0]
    """

    def values(self, text: Text) -> NDArray[np.float64]:
        return text.at_token_ends(_rest).astype(np.float64)


MAX_TAB = 1000
"""Largest number of columns between tab stops."""


@register("indentation")
@dataclass(frozen=True)
class Indentation(Feature):
    r"""Indentation of the line that a token lies in, in columns.

    The line break belongs to the line that it ends. A token that reaches over several lines lies
    in the last.

    Args:
        tab: Columns between tab stops, 1 to 1000. Defaults to 8.

    Example:
        >>> Indentation("indentation").values(Text([["if x:", "\n", "\t", "y"]])).tolist()
        [0.0, 0.0, 8.0, 8.0]
    """

    tab: int = 8

    def __post_init__(self) -> None:
        super().__post_init__()
        if (
            not isinstance(self.tab, int)
            or isinstance(self.tab, bool)
            or not (1 <= self.tab <= MAX_TAB)
        ):
            raise ValueError(
                f"`tab` of the feature {self.name!r} must be a number of columns, at least 1 "
                f"and at most {MAX_TAB}. Received: {self.tab!r}."
            )

    def values(self, text: Text) -> NDArray[np.float64]:
        return text.at_token_ends(self._indentation).astype(np.float64)

    def _indentation(self, running: str) -> NDArray[np.intp]:
        lines = _LINE.findall(running)
        blanks = [line[: len(line) - len(line.lstrip(" \t"))] for line in lines]
        widths = [_width(blank, self.tab) for blank in blanks]
        return np.repeat(np.array(widths, np.intp), [len(line) for line in lines])


def _width(blank: str, tab: int) -> int:
    r"""Returns the columns of blanks and tabs.

    Example:
        >>> _width(" \t ", 4)
        5
    """
    *before_tabs, last = blank.split("\t")
    column = 0
    for part in before_tabs:
        column = ((column + len(part)) // tab + 1) * tab
    return column + len(last)


def _position(running: str) -> NDArray[np.intp]:
    positions = np.arange(len(running))
    breaks = np.where(_breaks(running), positions, -1)
    return positions - np.maximum.accumulate(breaks)


def _rest(running: str) -> NDArray[np.intp]:
    """Returns the characters from each position to the next break, or to the end."""
    length = len(running)
    breaks = np.where(_breaks(running), np.arange(length), length)
    following = np.minimum.accumulate(np.append(breaks, length)[::-1])[::-1][1:]
    return following - np.arange(1, length + 1)


def _breaks(running: str) -> NDArray[np.bool_]:
    return in_spans(len(running), (match.span() for match in _BREAK.finditer(running)))
