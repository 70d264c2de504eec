"""Lyapunov exponents along a trajectory of a state map."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tb_rnnviz.analysis.jacobian import jacobians
from tb_rnnviz.core.state_map import StateMap

WARM_UP = 0.1
"""Share of the steps after which exponents are averaged."""


@dataclass(frozen=True, eq=False)
class Stretching:
    """Growth of small differences along a trajectory.

    Attributes:
        exponents: Lyapunov exponents in nats per step, largest first, (state,).
        largest: Largest singular value of the Jacobian of each step, (steps,).
    """

    exponents: NDArray[np.float64]
    largest: NDArray[np.float64]


def stretching(
    step: StateMap, states: NDArray[np.float64], inputs: NDArray[np.float64]
) -> Stretching:
    """Computes Lyapunov exponents by the QR method.

    An orthogonal frame is moved by the Jacobian of every step and made orthogonal again; the
    exponents are the mean logarithms of how much each of its vectors grew (Vogt et al., 2020,
    arXiv:2006.14123). Where the Jacobian is
    the same at every step they are the logarithms of the moduli of its eigenvalues.

    Args:
        step: The map.
        states: States before each step, (steps, state).
        inputs: Input of each step, (steps, channels).
    """
    slopes = jacobians(step, states, inputs)
    largest = np.linalg.norm(slopes, ord=2, axis=(1, 2))
    tiny = np.finfo(np.float64).tiny
    if np.abs(slopes - slopes[0]).max() <= 1e-9 * max(np.abs(slopes).max(), tiny):
        moduli = np.abs(np.linalg.eigvals(slopes.mean(axis=0)))
        return Stretching(np.sort(np.log(np.maximum(moduli, tiny)))[::-1], largest)
    frame, growth = np.eye(states.shape[1]), []
    for slope in slopes:
        frame, upper = np.linalg.qr(slope @ frame)
        growth.append(np.log(np.maximum(np.abs(np.diag(upper)), tiny)))
    counted = growth[int(WARM_UP * len(growth)) :]
    return Stretching(np.sort(np.mean(counted, axis=0))[::-1], largest)
