"""`StateMap`: one step of a recurrent cell, as a function of state and input."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import numpy as np

STATE_MAPS = {"keras": "tb_rnnviz.capture.keras.state_map:KerasStateMap"}
"""Module and class of the map, by the package of a cell's base classes."""


class StateMap(ABC):
    """The step of a cell: the next state for a state and an input.

    All states of a cell are one vector, in their order: (h, c) for an LSTM.

    Attributes:
        size: Numbers of a state.
        channels: Numbers of an input.
        precision: Relative error of a derivative by differences: 1e-6 in double precision, 1e-5
            in single precision.
        parts: Name of each state of the cell as a quantity, and how many numbers it has, in
            their order; empty if unknown.
    """

    parts: Sequence[tuple[str, int]] = ()
    size: int
    channels: int
    precision: float

    @abstractmethod
    def step(self, states: np.ndarray, inputs: np.ndarray) -> np.ndarray:
        """Returns the next states.

        Args:
            states: States, float64 (rows, size).
            inputs: Inputs, float64 (rows, channels).

        Returns:
            The next states, float64 (rows, size).
        """


def state_map_of(cell: Any) -> StateMap:
    """Returns the map of a cell or of a recurrent layer.

    Args:
        cell: A built cell, a layer with one, or a `StateMap`.

    Raises:
        ValueError: If there is no map for cells of this type, or it has no weights yet.
    """
    if isinstance(cell, StateMap):
        return cell
    for base in type(cell).__mro__:
        package = base.__module__.partition(".")[0]
        if package in STATE_MAPS:
            module, _, name = STATE_MAPS[package].partition(":")
            return getattr(import_module(module), name)(cell)
    raise ValueError(
        f"There is no state map for objects of this type. Received: {cell!r}. Allowed: cells and "
        f"recurrent layers of {', '.join(STATE_MAPS)}."
    )
