"""Units that were found: which go with which feature, with their evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from tb_rnnviz import analysis
from tb_rnnviz.core.names import QuantityKey
from tb_rnnviz.core.statistics import SIGNIFICANT, STATISTICS
from tb_rnnviz.report.numbers import brief
from tb_rnnviz.report.spectral_peaks import described_peak
from tb_rnnviz.report.types import Report

STATE = "hidden_state"

EVIDENCE = (*STATISTICS, "p_exact")
"""Numbers of a hypothesis; the exact p is at least 1 / shifts, so that no q can rest on it."""

LAGS = 10
"""Tokens around a feature that a unit's response is told for."""


@dataclass
class Measured:
    """One quantity held against every feature.

    Attributes:
        activity: (tokens, units) without masked tokens.
        features: By name, booleans or numbers, (tokens,) without masked tokens.
        lengths: Tokens of each sequence.
        relevances: One a feature; their q are over this quantity alone.
        confounds: What a feature may only go along with, (tokens, columns).
    """

    activity: np.ndarray
    features: Mapping[str, np.ndarray]
    lengths: list[int]
    relevances: Sequence[analysis.Relevance]
    confounds: np.ndarray


def measure(
    activity: np.ndarray,
    features: Mapping[str, np.ndarray],
    lengths: list[int],
    confounds: np.ndarray,
) -> Measured:
    """Holds the units of a quantity against every feature."""
    rows = list(features.values())
    relevances = analysis.relevances(activity, rows, lengths=lengths) if rows else []
    return Measured(activity, features, lengths, relevances, confounds)


def conclude(found: Report, measured: Mapping[QuantityKey, Measured], most: int) -> None:
    """Writes relevance and hypotheses into the report, with q over everything that was tested."""
    tested = [one for each in measured.values() for one in each.relevances if one.note is None]
    joint = analysis.joint_q([relevance.p for relevance in tested])
    found.digest["tests"], qs = joint.tests, iter(joint.q)
    for place, each in measured.items():
        rows = []
        for name, relevance in zip(each.features, each.relevances, strict=True):
            q = next(qs) if relevance.note is None else np.ones_like(relevance.score)
            relevance = replace(relevance, q=q)
            rows.append(np.stack([getattr(relevance, row) for row in STATISTICS]))
            found.digest["hypotheses"] += _hypotheses(found, place, each, name, relevance, most)
        if rows:
            found.relevance[place] = np.stack(rows).astype(np.float32)
    found.digest["hypotheses"].sort(key=_strength)


def _strength(hypothesis: dict[str, Any]) -> tuple[bool, float]:
    """Findings that stand first, then by the size of the effect."""
    return not hypothesis["q"] <= SIGNIFICANT, -abs(hypothesis["effect"])


def _hypotheses(
    found: Report,
    place: QuantityKey,
    measured: Measured,
    feature: str,
    relevance: analysis.Relevance,
    most: int,
) -> list[dict[str, Any]]:
    layer, quantity = place
    values, is_state = measured.features[feature], quantity.endswith("_state")
    entries, suggested = [], analysis.suggest(relevance, most)
    units = [suggestion.unit for suggestion in suggested]
    controlled = _controlled(measured, units, values) if quantity == STATE else {}
    for suggestion in suggested:
        unit = suggestion.unit
        activity = measured.activity[:, unit : unit + 1]
        peak = found.peaks[place][unit]
        entries.append(
            {
                "feature": feature,
                "layer": layer,
                "quantity": quantity,
                "unit": unit,
                "neighbours": list(suggestion.neighbours),
                "count": relevance.count,
                **{name: brief(getattr(relevance, name)[unit], 4) for name in EVIDENCE},
                "controlled": controlled.get(unit),
                "peak": described_peak(peak, activity, values, measured.lengths),
                "response": _response(activity, values, measured.lengths) if is_state else None,
            }
        )
    return entries


def _controlled(
    measured: Measured, units: Sequence[int], feature: np.ndarray
) -> dict[int, dict[str, float]]:
    """By unit, what is left of the link when the confounds are taken out of the activity."""
    if not units:
        return {}
    activity = np.concatenate([measured.activity[:, unit : unit + 1] for unit in units], axis=1)
    left = analysis.remove_confounds(activity, measured.confounds, measured.lengths)
    relevance = analysis.relevance(left, feature, lengths=measured.lengths)
    return {
        unit: {name: brief(getattr(relevance, name)[place], 4) for name in ("effect", "p")}
        for place, unit in enumerate(units)
    }


def _response(
    activity: np.ndarray, feature: np.ndarray, lengths: list[int]
) -> dict[str, Any] | None:
    """How a unit (tokens, 1) moves around a boolean feature; `None` for numbers."""
    if feature.dtype != bool:
        return None
    response = analysis.lagged_response(activity, feature, LAGS, lengths)
    return {
        "label": str(response.label[0]),
        "p": brief(response.p[0], 4),
        "mean": [brief(value, 3) for value in response.mean[:, 0]],
        "low": brief(response.low[LAGS, 0], 3),
        "high": brief(response.high[LAGS, 0], 3),
    }
