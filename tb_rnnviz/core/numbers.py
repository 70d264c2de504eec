"""Numbers in JSON: significant digits, and null for NaN and infinity."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np


def round_significant(value: Any, digits: int = 6) -> float:
    """Rounds a number to a number of significant digits.

    Example:
        >>> round_significant(1 / 3, 3), round_significant(123456.0, 2)
        (0.333, 120000.0)
    """
    return float(f"{float(value):.{digits}g}")


def round_all(values: Iterable[float], digits: int = 6) -> tuple[float, ...]:
    """Rounds numbers as `round_significant` does, in one formatting.

    Example:
        >>> round_all([1 / 3, float("nan"), 123456.0], 2)
        (0.33, nan, 120000.0)
    """
    numbers = tuple(values)
    text = f"%.{digits}g " * len(numbers) % numbers
    return tuple(map(float, text.split()))


def json_number(value: Any, digits: int = 6) -> float | None:
    """Rounds a number for JSON; `None` where it is not finite.

    Example:
        >>> json_number(1 / 3, 3), json_number(float("nan"))
        (0.333, None)
    """
    return round_significant(value, digits) if math.isfinite(value) else None


def json_value(value: Any) -> Any:
    """Converts mappings, sequences and NumPy scalars to values that JSON has.

    Numbers that are not finite become `None`; strings, booleans and `None` stay.

    Example:
        >>> json_value({"p": np.float32("nan"), "units": (np.int64(3), 4.5)})
        {'p': None, 'units': [3, 4.5]}
    """
    if isinstance(value, Mapping):
        return {key: json_value(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [json_value(item) for item in value]
    if isinstance(value, (float, np.floating)):
        return float(value) if math.isfinite(value) else None
    return value.item() if isinstance(value, np.generic) else value
