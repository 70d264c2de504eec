"""Which units go with a typed feature: the strongest of those that were looked through."""

from __future__ import annotations

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from tb_rnnviz import analysis
from tb_rnnviz.core.names import QuantityKey
from tb_rnnviz.core.statistics import SIGNIFICANT, STATISTICS
from tb_rnnviz.tensorboard.evidence import named, peaks, responses
from tb_rnnviz.tensorboard.logged_activity import LoggedActivity
from tb_rnnviz.tensorboard.numbers import number

CORES = 4
"""Quantities that are looked through at once, at most."""


@dataclass(frozen=True)
class Strongest:
    """The units that go with a feature.

    Attributes:
        tests: How many units were tested; q is over all of them.
        units: As hypotheses in a digest, strongest first.
        note: Why there is nothing to compare, or `None`.
    """

    tests: int
    units: list[dict[str, Any]]
    note: str | None = None


def strongest(
    name: str,
    values: np.ndarray,
    activities: Mapping[QuantityKey, LoggedActivity],
    rows: Mapping[QuantityKey, np.ndarray],
    top: int,
) -> Strongest:
    """Holds every unit against a feature, and ranks them as a digest does.

    Args:
        name: What the feature is called.
        values: Booleans or numbers, (tokens,).
        activities: What to look through.
        rows: Rows of the log's peaks, (units, columns), where they are there.
        top: How many units to return.
    """
    places = [place for place, activity in activities.items() if len(activity)]

    def measure(place: QuantityKey) -> analysis.Relevance:
        activity = activities[place]
        return analysis.relevances(activity, [values[activity.mask]], lengths=activity.lengths)[0]

    with ThreadPoolExecutor(max(1, min(os.cpu_count() or 1, CORES, len(places)))) as pool:
        found = dict(zip(places, pool.map(measure, places), strict=True))
    notes = [relevance.note for relevance in found.values()]
    found = {place: one for place, one in found.items() if one.note is None}
    joint = analysis.joint_q([relevance.p for relevance in found.values()])
    found = {
        place: replace(relevance, q=q)
        for (place, relevance), q in zip(found.items(), joint.q, strict=True)
    }
    chosen = _ranked(found, top)
    units: dict[tuple[QuantityKey, int], dict[str, Any]] = {}
    for place, relevance in found.items():
        here = [unit for where, unit in chosen if where == place]
        evidence = _evidence(activities[place], values, here, rows.get(place))
        for unit, more in zip(here, evidence, strict=True):
            units[place, unit] = _entry(name, place, relevance, unit) | more
    note = None if found else next(iter(notes), "every token is masked")
    return Strongest(joint.tests, [units[one] for one in chosen], note)


def _ranked(
    found: Mapping[QuantityKey, analysis.Relevance], top: int
) -> list[tuple[QuantityKey, int]]:
    """Units that stand first, then by the size of the effect; those without one are left out."""
    candidates = []
    for order, (place, relevance) in enumerate(found.items()):
        size = np.abs(relevance.effect)
        falls = ~(relevance.q <= SIGNIFICANT)
        units = np.lexsort([-size, falls])[:top]
        candidates += [
            (bool(falls[unit]), -size[unit], order, int(unit), place)
            for unit in units
            if np.isfinite(size[unit])
        ]
    return [(place, unit) for *_, unit, place in sorted(candidates)[:top]]


def _entry(
    name: str, place: QuantityKey, relevance: analysis.Relevance, unit: int
) -> dict[str, Any]:
    return {
        **named(name, place, unit, relevance.score.size),
        "count": relevance.count,
        **{row: number(getattr(relevance, row)[unit]) for row in STATISTICS},
    }


def _evidence(
    activity: LoggedActivity, values: np.ndarray, units: list[int], rows: np.ndarray | None
) -> list[dict[str, Any]]:
    """Peak and response of some units of a quantity."""
    if not units:
        return []
    series, feature, lengths = activity.columns(units), values[activity.mask], activity.lengths
    return [
        {"peak": peak, "response": response}
        for peak, response in zip(
            peaks(series, feature, lengths, None if rows is None else rows[units]),
            responses(series, feature, lengths),
            strict=True,
        )
    ]
