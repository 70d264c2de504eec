"""RNV010: gradients that fade before they reach what matters."""

from collections.abc import Iterator

import numpy as np

from tb_rnnviz.analysis.doctor.case import Case
from tb_rnnviz.analysis.doctor.rule import DiagnosticEvidence, rule
from tb_rnnviz.core.explanations import half_life

LEAST_LAGS = 10
"""Lags that the rules about gradients need."""

LEAST_HALF_LIFE = 4.0
"""Least half-life of the memory, in tokens, that is compared with the gradient."""

SHARE = 0.5
"""Share of the half-life of the memory that the gradient reaches at least."""

FADED = 1e-3
"""Relative gradient below which a distance is hardly learnt."""


@rule(
    "RNV010",
    "warning",
    "vanishing gradient",
    why="Training changes the weights by what lies within the reach of the gradient; older tokens "
    "are hardly learnt from, however long the state remembers.",
    advice="A higher bias of the retain gate, an LSTM or GRU instead of a simple RNN, orthogonal "
    "recurrent weights, shorter sequences, or pooling over the steps so that the loss is nearer.",
)
def vanishing_gradient(case: Case) -> Iterator[DiagnosticEvidence]:
    """Compares the reach of the gradient with memory and distance of the target."""
    curves = {
        name: curve
        for name, curve in case.reach.items()
        if len(curve) >= LEAST_LAGS and curve[1] > 0
    }
    if not curves:
        return
    half_lives = {name: half_life(curve) for name, curve in curves.items()}
    name = max(half_lives, key=lambda each: half_lives[each])
    lags = half_lives[name]
    memory = None if case.memory is None else case.memory * np.log(2)
    if memory is not None and LEAST_HALF_LIFE <= memory < np.inf and lags < SHARE * memory:
        yield DiagnosticEvidence(
            name,
            (),
            f"The gradient of the loss falls below one half {lags:.3g} tokens before its target; "
            f"the median unit forgets half of its state in {memory:.3g} tokens.",
        )
    if case.distance is None or case.distance < LEAST_LAGS:
        return
    at = {key: curve[min(case.distance, len(curve) - 1)] for key, curve in curves.items()}
    name = max(at, key=lambda each: at[each])
    if at[name] < FADED:
        lag = min(case.distance, len(curves[name]) - 1)
        yield DiagnosticEvidence(
            name,
            (),
            f"The target stands at the end: {lag} tokens before it the gradient is "
            f"{at[name]:.2g} of that at the end, and a sequence has {case.distance + 1} tokens.",
        )
