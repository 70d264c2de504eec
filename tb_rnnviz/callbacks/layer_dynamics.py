"""Dynamics of the layers of a model at chosen steps of a training."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from tb_rnnviz.callbacks.chosen_steps import check_chosen_steps, check_integer, is_chosen_step
from tb_rnnviz.callbacks.options import options_from_mapping
from tb_rnnviz.capture.recorder import recorder_for
from tb_rnnviz.core.layer_dynamics import (
    SLOW,
    STABLE,
    UNSTABLE,
    LayerDynamics,
    StatePoint,
)
from tb_rnnviz.core.state_map import StateMap
from tb_rnnviz.probe import Probe
from tb_rnnviz.state_space import Dynamics, measure_dynamics

MAX_STATE = 256
"""Most numbers of a state; the search for a larger one would take minutes."""

READ_TOKENS = 2_000
"""Tokens of a probe that give the visited states, at most."""

LOGGED_POINTS, LOGGED_MODES, LOGGED_DIRECTIONS, LOGGED_EXPONENTS = 64, 8, 3, 32
"""Limits of points, of eigenvalues and directions of each, and of exponents."""

CONSTANTS = ("zero", "mean")


@dataclass(frozen=True)
class DynamicsOptions:
    """Layers whose dynamics `RNNVizCallback` measures, and when.

    The callback reads a probe through each layer and copies its cell; the search for fixed points
    and the Lyapunov exponents are computed while the training goes on. `docs/dynamics.md` has the
    details.

    Args:
        every: Recordings from one with dynamics to the next. Defaults to every recording.
        at: Steps of the run with dynamics, instead of every `every`-th. Defaults to none.
        layers: Paths of the layers. Defaults to all that are recorded.
        constant: Constant input of the fixed points: `"zero"`, or the `"mean"` of what a layer
            reads.
        starts: Visited states that the search starts from.
        steps: Steps of the longest sequence along which exponents are measured.

    Raises:
        ValueError: If an argument is not as described.

    Example:
        >>> DynamicsOptions(every=5).is_due(0, 10), DynamicsOptions(at=[9]).is_due(9, 3)
        (True, True)
    """

    every: int = 1
    at: Sequence[int] | None = None
    layers: Sequence[str] | None = None
    constant: str = "zero"
    starts: int = 32
    steps: int = 300

    def __post_init__(self) -> None:
        check_chosen_steps(self.every, self.at)
        check_integer("starts", self.starts, 1, 4096)
        check_integer("steps", self.steps, 2, READ_TOKENS)
        if self.constant not in CONSTANTS:
            raise ValueError(f"`constant` is one of {CONSTANTS}. Received: {self.constant!r}")

    @classmethod
    def of(cls, dynamics: Any) -> DynamicsOptions | None:
        """Returns the options from `DynamicsOptions`, a mapping, true or nothing."""
        if dynamics is None or dynamics is False:
            return None
        if isinstance(dynamics, cls):
            return dynamics
        if dynamics is True:
            return cls()
        return options_from_mapping(cls, dynamics, "dynamics", "a tb_rnnviz.DynamicsOptions, True")

    def is_due(self, step: int | None, recorded: int) -> bool:
        """Tells whether dynamics are measured at a step; arguments as of `is_chosen_step`."""
        return is_chosen_step(step, recorded, self.every, self.at)


@dataclass(frozen=True, eq=False)
class LayerReading:
    """Copy of the cell of a layer, and what the layer read.

    Attributes:
        layer: Path of the layer.
        step: The map of the cell, `None` if there is none.
        sequences: Inputs that the layer read, float64 (steps, channels) each.
        note: Reason why there is no map, or `None`.
    """

    layer: str
    step: StateMap | None = None
    sequences: Sequence[np.ndarray] = ()
    note: str | None = None


def read_layers(
    model: keras.Model, probe: Probe, layers: Sequence[str], options: DynamicsOptions
) -> Iterator[LayerReading]:
    """Yields a copy of each layer's cell, which later training does not change.

    Args:
        model: The model.
        probe: The probe.
        layers: Paths of the layers that are recorded.
        options: The options.
    """
    chosen = layers if options.layers is None else options.layers
    beginning = probe.beginning(READ_TOKENS)
    recorder = recorder_for(model)
    for layer in chosen:
        try:
            size = recorder.state_map(layer)[0].size
            if size > MAX_STATE:
                yield LayerReading(
                    layer,
                    note=f"its state has {size} numbers, and at most {MAX_STATE} are analysed "
                    "while a model trains; tb_rnnviz.dynamics has no limit",
                )
                continue
            step, sequences = recorder.state_map(layer, beginning)
            yield LayerReading(layer, step, sequences)
        except Exception as error:
            yield LayerReading(layer, note=f"{type(error).__name__}: {error}")


def layer_dynamics(reading: LayerReading, options: DynamicsOptions) -> LayerDynamics:
    """Measures the dynamics of a layer; what fails is a note in the result.

    Args:
        reading: Copy of its cell, and what it read.
        options: The options.
    """
    step = reading.step
    if step is None:
        return LayerDynamics(reading.layer, note=reading.note)
    try:
        dynamics = measure_dynamics(
            step,
            reading.sequences,
            constant=options.constant,
            most_starts=options.starts,
            longest=options.steps,
        )
    except Exception as error:
        return LayerDynamics(reading.layer, note=f"{type(error).__name__}: {error}")
    number = int(dynamics.stable.sum())
    others = {UNSTABLE: len(dynamics.stable) - number, SLOW: len(dynamics.speed)}
    largest, visited = dynamics.largest_singular, dynamics.visited
    return LayerDynamics(
        reading.layer,
        parts=tuple(step.parts) or (("state", step.size),),
        points=tuple(_points(dynamics))[:LOGGED_POINTS],
        counts={STABLE: number, **others},
        lyapunov=dynamics.lyapunov[:LOGGED_EXPONENTS],
        growth=float((largest > 1).mean()) if len(largest) else float("nan"),
        spread=float(np.linalg.norm(visited - visited.mean(axis=0), axis=1).mean()),
        constant=options.constant,
    )


def _points(dynamics: Dynamics) -> Iterator[StatePoint]:
    """Yields stable points, unstable ones by their number of directions, slow ones."""
    order = sorted(range(len(dynamics.stable)), key=lambda k: len(dynamics.unstable_directions[k]))
    for index in order:
        yield StatePoint(
            STABLE if dynamics.stable[index] else UNSTABLE,
            dynamics.fixed_points[index],
            0.0,
            dynamics.eigenvalues[index][:LOGGED_MODES],
            dynamics.unstable_directions[index][:LOGGED_DIRECTIONS],
        )
    nothing = np.zeros((0, dynamics.fixed_points.shape[1]))
    for state, speed in zip(dynamics.slow_points, dynamics.speed, strict=True):
        yield StatePoint(SLOW, state, float(speed), np.zeros(0, complex), nothing)
