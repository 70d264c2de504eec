"""Checked access to the keys of a JSON object."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

Part = TypeVar("Part")

MISSING = object()


class JsonObject:
    """JSON object whose keys are read with the type that they must have.

    Every method raises a ValueError that names the object, the key and the value received.
    Optional keys may be absent or null, as logs of older versions have them.

    Args:
        value: The parsed JSON.
        name: Name of the object in errors, such as `"a finding"`.

    Example:
        >>> JsonObject({"unit": 3, "q": None}, "a finding").integer("unit")
        3
        >>> JsonObject({"unit": "3"}, "a finding").integer("unit")
        Traceback (most recent call last):
        ValueError: `unit` of a finding must be an integer. Received: '3'
    """

    def __init__(self, value: Any, name: str) -> None:
        if not isinstance(value, Mapping):
            raise ValueError(f"{_sentence(name)} must be a JSON object. Received: {value!r:.100}")
        self._value, self._name = value, name

    def get(self, key: str) -> Any:
        """Returns the value of a key as it is, `None` if it is absent."""
        return self._value.get(key)

    def text(self, key: str) -> str:
        """Returns a string."""
        return self._read(key, str, "a string")

    def optional_text(self, key: str) -> str | None:
        """Returns a string or `None`."""
        return None if self.get(key) is None else self.text(key)

    def flag(self, key: str, default: bool) -> bool:
        """Returns a boolean, the default if it is absent."""
        return default if self.get(key) is None else self._read(key, bool, "true or false")

    def integer(self, key: str) -> int:
        """Returns an integer."""
        return self._read(key, int, "an integer")

    def optional_integer(self, key: str) -> int | None:
        """Returns an integer or `None`."""
        return None if self.get(key) is None else self.integer(key)

    def number(self, key: str) -> float:
        """Returns a float, NaN if the number is null or absent."""
        return math.nan if self.get(key) is None else self._number(key, self.get(key))

    def numbers(self, key: str) -> tuple[float, ...]:
        """Returns a tuple of floats, NaN for null."""
        values = self._read(key, list, "a list of numbers")
        return tuple(math.nan if value is None else self._number(key, value) for value in values)

    def integers(self, key: str) -> tuple[int, ...]:
        """Returns a tuple of integers, empty if the list is absent."""
        if self.get(key) is None:
            return ()
        values = self._read(key, list, "a list of integers")
        if not all(isinstance(value, int) and not isinstance(value, bool) for value in values):
            raise self._error(key, "a list of integers", values)
        return tuple(values)

    def object(self, key: str) -> dict[str, Any]:
        """Returns an object as it is, empty if it is absent."""
        return {} if self.get(key) is None else dict(self._read(key, Mapping, "an object"))

    def optional_object(self, key: str) -> dict[str, Any] | None:
        """Returns an object as it is, or `None`."""
        return None if self.get(key) is None else self.object(key)

    def part(self, key: str, from_json: Callable[[Any], Part]) -> Part | None:
        """Returns the part that `from_json` makes of a value, `None` if it is absent."""
        return None if self.get(key) is None else from_json(self.get(key))

    def parts(self, key: str, from_json: Callable[[Any], Part]) -> tuple[Part, ...]:
        """Returns the parts that `from_json` makes of a list, empty if it is absent."""
        if self.get(key) is None:
            return ()
        return tuple(map(from_json, self._read(key, list, "a list")))

    def _number(self, key: str, value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise self._error(key, "a number or null", value)
        return float(value)

    def _read(self, key: str, kind: type, description: str) -> Any:
        value = self._value.get(key, MISSING)
        if value is MISSING:
            raise ValueError(f"{_sentence(self._name)} needs `{key}`. It has: {list(self._value)}")
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise self._error(key, description, value)
        return value

    def _error(self, key: str, description: str, value: Any) -> ValueError:
        return ValueError(
            f"`{key}` of {self._name} must be {description}. Received: {value!r:.100}"
        )


def _sentence(name: str) -> str:
    return name[0].upper() + name[1:]
