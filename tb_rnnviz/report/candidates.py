"""Candidates: the units that become findings, chosen by evidence and not by score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from tb_rnnviz import analysis
from tb_rnnviz.analysis import Suggestion
from tb_rnnviz.core.finding import Finding
from tb_rnnviz.core.names import QuantityKey, is_state
from tb_rnnviz.core.statistics import EVIDENCE, evidence_rank, evidence_size

STRONGEST = 12
"""Units of a feature that are listed in any case, over all layers and quantities."""

BEYOND_LEVEL = 2.0
"""Times the effect of its level that the swing of a unit has at least."""

LEAST_SWING = 0.5
"""Least effect of a swing that is listed, in standard deviations."""


@dataclass(frozen=True, eq=False)
class Candidates:
    """Units of one quantity, by their level or their swing, with one feature.

    Attributes:
        key: Layer and quantity.
        relevance: Relevance of the units, with a q over everything that was tested together.
        suggestions: Units that are chosen in any case, at most.
    """

    key: QuantityKey
    relevance: analysis.Relevance
    suggestions: int

    @cached_property
    def rank(self) -> np.ndarray:
        """Rank of every unit by evidence, see `evidence_rank`."""
        return evidence_rank(*_evidence(self.relevance))


def swing_beyond_level(swing: analysis.Relevance, level: analysis.Relevance) -> analysis.Relevance:
    """Relevance of a swing, not significant for units whose level says as much.

    A swing counts if its effect is at least `LEAST_SWING`, and the level is not significant or has
    less than half of the effect.

    Args:
        swing: Relevance of the swing of the units of a quantity to a feature.
        level: Relevance of their activity to it.
    """
    size, level_size = (evidence_size(*_evidence(one)) for one in (swing, level))
    tells = evidence_rank(*_evidence(level)) < len(EVIDENCE)
    counts = (size >= LEAST_SWING) & (~tells | (size >= BEYOND_LEVEL * level_size))
    q, within_q = (np.where(counts, values, 1.0) for values in (swing.q, swing.within_q))
    return replace(swing, q=q, within_q=within_q)


def swing_candidates(
    key: QuantityKey, swing: analysis.Relevance, level: analysis.Relevance, suggestions: int
) -> Candidates:
    """Candidates by the swing of a quantity, of which one is suggested at most."""
    return Candidates(key, swing_beyond_level(swing, level), min(suggestions, 1))


def choose_units(candidates: Sequence[Candidates]) -> list[tuple[Suggestion, ...]]:
    """Chooses the units that are listed as findings on one feature.

    They are the units that `analysis.suggest` chooses in each quantity, and the `STRONGEST` over
    all quantities in the order of `sort_findings`. Only significant ones are chosen, and none if
    no quantity has suggestions.

    Args:
        candidates: The units of all quantities.

    Returns:
        The units of each quantity with their neighbours.
    """
    if not any(candidate.suggestions for candidate in candidates):
        return [()] * len(candidates)
    strongest = _strongest(candidates)
    results = []
    for index, candidate in enumerate(candidates):
        has_evidence = (candidate.rank < len(EVIDENCE)).any()
        suggested = (
            analysis.suggest(candidate.relevance, candidate.suggestions) if has_evidence else ()
        )
        units = [suggestion.unit for suggestion in suggested]
        units += [unit for unit in strongest.get(index, ()) if unit not in units]
        results.append(analysis.with_neighbours(units, candidate.relevance.effect.size))
    return results


def listed_once(findings: Sequence[Finding]) -> list[Finding]:
    """Leaves out findings on the level of a unit whose swing is listed."""
    moving = {
        (finding.feature, finding.key, finding.unit)
        for finding in findings
        if finding.aspect == "swing"
    }
    return [
        finding
        for finding in findings
        if finding.aspect == "swing" or (finding.feature, finding.key, finding.unit) not in moving
    ]


def _evidence(relevance: analysis.Relevance) -> tuple[np.ndarray, ...]:
    """Effects and rates that `evidence_rank` and `evidence_size` take."""
    return relevance.effect, relevance.q, relevance.within, relevance.within_q


def _strongest(candidates: Sequence[Candidates]) -> dict[int, list[int]]:
    """Strongest units over all quantities, by the index of their quantity."""
    ranks, gates, sizes, entries = [], [], [], []
    for index, candidate in enumerate(candidates):
        if candidate.relevance.note is not None:
            continue
        units = np.flatnonzero(candidate.rank < len(EVIDENCE))
        if not units.size:
            continue
        ranks.append(candidate.rank[units])
        sizes.append(evidence_size(*(values[units] for values in _evidence(candidate.relevance))))
        gates.append(np.full(units.size, not is_state(candidate.key.quantity)))
        entries += [(index, int(unit)) for unit in units]
    if not entries:
        return {}
    order = np.lexsort([-np.concatenate(sizes), np.concatenate(gates), np.concatenate(ranks)])
    strongest: dict[int, list[int]] = {}
    for entry in order[:STRONGEST].tolist():
        index, unit = entries[entry]
        strongest.setdefault(index, []).append(unit)
    return strongest
