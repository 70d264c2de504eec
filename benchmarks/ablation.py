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


def main(rounds: int = 7) -> None:
    random = np.random.default_rng(0)
    ids = random.integers(0, TOKENS, STEPS + 1).astype("int32")
    probe = rv.Probe("text", ids[:-1], targets=ids[1:])
    print(f"Keras on {keras.backend.backend()}; a probe of {STEPS} tokens")
    for name, make in MODELS.items():
        for k in (7, 31):
            model = make()
            recording = rv.record(model, probe)
            hidden = [("rnn", unit) for unit in range(k)]
            both = [("rnn", QUANTITIES[name][u % 2], u) for u in range(k)]
            print(f"{name}, k = {k}")
            against = f"{k + 1} forward passes, as rows of a batch"
            compare(
                {
                    against: forward_passes(model, probe.inputs[0], k + 1),
                    "hidden state at its mean": lambda m=model, u=hidden, r=recording: rv.ablate(
                        m, probe, u, recording=r
                    ),
                    "hidden state and a gate at their mean": lambda m=model, u=both, r=recording: (
                        rv.ablate(m, probe, u, recording=r)
                    ),
                    "hidden state as it was before": lambda m=model, u=hidden, r=recording: (
                        rv.ablate(m, probe, u, "before", recording=r)
                    ),
                    "at its mean, recording included": lambda m=model, u=hidden: rv.ablate(
                        m, probe, u
                    ),
                },
                against=against,
                rounds=rounds,
            )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
