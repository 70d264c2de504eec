"""Findings: units that are associated with a feature, with their evidence."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass, fields
from math import isfinite, nan
from typing import Any

from tb_rnnviz.core.json_object import JsonObject
from tb_rnnviz.core.names import QuantityKey, is_state
from tb_rnnviz.core.numbers import json_value
from tb_rnnviz.core.statistics import ASSOCIATION, EVIDENCE, Association

LAGS = 10
"""Tokens before and after a feature that a lagged response covers."""

VALUE = "value"
"""Value of `LaggedResponse.at` for the correlation with a number."""


ASPECTS = ("level", "swing")
"""Aspects of a unit: where it is, and how much it moves."""


@dataclass(frozen=True)
class PartialEffect:
    """Association that remains after the confounds are regressed out of the activity.

    Attributes:
        effect: Effect size, Cohen's d.
        p: p-value.
    """

    effect: float
    p: float

    def to_json(self) -> dict[str, Any]:
        """Returns a JSON object, null for NaN."""
        return _to_json(self)

    @classmethod
    def from_json(cls, json: Any) -> PartialEffect:
        """Reads what `to_json` returned; raises a ValueError naming a key that is wrong."""
        return cls(**_numbers(JsonObject(json, "a partial effect"), "effect", "p"))


@dataclass(frozen=True)
class SpectralPeak:
    """Strongest peak in the spectrum of a unit, tested against red noise.

    Attributes:
        frequency: Cycles per token; the period is its inverse.
        amplitude: Amplitude of the oscillation, in units of the activity.
        prominence: Height above the spectrum around it.
        p: p-value.
        q: False discovery rate over the units that were transformed together.
        coherence: Coherence of the unit with the feature at this frequency, 0 to 1.
    """

    frequency: float
    amplitude: float
    prominence: float
    p: float
    q: float
    coherence: float

    def to_json(self) -> dict[str, Any]:
        """Returns a JSON object, null for NaN."""
        return _to_json(self)

    @classmethod
    def from_json(cls, json: Any) -> SpectralPeak:
        """Reads what `to_json` returned; raises a ValueError naming a key that is wrong."""
        return cls(**_numbers(JsonObject(json, "a spectral peak"), *_names(cls)))


@dataclass(frozen=True)
class ResponseMean:
    """Mean activity of a unit by lag, with the band of the null distribution.

    Attributes:
        mean: Mean activity from `LAGS` tokens before an event to `LAGS` tokens after it; NaN at
            lags that no event has.
        low: Lower end of the band at each lag.
        high: Upper end of it.
    """

    mean: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]

    def to_json(self) -> dict[str, Any]:
        """Returns a JSON object, null for NaN."""
        return _to_json(self)

    @classmethod
    def from_json(cls, json: Any) -> ResponseMean:
        """Reads what `to_json` returned; raises a ValueError naming a key that is wrong.

        Older logs have one band, that of lag 0, for all lags.
        """
        response = JsonObject(json, "a lagged response")
        mean = response.numbers("mean")
        return cls(mean, *(_band(response, key, len(mean)) for key in ("low", "high")))


@dataclass(frozen=True)
class LaggedResponse(ResponseMean):
    """Mean activity of a unit around a feature, or correlation with a number.

    Attributes:
        label: `"none"`, `"anticipating"`, `"reacting"` or `"holding"`; for a number `"none"`,
            `"ahead"`, `"together"` or `"behind"`.
        p: p-value.
        at: Event at lag 0: `"match"`, or the `"onset"` of a stretch of matches; `"value"` of a
            number, where `mean` is a rank correlation; `None` in logs that do not say so.
        end: Response around the ends of the stretches; `None` where matches stand alone.
    """

    label: str
    p: float
    at: str | None = None
    end: ResponseMean | None = None

    @property
    def lag(self) -> int | None:
        """Lag of the mean furthest outside the band, in widths of it; None without a mean."""
        return strongest_lag(self)

    def to_json(self) -> dict[str, Any]:
        """Returns a JSON object, null for NaN."""
        return super().to_json() | {"end": self.end and self.end.to_json()}

    @classmethod
    def from_json(cls, json: Any) -> LaggedResponse:
        """Reads what `to_json` returned; raises a ValueError naming a key that is wrong."""
        response = JsonObject(json, "a lagged response")
        return cls(
            **vars(ResponseMean.from_json(json)),
            label=response.text("label"),
            p=response.number("p"),
            at=response.optional_text("at"),
            end=response.part("end", ResponseMean.from_json),
        )


def strongest_lag(response: ResponseMean) -> int | None:
    """Returns the lag whose mean deviates most from the middle of the band.

    Deviations count in half widths of the band, which is wide at lags that few events have.

    Example:
        >>> strongest_lag(ResponseMean((0.0, 2.0, 9.0), (-1.0, -1.0, -8.0), (1.0, 1.0, 8.0)))
        0
    """
    deviations = [
        abs(mean - (low + high) / 2) / (high - low) if high > low else nan
        for mean, low, high in zip(response.mean, response.low, response.high, strict=True)
    ]
    finite = [deviation for deviation in deviations if isfinite(deviation)]
    if not finite:
        return None
    return deviations.index(max(finite)) - len(deviations) // 2


@dataclass(frozen=True)
class AblationEffect:
    """Change of the loss on a feature's tokens, less the others, if a unit is clamped.

    Attributes:
        effect: Difference of the changes, nats per token.
        low: Lower end of its 0.95 interval.
        high: Upper end of it.
        on: Change at the tokens of the feature.
        off: Change at the other tokens.
        count: Tokens of the feature that were measured.
        how: Value that the unit was clamped to, such as `"mean"`.
        tokens: Tokens that were read.
    """

    effect: float
    low: float
    high: float
    on: float
    off: float
    count: int
    how: str
    tokens: int

    def to_json(self) -> dict[str, Any]:
        """Returns a JSON object, null for NaN."""
        return _to_json(self)

    @classmethod
    def from_json(cls, json: Any) -> AblationEffect:
        """Reads what `to_json` returned; raises a ValueError naming a key that is wrong."""
        effect = JsonObject(json, "an ablation effect")
        return cls(
            count=effect.integer("count"),
            how=effect.text("how"),
            tokens=effect.integer("tokens"),
            **_numbers(effect, "effect", "low", "high", "on", "off"),
        )


@dataclass(frozen=True, kw_only=True)
class Finding(Association):
    """A unit and a feature that it is associated with, together with the evidence.

    The statistics of the association are its attributes: `finding.effect`, `finding.q` and so on,
    see `Association`. Numbers have four significant digits, as in the log; NaN is unknown.

    Attributes:
        feature: Name of the feature.
        layer: Path of the layer.
        quantity: Name of the quantity, such as `"hidden_state"`.
        unit: Index of the unit.
        aspect: `"level"` if the feature is associated with the activity, `"swing"` if with its mean
            absolute change over the last tokens, `analysis.swing`; the statistics are of this.
        neighbours: Indices of the units beside it, to be shown with it.
        count: Tokens that the feature matches, or at which it has a number; `None` if unknown.
        evidence: `"memory"` if the association holds among the occurrences of the same token,
            `"echo"` if it does not, `"both"` if a smaller part of it does; `None` if it is not
            significant or the tokens are unknown.
        kind: Kind of the unit, as `analysis.unit_kinds` names it; `None` if unknown.
        partial: Partial effect of a hidden state, without the confounds; `None` if not computed.
        peak: Spectral peak of the unit; `None` if it has none.
        response: Lagged response of a state to a boolean feature, otherwise `None`.
        ablation: Ablation effect; `None` if it was not measured.
    """

    feature: str
    layer: str
    quantity: str
    unit: int
    aspect: str = "level"
    neighbours: tuple[int, ...] = ()
    count: int | None = None
    evidence: str | None = None
    kind: str | None = None
    partial: PartialEffect | None = None
    peak: SpectralPeak | None = None
    response: LaggedResponse | None = None
    ablation: AblationEffect | None = None

    @property
    def key(self) -> QuantityKey:
        """Layer and quantity."""
        return QuantityKey(self.layer, self.quantity)

    def to_json(self) -> dict[str, Any]:
        """Returns a JSON object, null for NaN and `None`."""
        return {
            "feature": self.feature,
            "layer": self.layer,
            "quantity": self.quantity,
            "unit": self.unit,
            "aspect": self.aspect,
            "neighbours": list(self.neighbours),
            "count": self.count,
            **{name: json_value(getattr(self, name)) for name in ASSOCIATION},
            "evidence": self.evidence,
            "kind": self.kind,
            "controlled": self.partial and self.partial.to_json(),
            "causal": self.ablation and self.ablation.to_json(),
            "peak": self.peak and self.peak.to_json(),
            "response": self.response and self.response.to_json(),
        }

    @classmethod
    def from_json(cls, json: Any) -> Finding:
        """Reads a finding of a digest, of this version of the log or an older one.

        Raises:
            ValueError: If a key is missing or has a value of another type, naming it.
        """
        finding = JsonObject(json, "a finding")
        return cls(
            feature=finding.text("feature"),
            layer=finding.text("layer"),
            quantity=finding.text("quantity"),
            unit=finding.integer("unit"),
            aspect=finding.optional_text("aspect") or ASPECTS[0],
            neighbours=finding.integers("neighbours"),
            count=finding.optional_integer("count"),
            evidence=finding.optional_text("evidence"),
            kind=finding.optional_text("kind"),
            partial=finding.part("controlled", PartialEffect.from_json),
            peak=finding.part("peak", SpectralPeak.from_json),
            response=finding.part("response", LaggedResponse.from_json),
            ablation=finding.part("causal", AblationEffect.from_json),
            **_numbers(finding, *ASSOCIATION),
        )


def sort_findings(findings: Iterable[Finding], recent: Container[str] = ()) -> list[Finding]:
    """Sorts findings, the strongest first.

    What a unit remembers comes before what it does both, remember and echo, and before echoes;
    findings that are not significant come last. Among memories, those of features that the last
    two tokens determine come last. Among equal evidence, states come before gates and candidates,
    levels before swings, which span several tokens, and then the absolute effect decides: the one
    within equal tokens if that is significant, otherwise the plain one.

    Args:
        findings: Findings.
        recent: Names of the features that the last two tokens determine.

    Example:
        >>> from math import nan
        >>> weak, strong, memory, chance = (
        ...     Finding(feature="space", layer="lstm", quantity="hidden_state", unit=unit,
        ...             effect=effect, q=q, within=within, within_q=q)
        ...     for unit, (effect, q, within) in enumerate(
        ...         [(0.4, 0.01, nan), (-2.0, 0.001, nan), (1.0, 0.01, 1.0), (3.0, 0.2, nan)]))
        >>> [finding.unit for finding in sort_findings([weak, strong, memory, chance])]
        [2, 1, 0, 3]
    """

    def sort_key(finding: Finding) -> tuple[int, bool, bool, bool, float]:
        word = finding.evidence_word
        rank = len(EVIDENCE) if word is None else EVIDENCE.index(word)
        is_recent = rank < len(EVIDENCE) - 1 and finding.feature in recent
        is_gate, is_swing = not is_state(finding.quantity), finding.aspect != ASPECTS[0]
        return rank, is_recent, is_gate, is_swing, -finding.strength

    return sorted(findings, key=sort_key)


def _names(part: type) -> tuple[str, ...]:
    return tuple(entry.name for entry in fields(part))


def _to_json(part: Any) -> dict[str, Any]:
    return {name: json_value(getattr(part, name)) for name in _names(type(part))}


def _band(json: JsonObject, key: str, lags: int) -> tuple[float, ...]:
    """Band by lag; one number is that of every lag."""
    if not isinstance(json.get(key), list):
        return (json.number(key),) * lags
    band = json.numbers(key)
    if len(band) != lags:
        raise ValueError(
            f"`{key}` of a lagged response must have one number per lag, {lags}. "
            f"Received: {len(band)}"
        )
    return band


def _numbers(json: JsonObject, *keys: str) -> dict[str, float]:
    return {key: json.number(key) for key in keys}
