"""sLSTM of xLSTM: exponential gates with a normaliser and a stabiliser."""

from typing import Any

import keras
from keras import ops

from tb_rnnviz import sow
from trainer.cells._arguments import positive_integer

FORGET_GATES = ("sigmoid", "exponential")


@keras.saving.register_keras_serializable("tb_rnnviz_trainer")
class SLSTMCell(keras.layers.Layer):
    """sLSTM of Beck et al. (2024), "xLSTM", arXiv 2405.04517.

    With x the input, h', c', n' and m' the states before the step and s the logistic function,
    products element by element (section 2.2, equations 8 to 17, with one head):

    - i = exp(x W_i + h' U_i + b_i), f = s(x W_f + h' U_f + b_f), or exp of the same
    - z = tanh(x W_z + h' U_z + b_z), o = s(x W_o + h' U_o + b_o)
    - m = max(log f + m', log i), the stabiliser
    - i* = exp(log i - m), f* = exp(log f + m' - m), the gates as they are applied
    - c = f* c' + i* z, n = f* n' + i*, h = o c / n

    Subtracting m changes neither h nor its derivatives (the paper's appendix A.2), so m is taken
    as a constant when gradients are computed. Where nothing is remembered yet (n' = 0), log f + m'
    counts as minus infinity: then f* = 0 and i* = 1, and n is at least 1 from the first step on.
    The columns of the kernels stand in the order i, f, z, o; the bias of f begins at 1, so that
    units remember before they have learnt to.

    | quantity | role | formula |
    |---|---|---|
    | `hidden_state` | | h |
    | `cell_state` | | c |
    | `normalizer_state` | | n |
    | `stabilizer_state` | | m |
    | `input_gate` | write | i*, 0 to 1 |
    | `forget_gate` | retain | f*, 0 to 1; one of i* and f* is always 1 |
    | `output_gate` | expose | o |
    | `candidate` | | z |
    | `log_input_gate` | | log i, before stabilising |
    | `log_forget_gate` | | log f, before stabilising |

    Args:
        units: Units of the layer.
        forget_gate: `"sigmoid"` or `"exponential"`, the two that the paper allows.
        kernel_initializer: Initializer of the input's kernel. Defaults to `"glorot_uniform"`.
        recurrent_initializer: Initializer of the state's kernel. Defaults to `"orthogonal"`.

    Example:
        >>> import keras
        >>> import numpy as np
        >>> import tb_rnnviz as rv
        >>> from trainer.cells import SLSTMCell
        >>> layer = keras.layers.RNN(SLSTMCell(4), return_sequences=True, name="slstm")
        >>> model = keras.Sequential([keras.Input((None, 3)), layer])
        >>> slstm = rv.record(model, np.zeros((1, 5, 3), "float32"))["slstm"]
        >>> slstm["stabilizer_state"].shape, slstm.roles["forget_gate"]
        ((1, 5, 4), 'retain')
    """

    roles = {"input_gate": "write", "forget_gate": "retain", "output_gate": "expose"}
    state_names = ("hidden_state", "cell_state", "normalizer_state", "stabilizer_state")

    def __init__(
        self,
        units: int,
        forget_gate: str = "sigmoid",
        kernel_initializer: Any = "glorot_uniform",
        recurrent_initializer: Any = "orthogonal",
        **options: Any,
    ) -> None:
        super().__init__(**options)
        if forget_gate not in FORGET_GATES:
            raise ValueError(
                f"`forget_gate` must be one of {FORGET_GATES}. Received: "
                f"forget_gate={forget_gate!r}"
            )
        self.units = positive_integer("units", units)
        self.forget_gate = forget_gate
        self.kernel_initializer = keras.initializers.get(kernel_initializer)
        self.recurrent_initializer = keras.initializers.get(recurrent_initializer)
        self.state_size = [self.units] * len(self.state_names)
        self.output_size = self.units

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        columns = 4 * self.units
        self.kernel = self.add_weight(
            (input_shape[-1], columns), initializer=self.kernel_initializer, name="kernel"
        )
        self.recurrent_kernel = self.add_weight(
            (self.units, columns), initializer=self.recurrent_initializer, name="recurrent_kernel"
        )
        self.bias = self.add_weight((columns,), initializer=self._first_bias, name="bias")

    def call(self, inputs: Any, states: list) -> tuple[Any, list]:
        h, c, n, m = states
        a = ops.matmul(inputs, self.kernel) + ops.matmul(h, self.recurrent_kernel) + self.bias
        i, f, z, o = ops.split(a, 4, axis=-1)
        log_i = sow("log_input_gate", i)
        log_f = sow("log_forget_gate", ops.log_sigmoid(f) if self.forget_gate == "sigmoid" else f)
        remembered = ops.where(n > 0, log_f + m, float("-inf"))
        m = ops.stop_gradient(ops.maximum(remembered, log_i))
        i = sow("input_gate", ops.exp(log_i - m))
        f = sow("forget_gate", ops.exp(remembered - m))
        z = sow("candidate", ops.tanh(z))
        o = sow("output_gate", ops.sigmoid(o))
        c = f * c + i * z
        n = f * n + i
        h = o * c / n
        return h, [h, c, n, m]

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {
            "units": self.units,
            "forget_gate": self.forget_gate,
            "kernel_initializer": keras.initializers.serialize(self.kernel_initializer),
            "recurrent_initializer": keras.initializers.serialize(self.recurrent_initializer),
        }

    def _first_bias(self, shape: tuple[int, ...], dtype: Any = None) -> Any:
        i, f, *rest = ops.split(ops.zeros(shape, dtype), 4)
        return ops.concatenate([i, f + 1, *rest])
