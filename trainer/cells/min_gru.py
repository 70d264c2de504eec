"""Minimal GRU, whose gate and candidate depend on the input alone."""

from typing import Any

import keras
from keras import ops

from tb_rnnviz import sow
from trainer.cells._arguments import positive_integer


@keras.saving.register_keras_serializable("tb_rnnviz_trainer")
class MinGRUCell(keras.layers.Layer):
    """minGRU of Feng et al. (2024), "Were RNNs All We Needed?", arXiv 2410.01201.

    With x the input, h' the state before the step and s the logistic function, products element
    by element:

    - z = s(x W_z + b_z), the update gate of the paper
    - n = x W_n + b_n, the candidate; it is not squashed, so the state is not bounded
    - h = (1 - z) h' + z n

    This is the recurrence as the paper defines it; its variant for training in log space, which
    keeps n positive, is left out. The columns of the kernel stand in the order z, n.

    The paper's z *writes*, where the update gate of Keras' GRU *retains*. So that cells can be
    compared by role, both z and 1 - z are recorded:

    | quantity | role | formula |
    |---|---|---|
    | `hidden_state` | | h |
    | `input_gate` | write | z |
    | `retain_gate` | retain | 1 - z |
    | `candidate` | | n |

    Args:
        units: Units of the layer.
        kernel_initializer: Initializer of the kernel. Defaults to `"glorot_uniform"`.

    Example:
        >>> import keras
        >>> import numpy as np
        >>> import tb_rnnviz as rv
        >>> from trainer.cells import MinGRUCell
        >>> layer = keras.layers.RNN(MinGRUCell(4), return_sequences=True, name="mingru")
        >>> model = keras.Sequential([keras.Input((None, 3)), layer])
        >>> recording = rv.record(model, np.zeros((1, 5, 3), "float32"))
        >>> list(recording["mingru"])
        ['hidden_state', 'input_gate', 'retain_gate', 'candidate']
    """

    roles = {"input_gate": "write", "retain_gate": "retain"}
    state_names = ("hidden_state",)

    def __init__(
        self, units: int, kernel_initializer: Any = "glorot_uniform", **options: Any
    ) -> None:
        super().__init__(**options)
        self.units = positive_integer("units", units)
        self.kernel_initializer = keras.initializers.get(kernel_initializer)
        self.state_size = self.output_size = self.units

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        columns = 2 * self.units
        self.kernel = self.add_weight(
            (input_shape[-1], columns), initializer=self.kernel_initializer, name="kernel"
        )
        self.bias = self.add_weight((columns,), initializer="zeros", name="bias")

    def call(self, inputs: Any, states: list) -> tuple[Any, list]:
        z, n = ops.split(ops.matmul(inputs, self.kernel) + self.bias, 2, axis=-1)
        write = sow("input_gate", ops.sigmoid(z))
        retain = sow("retain_gate", 1 - write)
        candidate = sow("candidate", n)
        h = retain * states[0] + write * candidate
        return h, [h]

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {
            "units": self.units,
            "kernel_initializer": keras.initializers.serialize(self.kernel_initializer),
        }
