"""Options that may be given as a mapping."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, TypeVar

_Options = TypeVar("_Options")


def options_from_mapping(options: type[_Options], values: Any, name: str, forms: str) -> _Options:
    """Returns the options of a mapping.

    Args:
        options: A dataclass.
        values: The mapping.
        name: Name of the argument, for the error.
        forms: Other values that the argument may have, for the error.

    Raises:
        ValueError: If it is no mapping, has another name, or a value is out of range.
    """
    names = [field.name for field in fields(options)]  # type: ignore[arg-type]
    if not isinstance(values, Mapping) or not set(values) <= set(names):
        raise ValueError(
            f"`{name}` is {forms}, or a mapping with any of {names}. Received: {values!r}"
        )
    return options(**values)
