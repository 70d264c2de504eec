"""Kind `inside_quotes`: tokens inside quotation marks."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tb_rnnviz.features.feature import Feature, register
from tb_rnnviz.features.running_text import BLANK_LINE, piecewise_constant
from tb_rnnviz.features.text import Text

_MARK = re.compile(rf"[\"“”„«»]|{BLANK_LINE}")


@register("inside_quotes")
@dataclass(frozen=True)
class InsideQuotes(Feature):
    """Matches tokens after which a quotation is open.

    The opening mark matches, the closing mark does not.

    Straight double marks open and close in turn. `“`, `„` and `«` open, `”` and `»` close, and `“`
    closes what `„` opened. A blank line closes: a paragraph that continues a speech opens it again.
    Single marks are ignored, as they are often apostrophes.

    Example:
        >>> InsideQuotes("quotes").values(Text([list('a "b" c')])).tolist()
        [False, False, True, True, False, False, False]
    """

    def values(self, text: Text) -> NDArray[np.bool_]:
        return text.at_token_ends(
            lambda running: piecewise_constant(len(running), _changes(running))
        ).astype(bool)


def _changes(running: str) -> Iterator[tuple[int, int]]:
    opened = ""
    for match in _MARK.finditer(running):
        mark = match.group()
        closes = mark in "”»" or mark[0] in "\r\n" or (mark, opened) in (('"', '"'), ("“", "„"))
        opened = "" if closes else mark
        yield match.start(), int(not closes)
