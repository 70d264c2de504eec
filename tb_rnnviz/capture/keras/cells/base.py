"""What the recorder knows of one kind of cell."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

from tb_rnnviz.capture.keras.interventions import Hold, keep

STATE = "hidden_state"
"""A cell's output, which is its first state in the cells that Keras brings."""


class CellTrace(ABC):
    """Steps one kind of cell and names everything that happens inside.

    The tensor of a quantity at t belongs to the moment after token t was consumed; gates are
    computed from the state before the step, as the cell itself does.

    Args:
        cell: The Keras cell.

    Attributes:
        quantities: Every quantity with its role, or `None` for what is no gate. For a cell that
            names its quantities while it runs, those that are known beforehand.
        states: The quantities that are the cell's states, in the cell's order.
        output: The quantity that is the cell's output.
        open_ended: Whether a step may give more quantities than `quantities` says.
    """

    quantities: Mapping[str, str | None]
    states: Sequence[str]
    output: str = STATE
    open_ended: bool = False

    def __init__(self, cell: Any):
        self.cell = cell

    @abstractmethod
    def project(self, inputs: Any) -> Any:
        """The part of a step that does not depend on the state.

        Args:
            inputs: (batch, steps, channels), or one step (batch, channels).

        Returns:
            What `step` takes, for all steps at once.
        """

    @abstractmethod
    def step(self, projected: Any, states: list, hold: Hold = keep) -> dict[str, Any]:
        """All quantities, each (batch, …), after one step.

        Args:
            projected: What `project` gave for this step.
            states: The states before it.
            hold: Called with the name and the value of each quantity where it is computed; what it
                gives back is what the step goes on with.
        """

    def sizes(self) -> dict[str, tuple[int, ...]] | None:
        """The shape of every quantity without the batch; `None` if only a step can tell."""
        return {name: (self.cell.units,) for name in self.quantities}
