"""Elman's network as Keras computes it: h = activation(x W + b + h' U)."""

from __future__ import annotations

from typing import Any

from keras import ops

from tb_rnnviz.capture.keras.cells.base import CellTrace
from tb_rnnviz.capture.keras.interventions import Hold, keep


class SimpleRNNTrace(CellTrace):
    """`SimpleRNNCell`: the hidden state and what went into its activation function."""

    quantities = {"hidden_state": None, "pre_activation": None}
    states = ("hidden_state",)

    def project(self, inputs: Any) -> Any:
        projected = ops.matmul(inputs, self.cell.kernel)
        return projected if self.cell.bias is None else ops.add(projected, self.cell.bias)

    def step(self, projected: Any, states: list, hold: Hold = keep) -> dict[str, Any]:
        a = projected + ops.matmul(states[0], self.cell.recurrent_kernel)
        a = hold("pre_activation", a)
        h = hold("hidden_state", a if self.cell.activation is None else self.cell.activation(a))
        return {"hidden_state": h, "pre_activation": a}
