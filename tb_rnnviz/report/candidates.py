"""Candidates: the units that become findings, chosen by evidence and not by score."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tb_rnnviz import analysis
from tb_rnnviz.analysis import Suggestion
from tb_rnnviz.core.names import QuantityKey, is_state
from tb_rnnviz.core.statistics import EVIDENCE, evidence_rank, evidence_size

STRONGEST = 12
"""Units of a feature that are listed in any case, over all layers and quantities."""


def choose_units(
    keys: Sequence[QuantityKey], relevances: Sequence[analysis.Relevance], suggestions: int
) -> list[tuple[Suggestion, ...]]:
    """Chooses the units that are listed as findings on one feature.

    They are the units that `analysis.suggest` chooses in each quantity, and the `STRONGEST` over
    all quantities in the order of `sort_findings`. Only significant ones are chosen, and none with
    `suggestions=0`.

    Args:
        keys: Layers and quantities.
        relevances: Relevance of their units to the feature, with a q over everything that was
            tested together.
        suggestions: Units of each quantity that are chosen in any case, at most.

    Returns:
        The units of each quantity with their neighbours.
    """
    if not suggestions:
        return [()] * len(keys)
    strongest = _strongest(keys, relevances)
    results = []
    for index, relevance in enumerate(relevances):
        suggested = analysis.suggest(relevance, suggestions)
        units = [suggestion.unit for suggestion in suggested]
        units += [unit for unit in strongest.get(index, ()) if unit not in units]
        results.append(analysis.with_neighbours(units, relevance.effect.size))
    return results


def _strongest(
    keys: Sequence[QuantityKey], relevances: Sequence[analysis.Relevance]
) -> dict[int, list[int]]:
    """Strongest units over all quantities, by the index of their quantity."""
    ranks, gates, sizes, entries = [], [], [], []
    for index, (key, relevance) in enumerate(zip(keys, relevances, strict=True)):
        if relevance.note is not None:
            continue
        values = relevance.effect, relevance.q, relevance.within, relevance.within_q
        rank = evidence_rank(*values)
        units = np.flatnonzero(rank < len(EVIDENCE))
        ranks.append(rank[units])
        sizes.append(evidence_size(*values)[units])
        gates.append(np.full(units.size, not is_state(key.quantity)))
        entries += [(index, int(unit)) for unit in units]
    if not entries:
        return {}
    order = np.lexsort([-np.concatenate(sizes), np.concatenate(gates), np.concatenate(ranks)])
    strongest: dict[int, list[int]] = {}
    for entry in order[:STRONGEST].tolist():
        index, unit = entries[entry]
        strongest.setdefault(index, []).append(unit)
    return strongest
