"""Time of recording, relative to a forward pass and to manual recording.

    KERAS_BACKEND=tensorflow python -m benchmarks.record [rounds]

Prints ratios to the forward pass of the same model, median of the rounds, lowest and highest; and
the seconds of a probe of many lengths, with and without their compilations.
"""

from __future__ import annotations

import sys
import time

import keras
import numpy as np

import tb_rnnviz as rv
from benchmarks.ratios import compare
from tb_rnnviz.capture.keras.backends import compiled

layers, ops = keras.layers, keras.ops
BATCH, STEPS, TOKENS, LENGTHS = 128, 200, 64, 30


def model_of(*recurrent):
    """Builds a model of recurrent layers between an embedding and the logits."""
    model = keras.Sequential([keras.Input((None,)), layers.Embedding(TOKENS, TOKENS)])
    for layer in recurrent:
        model.add(layer)
    model.add(layers.Dense(TOKENS))
    return model


MODELS = {
    "LSTM 512": lambda: model_of(layers.LSTM(512, return_sequences=True)),
    "GRU 512": lambda: model_of(layers.GRU(512, return_sequences=True)),
    "2 x Bidirectional LSTM 256": lambda: model_of(
        *(layers.Bidirectional(layers.LSTM(256, return_sequences=True)) for _ in range(2))
    ),
}


def forward_pass(model, ids):
    """Returns the compiled model alone, its output fetched."""
    run = compiled(model, lambda inputs: model(inputs, training=False))
    inputs = ops.convert_to_tensor(ids)
    return lambda: ops.convert_to_numpy(run(inputs))


def python_loop(model, ids):
    """Returns a loop over time that calls the cell, as in tutorials."""
    embedding, layer = model.layers[0], model.layers[1]

    def run():
        inputs = embedding(ids)
        states = layer.cell.get_initial_state(batch_size=len(ids))
        history = []
        for t in range(ids.shape[1]):
            _, states = layer.cell(inputs[:, t], states)
            history.append([ops.convert_to_numpy(state) for state in states])
        return history

    return run


def second_pass(model, ids):
    """Returns a pass for the states and one for the gates of an LSTM."""
    embedding, layer = model.layers[0], model.layers[1]
    cell = layer.cell
    states = keras.Model(model.inputs[0], layer.output)
    run_states = compiled(states, lambda inputs: states(inputs, training=False))

    def gates(inputs):
        h = run_states(inputs)
        before = ops.pad(h[:, :-1], ((0, 0), (1, 0), (0, 0)))
        z = ops.matmul(embedding(inputs), cell.kernel) + cell.bias
        z = z + ops.matmul(before, cell.recurrent_kernel)
        i, f, g, o = ops.split(z, 4, axis=-1)
        return h, ops.sigmoid(i), ops.sigmoid(f), ops.tanh(g), ops.sigmoid(o)

    run = compiled(model, gates)
    inputs = ops.convert_to_tensor(ids)
    return lambda: [ops.convert_to_numpy(tensor) for tensor in run(inputs)]


def main(rounds: int = 7) -> None:
    """Prints the times of recording relative to a forward pass."""
    ids = np.random.default_rng(0).integers(0, TOKENS, (BATCH, STEPS)).astype("int32")
    print(f"Keras on {keras.backend.backend()}; {BATCH} x {STEPS} tokens, every quantity")
    for name, make in MODELS.items():
        model = make()
        print(name)
        candidates = {
            "forward pass": forward_pass(model, ids),
            "record": lambda model=model: rv.record(model, ids),
        }
        if name == "LSTM 512":
            candidates["gates from recorded states, two passes"] = second_pass(model, ids)
            candidates["Python loop over time, states only"] = python_loop(model, ids)
        compare(candidates, against="forward pass", rounds=rounds)
    lengths = range(50, 50 + LENGTHS)
    model = MODELS["GRU 512"]()
    seconds = []
    for _ in range(2):
        begin = time.perf_counter()
        rv.record(model, [ids[0, :length] for length in lengths])
        seconds.append(time.perf_counter() - begin)
    print(f"GRU 512, {LENGTHS} lengths: {seconds[0]:.1f} s, again {seconds[1]:.1f} s")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
