"""Kind `literal`: tokens that equal a text."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tb_rnnviz.features.feature import Feature, check_string, register
from tb_rnnviz.features.text import Text


@register("literal")
@dataclass(frozen=True)
class Literal(Feature):
    """Matches tokens that equal a text, capitals and white space included.

    Args:
        text: The token.

    Example:
        >>> Literal("space", " ").values(Text([list("a b")])).tolist()
        [False, True, False]
    """

    text: str

    def __post_init__(self) -> None:
        super().__post_init__()
        check_string(self, "text", self.text)

    def values(self, text: Text) -> NDArray[np.bool_]:
        return text.matching(self.text.__eq__)
