"""Any cell: its states with no change, and what it sows."""

from __future__ import annotations

from typing import Any

import keras

from tb_rnnviz.capture.keras.cells.base import STATE, CellTrace
from tb_rnnviz.capture.keras.interventions import Hold, keep
from tb_rnnviz.capture.sow import gathering


class GenericTrace(CellTrace):
    """Calls the cell itself. Its output is `hidden_state`; states are named by `state_names`.

    Without `state_names` the first state is the output, as Keras asks of a cell, and is not
    recorded twice unless it has another size; further states are `state_1`, `state_2`, …

    What the cell sows is held where it is sown. Its output and states are held when the cell has
    given them: what it computed from them within the same step has seen them as they were.
    """

    open_ended = True

    def __init__(self, cell: Any):
        super().__init__(cell)
        several = isinstance(cell.state_size, (list, tuple))
        sizes = list(cell.state_size) if several else [cell.state_size]
        given = list(getattr(cell, "state_names", ()))
        if given and len(given) != len(sizes):
            raise ValueError(
                f"{type(cell).__name__}.state_names names {len(given)} states, the cell has "
                f"{len(sizes)}. Received: {given}"
            )
        first = STATE if _size_of(cell, "output_size", sizes[0]) == sizes[0] else "state_0"
        self.states = given or [first, *(f"state_{k}" for k in range(1, len(sizes)))]
        roles = dict(getattr(cell, "roles", {}))
        self.quantities = {name: roles.pop(name, None) for name in (STATE, *self.states)} | roles
        self.known = {STATE, *self.states}

    def project(self, inputs: Any) -> Any:
        return inputs

    def step(self, projected: Any, states: list, hold: Hold = keep) -> dict[str, Any]:
        options = {}
        if isinstance(self.cell, keras.layers.Layer) and self.cell._call_has_training_arg:
            options["training"] = False
        with gathering(hold) as sown:
            output, new = self.cell(projected, states, **options)
        new = new if isinstance(new, (list, tuple)) else [new]
        inner = {name: value for name, value in sown.items() if name not in self.known}
        given = {STATE: output, **dict(zip(self.states, new, strict=True))}
        return {name: hold(name, value) for name, value in given.items()} | inner

    def sizes(self) -> None:
        return None


def _size_of(cell: Any, name: str, default: Any) -> Any:
    size = getattr(cell, name, None)
    return default if size is None else size
