"""RNV003: units that do not move."""

from collections.abc import Iterator

import numpy as np

from tb_rnnviz.analysis.doctor.case import STILL, Case, extremes, moves
from tb_rnnviz.analysis.doctor.rule import Symptom, counted, rule


@rule(
    "RNV003",
    "warning",
    "constant unit",
    why="A unit that has one value at every token is a bias, and does not know what was read.",
    advice="Lower the learning rate or the scale of the weights if it is stuck at a limit; else "
    "use fewer units.",
)
def constant(case: Case) -> Iterator[Symptom]:
    """Finds units whose hidden state moves by a thousandth at most, and is not zero."""
    values = case.enough("hidden_state")
    if values is None:
        return
    low, high = extremes(values)
    with np.errstate(invalid="ignore"):
        is_dead = np.maximum(-low, high) <= STILL
    units = tuple(np.flatnonzero(~moves(values) & ~is_dead & np.isfinite(low)).tolist())
    if units:
        yield Symptom(
            "hidden_state",
            units,
            f"{counted(units, values.shape[1])} move by {STILL:g} of their size at most over all "
            f"{len(values)} tokens; unit {units[0]} stays at {low[units[0]]:.3g}.",
        )
