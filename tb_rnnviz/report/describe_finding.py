"""Description of a finding: the evidence for a unit and a feature."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from tb_rnnviz import analysis
from tb_rnnviz.analysis.lagged_correlation import LaggedNumber
from tb_rnnviz.analysis.lagged_response import ResponseEvents
from tb_rnnviz.core.finding import (
    ASPECTS,
    LAGS,
    VALUE,
    Finding,
    LaggedResponse,
    PartialEffect,
    ResponseMean,
    SpectralPeak,
)
from tb_rnnviz.core.names import QuantityKey, is_state
from tb_rnnviz.core.numbers import round_significant
from tb_rnnviz.core.statistics import ASSOCIATION, PEAK, Association

DIGITS = 4
"""Significant digits of the numbers of a finding."""

RESPONSE_DIGITS = 3
"""Significant digits of a lagged response."""


@dataclass(frozen=True, eq=False)
class UnitSeries:
    """Activity of one unit, whose findings are to be described.

    Attributes:
        key: Layer and quantity.
        unit: Index of the unit.
        activity: Activity (tokens, 1), without masked tokens.
        lengths: Tokens of each sequence.
        peak: Spectral peak, the columns of `PEAK`; `None` if it was not computed.
        kind: Kind of the unit; `None` if unknown.
        aspect: One of `ASPECTS`; `activity` is this aspect of the unit.
    """

    key: QuantityKey
    unit: int
    activity: np.ndarray
    lengths: Sequence[int]
    peak: np.ndarray | None
    kind: str | None = None
    aspect: str = ASPECTS[0]


@dataclass(frozen=True, eq=False)
class FeatureSeries:
    """Values of a feature at the tokens that a layer consumed.

    It prepares what the descriptions of several units share.

    Attributes:
        values: Booleans or numbers (tokens,), without masked tokens.
        lengths: Tokens of each sequence.
        is_of_present: True if the values of the same step of a signal decide it.
    """

    values: np.ndarray
    lengths: Sequence[int]
    is_of_present: bool = False

    @cached_property
    def number(self) -> LaggedNumber | None:
        """Numbers that a unit is correlated with by lag; `None` for a boolean feature."""
        if self.values.dtype == bool:
            return None
        return LaggedNumber(self.values, len(self.values), LAGS, self.lengths)

    @cached_property
    def onsets(self) -> ResponseEvents | None:
        """Matches, or onsets of their stretches; `None` for a numeric feature."""
        if self.values.dtype != bool:
            return None
        return ResponseEvents(self.values, len(self.values), LAGS, self.lengths)

    @cached_property
    def ends(self) -> ResponseEvents | None:
        """Ends of the stretches of matches; `None` where matches stand alone."""
        if self.onsets is None or self.onsets.at == "match":
            return None
        return ResponseEvents(self.values, len(self.values), LAGS, self.lengths, "end")


@dataclass(frozen=True, eq=False)
class FeatureAssociation:
    """Association of a unit with a feature.

    Attributes:
        feature: Name of the feature.
        series: Its values; `None` if unknown.
        count: Tokens that match, or that have a number; `None` if unknown.
        association: The statistics.
        neighbours: Indices of the units to be shown beside it.
        partial: Partial effect; `None` if it was not computed.
        evidence: Word for the evidence, one of `EVIDENCE`; `None` if unknown.
    """

    feature: str
    series: FeatureSeries | None
    count: int | None
    association: Association
    neighbours: tuple[int, ...] = ()
    partial: PartialEffect | None = None
    evidence: str | None = None


def describe_findings(
    unit: UnitSeries,
    associations: Sequence[FeatureAssociation],
    digits: int = DIGITS,
    *,
    gate_responses: bool = False,
) -> list[Finding]:
    """Describes the findings of one unit, one per feature that it is associated with.

    Spectral peak and lagged response are computed here; ablation effects are added by those that
    have the model.

    Args:
        unit: The unit.
        associations: Its associations.
        digits: Significant digits of the numbers.
        gate_responses: If true, other quantities than states have a lagged response, too.

    Returns:
        The findings in the order of the associations.
    """
    has_response = gate_responses or is_state(unit.key.quantity)
    peaks = _peaks(unit, [entry.series for entry in associations], digits)
    return [
        Finding(
            feature=entry.feature,
            layer=unit.key.layer,
            quantity=unit.key.quantity,
            unit=unit.unit,
            aspect=unit.aspect,
            neighbours=entry.neighbours,
            count=entry.count,
            evidence=entry.evidence,
            kind=unit.kind,
            **vars(entry.association),
            partial=entry.partial,
            peak=peak,
            response=_response(unit.activity, entry.series, digits) if has_response else None,
        )
        for entry, peak in zip(associations, peaks, strict=True)
    ]


def unit_association(
    relevance: analysis.Relevance, unit: int, digits: int | None = DIGITS
) -> Association:
    """Association of one unit with a feature, out of the relevance of all units.

    Args:
        relevance: Relevance of all units.
        unit: Index of the unit.
        digits: Significant digits of the numbers; `None` for all.
    """
    numbers = {name: float(getattr(relevance, name)[unit]) for name in ASSOCIATION}
    if digits is not None:
        numbers = {name: round_significant(value, digits) for name, value in numbers.items()}
    return Association(**numbers)


def adjacent_units(unit: int, units: int) -> tuple[int, ...]:
    """Indices of the units beside one of a number of units.

    Example:
        >>> adjacent_units(0, 3), adjacent_units(1, 3)
        ((1,), (0, 2))
    """
    return tuple(index for index in (unit - 1, unit + 1) if 0 <= index < units)


def _peaks(
    unit: UnitSeries, features: Sequence[FeatureSeries | None], digits: int
) -> list[SpectralPeak | None]:
    """Spectral peak of a unit with its coherence with each feature."""
    if unit.peak is None or not np.isfinite(unit.peak[0]):
        return [None] * len(features)
    numbers = dict.fromkeys(PEAK, np.nan) | dict(zip(PEAK, unit.peak, strict=False))
    numbers = {name: round_significant(value, digits) for name, value in numbers.items()}
    coherence = np.full(len(features), np.nan)
    known = [index for index, feature in enumerate(features) if feature is not None]
    columns = [feature.values for feature in features if feature is not None]
    if known:
        # Coherence is symmetric: one transform of the unit serves all features.
        series = np.stack(columns, axis=1)
        result = analysis.coherence(series, unit.activity[:, 0], lengths=unit.lengths)
        coherence[known], _ = result.at(np.full(len(known), unit.peak[0]))
    return [
        SpectralPeak(**numbers, coherence=round_significant(value, digits)) for value in coherence
    ]


def _response(
    activity: np.ndarray, feature: FeatureSeries | None, digits: int
) -> LaggedResponse | None:
    """Lagged response of a unit, or its correlation with a number by lag."""
    if feature is None:
        return None
    if feature.number is not None:
        return _correlation(feature.number, activity, digits)
    if feature.onsets is None:
        return None
    response = feature.onsets.response(activity)
    return LaggedResponse(
        **vars(_mean(response)),
        label=str(response.label[0]),
        p=round_significant(response.p[0], digits),
        at=response.at,
        end=None if feature.ends is None else _mean(feature.ends.response(activity)),
    )


def _correlation(number: LaggedNumber, activity: np.ndarray, digits: int) -> LaggedResponse:
    """Correlation of a unit, activity (tokens, 1), with a number, by lag."""
    result = number.correlation(activity)
    return LaggedResponse(
        **vars(_rounded(result.correlation, result.low, result.high)),
        label=str(result.order[0]),
        p=round_significant(result.p[0], digits),
        at=VALUE,
    )


def _mean(response: analysis.LaggedResponse) -> ResponseMean:
    return _rounded(response.mean, response.low, response.high)


def _rounded(*rows: np.ndarray) -> ResponseMean:
    """Mean, low and high of one unit, each (lags, 1), with few digits."""
    return ResponseMean(
        *(
            tuple(round_significant(value, RESPONSE_DIGITS) for value in values[:, 0])
            for values in rows
        )
    )
