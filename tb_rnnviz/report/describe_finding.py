"""Description of a finding: the evidence for a unit and a feature."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from tb_rnnviz import analysis
from tb_rnnviz.analysis._validation import OutOfCoreActivity
from tb_rnnviz.analysis.coherence import coherence_at
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
from tb_rnnviz.core.numbers import round_all, round_significant
from tb_rnnviz.core.parallel import parallel_map
from tb_rnnviz.core.statistics import ASSOCIATION, PEAK, Association
from tb_rnnviz.report.swing import Swing
from tb_rnnviz.report.value_range import VALUES_AT_ONCE

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
        activity: Activity (tokens, units), without masked tokens.
        column: Column of the unit in the activity.
        lengths: Tokens of each sequence.
        peak: Spectral peak, the columns of `PEAK`; `None` if it was not computed.
        kind: Kind of the unit; `None` if unknown.
        aspect: One of `ASPECTS`; `activity` is this aspect of the unit.
    """

    key: QuantityKey
    unit: int
    activity: np.ndarray | OutOfCoreActivity | Swing
    column: int
    lengths: Sequence[int]
    peak: np.ndarray | None
    kind: str | None = None
    aspect: str = ASPECTS[0]

    def read(self) -> np.ndarray:
        """Returns the activity of the unit, (tokens, 1)."""
        return self.activity[:, self.column : self.column + 1]


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
        unit: The unit.
        feature: Name of the feature.
        series: Its values; `None` if unknown.
        count: Tokens that match, or that have a number; `None` if unknown.
        association: The statistics.
        neighbours: Indices of the units to be shown beside it.
        partial: Partial effect; `None` if it was not computed.
        evidence: Word for the evidence, one of `EVIDENCE`; `None` if unknown.
    """

    unit: UnitSeries
    feature: str
    series: FeatureSeries | None
    count: int | None
    association: Association
    neighbours: tuple[int, ...] = ()
    partial: PartialEffect | None = None
    evidence: str | None = None


def describe_findings(
    associations: Sequence[FeatureAssociation],
    digits: int = DIGITS,
    *,
    gate_responses: bool = False,
) -> list[Finding]:
    """Describes the findings of units that read the same tokens, one per association.

    Spectral peak and lagged response are computed here; ablation effects are added by those that
    have the model.

    Args:
        associations: Associations of the units.
        digits: Significant digits of the numbers.
        gate_responses: If true, other quantities than states have a lagged response, too.

    Returns:
        The findings in the order of the associations.
    """
    peaks = _peaks(associations, digits)
    responses = _responses(associations, digits, gate_responses)
    return [
        Finding(
            feature=entry.feature,
            layer=entry.unit.key.layer,
            quantity=entry.unit.key.quantity,
            unit=entry.unit.unit,
            aspect=entry.unit.aspect,
            neighbours=entry.neighbours,
            count=entry.count,
            evidence=entry.evidence,
            kind=entry.unit.kind,
            **vars(entry.association),
            partial=entry.partial,
            peak=peak,
            response=response,
        )
        for entry, peak, response in zip(associations, peaks, responses, strict=True)
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


def _peaks(associations: Sequence[FeatureAssociation], digits: int) -> list[SpectralPeak | None]:
    """Spectral peaks of units, with their coherence with the associated feature."""
    units = {
        id(entry.unit): entry.unit
        for entry in associations
        if entry.unit.peak is not None and np.isfinite(entry.unit.peak[0])
    }
    features = {id(entry.series): entry.series for entry in associations if entry.series}
    numbers = {
        name: dict.fromkeys(PEAK, np.nan) | dict(zip(PEAK, unit.peak, strict=False))
        for name, unit in units.items()
        if unit.peak is not None
    }
    coherence = _coherence(list(units.values()), list(features.values()))
    rows = {name: row for row, name in enumerate(units)}
    columns = {name: column for column, name in enumerate(features)}
    peaks: list[SpectralPeak | None] = []
    for entry in associations:
        name = id(entry.unit)
        if name not in units:
            peaks.append(None)
            continue
        known = numbers[name] | {"coherence": np.nan}
        if entry.series is not None:
            known["coherence"] = coherence[rows[name], columns[id(entry.series)]]
        rounded = {key: round_significant(value, digits) for key, value in known.items()}
        peaks.append(SpectralPeak(**rounded))
    return peaks


def _coherence(units: Sequence[UnitSeries], features: Sequence[FeatureSeries]) -> np.ndarray:
    """Coherence (units, features) at the spectral peak of each unit."""
    if not units or not features:
        return np.full((len(units), len(features)), np.nan)
    columns = np.stack([feature.values for feature in features], axis=1)

    def coherence(part: slice) -> np.ndarray:
        peaks = [unit.peak for unit in units[part]]
        frequency = np.array([np.nan if peak is None else peak[0] for peak in peaks])
        activity = _read(units[part])
        return coherence_at(activity, columns, frequency, lengths=units[0].lengths)

    return np.concatenate(parallel_map(coherence, _parts(units, len(columns))))


def _responses(
    associations: Sequence[FeatureAssociation], digits: int, gate_responses: bool
) -> list[LaggedResponse | None]:
    """Lagged response of the unit of each association, where it has one."""
    groups: dict[int, tuple[FeatureSeries, list[int]]] = {}
    for index, entry in enumerate(associations):
        if entry.series is not None and (gate_responses or is_state(entry.unit.key.quantity)):
            groups.setdefault(id(entry.series), (entry.series, []))[1].append(index)

    def respond(group: tuple[FeatureSeries, list[int]]) -> Sequence[LaggedResponse | None]:
        series, indices = group
        return _feature_responses(series, [associations[i].unit for i in indices], digits)

    responses: list[LaggedResponse | None] = [None] * len(associations)
    entries = list(groups.values())
    for (_, indices), of_group in zip(entries, parallel_map(respond, entries), strict=True):
        for index, response in zip(indices, of_group, strict=True):
            responses[index] = response
    return responses


def _feature_responses(
    feature: FeatureSeries, units: Sequence[UnitSeries], digits: int
) -> list[LaggedResponse]:
    """Lagged responses of units, or their correlations with a number by lag."""
    responses = []
    for part in _parts(units, len(feature.values)):
        activity = _read(units[part])
        if feature.number is not None:
            responses += _correlations(feature.number, activity, digits)
        elif feature.onsets is not None:
            responses += _event_responses(feature.onsets, feature.ends, activity, digits)
    return responses


def _event_responses(
    onsets: ResponseEvents, ends: ResponseEvents | None, activity: np.ndarray, digits: int
) -> list[LaggedResponse]:
    """Responses of units, activity (tokens, units), to matches or stretches."""
    response = onsets.response(activity, jointly=False)
    means = _means(response.mean, response.low, response.high)
    at_ends: list[ResponseMean | None] = [None] * len(means)
    if ends is not None:
        at_end = ends.response(activity, jointly=False)
        at_ends = list(_means(at_end.mean, at_end.low, at_end.high))
    return [
        LaggedResponse(
            **vars(mean),
            label=str(response.label[unit]),
            p=round_significant(response.p[unit], digits),
            at=response.at,
            end=end,
        )
        for unit, (mean, end) in enumerate(zip(means, at_ends, strict=True))
    ]


def _correlations(number: LaggedNumber, activity: np.ndarray, digits: int) -> list[LaggedResponse]:
    """Correlations of units, activity (tokens, units), with a number, by lag."""
    result = number.correlation(activity, jointly=False)
    means = _means(result.correlation, result.low, result.high)
    return [
        LaggedResponse(
            **vars(mean),
            label=str(result.order[unit]),
            p=round_significant(result.p[unit], digits),
            at=VALUE,
        )
        for unit, mean in enumerate(means)
    ]


def _means(*rows: np.ndarray) -> list[ResponseMean]:
    """Mean, low and high of units, each (lags, units), with few digits."""
    return [
        ResponseMean(*(round_all(values[:, unit].tolist(), RESPONSE_DIGITS) for values in rows))
        for unit in range(rows[0].shape[1])
    ]


def _parts(units: Sequence[UnitSeries], tokens: int) -> list[slice]:
    """Slices of units whose activity is in memory at once."""
    size = max(1, VALUES_AT_ONCE // max(tokens, 1))
    return [slice(first, first + size) for first in range(0, len(units), size)]


def _read(units: Sequence[UnitSeries]) -> np.ndarray:
    """Activity (tokens, units) of units of any quantities."""
    return np.concatenate([unit.read() for unit in units], axis=1)
