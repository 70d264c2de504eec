"""RNV003: units that are constant."""

from collections.abc import Iterator

import numpy as np

from tb_rnnviz.analysis.doctor.case import LEAST_RANGE, Case, finite_range, varies
from tb_rnnviz.analysis.doctor.rule import DiagnosticEvidence, format_units, rule
from tb_rnnviz.core.names import HIDDEN_STATE


@rule(
    "RNV003",
    "warning",
    "constant unit",
    why="A unit with the same value at every token is a bias: it does not depend on the input.",
    advice="If it is stuck at a limit, lower the learning rate or the scale of the weights; "
    "otherwise use fewer units.",
)
def constant(case: Case) -> Iterator[DiagnosticEvidence]:
    """Detects units whose hidden state is not zero and varies by at most 0.001."""
    values = case.sufficient_activity(HIDDEN_STATE)
    if values is None:
        return
    low, high = finite_range(values)
    with np.errstate(invalid="ignore"):
        is_dead = np.maximum(-low, high) <= LEAST_RANGE
    is_constant = ~varies(values) & np.isfinite(low)
    units = tuple(np.flatnonzero(is_constant & ~is_dead).tolist())
    if units:
        yield DiagnosticEvidence(
            HIDDEN_STATE,
            units,
            f"{format_units(units, values.shape[1])} vary by at most {LEAST_RANGE:g} of their "
            f"magnitude over all {len(values)} tokens; unit {units[0]} stays at "
            f"{low[units[0]]:.3g}.",
        )
