"""RNV004: units that are saturated at their limits."""

from collections.abc import Iterator

import numpy as np

from tb_rnnviz.analysis.doctor.case import Case, varies
from tb_rnnviz.analysis.doctor.rule import DiagnosticEvidence, format_units, rule
from tb_rnnviz.core.names import HIDDEN_STATE

LIMIT = 0.95
SHARE = 0.95


@rule(
    "RNV004",
    "warning",
    "saturated unit",
    why="The derivative of tanh vanishes at its limits, so that the unit can hardly learn.",
    advice="Lower the learning rate, clip gradients, initialise recurrent weights orthogonally, or "
    "normalise the layer.",
)
def saturated(case: Case) -> Iterator[DiagnosticEvidence]:
    """Detects varying units that exceed 0.95 in magnitude at 95 percent of the tokens.

    Layers with a hidden state above one are skipped because their limit is not known.
    """
    values = case.sufficient_activity(HIDDEN_STATE)
    if values is None:
        return
    finite = np.isfinite(values)
    size = np.abs(np.where(finite, values, 0.0))
    if size.max(initial=0.0) > 1 + 1e-6:
        return
    share = np.count_nonzero(size > LIMIT, axis=0) / np.maximum(finite.sum(axis=0), 1)
    units = tuple(np.flatnonzero((share >= SHARE) & varies(values)).tolist())
    if units:
        yield DiagnosticEvidence(
            HIDDEN_STATE,
            units,
            f"{format_units(units, values.shape[1])} are beyond {LIMIT:g} of their limit at "
            f"{100 * share[list(units)].min():.0f} % of the tokens or more.",
        )
