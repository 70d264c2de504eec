"""RNV002: units that do nothing."""

from collections.abc import Iterator

import numpy as np

from tb_rnnviz.analysis.doctor.case import STILL, Case, extremes
from tb_rnnviz.analysis.doctor.rule import Symptom, counted, rule


@rule(
    "RNV002",
    "warning",
    "dead unit",
    why="A unit that is always zero tells the rest of the model nothing, and costs as much as any.",
    advice="Use fewer units or less regularisation of activities; a layer that is dead as a whole "
    "often has its output gate shut by a large negative bias.",
)
def dead(case: Case) -> Iterator[Symptom]:
    """Finds units whose hidden state never exceeds a thousandth."""
    values = case.enough("hidden_state")
    if values is None:
        return
    low, high = extremes(values)
    with np.errstate(invalid="ignore"):
        units = tuple(np.flatnonzero(np.maximum(-low, high) <= STILL).tolist())
    if units:
        yield Symptom(
            "hidden_state",
            units,
            f"{counted(units, values.shape[1])} stay within {STILL:g} of zero at all "
            f"{len(values)} tokens.",
        )
