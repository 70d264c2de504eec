"""`Axis`: the steps that layers read, such as the tokens of a text or of a target."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

TOKENS, TIME = "tokens", "time"
"""Names of the axis of a probe with one input: of a text, and of a signal."""

SOURCE, TARGET = "source", "target"
"""Names of the axes of a pair."""


def axis_name(probe: str, axis: str) -> str:
    """Returns the name in the log of an axis of a probe beside that of its tokens.

    Example:
        >>> axis_name("dates", "source")
        'dates/source'
    """
    return f"{probe}/{axis}"


def with_noun_of(axis: str, sentence: str) -> str:
    """Returns a sentence about tokens with the noun of an axis: a signal has steps.

    Example:
        >>> with_noun_of("time", "matches no token"), with_noun_of("tokens", "matches no token")
        ('matches no step', 'matches no token')
    """
    return re.sub(r"\btoken(s?)\b", r"step\1", sentence) if axis == TIME else sentence


@dataclass(frozen=True, eq=False)
class Axis:
    """Steps that a layer reads: those of an input of the model, or its own.

    Attributes:
        name: Name of the axis: that of the input, or the path of a layer with steps of its own.
        lengths: Steps of each sequence.
        tokens: The token of every step, a list for each sequence; `None` if steps have no tokens.
        channels: Name of every channel of a signal; empty for a text.
        series: Values of a signal, float32 (steps, channels) for each sequence; `None` for a text.
        ends: For the steps of a layer's own, the last token of the probe that each has read,
            integers (steps,) for each sequence; `None` if that is not known.

    Example:
        >>> axis = Axis("target", (2, 1), tokens=[["le", "chat"], ["oui"]])
        >>> axis.beginning([1]).tokens
        [['le']]
    """

    name: str
    lengths: tuple[int, ...]
    tokens: list[list[str]] | None = None
    channels: tuple[str, ...] = ()
    series: list[np.ndarray] | None = None
    ends: list[np.ndarray] | None = None

    def values(self) -> dict[str, np.ndarray]:
        """Returns the values of every channel by name, float32 (steps of all sequences,)."""
        if self.series is None:
            return {}
        rows = np.concatenate(self.series) if self.series else np.zeros((0, len(self.channels)))
        return {name: rows[:, k] for k, name in enumerate(self.channels)}

    def beginning(self, lengths: Sequence[int]) -> Axis:
        """Returns the first sequences, cut to at most some lengths."""
        number = len(lengths)
        cut = tuple(map(min, self.lengths[:number], lengths))

        def rows(values: list | None) -> list | None:
            if values is None:
                return None
            return [row[:length] for row, length in zip(values[:number], cut, strict=True)]

        return replace(
            self,
            lengths=cut,
            tokens=rows(self.tokens),
            series=rows(self.series),
            ends=rows(self.ends),
        )
