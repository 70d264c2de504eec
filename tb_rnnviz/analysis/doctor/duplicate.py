"""RNV005: units that carry the same information."""

from collections.abc import Iterator

import numpy as np
from scipy.sparse.csgraph import connected_components

from tb_rnnviz.analysis.doctor.case import Case, varies
from tb_rnnviz.analysis.doctor.rule import DiagnosticEvidence, rule
from tb_rnnviz.analysis.matching.correlation import correlation
from tb_rnnviz.core.names import HIDDEN_STATE

LEAST_CORRELATION = 0.999


@rule(
    "RNV005",
    "note",
    "duplicate units",
    why="Units that always vary together carry the same information; part of the layer is not "
    "used.",
    advice="Use fewer units or dropout; if all units start alike, initialise weights at random.",
)
def duplicate(case: Case) -> Iterator[DiagnosticEvidence]:
    """Detects groups of units whose hidden states correlate by at least 0.999.

    The sign of the correlation does not matter.
    """
    values = case.sufficient_activity(HIDDEN_STATE)
    if values is None:
        return
    varying = np.flatnonzero(varies(values))
    activity = values[:, varying]
    is_duplicate = np.abs(correlation(activity, activity)) >= LEAST_CORRELATION
    number, component = connected_components(is_duplicate, directed=False)
    sizes = np.bincount(component, minlength=number)
    groups = [varying[component == c].tolist() for c in np.flatnonzero(sizes > 1)]
    if groups:
        units = tuple(sorted(unit for group in groups for unit in group))
        examples = ", ".join(f"({', '.join(map(str, group[:5]))})" for group in groups[:3])
        yield DiagnosticEvidence(
            HIDDEN_STATE,
            units,
            f"{len(units)} of {values.shape[1]} units are in {len(groups)} groups that correlate "
            f"by {LEAST_CORRELATION:g} or more: {examples}{', ...' if len(groups) > 3 else ''}.",
        )
