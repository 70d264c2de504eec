"""RNV002: units that are always zero."""

from collections.abc import Iterator

import numpy as np

from tb_rnnviz.analysis.doctor.case import LEAST_RANGE, Case, finite_range
from tb_rnnviz.analysis.doctor.rule import DiagnosticEvidence, format_units, rule
from tb_rnnviz.core.names import HIDDEN_STATE


@rule(
    "RNV002",
    "warning",
    "dead unit",
    why="A unit that is always zero passes no information to the rest of the model, and costs as "
    "much as any other.",
    advice="Use fewer units or less activity regularisation; in a layer that is dead as a whole, a "
    "large negative bias often shuts the output gate.",
)
def dead(case: Case) -> Iterator[DiagnosticEvidence]:
    """Detects units whose hidden state never exceeds a thousandth in magnitude."""
    values = case.sufficient_activity(HIDDEN_STATE)
    if values is None:
        return
    low, high = finite_range(values)
    with np.errstate(invalid="ignore"):
        units = tuple(np.flatnonzero(np.maximum(-low, high) <= LEAST_RANGE).tolist())
    if units:
        yield DiagnosticEvidence(
            HIDDEN_STATE,
            units,
            f"{format_units(units, values.shape[1])} stay within {LEAST_RANGE:g} of zero at all "
            f"{len(values)} tokens.",
        )
