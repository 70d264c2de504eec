"""Gallery: the units of a recording that can be read, without any feature."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tb_rnnviz.core.json_object import JsonObject


@dataclass(frozen=True)
class TokenCount:
    """A token and how often something happens at it.

    Attributes:
        token: The token.
        count: Occurrences at which it happens.
        occurrences: Occurrences of the token in the text.
    """

    token: str
    count: int
    occurrences: int

    def to_json(self) -> dict[str, Any]:
        """Returns a JSON object."""
        return dict(vars(self))

    @classmethod
    def from_json(cls, json: Any) -> TokenCount:
        """Reads what `to_json` returned; raises a ValueError naming a key that is wrong."""
        token = JsonObject(json, "a token of a gallery")
        return cls(token.text("token"), token.integer("count"), token.integer("occurrences"))


@dataclass(frozen=True)
class CandidateName:
    """A feature that a unit may stand for.

    Attributes:
        feature: Name of the feature.
        overlap: Of a boolean feature the F1 score of its matches and the tokens at which the unit
            is on, 0 to 1; of a numeric feature the absolute rank correlation.
    """

    feature: str
    overlap: float

    def to_json(self) -> dict[str, Any]:
        """Returns a JSON object."""
        return dict(vars(self))

    @classmethod
    def from_json(cls, json: Any) -> CandidateName:
        """Reads what `to_json` returned; raises a ValueError naming a key that is wrong."""
        name = JsonObject(json, "a name of a gallery")
        return cls(name.text("feature"), name.number("overlap"))


@dataclass(frozen=True, kw_only=True)
class GalleryUnit:
    """A unit of the gallery: its kind, the numbers behind it, and where it shows.

    Attributes:
        layer: Path of the layer.
        quantity: Name of the quantity, a state.
        unit: Index of the unit.
        kind: Kind of the unit, as `analysis.unit_kinds` names it.
        numbers: Numbers of `analysis.UnitKinds` that decide this kind, by name.
        stretches: First token and end of the longest stretches at which the unit is on, in tokens
            of the text; of a counter the ramps between two resets.
        on: Tokens that turn it on, the most frequent first; of a counter those that reset it.
        off: Tokens that turn it off.
        names: Features that it may stand for, the closest first; none is an unknown unit.
    """

    layer: str
    quantity: str
    unit: int
    kind: str
    numbers: Mapping[str, float] = field(default_factory=dict)
    stretches: tuple[tuple[int, int], ...] = ()
    on: tuple[TokenCount, ...] = ()
    off: tuple[TokenCount, ...] = ()
    names: tuple[CandidateName, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Returns a JSON object."""
        return {
            **vars(self),
            "numbers": dict(self.numbers),
            "stretches": [list(stretch) for stretch in self.stretches],
            "on": [token.to_json() for token in self.on],
            "off": [token.to_json() for token in self.off],
            "names": [name.to_json() for name in self.names],
        }

    @classmethod
    def from_json(cls, json: Any) -> GalleryUnit:
        """Reads what `to_json` returned; raises a ValueError naming a key that is wrong."""
        unit = JsonObject(json, "a unit of a gallery")
        numbers = JsonObject(unit.object("numbers"), "the numbers of a unit of a gallery")
        return cls(
            layer=unit.text("layer"),
            quantity=unit.text("quantity"),
            unit=unit.integer("unit"),
            kind=unit.text("kind"),
            numbers={name: numbers.number(name) for name in unit.object("numbers")},
            stretches=unit.parts("stretches", _stretch),
            on=unit.parts("on", TokenCount.from_json),
            off=unit.parts("off", TokenCount.from_json),
            names=unit.parts("names", CandidateName.from_json),
        )


def _stretch(json: Any) -> tuple[int, int]:
    first, end = JsonObject({"stretch": json}, "a unit of a gallery").integers("stretch")
    return first, end
