"""What the recorder knows of one kind of cell."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar


class CellTrace(ABC):
    """Steps one kind of cell and names everything that happens inside.

    The tensor of a quantity at t belongs to the moment after token t was consumed; gates are
    computed from the state before the step, as the cell itself does.

    Attributes:
        quantities: Every quantity with its role, or `None` for what is no gate.
        states: The quantities that are the cell's states, in the cell's order; the first is the
            cell's output.
    """

    quantities: ClassVar[dict[str, str | None]]
    states: ClassVar[tuple[str, ...]]

    def __init__(self, cell: Any):
        self.cell = cell

    @abstractmethod
    def project(self, sequences: Any) -> Any:
        """The part of a step that does not depend on the state, for all steps at once."""

    @abstractmethod
    def step(self, projected: Any, states: list) -> dict[str, Any]:
        """All quantities, each (batch, units), after one step from `states`."""
