"""Time of recording while an LSTM 512 generates 400 tokens.

python -m benchmarks.generate [rounds]
"""

from __future__ import annotations

import sys

import keras

import tb_rnnviz as rv
from benchmarks.ratios import compare


def main(rounds: int = 9) -> None:
    """Prints the times of generation with and without recording."""
    model = keras.Sequential([keras.Input((None,)), keras.layers.Embedding(64, 64)])
    model.add(keras.layers.LSTM(512, return_sequences=True))
    model.add(keras.layers.Dense(64))
    print(f"Keras on {keras.backend.backend()}; LSTM 512, 400 tokens")
    compare(
        {
            "states only, which writing needs anyway": lambda: rv.generate(
                model, [0], quantities=["hidden_state"]
            ),
            "every quantity": lambda: rv.generate(model, [0]),
        },
        against="states only, which writing needs anyway",
        rounds=rounds,
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
