"""Findings on a typed feature: the same units as those of a recorded one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from tb_rnnviz import analysis
from tb_rnnviz.core.finding import Finding, sort_findings
from tb_rnnviz.core.names import QuantityKey
from tb_rnnviz.core.parallel import parallel_map
from tb_rnnviz.log_format.damaged_record import DamagedRecordError
from tb_rnnviz.report.candidates import choose_units
from tb_rnnviz.report.describe_finding import (
    FeatureAssociation,
    FeatureSeries,
    UnitSeries,
    describe_findings,
    unit_association,
)
from tb_rnnviz.report.findings import correct_jointly
from tb_rnnviz.report.recent_tokens import recent_features
from tb_rnnviz.report.unit_kinds import unit_kinds
from tb_rnnviz.tensorboard.logged_activity import LoggedActivity
from tb_rnnviz.tensorboard.unit_report import DIGITS, unit_peak

SUGGESTIONS = 2
"""Units of each quantity that are described in any case, as in a report."""


@dataclass(frozen=True)
class StrongestUnits:
    """Units that are associated with a feature.

    Attributes:
        tests: Number of units that were tested; q is over all of them.
        findings: Findings on the strongest units, strongest first.
        note: Reason why nothing could be tested, or `None`.
        damaged: Damage of the activities that could not be tested.
    """

    tests: int
    findings: list[Finding]
    note: str | None = None
    damaged: Mapping[QuantityKey, DamagedRecordError] = field(default_factory=dict)


def strongest_units(
    feature: str,
    values: np.ndarray,
    tokens: np.ndarray,
    lengths: Sequence[int],
    activities: Mapping[QuantityKey, LoggedActivity],
    peaks: Mapping[QuantityKey, np.ndarray],
    top: int,
) -> StrongestUnits:
    """Tests every unit for a feature and describes the strongest.

    The units are those that the report of a recording chooses for a feature (`choose_units`).

    Args:
        feature: Name of the feature.
        values: Booleans or numbers (tokens,).
        tokens: Index of the token at every step, (tokens,).
        lengths: Tokens of every sequence.
        activities: Activity by quantity.
        peaks: Spectral peaks in the log by quantity, (units, columns), where they exist.
        top: Number of findings at most.
    """
    keys = [key for key, activity in activities.items() if len(activity)]
    series = {key: values[activities[key].mask] for key in keys}

    def test(key: QuantityKey) -> analysis.Relevance | DamagedRecordError:
        try:
            return analysis.relevances(
                activities[key],
                [series[key]],
                lengths=activities[key].lengths,
                tokens=tokens[activities[key].mask],
            )[0]
        except DamagedRecordError as error:
            return error

    results = dict(zip(keys, parallel_map(test, keys), strict=True))
    damaged = {key: r for key, r in results.items() if isinstance(r, DamagedRecordError)}
    by_key = {key: r for key, r in results.items() if isinstance(r, analysis.Relevance)}
    tested = [key for key, relevance in by_key.items() if relevance.note is None]
    if not tested:
        notes = [relevance.note for relevance in by_key.values()]
        note = next(iter(notes), None if damaged else "every token is masked")
        return StrongestUnits(0, [], note, damaged)
    relevances, tests = correct_jointly([by_key[key] for key in tested])
    recent = recent_features({feature: values}, tokens, lengths)
    findings = []
    chosen = choose_units(tested, relevances, SUGGESTIONS)
    for key, relevance, suggestions in zip(tested, relevances, chosen, strict=True):
        activity = activities[key]
        consumed = FeatureSeries(series[key], activity.lengths)
        kinds = _kinds(key, activity, [one.unit for one in suggestions], tokens)
        for suggestion, kind in zip(suggestions, kinds, strict=True):
            unit = suggestion.unit
            association = unit_association(relevance, unit, DIGITS)
            findings += describe_findings(
                UnitSeries(
                    key,
                    unit,
                    activity[:, unit : unit + 1],
                    activity.lengths,
                    unit_peak(peaks.get(key), unit),
                    kind,
                ),
                [
                    FeatureAssociation(
                        feature,
                        consumed,
                        relevance.count,
                        association,
                        suggestion.neighbours,
                        evidence=association.evidence_word,
                    )
                ],
                DIGITS,
                gate_responses=True,
            )
    note = None if findings else "no unit is significant"
    return StrongestUnits(tests, sort_findings(findings, recent=recent)[:top], note, damaged)


def _kinds(
    key: QuantityKey, activity: LoggedActivity, units: Sequence[int], tokens: np.ndarray
) -> list[str]:
    """Kinds of some units."""
    if not units:
        return []
    values = activity.columns(units)
    return unit_kinds(key.quantity, values, tokens[activity.mask], activity.lengths).kind.tolist()
