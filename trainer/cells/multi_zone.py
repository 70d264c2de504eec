"""Multi-zone unit: composes several projections of input and state."""

import math
from typing import Any

import keras
from keras import ops

from tb_rnnviz import sow
from trainer.cells._arguments import positive_integer


@keras.saving.register_keras_serializable("tb_rnnviz_trainer")
class MultiZoneCell(keras.layers.Layer):
    """Multi-zone unit after Meng et al. (AAAI 2020), arXiv 1911.07184.

    "Multi-Zone Unit for Recurrent Neural Networks".

    From the paper: the transition has three parts, *zone generation*, *zone composition* and
    *zone aggregation*; it composes several spaces in place of one, in the manner of heads of
    attention, and was tried on character-level language modelling.

    **All equations are a reconstruction** from that description: neither the paper's equations
    nor its code were at hand, so results do not speak for the paper. The choices made here are
    the tanh of the zones, one head of attention whose kernels all zones share, the residual around
    it, and the gate. With x the input, h' the state before the step, s the logistic function, N
    zones of d numbers, and products with u element by element:

    - generation: z_k = tanh(x W_zk + h' U_zk + b_zk), k = 0 … N - 1, the rows of Z (N, d)
    - composition: Q, K, V = Z W_Q, Z W_K, Z W_V; A = softmax(Q K^T / sqrt(d)), rows summing to 1
      (Vaswani et al. 2017, equation 1); Z* = Z + A V
    - aggregation: n = tanh([z*_0 … z*_(N-1)] W_n + b_n)
    - update: u = s(x W_u + h' U_u + b_u), h = u h' + (1 - u) n, as in Keras' GRU

    The columns of the kernels of input and state stand in the order z_0 … z_(N-1), u; those of the
    composition in the order Q, K, V.

    | quantity | role | formula |
    |---|---|---|
    | `hidden_state` | | h |
    | `update_gate` | retain | u |
    | `zones` | | Z; unit k d + j is number j of zone k |
    | `attention` | read | A; unit k N + j is how much zone k takes from zone j |
    | `composed_zones` | | Z*, in the order of `zones` |
    | `candidate` | | n |

    Args:
        units: Units of the layer.
        zones: Number of zones, N.
        zone_size: Numbers in a zone, d. Defaults to `units / zones`, rounded up.
        kernel_initializer: Initializer of the input's kernel. Defaults to `"glorot_uniform"`.
        recurrent_initializer: Initializer of the state's kernel. Defaults to `"orthogonal"`.

    Example:
        >>> import keras
        >>> import numpy as np
        >>> import tb_rnnviz as rv
        >>> from trainer.cells import MultiZoneCell
        >>> layer = keras.layers.RNN(MultiZoneCell(6, zones=3), return_sequences=True, name="zones")
        >>> model = keras.Sequential([keras.Input((None, 2)), layer])
        >>> recording = rv.record(model, np.zeros((1, 5, 2), "float32"))
        >>> {name: values.shape[-1] for name, values in recording["zones"].items()}
        {'hidden_state': 6, 'update_gate': 6, 'zones': 6, 'attention': 9, 'composed_zones': 6,
         'candidate': 6}
    """

    roles = {"update_gate": "retain", "attention": "read"}
    state_names = ("hidden_state",)

    def __init__(
        self,
        units: int,
        zones: int = 4,
        zone_size: int | None = None,
        kernel_initializer: Any = "glorot_uniform",
        recurrent_initializer: Any = "orthogonal",
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.units = positive_integer("units", units)
        self.zones = positive_integer("zones", zones)
        default = -(-self.units // self.zones)
        self.zone_size = default if zone_size is None else positive_integer("zone_size", zone_size)
        self.kernel_initializer = keras.initializers.get(kernel_initializer)
        self.recurrent_initializer = keras.initializers.get(recurrent_initializer)
        self.state_size = self.output_size = self.units

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        inner = self.zones * self.zone_size
        columns = inner + self.units

        def add(name: str, shape: tuple[int | None, ...], initializer: Any) -> Any:
            return self.add_weight(shape, initializer=initializer, name=name)

        self.kernel = add("kernel", (input_shape[-1], columns), self.kernel_initializer)
        self.recurrent_kernel = add(
            "recurrent_kernel", (self.units, columns), self.recurrent_initializer
        )
        self.bias = add("bias", (columns,), "zeros")
        self.composition_kernel = add(
            "composition_kernel", (self.zone_size, 3 * self.zone_size), "glorot_uniform"
        )
        self.aggregation_kernel = add("aggregation_kernel", (inner, self.units), "glorot_uniform")
        self.aggregation_bias = add("aggregation_bias", (self.units,), "zeros")

    def call(self, inputs: Any, states: list) -> tuple[Any, list]:
        h, inner = states[0], self.zones * self.zone_size
        a = ops.matmul(inputs, self.kernel) + ops.matmul(h, self.recurrent_kernel) + self.bias
        u = sow("update_gate", ops.sigmoid(a[:, inner:]))
        zones = ops.reshape(ops.tanh(a[:, :inner]), (-1, self.zones, self.zone_size))
        composed = self._compose(sow("zones", zones))
        flat = ops.reshape(composed, (-1, inner))
        n = ops.tanh(ops.matmul(flat, self.aggregation_kernel) + self.aggregation_bias)
        h = u * h + (1 - u) * sow("candidate", n)
        return h, [h]

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {
            "units": self.units,
            "zones": self.zones,
            "zone_size": self.zone_size,
            "kernel_initializer": keras.initializers.serialize(self.kernel_initializer),
            "recurrent_initializer": keras.initializers.serialize(self.recurrent_initializer),
        }

    def _compose(self, zones: Any) -> Any:
        q, k, v = ops.split(ops.matmul(zones, self.composition_kernel), 3, axis=-1)
        scores = ops.matmul(q, ops.transpose(k, (0, 2, 1))) / math.sqrt(self.zone_size)
        attention = sow("attention", ops.softmax(scores, axis=-1))
        return sow("composed_zones", zones + ops.matmul(attention, v))
