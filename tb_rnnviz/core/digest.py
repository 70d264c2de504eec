"""Digest of a recording: findings, diagnoses and summaries in one JSON object."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tb_rnnviz.core.content import Content
from tb_rnnviz.core.diagnosis import Diagnosis
from tb_rnnviz.core.finding import Finding
from tb_rnnviz.core.gallery import GalleryUnit
from tb_rnnviz.core.json_object import JsonObject
from tb_rnnviz.core.numbers import json_value


@dataclass(frozen=True)
class FeatureMatches:
    """A feature and the number of its matches in a text.

    Attributes:
        name: Name of the feature.
        kind: Kind of the feature, such as `"literal"`.
        count: Tokens that match, or at which a numeric feature has a value.
        note: Reason why no association can be computed, such as `"matches no token"`, or `None`.
        spec: Mapping that defines the feature; `None` if it is long or none does.
    """

    name: str
    kind: str
    count: int = 0
    note: str | None = None
    spec: Mapping[str, Any] | None = None

    def to_json(self) -> dict[str, Any]:
        """Returns a JSON object, an entry of `features` in a digest."""
        return dict(vars(self))

    @classmethod
    def from_json(cls, json: Any) -> FeatureMatches:
        """Reads what `to_json` returned; raises a ValueError naming a key that is wrong."""
        matches = JsonObject(json, "a feature of a digest")
        return cls(
            name=matches.text("name"),
            kind=matches.text("kind"),
            count=matches.integer("count"),
            note=matches.optional_text("note"),
            spec=matches.optional_object("spec"),
        )


@dataclass(frozen=True, kw_only=True)
class Digest:
    """Summary of one step of one probe; `docs/log_format.md` describes every key.

    Attributes:
        tokens: Number of tokens.
        sequences: Number of sequences.
        generated: True for text that the model generated.
        loss: Nats per target; `None` without targets.
        loss_note: Reason why there is no loss although there are targets, or `None`.
        target_kind: Kind of the targets: `"next"` tokens, a class of each `"token"` or of each
            `"sequence"`; `None` without targets, and in older logs.
        content: Content of the text, `None` in older logs.
        tagger: Name of the part-of-speech tagger, `None` if no feature needed one.
        features: The features, in the order of the rows of a relevance array and those not in it.
        findings: The findings, strongest first; `hypotheses` in JSON.
        tests: Number of tests that q is corrected over.
        kinds: Units by kind, by layer and state: `{"lstm": {"cell_state": {"switch": [3, 9]}}}`.
            A unit that no kind lists is mixed. Empty in older logs.
        gallery: The units that can be read best, the clearest of each kind first.
        units: Number of units, by layer; empty in older logs.
        ranges: Range of the values, by layer and quantity.
        causal_note: Reason why ablation effects are missing, or `None`.
        errors: Error analysis; `None` without the training text.
        doctor: The diagnoses, by layer.
        memory: Median memory time scales, by layer.
        matching: Agreement with the previous recording, by layer.
        emergence: First step at which a unit became significant, one object per feature.
        absent: Quantities that were not recorded, each an object with the reason.
        left_out: Recordings that the budget skipped, each an object with the reason.
        first_nan: Position of the first value that is not a number, or `None`.
        bytes: Size of the event files when the digest was written; `None` before that.
    """

    tokens: int
    sequences: int
    generated: bool = False
    loss: float | None = None
    loss_note: str | None = None
    target_kind: str | None = None
    content: Content | None = None
    tagger: str | None = None
    features: tuple[FeatureMatches, ...] = ()
    findings: tuple[Finding, ...] = ()
    tests: int = 0
    kinds: Mapping[str, Mapping[str, Mapping[str, Sequence[int]]]] = field(default_factory=dict)
    gallery: tuple[GalleryUnit, ...] = ()
    units: Mapping[str, int] = field(default_factory=dict)
    ranges: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    causal_note: str | None = None
    errors: Mapping[str, Any] | None = None
    doctor: tuple[Diagnosis, ...] = ()
    memory: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    matching: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    emergence: tuple[Mapping[str, Any], ...] = ()
    absent: tuple[Mapping[str, Any], ...] = ()
    left_out: tuple[Mapping[str, Any], ...] = ()
    first_nan: Mapping[str, Any] | None = None
    bytes: int | None = None

    def to_json(self) -> dict[str, Any]:
        """Returns the JSON object that the log stores.

        Numbers that are not finite are null. A finding has the key `causal` only if its ablation
        effect was measured.
        """
        entries = dict(vars(self))
        findings = entries.pop("findings")
        return json_value(
            entries
            | {
                "content": self.content and self.content.to_json(),
                "features": [matches.to_json() for matches in self.features],
                "hypotheses": [_finding_json(finding) for finding in findings],
                "gallery": [unit.to_json() for unit in self.gallery],
                "doctor": [diagnosis.to_json() for diagnosis in self.doctor],
            }
        )

    @classmethod
    def from_json(cls, json: Any) -> Digest:
        """Reads a digest of this version of the log or an older one.

        Raises:
            ValueError: If a key is missing or has a value of another type, naming it.
        """
        digest = JsonObject(json, "a digest")
        loss = digest.get("loss")
        return cls(
            tokens=digest.integer("tokens"),
            sequences=digest.integer("sequences"),
            generated=digest.flag("generated", False),
            loss=None if loss is None else digest.number("loss"),
            loss_note=digest.optional_text("loss_note"),
            target_kind=digest.optional_text("target_kind"),
            content=digest.part("content", Content.from_json),
            tagger=digest.optional_text("tagger"),
            features=digest.parts("features", FeatureMatches.from_json),
            findings=digest.parts("hypotheses", Finding.from_json),
            tests=digest.optional_integer("tests") or 0,
            kinds=digest.object("kinds"),
            gallery=digest.parts("gallery", GalleryUnit.from_json),
            units=digest.object("units"),
            ranges=digest.object("ranges"),
            causal_note=digest.optional_text("causal_note"),
            errors=digest.optional_object("errors"),
            doctor=digest.parts("doctor", Diagnosis.from_json),
            memory=digest.object("memory"),
            matching=digest.object("matching"),
            emergence=digest.parts("emergence", _object),
            absent=digest.parts("absent", _object),
            left_out=digest.parts("left_out", _object),
            first_nan=digest.optional_object("first_nan"),
            bytes=digest.optional_integer("bytes"),
        )


def _finding_json(finding: Finding) -> dict[str, Any]:
    json = finding.to_json()
    if finding.ablation is None:
        del json["causal"]
    return json


def _object(json: Any) -> dict[str, Any]:
    if not isinstance(json, Mapping):
        raise ValueError(f"An entry of a digest must be a JSON object. Received: {json!r:.100}")
    return dict(json)
