"""Diagnoses of the doctor: what is wrong with a layer, with evidence and advice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tb_rnnviz.core.json_object import JsonObject

SEVERITIES = ("error", "warning", "note")
"""Worst first: training is broken; something is lost; worth knowing."""


@dataclass(frozen=True)
class DiagnosticEvidence:
    """Quantity and units of a layer that a rule of the doctor applies to.

    Attributes:
        quantity: The quantity; `None` if the rule concerns none.
        units: Indices of the units concerned, ascending; empty if all are.
        evidence: A sentence with the numbers.
    """

    quantity: str | None
    units: tuple[int, ...]
    evidence: str


@dataclass(frozen=True)
class Diagnosis:
    """Something that is wrong with a layer.

    Attributes:
        code: Code of the rule, such as `"RNV002"`; `docs/analysis/doctor.md` has a section on each.
        severity: `"error"`, `"warning"` or `"note"`.
        title: Name of the problem.
        layer: Path of the layer.
        quantity: The quantity with the evidence; `None` if the rule concerns none.
        units: Indices of the units concerned, in a digest the first of them; empty if all are.
        evidence: A sentence with the numbers.
        why: Reason why it matters.
        advice: What to try.
        concerned: Number of units concerned; `None` if it was not counted.
    """

    code: str
    severity: str
    title: str
    layer: str
    quantity: str | None
    units: tuple[int, ...]
    evidence: str
    why: str
    advice: str
    concerned: int | None = None

    def to_json(self) -> dict[str, Any]:
        """Returns a JSON object, an entry of `doctor` in a digest."""
        return vars(self) | {"units": list(self.units)}

    @classmethod
    def from_json(cls, json: Any) -> Diagnosis:
        """Reads what `to_json` returned; raises a ValueError naming a key that is wrong."""
        diagnosis = JsonObject(json, "a diagnosis")
        severity = diagnosis.text("severity")
        if severity not in SEVERITIES:
            raise ValueError(
                f"`severity` of a diagnosis must be one of {SEVERITIES}. Received: {severity!r}"
            )
        texts = ("code", "title", "layer", "evidence", "why", "advice")
        return cls(
            severity=severity,
            quantity=diagnosis.optional_text("quantity"),
            units=diagnosis.integers("units"),
            concerned=diagnosis.optional_integer("concerned"),
            **{key: diagnosis.text(key) for key in texts},
        )
