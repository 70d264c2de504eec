"""RNV011: gradients that grow with the distance from their target."""

from collections.abc import Iterator

import numpy as np

from tb_rnnviz.analysis.doctor.case import Case
from tb_rnnviz.analysis.doctor.rule import DiagnosticEvidence, rule
from tb_rnnviz.analysis.doctor.vanishing_gradient import LEAST_LAGS

LIMIT = 10.0
"""Gradient, relative to that at the target, from which on it explodes."""


@rule(
    "RNV011",
    "warning",
    "exploding gradient",
    why="A few old tokens decide the step of the optimizer, which may undo what was learnt or end "
    "in values that are not numbers.",
    advice="Gradient clipping by norm, smaller recurrent weights or an orthogonal initialisation, "
    "shorter sequences, or a lower learning rate.",
)
def exploding_gradient(case: Case) -> Iterator[DiagnosticEvidence]:
    """Detects states whose gradient is ten times as large somewhere before the target."""
    for name, curve in case.reach.items():
        if len(curve) < LEAST_LAGS or not np.nanmax(curve) > LIMIT:
            continue
        lag = int(np.nanargmax(curve))
        yield DiagnosticEvidence(
            name,
            (),
            f"The gradient of the loss grows: {lag} tokens before its target it is "
            f"{curve[lag]:.3g} times that at the target.",
        )
