"""Gated recurrent unit (GRU) as Keras computes it.

Cho et al. 2014, arXiv 1406.1078, with the reset gate before or after the product.

z, r = s(x W + h' U + b); candidate n = a(x W + b + r (h' U + b')) with `reset_after`, else
n = a(x W + b + (r h') U); h = z h' + (1 - z) n. Columns stand in the order z, r, n. Keras' update
gate retains: some papers exchange z and 1 - z.
"""

from __future__ import annotations

from typing import Any

from keras import ops

from tb_rnnviz.capture.keras.cells.base import CellTrace
from tb_rnnviz.capture.keras.clamp import NO_CLAMP, Clamp


class GRUTrace(CellTrace):
    """Trace of `GRUCell`: the hidden state, both gates and the candidate."""

    quantities = {
        "hidden_state": None,
        "update_gate": "retain",
        "reset_gate": "read",
        "candidate": None,
    }
    states = ("hidden_state",)

    def project(self, inputs: Any) -> Any:
        projected = ops.matmul(inputs, self.cell.kernel)
        if not self.cell.use_bias:
            return projected
        bias = ops.convert_to_tensor(self.cell.bias)
        return ops.add(projected, bias[0] if self.cell.reset_after else bias)

    def step(self, projected: Any, states: list, clamp: Clamp = NO_CLAMP) -> dict[str, Any]:
        h, units = states[0], self.cell.units
        kernel = ops.convert_to_tensor(self.cell.recurrent_kernel)
        x_z, x_r, x_n = ops.split(projected, 3, axis=-1)
        inner = ops.matmul(h, kernel if self.cell.reset_after else kernel[:, : 2 * units])
        if self.cell.use_bias and self.cell.reset_after:
            inner = ops.add(inner, ops.convert_to_tensor(self.cell.bias)[1])
        z = clamp("update_gate", self.cell.recurrent_activation(x_z + inner[:, :units]))
        r = clamp("reset_gate", self.cell.recurrent_activation(x_r + inner[:, units : 2 * units]))
        if self.cell.reset_after:
            recurrent = r * inner[:, 2 * units :]
        else:
            recurrent = ops.matmul(r * h, kernel[:, 2 * units :])
        n = clamp("candidate", self.cell.activation(x_n + recurrent))
        h = clamp("hidden_state", z * h + (1 - z) * n)
        return {"hidden_state": h, "update_gate": z, "reset_gate": r, "candidate": n}
