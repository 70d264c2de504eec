"""Diagnoses of the doctor: what is wrong with a layer, with evidence and advice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tb_rnnviz.core.json_object import JsonObject

SEVERITIES = ("error", "warning", "note")
"""Severities from the worst: training is broken; part is unused; worth knowing."""


@dataclass(frozen=True)
class Diagnosis:
    """Diagnosis of a layer: a rule that applies, with its evidence.

    Attributes:
        code: Code of the rule, such as `"RNV002"`; `docs/analysis/doctor.md` describes each.
        severity: `"error"`, `"warning"` or `"note"`.
        title: Name of the problem.
        layer: Path of the layer.
        quantity: The quantity that shows it; `None` if none does.
        units: The units concerned, in a digest the first of them; empty if all are.
        evidence: A sentence with the numbers.
        why: Reason why it matters.
        advice: Remedies to try.
        concerned: Number of units concerned, in a digest; `None` if it was not counted.
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
