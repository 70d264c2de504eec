"""Kind `tag_depth`: number of open elements of HTML or XML."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tb_rnnviz.features.feature import Feature, register
from tb_rnnviz.features.running_text import piecewise_constant
from tb_rnnviz.features.text import Text

_TAG = re.compile(
    r"<!--.*?-->|<(?P<closing>/?)(?P<name>[A-Za-z][\w:.-]*)[^<>]*?(?P<empty>/?)>", re.S
)
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
"""Elements of HTML that have no end tag (HTML Living Standard, 13.1.2)."""


@register("tag_depth")
@dataclass(frozen=True)
class TagDepth(Feature):
    """Number of elements of HTML or XML that are open when a token has been read.

    An element opens with the `>` of its start tag and closes with the `>` of its end tag, which
    also closes what was left open inside. An end tag without a start tag closes nothing.

    Example:
        >>> TagDepth("depth").values(Text([["<p>", "a", "<b>", "c", "</b>", "</p>"]])).tolist()
        [1.0, 1.0, 2.0, 2.0, 1.0, 0.0]
    """

    def values(self, text: Text) -> NDArray[np.float64]:
        return text.at_token_ends(
            lambda running: piecewise_constant(len(running), _changes(running))
        ).astype(np.float64)


def _changes(running: str) -> Iterator[tuple[int, int]]:
    opened: list[str] = []
    for match in _TAG.finditer(running):
        name = match["name"]
        if name is None:
            continue
        if match["closing"] and name in opened:
            while opened.pop() != name:
                pass
        elif not match["closing"] and not match["empty"] and name.lower() not in _VOID:
            opened.append(name)
        else:
            continue
        yield match.end() - 1, len(opened)
