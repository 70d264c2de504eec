"""RNV005: units that say the same."""

from collections.abc import Iterator

import numpy as np
from scipy.sparse.csgraph import connected_components

from tb_rnnviz.analysis.doctor.case import Case, moves
from tb_rnnviz.analysis.doctor.rule import Symptom, rule
from tb_rnnviz.analysis.matching.correlation import correlation

SAME = 0.999


@rule(
    "RNV005",
    "note",
    "duplicate units",
    why="Units that always move together say one thing twice; some of the layer is not used.",
    advice="Use fewer units or dropout; where all begin alike, initialise weights at random.",
)
def duplicate(case: Case) -> Iterator[Symptom]:
    """Finds groups of units whose hidden states correlate by 0.999 or more, of either sign."""
    values = case.enough("hidden_state")
    if values is None:
        return
    alive = np.flatnonzero(moves(values))
    moving = values[:, alive]
    alike = np.abs(correlation(moving, moving)) >= SAME
    number, group = connected_components(alike, directed=False)
    sizes = np.bincount(group, minlength=number)
    twins = [alive[group == g].tolist() for g in np.flatnonzero(sizes > 1)]
    if twins:
        units = tuple(sorted(unit for group in twins for unit in group))
        shown = ", ".join(f"({', '.join(map(str, group[:5]))})" for group in twins[:3])
        yield Symptom(
            "hidden_state",
            units,
            f"{len(units)} of {values.shape[1]} units are in {len(twins)} groups that correlate "
            f"by {SAME:g} or more: {shown}{', ...' if len(twins) > 3 else ''}.",
        )
