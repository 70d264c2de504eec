"""Networks and inputs that the tests of capture share."""

from __future__ import annotations

import keras
import numpy as np

import tb_rnnviz as rv

layers = keras.layers
ops = keras.ops
IDS = np.random.default_rng(0).integers(1, 11, (3, 6)).astype("int32")
SERIES = np.random.default_rng(1).normal(size=(3, 6, 4)).astype("float32")


class Leaky(layers.Layer):
    """A custom cell that knows nothing of RNN-Viz."""

    state_size = output_size = 5

    def build(self, shape):
        self.kernel = self.add_weight(shape=(shape[-1], 5), initializer="glorot_uniform")
        self.decay = self.add_weight(shape=(5,), initializer="ones")

    def call(self, inputs, states):
        leak = ops.sigmoid(self.decay)
        state = leak * states[0] + (1 - leak) * ops.tanh(ops.matmul(inputs, self.kernel))
        return state, [state]


class Named(Leaky):
    """The same cell with two states of different shapes, which names its quantities."""

    state_size = [5, (2, 3)]
    state_names = ("hidden_state", "memory")
    roles = {"leak": "retain"}

    def call(self, inputs, states):
        drive = rv.sow("drive", ops.tanh(ops.matmul(inputs, self.kernel)))
        leak = rv.sow("leak", ops.sigmoid(self.decay + inputs[:, :1]))
        state = leak * states[0] + (1 - leak) * drive
        memory = 0.5 * states[1] + ops.reshape(ops.tile(drive[:, :2], (1, 3)), (-1, 2, 3))
        return state, [state, memory]

    def get_initial_state(self, batch_size=None):
        return [ops.zeros((batch_size, 5)), ops.zeros((batch_size, 2, 3))]


class Subclassed(keras.Model):
    """A model written as a class, its layers in a list."""

    def __init__(self):
        super().__init__()
        self.embed = layers.Embedding(11, 4)
        self.stack = [layers.GRU(5, return_sequences=True, name=f"deep_{k}") for k in range(2)]
        self.head = layers.Dense(11)

    def call(self, ids, training=False):
        x = self.embed(ids)
        for layer in self.stack:
            x = layer(x, training=training)
        return self.head(x)


def sequential(*recurrent, masked=False, head=True):
    model = keras.Sequential([keras.Input((None,)), layers.Embedding(11, 4, mask_zero=masked)])
    for layer in recurrent:
        model.add(layer)
    if head:
        model.add(layers.Dense(11))
    return randomised(model)


def randomised(model):
    random = np.random.default_rng(1)
    model.set_weights([random.normal(0, 0.5, w.shape) for w in model.get_weights()])
    return model


def rnn(cell, **options):
    return layers.RNN(cell, return_sequences=True, name="rnn", **options)


def one_layer(layer, **options):
    return layer(5, return_sequences=True, name="rnn", **options)


ONE_LAYER = {
    "SimpleRNN": lambda: one_layer(layers.SimpleRNN),
    "LSTM": lambda: one_layer(layers.LSTM),
    "GRU": lambda: one_layer(layers.GRU),
    "GRU reset before": lambda: one_layer(layers.GRU, reset_after=False),
    "LSTM without bias": lambda: one_layer(layers.LSTM, use_bias=False),
    "GRU without bias": lambda: one_layer(layers.GRU, use_bias=False),
    "SimpleRNN without bias": lambda: one_layer(layers.SimpleRNN, use_bias=False),
    "LSTM with other activations": lambda: one_layer(
        layers.LSTM, activation="softsign", recurrent_activation="hard_sigmoid"
    ),
    "LSTM with dropout": lambda: one_layer(layers.LSTM, dropout=0.5, recurrent_dropout=0.5),
    "SimpleRNN with dropout": lambda: one_layer(
        layers.SimpleRNN, dropout=0.5, recurrent_dropout=0.5
    ),
    "LSTM backwards": lambda: one_layer(layers.LSTM, go_backwards=True),
    "RNN(LSTMCell)": lambda: rnn(layers.LSTMCell(5)),
    "RNN(custom cell)": lambda: rnn(Leaky()),
    "RNN(cell that sows)": lambda: rnn(Named()),
}

"""Layers around each kind of cell, named `rnn`, by a description."""

SAME_STEPS = ("without bias", "with other activations")
"""Kinds that differ from another in a formula, not in how steps are read."""

DISTINCT = {kind: make for kind, make in ONE_LAYER.items() if not kind.endswith(SAME_STEPS)}
"""Kinds for tests of what is the same for every formula, such as masks."""

FORWARDS = {kind: make for kind, make in DISTINCT.items() if "backwards" not in kind}


def stacked_cells():
    return rnn([layers.LSTMCell(4), layers.GRUCell(5)])


def numpy(tensor):
    return np.asarray(ops.convert_to_numpy(tensor), np.float32)


def language_model(*recurrent, vocabulary=11):
    model = keras.Sequential([keras.Input((None,)), layers.Embedding(vocabulary, 5), *recurrent])
    model.add(layers.Dense(vocabulary, activation="softmax"))
    randomise(model)
    return model


def randomise(model):
    """Sets random weights, as biases of zero would hide a missing one."""
    random = np.random.default_rng(1)
    model.set_weights([random.normal(0, 0.7, w.shape) for w in model.get_weights()])


def planted():
    """Returns a network and a text whose prediction one unit carries.

    Unit 0 predicts 2 after 1, unit 1 marks 3, and unit 2 has no outgoing weights.

    All that follows 1 is 2, and everything else is drawn from 0 and 3.
    """
    model = keras.Sequential([keras.Input((None,)), layers.Embedding(4, 4, name="one_hot")])
    model.add(layers.SimpleRNN(3, activation="linear", return_sequences=True, name="rnn"))
    model.add(layers.Dense(4))
    kernel = np.zeros((4, 3))
    kernel[1, 0] = kernel[3, 1] = kernel[0, 2] = 1.0
    recurrent = np.zeros((3, 3))
    recurrent[2, 2] = 0.5
    head = np.zeros((3, 4))
    head[0] = [-5, 0, 10, -5]
    head[1] = [0.3, 0, 0, -0.3]
    model.set_weights(
        [np.eye(4), kernel, recurrent, np.zeros(3), head, np.array([1.0, 0.5, -5.0, 1.0])]
    )
    random, text = np.random.default_rng(2), []
    while len(text) < 400:
        text += [1, 2] if random.random() < 0.2 else [int(random.choice([0, 3]))]
    return model, np.array(text)
