"""Kinds `and`, `or` and `not`: logical combinations of features."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tb_rnnviz.features.feature import Feature, part_of, register
from tb_rnnviz.features.text import Text


@dataclass(frozen=True)
class _Combination(Feature):
    of: tuple[Feature, ...]

    def __post_init__(self) -> None:
        super().__post_init__()
        if not isinstance(self.of, list | tuple) or not self.of:
            raise ValueError(
                f"`of` of the feature {self.name!r} must list features, such as "
                f"[{{kind: digit}}, {{kind: word_start}}]. Received: {self.of!r}."
            )
        object.__setattr__(self, "of", tuple(part_of(self, part) for part in self.of))

    def _matches(self, text: Text) -> list[NDArray[np.bool_]]:
        return [matches(part, text) for part in self.of]


@register("and")
@dataclass(frozen=True)
class And(_Combination):
    """Matches tokens that all of some features match.

    Args:
        of: Features, or their mappings; a mapping needs no name.

    Example:
        >>> both = And("capital start", ({"kind": "word_start"}, {"kind": "capitalised"}))
        >>> both.values(Text([list("A bC")])).tolist()
        [True, False, False, False]
    """

    def values(self, text: Text) -> NDArray[np.bool_]:
        return np.logical_and.reduce(self._matches(text))


@register("or")
@dataclass(frozen=True)
class Or(_Combination):
    r"""Matches tokens that any of some features matches.

    Args:
        of: Features, or their mappings; a mapping needs no name.

    Example:
        >>> space, newline = ({"kind": "literal", "text": text} for text in " \n")
        >>> either = Or("blank", (space, newline))
        >>> either.values(Text([list("a b\n")])).tolist()
        [False, True, False, True]
    """

    def values(self, text: Text) -> NDArray[np.bool_]:
        return np.logical_or.reduce(self._matches(text))


@register("not")
@dataclass(frozen=True)
class Not(Feature):
    """Matches tokens that a feature does not match.

    Args:
        of: A feature, or its mapping, which needs no name.

    Example:
        >>> Not("no space", {"kind": "literal", "text": " "}).values(Text([list("a b")])).tolist()
        [True, False, True]
    """

    of: Feature

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "of", part_of(self, self.of))

    def values(self, text: Text) -> NDArray[np.bool_]:
        return ~matches(self.of, text)


def matches(feature: Feature, text: Text) -> NDArray[np.bool_]:
    """Returns booleans (tokens,), true at tokens that a feature matches.

    Raises:
        ValueError: if it gives numbers.
    """
    values = feature.values(text)
    if values.dtype != bool:
        raise ValueError(
            f"The feature {feature.name!r} of kind {feature.kind!r} gives numbers, which neither "
            "match nor do not. Put it into a feature of kind `range`, such as "
            f"{{kind: range, of: {{kind: {feature.kind}, ...}}, low: 1}}."
        )
    return np.asarray(values, bool)
