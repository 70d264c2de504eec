"""All that is known of one unit: how it goes with every feature of the recording."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tb_rnnviz import analysis
from tb_rnnviz.core.names import QuantityKey
from tb_rnnviz.core.statistics import SIGNIFICANT, STATISTICS
from tb_rnnviz.log_format.relevance import decode_relevance
from tb_rnnviz.tensorboard.evidence import named, peak_for_each, peak_of, responses
from tb_rnnviz.tensorboard.logged_activity import LoggedActivity
from tb_rnnviz.tensorboard.numbers import number

OVER_ALL_UNITS = ("relevance", "p_family")
"""Statistics that one unit by itself does not have."""

DIGEST_ONLY = ("p_exact", "controlled", "causal")


@dataclass(frozen=True)
class Logged:
    """What the log says of a quantity at a step; each may be missing.

    Attributes:
        features: Names of the rows of `relevance`.
        statistics: Names of its columns.
        relevance: Array (features, statistics, units).
        peaks: Array (units, columns).
        digest: The digest of the step.
    """

    features: Sequence[str] = ()
    statistics: Sequence[str] = ()
    relevance: np.ndarray | None = None
    peaks: np.ndarray | None = None
    digest: Mapping[str, Any] | None = None


def unit_report(
    unit: int,
    place: QuantityKey,
    activity: LoggedActivity,
    masks: Mapping[str, np.ndarray],
    logged: Logged,
) -> dict[str, Any]:
    """The hypotheses of a unit, one a feature that could be tested, strongest first.

    Statistics are those in the log where it has them, and else computed from the activity; a
    hypothesis that the digest has is the digest's.

    Args:
        unit: Which one.
        place: Layer and quantity.
        activity: The quantity.
        masks: By boolean feature, where it matches, (tokens,).
        logged: What the log says already.
    """
    series = activity[:, unit : unit + 1]
    digest = logged.digest or {}
    matches = {name: mask[activity.mask] for name, mask in masks.items()}
    found, tests = _in_the_log(unit, matches, logged), digest.get("tests")
    if found is None:
        found = _computed(series, matches, activity.lengths)
        tests = len(found)
    said = _said(unit, place, digest)
    row = None if logged.peaks is None else logged.peaks[unit]
    open_ = {name: matches[name] for name in matches if name in found and name not in said}
    more = _evidence(place, activity, series, open_, row)
    counts = {one["name"]: one["count"] for one in digest.get("features", ())}
    counts |= {name: int(match.sum()) for name, match in matches.items()}
    entries = [
        named(name, place, unit, activity.shape[1])
        | {"count": counts.get(name)}
        | statistics
        | dict.fromkeys(DIGEST_ONLY)
        | (said.get(name) or more.get(name) or {"peak": peak_of(row), "response": None})
        for name, statistics in found.items()
    ]
    return {"tests": tests, "hypotheses": sorted(entries, key=_strength)}


def _evidence(
    place: QuantityKey,
    activity: LoggedActivity,
    series: np.ndarray,
    matches: Mapping[str, np.ndarray],
    row: np.ndarray | None,
) -> dict[str, dict[str, Any]]:
    """By feature, peak and response of a unit (tokens, 1)."""
    lengths, is_state = activity.lengths, place[1].endswith("_state")
    peaks = peak_for_each(series[:, 0], list(matches.values()), lengths, row)
    return {
        name: {"peak": peak, "response": responses(series, match, lengths)[0] if is_state else None}
        for (name, match), peak in zip(matches.items(), peaks, strict=True)
    }


def _in_the_log(
    unit: int, matches: Mapping[str, np.ndarray], logged: Logged
) -> dict[str, dict[str, Any]] | None:
    """By feature that could be tested, the statistics in the log, if it has those of this step."""
    features, array = list(logged.features), logged.relevance
    if array is None or array.shape[:2] != (len(features), len(logged.statistics)):
        return None
    if not set(matches) <= set(features) or unit >= array.shape[2]:
        return None
    content = {"features": features, "statistics": logged.statistics}
    _, names, array = decode_relevance(content, array)
    effect = array[:, names.index("effect")]
    found = {}
    for row, name in enumerate(features):
        match = matches.get(name)
        varies = effect[row].any() if match is None else match.any() and not match.all()
        if varies and np.isfinite(effect[row, unit]):
            values = dict(zip(names, array[row, :, unit].tolist(), strict=True))
            found[name] = {name: number(values.get(name, np.nan)) for name in STATISTICS}
    return found


def _computed(
    series: np.ndarray, matches: Mapping[str, np.ndarray], lengths: list[int]
) -> dict[str, dict[str, Any]]:
    """The same from the activity, with q over the features of this unit."""
    if not matches:
        return {}
    relevances = analysis.relevances(series, list(matches.values()), lengths=lengths)
    tested = {
        name: one
        for name, one in zip(matches, relevances, strict=True)
        if one.note is None and np.isfinite(one.effect[0])
    }
    joint = analysis.joint_q([one.p for one in tested.values()])
    return {
        name: {row: number(getattr(one, row)[0]) for row in STATISTICS}
        | {"q": number(q[0])}
        | dict.fromkeys(OVER_ALL_UNITS)
        for (name, one), q in zip(tested.items(), joint.q, strict=True)
    }


def _said(unit: int, place: QuantityKey, digest: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """By feature, the digest's hypotheses of a unit."""
    return {
        one["feature"]: one
        for one in digest.get("hypotheses", ())
        if (one["layer"], one["quantity"], one["unit"]) == (*place, unit)
    }


def _strength(hypothesis: Mapping[str, Any]) -> tuple[bool, float]:
    """Findings that stand first, then by the size of the effect, as in a digest."""
    q, effect = hypothesis["q"], hypothesis["effect"]
    return not (q is not None and q <= SIGNIFICANT), -abs(effect or 0)
