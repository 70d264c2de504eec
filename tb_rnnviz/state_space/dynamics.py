"""`dynamics`: fixed points, stability and Lyapunov exponents of a recurrent layer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tb_rnnviz.analysis.jacobian import jacobians
from tb_rnnviz.capture.recorder import recorder_for
from tb_rnnviz.core.layer_dynamics import time_constants
from tb_rnnviz.core.state_map import StateMap
from tb_rnnviz.probe import Probe
from tb_rnnviz.state_space.fixed_points import FIXED, find_points
from tb_rnnviz.state_space.lyapunov import stretching

STARTS = 256
"""Visited states that the search for fixed points starts from."""

LONGEST = 2_000
"""Steps that Lyapunov exponents are computed along, at most."""


@dataclass(frozen=True, eq=False)
class Dynamics:
    """Dynamics of a layer under a constant input, and along what it read.

    A state is all states of the cell one after the other, (h, c) for an LSTM.

    Attributes:
        fixed_points: States that the layer stays in, (n, state), slowest first.
        stable: True where small differences die out, (n,): every |eigenvalue| is below 1.
        eigenvalues: Eigenvalues of the Jacobian at each, complex (n, state), largest first.
        unstable_directions: Unit vectors of the eigenvalues at each fixed point whose modulus is 1
            or more, (modes, state) each; a conjugate pair has two that span the plane in which
            it turns.
        slow_points: States where the layer is slow but not still, minima of the speed,
            (m, state), slowest first.
        speed: q = |F(x) - x|² / 2 of each slow point, (m,).
        lyapunov: Lyapunov exponents in nats per step, largest first, (state,); NaN without
            sequences.
        largest_singular: Largest singular value of the Jacobian of each step along the longest
            sequence, (steps,); above 1 a difference may grow there.
        input: The constant input, (channels,).
        visited: States that the search started from, (rows, state).
    """

    fixed_points: np.ndarray
    stable: np.ndarray
    eigenvalues: np.ndarray
    unstable_directions: tuple[np.ndarray, ...]
    slow_points: np.ndarray
    speed: np.ndarray
    lyapunov: np.ndarray
    largest_singular: np.ndarray
    input: np.ndarray
    visited: np.ndarray

    @property
    def time_constants(self) -> np.ndarray:
        """Steps in which each mode at each fixed point decays to 1/e, (n, state).

        Infinite where it does not decay.
        """
        return time_constants(self.eigenvalues)

    def __repr__(self) -> str:
        stable = int(self.stable.sum())
        points = f"{len(self.stable)} fixed points, {stable} stable, {len(self.speed)} slow"
        first = self.lyapunov[0] if len(self.lyapunov) else float("nan")
        return f"Dynamics({points}; largest Lyapunov exponent {first:.3g})"


def dynamics(
    model: Any,
    layer: str | None = None,
    *,
    inputs: Any = None,
    states: Any = None,
    constant: str | Sequence[float] = "zero",
    seed: int = 0,
) -> Dynamics:
    """Finds fixed points of a layer and measures how small differences grow.

    A fixed point is a state x that the layer stays in under a constant input u, F(x, u) = x. The
    search minimises q(x) = |F(x, u) - x|² / 2 from visited states (Sussillo and Barak, 2013); a
    minimum with q at most 1e-12 is a fixed point, any other a slow point. It computes in double
    precision, on a copy of the cell; on JAX and PyTorch in single precision.

    Lyapunov exponents are measured along what the layer reads, at most 2,000 steps of the longest
    sequence: the largest below 0, differences die out; above 0, they grow; near 0, they last.

    Args:
        model: A model that `record` takes.
        layer: Path of the layer. Defaults to the only recurrent layer.
        inputs: A `Probe`, or inputs of the model as for `record`, from which come the visited
            states, the trajectory and the mean input. Or one constant input of the layer,
            floats (channels,). Defaults to none.
        states: States to start from, (rows, state). Defaults to up to 256 visited states; without
            `inputs`, to random states of standard deviation 1.
        constant: The constant input: `"zero"`, `"mean"` of what the layer read, or floats
            (channels,).
        seed: Seed of the choice of the visited states.

    Raises:
        ValueError: If there is no such layer, or shapes do not fit.

    Example:
        >>> import keras
        >>> model = keras.Sequential([keras.Input((None, 1)), keras.layers.SimpleRNN(2)])
        >>> model.set_weights([np.ones((1, 2)), 1.5 * np.eye(2), np.zeros(2)])
        >>> dynamics(model, inputs=np.zeros(1))
        Dynamics(9 fixed points, 4 stable, 0 slow; largest Lyapunov exponent nan)
    """
    recorder = recorder_for(model)
    probe = None
    if _is_constant(inputs):
        constant = inputs
    elif inputs is not None:
        probe = inputs if isinstance(inputs, Probe) else Probe("inputs", inputs)
    step, sequences = recorder.state_map(layer, probe)
    return measure_dynamics(step, sequences, states=states, constant=constant, seed=seed)


def measure_dynamics(
    step: StateMap,
    sequences: Sequence[np.ndarray],
    *,
    states: Any = None,
    constant: str | Sequence[float] = "zero",
    seed: int = 0,
    most_starts: int = STARTS,
    longest: int = LONGEST,
) -> Dynamics:
    """Finds fixed points of a map, and measures its exponents along sequences.

    Args:
        step: The map.
        sequences: Its inputs, float (steps, channels) each; may be empty.
        states: As for `dynamics`.
        constant: As for `dynamics`.
        seed: As for `dynamics`.
        most_starts: Visited states that the search starts from, at most.
        longest: Steps that are read of a sequence, at most.

    Raises:
        ValueError: If shapes do not fit, or no state is finite.
    """
    fixed_input = _constant_input(constant, step, sequences)
    rng = np.random.default_rng(seed)
    visited, path = _visit(step, sequences, longest)
    if states is not None:
        starts = np.asarray(states, np.float64)
        if starts.ndim != 2 or starts.shape[1] != step.size or not len(starts):
            raise ValueError(
                f"`states` must be states of the layer, shape (rows, {step.size}): all states of "
                f"its cell one after the other. Received: shape {starts.shape}."
            )
        visited = starts if visited is None else np.concatenate([starts, visited])
    elif visited is not None:
        number = min(most_starts, len(visited))
        starts = visited[np.sort(rng.permutation(len(visited))[:number])]
    else:
        starts = visited = rng.normal(size=(most_starts, step.size))
    starts = starts[np.isfinite(starts).all(axis=1)]
    visited = visited[np.isfinite(visited).all(axis=1)]
    if not len(starts):
        raise ValueError("No state is finite, so that no search can start.")
    points = find_points(step, starts, visited, fixed_input)
    is_fixed = points.speed <= FIXED
    fixed = points.states[is_fixed]
    eigenvalues, directions = _linearise(step, fixed, fixed_input)
    exponents, largest = np.full(step.size, np.nan), np.zeros(0)
    if path is not None:
        along = stretching(step, *path)
        exponents, largest = along.exponents, along.largest
    return Dynamics(
        fixed_points=fixed,
        stable=(np.abs(eigenvalues) < 1).all(axis=1),
        eigenvalues=eigenvalues,
        unstable_directions=directions,
        slow_points=points.states[~is_fixed],
        speed=points.speed[~is_fixed],
        lyapunov=exponents,
        largest_singular=largest,
        input=fixed_input,
        visited=starts,
    )


def _is_constant(inputs: Any) -> bool:
    """True for the constant input of a layer, floats (channels,)."""
    if inputs is None or isinstance(inputs, Probe) or hasattr(inputs, "element_spec"):
        return False
    try:
        array = np.asarray(inputs)
    except ValueError:  # sequences of different lengths
        return False
    return array.ndim == 1 and array.dtype.kind == "f"


def _constant_input(constant: Any, step: StateMap, sequences: Sequence[np.ndarray]) -> np.ndarray:
    if isinstance(constant, str):
        if constant == "zero":
            return np.zeros(step.channels)
        if constant == "mean" and sequences:
            return np.concatenate(sequences).mean(axis=0)
    else:
        values = np.asarray(constant, np.float64)
        if values.shape == (step.channels,) and np.isfinite(values).all():
            return values
    raise ValueError(
        f"The constant input must be {step.channels} finite numbers, shape ({step.channels},), "
        f'"zero", or "mean" with `inputs` that the model reads. Received: {constant!r}'
    )


def _visit(
    step: StateMap, sequences: Sequence[np.ndarray], longest: int
) -> tuple[np.ndarray | None, tuple[np.ndarray, np.ndarray] | None]:
    """Returns all visited states, and states and inputs along the longest sequence.

    Every sequence starts from a state of zeros. A state is that before the step.
    """
    read = [sequence for sequence in sequences if len(sequence)]
    if not read:
        return None, None
    order = sorted(range(len(read)), key=lambda index: -len(read[index]))
    lengths = [len(read[index]) for index in order]
    current = np.zeros((len(read), step.size))
    visited, path = [], []
    for position in range(min(lengths[0], longest)):
        going = sum(length > position for length in lengths)
        current = current[:going]
        path.append(current[0])
        current = step.step(current, np.stack([read[i][position] for i in order[:going]]))
        visited.append(current)
    steps = len(path)
    return np.concatenate(visited), (np.stack(path), read[order[0]][:steps])


def _linearise(
    step: StateMap, points: np.ndarray, constant: np.ndarray
) -> tuple[np.ndarray, tuple[np.ndarray, ...]]:
    """Returns eigenvalues at each point, largest first, and unstable directions."""
    if not len(points):
        return np.zeros((0, step.size), complex), ()
    inputs = np.broadcast_to(constant, (len(points), len(constant)))
    values, vectors = np.linalg.eig(jacobians(step, points, inputs))
    values, vectors = values.astype(complex), vectors.astype(complex)
    order = np.argsort(-np.abs(values), axis=1, kind="stable")
    values = np.take_along_axis(values, order, axis=1)
    vectors = np.take_along_axis(vectors, order[:, None], axis=2)
    return values, tuple(map(_unstable, values, vectors))


def _unstable(values: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    """Returns the unit vectors along which differences do not die out, (modes, state).

    A pair of conjugate eigenvalues turns in the plane of the real and the imaginary part.
    """
    directions = []
    for value, vector in zip(values, vectors.T, strict=True):
        if abs(value) < 1:
            break
        if value.imag >= 0:
            directions.append(vector.real)
        else:
            directions.append(vector.imag)
    rows = np.array(directions).reshape(-1, len(vectors))
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.where(lengths > 0, lengths, 1)
