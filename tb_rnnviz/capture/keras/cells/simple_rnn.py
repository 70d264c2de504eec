"""Simple recurrent network (Elman 1990): h = activation(x W + b + h' U)."""

from __future__ import annotations

from typing import Any

from keras import ops

from tb_rnnviz.capture.keras.cells.base import CellTrace
from tb_rnnviz.capture.keras.clamp import NO_CLAMP, Clamp


class SimpleRNNTrace(CellTrace):
    """Trace of `SimpleRNNCell`: the hidden state and the pre-activation."""

    quantities = {"hidden_state": None, "pre_activation": None}
    states = ("hidden_state",)

    def project(self, inputs: Any) -> Any:
        projected = ops.matmul(inputs, self.cell.kernel)
        return projected if self.cell.bias is None else ops.add(projected, self.cell.bias)

    def step(self, projected: Any, states: list, clamp: Clamp = NO_CLAMP) -> dict[str, Any]:
        a = projected + ops.matmul(states[0], self.cell.recurrent_kernel)
        a = clamp("pre_activation", a)
        h = clamp("hidden_state", a if self.cell.activation is None else self.cell.activation(a))
        return {"hidden_state": h, "pre_activation": a}
