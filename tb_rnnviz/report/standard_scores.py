"""Scores of units on standardised activity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from tb_rnnviz import analysis
from tb_rnnviz.analysis._validation import OutOfCoreActivity
from tb_rnnviz.core.statistics import relative_score, standard_score
from tb_rnnviz.report.value_range import unit_slices


def with_standard_scores(
    relevances: Sequence[analysis.Relevance], activity: np.ndarray | OutOfCoreActivity
) -> list[analysis.Relevance]:
    """Replaces score and relevance by those of activity in standard deviations.

    Prominence and difference stay in units of the activity.

    Args:
        relevances: Relevance of the units, one per feature.
        activity: Activity (tokens, units) that they are of.
    """
    if not relevances:
        return []
    deviation = _deviations(activity)
    results = []
    for relevance in relevances:
        scores = standard_score(relevance.score, deviation)
        results.append(replace(relevance, score=scores, relevance=relative_score(scores)))
    return results


def without_within(relevance: analysis.Relevance) -> analysis.Relevance:
    """Returns the relevance of a feature that the present value decides, an echo."""
    unknown = np.full_like(relevance.within, np.nan)
    return replace(relevance, within=unknown, within_p=unknown, within_q=unknown)


def _deviations(activity: np.ndarray | OutOfCoreActivity) -> np.ndarray:
    """Standard deviation of every unit, (units,), of its finite values."""
    deviations = np.zeros(activity.shape[1])
    for units in unit_slices(activity):
        values = np.array(activity[:, units], np.float64)
        if np.isfinite(values.sum()):
            values -= values.mean(axis=0) if len(values) else 0
            deviations[units] = np.sqrt(np.einsum("tu,tu->u", values, values) / max(len(values), 1))
            continue
        finite = np.isfinite(values)
        count = np.maximum(finite.sum(axis=0), 1)
        centred = np.where(finite, values, 0)
        centred -= centred.sum(axis=0) / count
        centred[~finite] = 0
        deviations[units] = np.sqrt(np.einsum("tu,tu->u", centred, centred) / count)
    return deviations
