"""Kinds `column`, `probability` and `surprise`: values that come with the text."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tb_rnnviz.features.feature import Feature, check_string, register
from tb_rnnviz.features.text import Text


@register("column")
@dataclass(frozen=True)
class Column(Feature):
    """A column of the text as it is, numbers or booleans.

    Args:
        column: Name of the column in `Probe(..., columns=...)` or `Text(sequences, columns=...)`.

    Raises:
        MissingColumn: from `values`, if the text does not have it.

    Example:
        >>> text = Text([["cats", "ran"]], columns={"syllables": [1, 1]})
        >>> Column("syllables", "syllables").values(text).tolist()
        [1.0, 1.0]
    """

    column: str

    def __post_init__(self) -> None:
        super().__post_init__()
        check_string(self, "column", self.column)

    def values(self, text: Text) -> NDArray[np.bool_] | NDArray[np.float64]:
        return text.column(self.column)

    @property
    def columns_read(self) -> frozenset[str]:
        return frozenset([self.column])


@register("probability")
@dataclass(frozen=True)
class Probability(Feature):
    """Model's probability of a token, 0 to 1: the column `probability`.

    Raises:
        MissingColumn: from `values`, if the text does not have that column.
    """

    def values(self, text: Text) -> NDArray[np.float64]:
        return text.column("probability").astype(np.float64)

    @property
    def columns_read(self) -> frozenset[str]:
        return frozenset(["probability"])


@register("surprise")
@dataclass(frozen=True)
class Surprisal(Feature):
    """Surprisal of a token under an n-gram model, in nats.

    It is the column `surprise`: -log of the token's probability.

    Raises:
        MissingColumn: from `values`, if the text does not have that column.
    """

    def values(self, text: Text) -> NDArray[np.float64]:
        return text.column("surprise").astype(np.float64)

    @property
    def columns_read(self) -> frozenset[str]:
        return frozenset(["surprise"])
