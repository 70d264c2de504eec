"""Kind `pos`: tokens in words of a part of speech."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tb_rnnviz.features.feature import Feature, register
from tb_rnnviz.features.penn_tags import PENN_TAGS
from tb_rnnviz.features.text import Text


@register("pos")
@dataclass(frozen=True)
class PartOfSpeech(Feature):
    """Matches tokens whose word has one of some Penn Treebank tags in its sentence.

    Args:
        tags: Penn tags, such as `("NN", "NNS")`.

    Raises:
        ValueError: if there is no tag, or one that the Penn Treebank does not have.
    """

    tags: tuple[str, ...]

    def __post_init__(self) -> None:
        super().__post_init__()
        if not isinstance(self.tags, list | tuple) or not self.tags:
            raise ValueError(
                f"`tags` of the feature {self.name!r} must list Penn tags, such as [VB, VBG]. "
                f"Received: {self.tags!r}."
            )
        unknown = [tag for tag in self.tags if tag not in PENN_TAGS]
        if unknown:
            raise ValueError(
                f"`tags` of the feature {self.name!r} has {unknown}, which are no Penn tags. "
                f"Those are {', '.join(PENN_TAGS)}."
            )
        object.__setattr__(self, "tags", tuple(self.tags))

    def values(self, text: Text) -> NDArray[np.bool_]:
        tags = frozenset(self.tags)
        return np.fromiter((tag in tags for tag in text.tags), bool, len(text.flat))
