"""Numbers as JSON has them."""

from __future__ import annotations

import math
from typing import Any

from tb_rnnviz.report.numbers import brief


def number(value: Any, digits: int = 6) -> float | None:
    """A number of some significant digits; what is not finite becomes null.

    Example:
        >>> number(1 / 3, 3), number(float("nan"))
        (0.333, None)
    """
    return brief(value, digits) if math.isfinite(value) else None


def finite(value: Any) -> Any:
    """The same with null for every number in it that is not finite."""
    if isinstance(value, dict):
        return {key: finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
