"""JSON schema: the kinds of values that data from a file must have."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

MAX_INTEGER = (1 << 53) - 1
"""Largest integer that JavaScript reads exactly."""

SHOWN_CHARACTERS = 60
"""Characters of a value that an error shows."""


class SchemaError(ValueError):
    """Error of a JSON value that does not fit its schema; names path, kind and value."""


class Schema:
    """Kind of a JSON value."""

    description = "anything"
    """Description of the allowed values, for errors."""

    def read(self, value: Any, path: str, left_out: list[str] | None = None) -> Any:
        """Checks a value.

        Args:
            value: The parsed JSON.
            path: Name of the value in errors.
            left_out: If given, optional parts and entries of lists that do not fit are left out
                of the result, and a sentence about each is added to this list.

        Returns:
            The value, without what was left out.

        Raises:
            SchemaError: if the value, or a part that is required, does not fit.
        """
        if not self.fits(value):
            shown = repr(value)
            if len(shown) > SHOWN_CHARACTERS:
                shown = shown[:SHOWN_CHARACTERS] + "…"
            raise SchemaError(f"`{path}` must be {self.description}. Received: {shown}")
        return value

    def fits(self, value: Any) -> bool:
        """Returns true if the value is of this kind, without looking into its parts."""
        return True


class AnyText(Schema):
    """A string, which may hold what no encoding has, as tokens do."""

    description = "a string"

    def fits(self, value: Any) -> bool:
        return isinstance(value, str)


class Text(AnyText):
    """A string that UTF-8 can encode."""

    def fits(self, value: Any) -> bool:
        if not isinstance(value, str):
            return False
        try:
            value.encode()
        except UnicodeEncodeError:
            return False
        return True


@dataclass(frozen=True)
class Choice(Schema):
    """One of several strings."""

    values: tuple[str, ...]

    @property
    def description(self) -> str:  # type: ignore[override]
        """Description of the allowed values, for errors."""
        return f"one of {list(self.values)}"

    def fits(self, value: Any) -> bool:
        return isinstance(value, str) and value in self.values


class Flag(Schema):
    """True or false."""

    description = "true or false"

    def fits(self, value: Any) -> bool:
        return isinstance(value, bool)


@dataclass(frozen=True)
class Integer(Schema):
    """An integer in a range, by default what JavaScript reads exactly."""

    low: int = -MAX_INTEGER
    high: int = MAX_INTEGER

    @property
    def description(self) -> str:  # type: ignore[override]
        """Description of the allowed values, for errors."""
        return f"an integer from {self.low} to {self.high}"

    def fits(self, value: Any) -> bool:
        return type(value) is int and self.low <= value <= self.high


class Number(Schema):
    """A finite number, or null for one that is not finite."""

    description = "a finite number or null"

    def fits(self, value: Any) -> bool:
        return value is None or _is_number(value)


class Numbers(Schema):
    """A list of finite numbers and nulls, left out as a whole if one does not fit."""

    description = "a list of finite numbers and nulls"

    def fits(self, value: Any) -> bool:
        return isinstance(value, list) and all(item is None or _is_number(item) for item in value)


class NumberOrNumbers(Schema):
    """A number that holds throughout, or a list of numbers."""

    description = "a finite number, null, or a list of these"

    def fits(self, value: Any) -> bool:
        return NUMBER.fits(value) or NUMBERS.fits(value)


@dataclass(frozen=True)
class Integers(Schema):
    """A list of integers in a range, which is left out as a whole if one does not fit.

    Attributes:
        low: Smallest integer.
        high: Largest integer.
        count: Number of integers, `None` for any.
    """

    low: int = -MAX_INTEGER
    high: int = MAX_INTEGER
    count: int | None = None

    @property
    def description(self) -> str:  # type: ignore[override]
        """Description of the allowed values, for errors."""
        count = "" if self.count is None else f"{self.count} "
        return f"a list of {count}integers from {self.low} to {self.high}"

    def fits(self, value: Any) -> bool:
        return (
            isinstance(value, list)
            and self.count in (None, len(value))
            and all(type(item) is int and self.low <= item <= self.high for item in value)
        )


@dataclass(frozen=True)
class ListOf(Schema):
    """A list of values of one kind.

    Attributes:
        item: Kind of the values.
        as_whole: If true, the list is left out as a whole if a value does not fit.
    """

    item: Schema
    as_whole: bool = False

    description = "a list"

    def fits(self, value: Any) -> bool:
        return isinstance(value, list)

    def read(self, value: Any, path: str, left_out: list[str] | None = None) -> list[Any]:
        super().read(value, path)
        items = []
        for index, item in enumerate(value):
            try:
                items.append(self.item.read(item, f"{path}[{index}]", left_out))
            except SchemaError as error:
                if left_out is None or self.as_whole:
                    raise
                left_out.append(str(error))
        return items


@dataclass(frozen=True)
class MapOf(Schema):
    """An object with any keys and values of one kind."""

    item: Schema

    description = "an object"

    def fits(self, value: Any) -> bool:
        return isinstance(value, Mapping)

    def read(self, value: Any, path: str, left_out: list[str] | None = None) -> dict[str, Any]:
        super().read(value, path)
        items = {}
        for key, item in value.items():
            try:
                TEXT.read(key, f"{path}, a key")
                items[key] = self.item.read(item, f"{path}.{key}", left_out)
            except SchemaError as error:
                if left_out is None:
                    raise
                left_out.append(str(error))
        return items


@dataclass(frozen=True)
class Object(Schema):
    """An object with some keys; other keys are passed on unread.

    Attributes:
        required: Kinds of the values of keys that must be there.
        optional: Kinds of the values of keys that may be missing or null.
    """

    required: Mapping[str, Schema] = field(default_factory=dict)
    optional: Mapping[str, Schema] = field(default_factory=dict)

    description = "an object"

    def fits(self, value: Any) -> bool:
        return isinstance(value, Mapping)

    def read(self, value: Any, path: str, left_out: list[str] | None = None) -> dict[str, Any]:
        super().read(value, path)
        missing = [key for key in self.required if key not in value]
        if missing:
            raise SchemaError(f"`{path}` lacks {missing}. It has: {list(value)[:20]}")
        entries = dict(value)
        for key, schema in self.required.items():
            entries[key] = schema.read(value[key], f"{path}.{key}", left_out)
        for key, schema in self.optional.items():
            if value.get(key) is None:
                continue
            try:
                entries[key] = schema.read(value[key], f"{path}.{key}", left_out)
            except SchemaError as error:
                if left_out is None:
                    raise
                del entries[key]
                left_out.append(str(error))
        return entries


@dataclass(frozen=True)
class Nullable(Schema):
    """A value of one kind, or null."""

    item: Schema

    def read(self, value: Any, path: str, left_out: list[str] | None = None) -> Any:
        return None if value is None else self.item.read(value, path, left_out)


ANYTHING = Schema()
ANY_TEXT, TEXT, FLAG, NUMBER, NUMBERS = AnyText(), Text(), Flag(), Number(), Numbers()
NUMBER_OR_NUMBERS = NumberOrNumbers()
INTEGER, INTEGERS = Integer(), Integers()
COUNT, COUNTS = Integer(low=0), Integers(low=0)
TEXTS = ListOf(TEXT, as_whole=True)
ANY_TEXTS = ListOf(ANY_TEXT, as_whole=True)


def numbers(names: Sequence[str]) -> dict[str, Schema]:
    """Returns the kinds of keys that all hold numbers.

    Example:
        >>> Object(optional=numbers(["p"])).read({"p": 0.5}, "a finding")
        {'p': 0.5}
        >>> left_out = []
        >>> Object(optional=numbers(["p", "q"])).read({"p": "x", "q": 1}, "finding", left_out)
        {'q': 1}
        >>> left_out
        ["`finding.p` must be a finite number or null. Received: 'x'"]
    """
    return dict.fromkeys(names, NUMBER)


def _is_number(value: Any) -> bool:
    """True for an integer or a finite float, as C doubles have them."""
    if type(value) is float:
        return math.isfinite(value)
    return type(value) is int and -MAX_INTEGER <= value <= MAX_INTEGER
