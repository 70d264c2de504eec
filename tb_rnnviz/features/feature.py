"""`Feature`: base class of the kinds of features, and their registry."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, fields
from typing import Any, ClassVar, TypeVar

import numpy as np
from numpy.typing import NDArray

from tb_rnnviz.features.text import Text

_KINDS: dict[str, type["Feature"]] = {}


@dataclass(frozen=True)
class Feature(ABC):
    """A property of a token or of its position in the text.

    A kind of feature is a frozen dataclass that derives from this one, holds what it needs as
    fields of plain values and tuples, and is registered with `register`.

    Args:
        name: Name of the feature in logs and in the tab, unique among those of a run.
    """

    kind: ClassVar[str]

    name: str

    def __post_init__(self) -> None:
        check_string(self, "name", self.name)

    @abstractmethod
    def values(self, text: Text) -> NDArray[np.bool_] | NDArray[np.floating]:
        """Returns a value per token of the text, (tokens,): booleans, or numbers.

        As the activity, the value at a token describes the moment after the token was read: an
        opening bracket is inside, a closing bracket is not.
        """

    @property
    def columns_read(self) -> frozenset[str]:
        """Names of the columns of the text that the feature reads, by its parts too.

        Example:
            >>> spec = {"name": "many", "kind": "range", "low": 2,
            ...         "of": {"kind": "column", "column": "syllables"}}
            >>> sorted(feature_from(spec).columns_read)
            ['syllables']
        """
        values = [getattr(self, field.name) for field in fields(self)]
        parts = [
            part for value in values for part in (value if isinstance(value, tuple) else [value])
        ]
        read = (part.columns_read for part in parts if isinstance(part, Feature))
        return frozenset().union(*read)

    def spec(self) -> dict[str, Any]:
        """Returns the mapping that `feature_from` takes, without defaults."""
        options = {
            field.name: self._plain(getattr(self, field.name))
            for field in fields(self)
            if _is_required(field) or getattr(self, field.name) != field.default
        }
        return {"name": options.pop("name"), "kind": self.kind, **options}

    def _plain(self, value: object) -> object:
        if isinstance(value, Feature):
            spec = value.spec()
            return {key: v for key, v in spec.items() if key != "name" or v != self.name}
        return [self._plain(item) for item in value] if isinstance(value, tuple) else value


_F = TypeVar("_F", bound=type[Feature])


def register(kind: str) -> Callable[[_F], _F]:
    """Registers a class under the name of its kind.

    Args:
        kind: Value of `kind` in a configuration.

    Returns:
        A decorator for a frozen dataclass that derives from `Feature`.

    Raises:
        ValueError: if another class has that kind.
    """

    def add(feature: _F) -> _F:
        if kind in _KINDS:
            raise ValueError(
                f"Features of kind {kind!r} are made by {_KINDS[kind].__qualname__} already. "
                f"Choose another kind for {feature.__qualname__}."
            )
        feature.kind = kind
        _KINDS[kind] = feature
        return feature

    return add


def kinds() -> tuple[str, ...]:
    """Returns the kinds of features that exist, sorted."""
    return tuple(sorted(_KINDS))


def feature_from(spec: Mapping[str, Any]) -> Feature:
    """Returns the feature that a mapping of a configuration describes.

    Args:
        spec: `name`, `kind`, and the options of that kind.

    Returns:
        The feature; its `spec()` gives the mapping back.

    Raises:
        ValueError: if the kind or a key is unknown, a key is missing, or a value does not fit.

    Example:
        >>> feature = feature_from({"name": "full stop", "kind": "literal", "text": "."})
        >>> feature.values(Text([["So", "."]])).tolist()
        [False, True]
    """
    if not isinstance(spec, Mapping):
        raise ValueError(
            "A feature is a mapping such as {name: space, kind: literal, text: ' '}. "
            f"Received: {spec!r}."
        )
    if "kind" not in spec:
        raise ValueError(f"A feature needs a `kind`, one of {_listed(kinds())}. Received: {spec}.")
    kind = spec["kind"]
    if not isinstance(kind, str) or kind not in _KINDS:
        raise ValueError(
            f"There is no feature of kind {kind!r}. The kinds are {_listed(kinds())}. "
            f"Received: {spec}."
        )
    feature = _KINDS[kind]
    known = {field.name: field for field in fields(feature)}
    options = {key: value for key, value in spec.items() if key != "kind"}
    unknown = [str(key) for key in options if key not in known]
    missing = [key for key in known if key not in options and _is_required(known[key])]
    for keys, verb in ((unknown, "does not know"), (missing, "needs")):
        if keys:
            raise ValueError(
                f"A feature of kind {kind!r} {verb} {_listed(keys)}. "
                f"Its keys are {_listed(('kind', *known))}. Received: {spec}."
            )
    return feature(**options)


def part_of(feature: Feature, value: object) -> Feature:
    """Returns a feature that another one is made of, from itself or its mapping.

    Args:
        feature: The other feature, whose name stands in for a missing one.
        value: A feature or a mapping.
    """
    if isinstance(value, Feature):
        return value
    if isinstance(value, Mapping):
        value = {"name": feature.name, **value}
    return feature_from(value)  # type: ignore[arg-type]


def check_string(feature: Feature, key: str, value: object) -> None:
    """Checks that an option is a string that is not empty.

    Raises:
        ValueError: if it is something else.
    """
    if not isinstance(value, str) or not value:
        raise ValueError(
            f"`{key}` of a feature of kind {feature.kind!r} must be a string that is not empty. "
            f"Received: {value!r} ({type(value).__name__}). Put it in quotes."
        )


def _is_required(field: Field) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def _listed(keys: tuple[str, ...] | list[str]) -> str:
    return ", ".join(f"`{key}`" for key in keys)
