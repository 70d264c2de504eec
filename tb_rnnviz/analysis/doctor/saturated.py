"""RNV004: units that are always at their limit."""

from collections.abc import Iterator

import numpy as np

from tb_rnnviz.analysis.doctor.case import Case, moves
from tb_rnnviz.analysis.doctor.rule import Symptom, counted, rule

LIMIT = 0.95
SHARE = 0.95


@rule(
    "RNV004",
    "warning",
    "saturated unit",
    why="At its limit the derivative of tanh vanishes, so that the unit can hardly learn.",
    advice="Lower the learning rate, clip gradients, initialise recurrent weights orthogonally, or "
    "normalise the layer.",
)
def saturated(case: Case) -> Iterator[Symptom]:
    """Finds units that move, and are beyond 0.95 of their limit at 95 percent of the tokens.

    Only where no hidden state exceeds one: elsewhere the limit is not known.
    """
    values = case.enough("hidden_state")
    if values is None:
        return
    finite = np.isfinite(values)
    size = np.abs(np.where(finite, values, 0.0))
    if size.max(initial=0.0) > 1 + 1e-6:
        return
    share = np.count_nonzero(size > LIMIT, axis=0) / np.maximum(finite.sum(axis=0), 1)
    units = tuple(np.flatnonzero((share >= SHARE) & moves(values)).tolist())
    if units:
        yield Symptom(
            "hidden_state",
            units,
            f"{counted(units, values.shape[1])} are beyond {LIMIT:g} of their limit at "
            f"{100 * share[list(units)].min():.0f} % of the tokens or more.",
        )
