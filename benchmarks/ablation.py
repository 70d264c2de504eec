"""Time of ablating k units, relative to k + 1 forward passes over the same rows.

    KERAS_BACKEND=tensorflow python -m benchmarks.ablation [rounds]

Prints ratios to the forward passes, median of the rounds, lowest and highest.
"""

from __future__ import annotations

import sys

import keras
import numpy as np

import tb_rnnviz as rv
from benchmarks.ratios import compare
from benchmarks.record import model_of
from tb_rnnviz.capture.keras.backends import compiled

layers, ops = keras.layers, keras.ops
STEPS, TOKENS = 400, 64
QUANTITIES = {
    "LSTM 512": ("hidden_state", "forget_gate"),
    "GRU 512": ("hidden_state", "update_gate"),
    "2 x LSTM 256": ("hidden_state", "forget_gate"),
}
MODELS = {
    "LSTM 512": lambda: model_of(layers.LSTM(512, return_sequences=True, name="rnn")),
    "GRU 512": lambda: model_of(layers.GRU(512, return_sequences=True, name="rnn")),
    "2 x LSTM 256": lambda: model_of(
        layers.LSTM(256, return_sequences=True, name="rnn"),
        layers.LSTM(256, return_sequences=True, name="top"),
    ),
}


def forward_passes(model, ids, rows):
    """Returns the compiled model alone on as many rows, its outputs fetched."""
    run = compiled(model, lambda inputs: model(inputs, training=False))
    inputs = ops.convert_to_tensor(np.repeat(ids[None], rows, axis=0))
    return lambda: ops.convert_to_numpy(run(inputs))


def candidates(model, probe, k, quantities):
    """Returns the functions to compare by name, the forward passes first."""
    recording = rv.record(model, probe)
    hidden = [("rnn", unit) for unit in range(k)]
    both = [("rnn", quantities[unit % 2], unit) for unit in range(k)]
    return {
        f"{k + 1} forward passes, as rows of a batch": forward_passes(
            model, probe.inputs[0], k + 1
        ),
        "hidden state at its mean": lambda: rv.ablate(model, probe, hidden, recording=recording),
        "hidden state and a gate at their mean": lambda: rv.ablate(
            model, probe, both, recording=recording
        ),
        "hidden state as it was before": lambda: rv.ablate(
            model, probe, hidden, "before", recording=recording
        ),
        "at its mean, recording included": lambda: rv.ablate(model, probe, hidden),
    }


def main(rounds: int = 7) -> None:
    """Prints the times of ablations, relative to as many forward passes."""
    random = np.random.default_rng(0)
    ids = random.integers(0, TOKENS, STEPS + 1).astype("int32")
    probe = rv.Probe("text", ids[:-1], targets=ids[1:])
    print(f"Keras on {keras.backend.backend()}; a probe of {STEPS} tokens")
    for name, make in MODELS.items():
        for k in (7, 31):
            print(f"{name}, k = {k}")
            compared = candidates(make(), probe, k, QUANTITIES[name])
            compare(compared, against=next(iter(compared)), rounds=rounds)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
