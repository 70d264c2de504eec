"""Stacked cells, `RNN([cell, cell])`: each is a layer of its own in a recording."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras

from tb_rnnviz.capture.keras.cells.base import CellTrace
from tb_rnnviz.capture.keras.clamp import NO_CLAMP, Clamp


class StackedTrace(CellTrace):
    """Trace of `StackedRNNCells`; names are `<index of the cell>/<quantity>`.

    Args:
        cell: Keras' `StackedRNNCells`.
        traces: The traces of its cells.

    Raises:
        ValueError: if the states stand in reverse order.
    """

    def __init__(self, cell: Any, traces: Sequence[CellTrace]):
        super().__init__(cell)
        self.traces = list(traces)
        indexed = list(enumerate(self.traces))
        self.quantities = {
            f"{k}/{name}": role for k, trace in indexed for name, role in trace.quantities.items()
        }
        self.states = [f"{k}/{name}" for k, trace in indexed for name in trace.states]
        self.output = f"{len(indexed) - 1}/{self.traces[-1].output}"
        self.open_ended = any(trace.open_ended for trace in self.traces)
        if getattr(cell, "reverse_state_order", False):
            raise ValueError("StackedRNNCells with reverse_state_order=True cannot be recorded.")

    def project(self, inputs: Any) -> Any:
        return self.traces[0].project(inputs)

    def step(self, projected: Any, states: list, clamp: Clamp = NO_CLAMP) -> dict[str, Any]:
        quantities: dict[str, Any] = {}
        states, output = list(states), None
        for k, trace in enumerate(self.traces):
            own, states = states[: len(trace.states)], states[len(trace.states) :]
            if k:
                projected = trace.project(output)
            own_quantities = trace.step(projected, own, clamp.within(f"{k}/"))
            output = own_quantities[trace.output]
            quantities |= {f"{k}/{name}": value for name, value in own_quantities.items()}
        return quantities

    def sizes(self) -> dict[str, tuple[int, ...]] | None:
        sizes: dict[str, tuple[int, ...]] = {}
        for k, trace in enumerate(self.traces):
            own = trace.sizes()
            if own is None:
                return None
            sizes |= {f"{k}/{name}": shape for name, shape in own.items()}
        return sizes

    def names(self) -> list[str]:
        """Returns the name of each cell in paths, unique among them."""
        names: list[str] = []
        for trace in self.traces:
            name = getattr(trace.cell, "name", None) or keras.utils.to_snake_case(
                type(trace.cell).__name__
            )
            names.append(name if name not in names else f"{name}_{len(names)}")
        return names
