"""Long short-term memory (LSTM) as Keras computes it.

Hochreiter and Schmidhuber 1997; forget gate of Gers et al. 2000.

i, f, o = s(x W + h' U + b), g = a(x W + h' U + b), c = f c' + i g, h = o a(c), with s the layer's
recurrent activation, a its activation, and columns in the order i, f, g, o.
"""

from __future__ import annotations

from typing import Any

from keras import ops

from tb_rnnviz.capture.keras.cells.base import CellTrace
from tb_rnnviz.capture.keras.clamp import NO_CLAMP, Clamp


class LSTMTrace(CellTrace):
    """Trace of `LSTMCell`: both states, the three gates and the candidate."""

    quantities = {
        "hidden_state": None,
        "cell_state": None,
        "input_gate": "write",
        "forget_gate": "retain",
        "output_gate": "expose",
        "candidate": None,
    }
    states = ("hidden_state", "cell_state")

    def project(self, inputs: Any) -> Any:
        projected = ops.matmul(inputs, self.cell.kernel)
        return ops.add(projected, self.cell.bias) if self.cell.use_bias else projected

    def step(self, projected: Any, states: list, clamp: Clamp = NO_CLAMP) -> dict[str, Any]:
        h, c = states
        z = projected + ops.matmul(h, self.cell.recurrent_kernel)
        i, f, g, o = ops.split(z, 4, axis=1)
        i = clamp("input_gate", self.cell.recurrent_activation(i))
        f = clamp("forget_gate", self.cell.recurrent_activation(f))
        g = clamp("candidate", self.cell.activation(g))
        o = clamp("output_gate", self.cell.recurrent_activation(o))
        c = clamp("cell_state", f * c + i * g)
        h = clamp("hidden_state", o * self.cell.activation(c))
        return {
            "hidden_state": h,
            "cell_state": c,
            "input_gate": i,
            "forget_gate": f,
            "output_gate": o,
            "candidate": g,
        }
