"""`GenericTrace`: any cell, its states as they are and the tensors that it sows."""

from __future__ import annotations

from typing import Any

import keras

from tb_rnnviz.capture.keras.cells.base import CellTrace
from tb_rnnviz.capture.keras.clamp import NO_CLAMP, Clamp
from tb_rnnviz.capture.sow import collect_sown
from tb_rnnviz.core.names import HIDDEN_STATE


class GenericTrace(CellTrace):
    """Trace of any other cell: calls the cell and collects the tensors that it sows.

    The output is `hidden_state`; states are named by `state_names`. Without it the first state is
    the output, as Keras asks of a cell, and is not recorded twice unless it has another size;
    further states are `state_1`, `state_2`, …

    Sown tensors are clamped where they are sown. The output and the states are clamped when the
    cell has returned them: values computed from them within the same step are not affected.

    Raises:
        ValueError: if the cell does not name as many states as it has.
    """

    open_ended = True

    def __init__(self, cell: Any):
        super().__init__(cell)
        is_list = isinstance(cell.state_size, (list, tuple))
        sizes = list(cell.state_size) if is_list else [cell.state_size]
        names = list(getattr(cell, "state_names", ()))
        if names and len(names) != len(sizes):
            raise ValueError(
                f"{type(cell).__name__}.state_names names {len(names)} states, the cell has "
                f"{len(sizes)}. Received: {names}"
            )
        output_size = getattr(cell, "output_size", None)
        is_output = output_size is None or output_size == sizes[0]
        first = HIDDEN_STATE if is_output else "state_0"
        self.states = names or [first, *(f"state_{k}" for k in range(1, len(sizes)))]
        roles = dict(getattr(cell, "roles", {}))
        names_of_all = (HIDDEN_STATE, *self.states)
        self.quantities = {name: roles.pop(name, None) for name in names_of_all} | roles

    def project(self, inputs: Any) -> Any:
        return inputs

    def step(self, projected: Any, states: list, clamp: Clamp = NO_CLAMP) -> dict[str, Any]:
        options = {}
        if isinstance(self.cell, keras.layers.Layer) and self.cell._call_has_training_arg:
            options["training"] = False
        with collect_sown(clamp) as sown:
            output, new_states = self.cell(projected, states, **options)
        new_states = new_states if isinstance(new_states, (list, tuple)) else [new_states]
        returned = {HIDDEN_STATE: output, **dict(zip(self.states, new_states, strict=True))}
        inner = {name: value for name, value in sown.items() if name not in returned}
        return {name: clamp(name, value) for name, value in returned.items()} | inner

    def sizes(self) -> None:
        return None
