"""Units with the strongest association with a typed feature."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from tb_rnnviz import analysis
from tb_rnnviz.core.finding import Finding
from tb_rnnviz.core.names import QuantityKey
from tb_rnnviz.core.parallel import parallel_map
from tb_rnnviz.core.statistics import strength_order
from tb_rnnviz.log_format.damaged_record import DamagedRecordError
from tb_rnnviz.report.describe_finding import (
    FeatureAssociation,
    UnitSeries,
    adjacent_units,
    describe_findings,
    unit_association,
)
from tb_rnnviz.report.findings import correct_jointly
from tb_rnnviz.tensorboard.logged_activity import LoggedActivity
from tb_rnnviz.tensorboard.unit_report import DIGITS, unit_peak


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
    activities: Mapping[QuantityKey, LoggedActivity],
    peaks: Mapping[QuantityKey, np.ndarray],
    top: int,
) -> StrongestUnits:
    """Tests every unit for a feature and describes the strongest.

    Args:
        feature: Name of the feature.
        values: Booleans or numbers (tokens,).
        activities: Activity by quantity.
        peaks: Spectral peaks in the log by quantity, (units, columns), where they exist.
        top: Number of findings at most.
    """
    keys = [key for key, activity in activities.items() if len(activity)]
    series = {key: values[activities[key].mask] for key in keys}

    def test(key: QuantityKey) -> analysis.Relevance | DamagedRecordError:
        try:
            return analysis.relevances(
                activities[key], [series[key]], lengths=activities[key].lengths
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
    findings = []
    for index, unit in _strongest(relevances)[:top]:
        key, relevance = tested[index], relevances[index]
        activity = activities[key]
        findings += describe_findings(
            UnitSeries(
                key,
                unit,
                adjacent_units(unit, activity.shape[1]),
                activity[:, unit : unit + 1],
                activity.lengths,
                unit_peak(peaks.get(key), unit),
            ),
            [
                FeatureAssociation(
                    feature,
                    series[key],
                    relevance.count,
                    unit_association(relevance, unit, DIGITS),
                )
            ],
            DIGITS,
            gate_responses=True,
        )
    return StrongestUnits(tests, findings, None, damaged)


def _strongest(relevances: list[analysis.Relevance]) -> list[tuple[int, int]]:
    """Pairs (index of the relevance, unit) of units with an effect, strongest first."""
    effect = np.concatenate([relevance.effect for relevance in relevances])
    units = [
        (index, unit) for index, one in enumerate(relevances) for unit in range(one.effect.size)
    ]
    order = strength_order(effect, np.concatenate([relevance.q for relevance in relevances]))
    return [units[entry] for entry in order if np.isfinite(effect[entry])]
