"""Recurrent nodes that exchange messages: the cell, its layer and the network."""

from typing import Any

import keras
from keras import ops

from tb_rnnviz import sow, sow_matrix
from trainer.cells._arguments import positive_integer

DROPOUT = 0.15
"""Share of values dropped behind each layer that looks at the digit, in training."""


@keras.saving.register_keras_serializable("tb_rnnviz_trainer")
class NodeCell(keras.layers.Layer):
    """Cell of nodes that hear from their neighbours once a round.

    A reconstruction: Communicating recurrent networks (Abudu 2019, AAAI student abstract; Abudu
    and Markham 2020, doi 10.1016/j.comcom.2020.07.001) are known by their abstracts; their
    equations are not public. Here, with x_i the digit that node i sees, h_i' its state before the
    round, d_ij 1 if it gets the message of node j in this round and 0 otherwise, s the logistic
    function, products element by element:

    - m_i = sum_j d_ij h_j' W_m / max(1, sum_j d_ij), the mean message
    - z = s([x_i; m_i] W_z + h_i' U_z + b_z), the update gate
    - r = s([x_i; m_i] W_r + h_i' U_r + b_r), the reset gate
    - n = tanh([x_i; m_i] W_n + r (h_i' U_n) + b_n), the candidate
    - h_i = z h_i' + (1 - z) n

    Rows of a batch are nodes: those of a graph follow each other. If the last graph lacks nodes,
    they are silent. A row of the input is x_i, and then d_ij for each node j.

    Args:
        units: Units of each node.
        nodes: Nodes of a graph.
    """

    roles = {"update_gate": "retain", "reset_gate": "read"}
    state_names = ("hidden_state",)

    def __init__(self, units: int, nodes: int, **options: Any) -> None:
        super().__init__(**options)
        self.units = positive_integer("units", units)
        self.nodes = positive_integer("nodes", nodes)
        self.state_size = self.output_size = self.units

    def build(self, input_shape: tuple) -> None:
        width = input_shape[-1] - self.nodes
        columns = 3 * self.units
        self.message_kernel = self.add_weight((self.units, self.units), name="message_kernel")
        self.kernel = self.add_weight((width + self.units, columns), name="kernel")
        self.recurrent_kernel = self.add_weight(
            (self.units, columns), initializer="orthogonal", name="recurrent_kernel"
        )
        self.bias = self.add_weight((columns,), initializer="zeros", name="bias")

    def call(self, inputs: Any, states: list) -> tuple[Any, list]:
        h = states[0]
        digit, delivered = inputs[:, : -self.nodes], inputs[:, -self.nodes :]
        message = sow("message", self._mean_message(ops.matmul(h, self.message_kernel), delivered))
        new = ops.matmul(ops.concatenate([digit, message], axis=-1), self.kernel) + self.bias
        new_z, new_r, new_n = ops.split(new, 3, axis=-1)
        old_z, old_r, old_n = ops.split(ops.matmul(h, self.recurrent_kernel), 3, axis=-1)
        z = sow("update_gate", ops.sigmoid(new_z + old_z))
        r = sow("reset_gate", ops.sigmoid(new_r + old_r))
        n = sow("candidate", ops.tanh(new_n + r * old_n))
        h = z * h + (1 - z) * n
        return h, [h]

    def _mean_message(self, sent: Any, delivered: Any) -> Any:
        weights = delivered / ops.maximum(ops.sum(delivered, axis=-1, keepdims=True), 1.0)
        means = ops.matmul(by_graph(weights, self.nodes), by_graph(sent, self.nodes))
        return ops.reshape(means, (-1, self.units))[: ops.shape(sent)[0]]

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"units": self.units, "nodes": self.nodes}


@keras.saving.register_keras_serializable("tb_rnnviz_trainer")
class CommunicatingNodes(keras.layers.Layer):
    """Rounds of a `NodeCell`, whose messages are recorded as a matrix.

    The matrix `messages`, by round (graphs' nodes as rows and columns), has at [r, i, j] the norm
    of the message that node i gets from node j, 0 if it gets none. All nodes of a graph have the
    same matrix.

    Args:
        units: Units of each node.
        nodes: Nodes of a graph.
    """

    def __init__(self, units: int, nodes: int, **options: Any) -> None:
        super().__init__(**options)
        self.units, self.nodes = units, nodes
        self.cell = NodeCell(units, nodes)
        self.rounds = keras.layers.RNN(self.cell, return_sequences=True, name="rounds")

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        self.rounds.build(input_shape)

    def call(self, inputs: Any) -> Any:
        states = self.rounds(inputs)
        names = [f"node {node + 1}" for node in range(self.nodes)]
        sow_matrix("messages", self._norms(states, inputs[..., -self.nodes :]), names, names)
        return states

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple:
        return (*input_shape[:-1], self.units)

    def _norms(self, states: Any, delivered: Any) -> Any:
        """Norms of delivered messages, (graphs x nodes, rounds, nodes, nodes)."""
        before = ops.concatenate([ops.zeros_like(states[:, :1]), states[:, :-1]], axis=1)
        sent = ops.norm(ops.matmul(before, self.cell.message_kernel), axis=-1)
        sent = ops.transpose(by_graph(sent, self.nodes), (0, 2, 1))[:, :, None]
        received = ops.transpose(by_graph(delivered, self.nodes), (0, 2, 1, 3)) * sent
        return ops.repeat(received, self.nodes, axis=0)[: ops.shape(states)[0]]

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"units": self.units, "nodes": self.nodes}


def by_graph(rows: Any, nodes: int) -> Any:
    """Groups rows by graph, the last one filled up with zeros.

    Args:
        rows: Tensor (rows, ...).
        nodes: Nodes of a graph.

    Returns:
        Tensor (graphs, nodes, ...).

    Example:
        >>> import numpy as np
        >>> np.array(by_graph(np.array([[1.0], [2.0], [3.0]]), 2))[..., 0].tolist()
        [[1.0, 2.0], [3.0, 0.0]]
    """
    rows = ops.convert_to_tensor(rows)
    missing = ops.zeros((nodes - 1, *rows.shape[1:]), dtype=rows.dtype)
    graphs = (ops.shape(rows)[0] + nodes - 1) // nodes
    filled = ops.concatenate([rows, missing], axis=0)[: graphs * nodes]
    return ops.reshape(filled, (-1, nodes, *rows.shape[1:]))


def make_model(units: int, nodes: int, rounds: int) -> keras.Model:
    """Creates the network; it names the largest digit of the graph after each round.

    Args:
        units: Units of each node.
        nodes: Nodes of a graph.
        rounds: Rounds of messages.
    """
    digit = keras.Input((64,), name="digit")
    delivered = keras.Input((rounds, nodes), name="delivered")
    features = digit
    for name in ("retina", "eye"):
        features = keras.layers.Dense(units, "relu", name=name)(features)
        features = keras.layers.Dropout(DROPOUT)(features)
    repeated = keras.layers.RepeatVector(rounds)(features)
    inputs = keras.layers.Concatenate()([repeated, delivered])
    states = CommunicatingNodes(units, nodes, name="nodes")(inputs)
    answers = keras.layers.Dense(10, "softmax", name="answer")(states)
    return keras.Model({"digit": digit, "delivered": delivered}, answers)
