"""Fixed and slow points of a state map."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tb_rnnviz.analysis.jacobian import jacobians
from tb_rnnviz.core.state_map import StateMap

FIXED = 1e-12
"""Largest q of a fixed point in double precision, q = |F(x) - x|² / 2."""

ITERATIONS = 200
"""Steps of the minimisation at most."""

SETTLING = 100
"""Steps under the constant input after which a start is one more start."""

UNIQUE = 1e-3
"""Distance below which two points are one, in spreads of the visited states."""

OUTLIER = 10.0
"""Mean distances from the mean of the visited states beyond which points go."""


@dataclass(frozen=True, eq=False)
class Points:
    """Minima of the speed of a map.

    Attributes:
        states: The points, (n, state).
        speed: q of each, (n,).
    """

    states: NDArray[np.float64]
    speed: NDArray[np.float64]


def find_points(
    step: StateMap,
    starts: NDArray[np.float64],
    visited: NDArray[np.float64],
    constant: NDArray[np.float64],
) -> Points:
    """Minimises q(x) = |F(x, u) - x|² / 2 from every start, for one constant input u.

    The minimum of q is found by the Levenberg-Marquardt method, all starts together, from the
    starts and from where they go under the constant input, close to stable points. Points closer
    than `UNIQUE` are one, and points far outside the visited states are left out, as in
    FixedPointFinder (Golub and Sussillo, 2018).

    Args:
        step: The map.
        starts: States to start from, (rows, state).
        visited: States that were visited, (steps, state).
        constant: The input u, (channels,).

    Returns:
        The points, slowest first.
    """
    later = starts
    inputs = np.broadcast_to(constant, (len(starts), len(constant)))
    for _ in range(SETTLING):
        later = step.step(later, inputs)
    later = later[np.isfinite(later).all(axis=1)]
    states, speed = _minimise(step, np.concatenate([starts, later]), constant)
    centre = visited.mean(axis=0)
    spread = np.linalg.norm(visited - centre, axis=1).mean() or 1.0
    distance = np.linalg.norm(states - centre, axis=1)
    is_inside = np.isfinite(speed) & (distance <= OUTLIER * spread)
    states, speed = states[is_inside], speed[is_inside]
    order = np.argsort(speed, kind="stable")
    unique: list[int] = []
    for index in order:
        gaps = np.linalg.norm(states[unique] - states[index], axis=1)
        if not unique or gaps.min() > UNIQUE * spread:
            unique.append(int(index))
    return Points(states[unique], speed[unique])


def _minimise(
    step: StateMap, starts: NDArray[np.float64], constant: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Returns the states where each start ends, and their q."""
    size = starts.shape[1]
    x = starts.copy()
    damping = np.full(len(x), 1e-2)
    residual, q = _residual(step, x, constant)
    active = np.arange(len(x))
    for _ in range(ITERATIONS):
        active = active[(q[active] > 1e-2 * FIXED**1.5) & (damping[active] < 1e10)]
        if not len(active):
            break
        inputs = np.broadcast_to(constant, (len(active), len(constant)))
        slope = jacobians(step, x[active], inputs) - np.eye(size)
        gradient = np.einsum("nij,ni->nj", slope, residual[active])
        normal = np.einsum("nij,nik->njk", slope, slope)
        diagonal = damping[active, None, None] * np.eye(size)
        move = np.linalg.solve(normal + diagonal, -gradient[..., None])[..., 0]
        trial = x[active] + move
        trial_residual, trial_q = _residual(step, trial, constant)
        is_better = trial_q < q[active]
        better = active[is_better]
        gain = 1 - trial_q[is_better] / q[better]
        x[better], residual[better] = trial[is_better], trial_residual[is_better]
        q[better] = trial_q[is_better]
        damping[active] = np.where(is_better, damping[active] / 10, damping[active] * 10)
        damping = np.maximum(damping, 1e-14)
        is_still = np.zeros(len(x), bool)
        is_still[better[gain < 1e-9]] = True  # a slow point: the minimum is not zero
        active = active[~is_still[active]]
    return x, q


def _residual(
    step: StateMap, states: NDArray[np.float64], constant: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    inputs = np.broadcast_to(constant, (len(states), len(constant)))
    residual = step.step(states, inputs) - states
    q = np.square(residual).sum(axis=1) / 2
    return residual, np.where(np.isfinite(q), q, np.inf)
