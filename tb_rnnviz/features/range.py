"""Kind `range`: tokens at which a numeric feature lies in an interval."""

from dataclasses import dataclass
from numbers import Real

import numpy as np
from numpy.typing import NDArray

from tb_rnnviz.features.feature import Feature, part_of, register
from tb_rnnviz.features.text import Text


@register("range")
@dataclass(frozen=True)
class Range(Feature):
    """Matches tokens at which a numeric feature lies in a closed interval.

    Args:
        of: A feature, or its mapping, which needs no name.
        low: Smallest value that matches. Defaults to no bound.
        high: Largest value that matches. Defaults to no bound.

    Raises:
        ValueError: if neither bound is given, or they are in the wrong order.

    Example:
        >>> deep = Range("deep", {"kind": "bracket_depth"}, low=2)
        >>> deep.values(Text([list("(a(b))")])).tolist()
        [False, False, True, True, False, False]
    """

    of: Feature
    low: float | None = None
    high: float | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "of", part_of(self, self.of))
        bounds = [bound for bound in (self.low, self.high) if bound is not None]
        are_numbers = all(
            isinstance(bound, Real) and not isinstance(bound, bool) and bound == bound
            for bound in bounds
        )
        if not bounds or not are_numbers or bounds != sorted(bounds):
            raise ValueError(
                f"The feature {self.name!r} needs `low`, `high` or both, numbers with low <= high. "
                f"Received: low={self.low!r}, high={self.high!r}."
            )

    def values(self, text: Text) -> NDArray[np.bool_]:
        values = self.of.values(text)
        low = -np.inf if self.low is None else self.low
        high = np.inf if self.high is None else self.high
        return (values >= low) & (values <= high)
