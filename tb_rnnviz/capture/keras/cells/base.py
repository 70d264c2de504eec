"""`CellTrace`: steps one kind of cell and names every quantity inside."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

from tb_rnnviz.capture.keras.clamp import NO_CLAMP, Clamp
from tb_rnnviz.core.names import HIDDEN_STATE


class CellTrace(ABC):
    """Steps one kind of cell and names every quantity inside.

    The tensor of a quantity at t belongs to the moment after token t was consumed; gates are
    computed from the state before the step, as the cell itself does.

    Args:
        cell: The Keras cell.

    Attributes:
        quantities: Every quantity with its role, or `None` for what is no gate. For a cell that
            names its quantities while it runs, those that are known beforehand.
        states: The quantities that are the cell's states, in the cell's order.
        output: The quantity that is the cell's output.
        open_ended: True if a step may give more quantities than `quantities` names.
    """

    quantities: Mapping[str, str | None]
    states: Sequence[str]
    output: str = HIDDEN_STATE
    open_ended: bool = False

    def __init__(self, cell: Any):
        self.cell = cell

    @abstractmethod
    def project(self, inputs: Any) -> Any:
        """Computes the part of a step that does not depend on the state.

        Args:
            inputs: (batch, steps, channels), or one step (batch, channels).

        Returns:
            The argument `projected` of `step`, for all steps at once.
        """

    @abstractmethod
    def step(self, projected: Any, states: list, clamp: Clamp = NO_CLAMP) -> dict[str, Any]:
        """Computes all quantities, each (batch, …), after one step.

        Args:
            projected: Result of `project` for this step.
            states: The states before it.
            clamp: Called with the name and the value of each quantity where it is computed; the
                step goes on with the value that it returns.
        """

    def sizes(self) -> dict[str, tuple[int, ...]] | None:
        """Returns the shape of every quantity without the batch.

        `None` if only a step can tell.
        """
        return {name: (self.cell.units,) for name in self.quantities}
