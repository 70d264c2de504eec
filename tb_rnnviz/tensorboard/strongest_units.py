"""Findings on a typed feature: the same units as those of a recorded one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from tb_rnnviz import analysis
from tb_rnnviz.analysis.context import TokenContexts
from tb_rnnviz.analysis.unit_kinds import ORDERS
from tb_rnnviz.core.finding import Finding, sort_findings
from tb_rnnviz.core.names import QuantityKey, is_state
from tb_rnnviz.core.parallel import parallel_map
from tb_rnnviz.log_format.damaged_record import DamagedRecordError
from tb_rnnviz.report.candidates import (
    Candidates,
    choose_units,
    listed_once,
    swing_candidates,
)
from tb_rnnviz.report.describe_finding import (
    FeatureAssociation,
    FeatureSeries,
    UnitSeries,
    describe_findings,
    unit_association,
)
from tb_rnnviz.report.findings import correct_jointly
from tb_rnnviz.report.recent_tokens import recent_features
from tb_rnnviz.report.standard_scores import with_standard_scores, without_within
from tb_rnnviz.report.swing import Swing
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
        is_recorded: True for the findings of a recording, whose tests are all of its features.
    """

    tests: int
    findings: list[Finding]
    note: str | None = None
    damaged: Mapping[QuantityKey, DamagedRecordError] = field(default_factory=dict)
    is_recorded: bool = False


def strongest_units(
    feature: str,
    values: np.ndarray,
    tokens: np.ndarray,
    lengths: Sequence[int],
    activities: Mapping[QuantityKey, LoggedActivity],
    peaks: Mapping[QuantityKey, np.ndarray],
    top: int,
    is_of_present: bool = False,
) -> StrongestUnits:
    """Tests every unit for a feature and describes the strongest.

    The units are those that the report of a recording chooses for a feature (`choose_units`). q is
    over the tests of this feature alone. Beside features that many units are associated with, a
    joint correction accepts larger p, and a list of one feature would have more than q of false
    findings (Efron 2008, Annals of Applied Statistics 2, 197-223).

    Args:
        feature: Name of the feature.
        values: Booleans or numbers (tokens,).
        tokens: Index of the token at every step, (tokens,).
        lengths: Tokens of every sequence.
        activities: Activity by quantity.
        peaks: Spectral peaks in the log by quantity, (units, columns), where they exist.
        top: Number of findings at most.
        is_of_present: True if the values of the same step of a signal decide the feature.
    """
    keys = [key for key, activity in activities.items() if len(activity)]
    series = {key: values[activities[key].mask] for key in keys}

    aspects = [_Aspect(key, "level", activities[key]) for key in keys]
    aspects += [
        _Aspect(key, "swing", Swing(activities[key], activities[key].lengths))
        for key in keys
        if is_state(key.quantity)
    ]

    def test(aspect: _Aspect) -> analysis.Relevance | DamagedRecordError:
        activity = activities[aspect.key]
        try:
            relevances = analysis.relevances(
                aspect.values,
                [series[aspect.key]],
                lengths=activity.lengths,
                tokens=tokens[activity.mask],
            )
            relevance = with_standard_scores(relevances, aspect.values)[0]
            return without_within(relevance) if is_of_present else relevance
        except DamagedRecordError as error:
            return error

    results = list(zip(aspects, parallel_map(test, aspects), strict=True))
    damaged = {a.key: result for a, result in results if isinstance(result, DamagedRecordError)}
    whole = [(a, result) for a, result in results if isinstance(result, analysis.Relevance)]
    tested = [(aspect, relevance) for aspect, relevance in whole if relevance.note is None]
    if not tested:
        notes = [relevance.note for _, relevance in whole]
        note = next(iter(notes), None if damaged else "every token is masked")
        return StrongestUnits(0, [], note, damaged)
    relevances, tests = correct_jointly([relevance for _, relevance in tested])
    recent = recent_features({feature: values}, tokens, lengths)
    findings = []
    chosen = choose_units(_candidates([aspect for aspect, _ in tested], relevances))
    for (aspect, _), relevance, suggestions in zip(tested, relevances, chosen, strict=True):
        key, activity = aspect.key, activities[aspect.key]
        consumed = FeatureSeries(series[key], activity.lengths)
        kinds = _kinds(key, activity, [one.unit for one in suggestions], tokens)
        for suggestion, kind in zip(suggestions, kinds, strict=True):
            unit = suggestion.unit
            association = unit_association(relevance, unit, DIGITS)
            unit_series = UnitSeries(
                key,
                unit,
                aspect.values,
                unit,
                activity.lengths,
                unit_peak(peaks.get(key), unit) if aspect.name == "level" else None,
                kind,
                aspect.name,
            )
            entry = FeatureAssociation(
                unit_series,
                feature,
                consumed,
                relevance.count,
                association,
                suggestion.neighbours,
                evidence=association.evidence_word,
            )
            findings += describe_findings([entry], DIGITS, gate_responses=True)
    note = None if findings else "no unit is significant"
    return StrongestUnits(
        tests, sort_findings(listed_once(findings), recent=recent)[:top], note, damaged
    )


def recorded_units(
    digest: Mapping[str, Any], name: str, spec: Mapping[str, Any] | None, top: int
) -> StrongestUnits | None:
    """Findings in the log on a feature, under the name that was typed.

    Their q is over everything that was tested with the recording, so that a feature has the same
    list, recorded or typed.

    Args:
        digest: Digest of the step, as JSON; empty if there is none.
        name: Name of the feature.
        spec: Mapping that defines it.
        top: Number of findings at most.

    Returns:
        The findings; `None` if the log has none on this feature, or lacks their evidence.
    """
    names = [
        entry["name"]
        for entry in digest.get("features", ())
        if spec and entry.get("spec") and _definition(entry["spec"]) == _definition(spec)
    ]
    entries = [
        entry for entry in digest.get("hypotheses", ()) if names and entry["feature"] == names[0]
    ]
    if not entries or not all(entry.get("evidence") for entry in entries):
        return None
    findings = [replace(Finding.from_json(entry), feature=name) for entry in entries]
    return StrongestUnits(digest["tests"], findings[:top], is_recorded=True)


def _definition(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Spec of a feature without its name."""
    return {key: value for key, value in spec.items() if key != "name"}


@dataclass(frozen=True, eq=False)
class _Aspect:
    """Aspect of a quantity, one of `ASPECTS`, with its values (tokens, units)."""

    key: QuantityKey
    name: str
    values: LoggedActivity | Swing


def _candidates(
    aspects: Sequence[_Aspect], relevances: Sequence[analysis.Relevance]
) -> list[Candidates]:
    """Candidates of every aspect, as a report has them."""
    levels = {
        aspect.key: relevance
        for aspect, relevance in zip(aspects, relevances, strict=True)
        if aspect.name == "level"
    }
    return [
        Candidates(aspect.key, relevance, SUGGESTIONS)
        if aspect.name == "level"
        else swing_candidates(aspect.key, relevance, levels[aspect.key], SUGGESTIONS)
        for aspect, relevance in zip(aspects, relevances, strict=True)
    ]


def _kinds(
    key: QuantityKey, activity: LoggedActivity, units: Sequence[int], tokens: np.ndarray
) -> list[str]:
    """Kinds of some units."""
    if not units:
        return []
    values = activity.columns(units)
    ids = tokens[activity.mask]
    contexts = TokenContexts(ids, len(ids), ORDERS, lengths=activity.lengths)
    return unit_kinds(key.quantity, values, contexts).kind.tolist()
