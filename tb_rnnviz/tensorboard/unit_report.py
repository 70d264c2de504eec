"""Report of one unit: its findings for every feature of the recording."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from tb_rnnviz import analysis
from tb_rnnviz.core.finding import Finding, sort_findings
from tb_rnnviz.core.names import QuantityKey
from tb_rnnviz.core.numbers import round_significant
from tb_rnnviz.core.statistics import PEAK, STATISTICS, Association
from tb_rnnviz.log_format.relevance import RelevanceTable
from tb_rnnviz.report.describe_finding import (
    FeatureAssociation,
    FeatureSeries,
    UnitSeries,
    adjacent_units,
    describe_findings,
    unit_association,
)
from tb_rnnviz.report.findings import correct_jointly
from tb_rnnviz.report.standard_scores import with_standard_scores
from tb_rnnviz.tensorboard.logged_activity import LoggedActivity

DIGITS = 6
"""Significant digits of the numbers in an answer."""

OF_ALL_UNITS = {"relevance": np.nan, "p_family": np.nan}
"""Statistics that the activity of one unit does not give."""


@dataclass(frozen=True, eq=False)
class LoggedStatistics:
    """Statistics of a quantity in the log; each may be missing.

    Attributes:
        relevance: Statistics of every feature and unit.
        peaks: Spectral peaks (units, columns), the columns of `PEAK`.
        digest: The digest of the step, as JSON.
    """

    relevance: RelevanceTable | None = None
    peaks: np.ndarray | None = None
    digest: Mapping[str, Any] | None = None


def unit_report(
    unit: int,
    key: QuantityKey,
    activity: LoggedActivity,
    masks: Mapping[str, np.ndarray],
    logged: LoggedStatistics,
) -> dict[str, Any]:
    """Findings of a unit, one per feature that could be tested, strongest first.

    A finding in the digest is used as it is. Other statistics are read from the log, or computed
    from the activity if the log lacks them.

    Args:
        unit: Index of the unit.
        key: Layer and quantity.
        activity: Activity of the quantity.
        masks: Matches by boolean feature, (tokens,).
        logged: Statistics in the log.

    Returns:
        The answer of the route `unit`, without version and step.
    """
    digest = logged.digest or {}
    matches = {name: mask[activity.mask] for name, mask in masks.items()}
    series = UnitSeries(
        key,
        unit,
        activity[:, unit : unit + 1],
        0,
        activity.lengths,
        unit_peak(logged.peaks, unit),
    )
    associations, tests = _logged_associations(unit, matches, logged), digest.get("tests")
    if associations is None:
        associations = _computed_associations(series, matches)
        tests = len(associations)
    knows_tokens = logged.relevance is not None and "within" in logged.relevance.statistics
    known = _digest_findings(unit, key, digest)
    counts = {entry["name"]: entry["count"] for entry in digest.get("features", ())}
    counts |= {name: int(match.sum()) for name, match in matches.items()}
    described = describe_findings(
        [
            FeatureAssociation(
                series,
                name,
                FeatureSeries(matches[name], activity.lengths) if name in matches else None,
                counts.get(name),
                association,
                adjacent_units(unit, activity.shape[1]),
                evidence=association.evidence_word if knows_tokens else None,
            )
            for name, association in associations.items()
            if name not in known
        ],
        DIGITS,
    )
    findings = [known[name] for name in associations if name in known] + described
    return {"tests": tests, "hypotheses": [one.to_json() for one in sort_findings(findings)]}


def unit_peak(peaks: np.ndarray | None, unit: int) -> np.ndarray | None:
    """Returns the spectral peak of a unit, `None` if the log has none of this unit.

    Args:
        peaks: Spectral peaks (units, columns), `None` if the log has none.
        unit: Index of the unit.
    """
    if peaks is None or peaks.ndim != 2 or peaks.shape[1] != len(PEAK) or unit >= len(peaks):
        return None
    return peaks[unit]


def _logged_associations(
    unit: int, matches: Mapping[str, np.ndarray], logged: LoggedStatistics
) -> dict[str, Association] | None:
    """Associations of a unit by feature; `None` if the log lacks them or a feature."""
    table = logged.relevance
    if table is None or not set(matches) <= set(table.features) or unit >= table.array.shape[2]:
        return None
    effect = table.column("effect")
    associations = {}
    for row, name in enumerate(table.features):
        match = matches.get(name)
        varies = effect[row].any() if match is None else match.any() and not match.all()
        if varies and np.isfinite(effect[row, unit]):
            values = dict(zip(table.statistics, table.array[row, :, unit].tolist(), strict=True))
            associations[name] = Association(
                **{
                    statistic: round_significant(values.get(statistic, np.nan), DIGITS)
                    for statistic in STATISTICS
                }
            )
    return associations


def _computed_associations(
    series: UnitSeries, matches: Mapping[str, np.ndarray]
) -> dict[str, Association]:
    """Associations of a unit by feature, from its activity; q over its features."""
    if not matches:
        return {}
    relevances = with_standard_scores(
        analysis.relevances(series.activity, list(matches.values()), lengths=series.lengths),
        series.activity,
    )
    tested = {
        name: relevance
        for name, relevance in zip(matches, relevances, strict=True)
        if relevance.note is None and np.isfinite(relevance.effect[0])
    }
    corrected, _ = correct_jointly(list(tested.values()))
    return {
        name: replace(unit_association(relevance, 0, DIGITS), **OF_ALL_UNITS)
        for name, relevance in zip(tested, corrected, strict=True)
    }


def _digest_findings(unit: int, key: QuantityKey, digest: Mapping[str, Any]) -> dict[str, Finding]:
    """Findings on the level of a unit in a digest, by feature."""
    findings = (
        Finding.from_json(entry)
        for entry in digest.get("hypotheses", ())
        if (entry["layer"], entry["quantity"], entry["unit"]) == (*key, unit)
    )
    return {finding.feature: finding for finding in findings if finding.aspect == "level"}
