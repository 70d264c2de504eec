"""Cases by which the tab is tested against `analysis.still_held`.

python -m tests.trainer.still_held_cases > plugin_frontend/src/data/still-held-cases.json
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np

import tb_rnnviz as rv
from tb_rnnviz import analysis
from tb_rnnviz.log_format.codec import decode, encode
from tb_rnnviz.recording import LayerActivity
from trainer.cells import MinGRUCell

PATH = Path(__file__).parents[2] / "plugin_frontend" / "src" / "data" / "still-held-cases.json"
SEQUENCES, STEPS, UNIT = 2, 14, 3
AT = ((0, 0), (0, 13), (1, 1), (1, 9), (1, 13))
"""Sequences and steps at which the state is decomposed."""

LAYERS = {
    "LSTM": lambda: keras.layers.LSTM(4, return_sequences=True, name="rnn"),
    "GRU": lambda: keras.layers.GRU(4, return_sequences=True, name="rnn"),
    "GRU, reset before": lambda: keras.layers.GRU(
        4, return_sequences=True, reset_after=False, name="rnn"
    ),
    "minGRU": lambda: keras.layers.RNN(MinGRUCell(4), return_sequences=True, name="rnn"),
}


def layer_of(case: dict[str, Any]) -> LayerActivity:
    """Returns the activity of a layer whose only unit is that of a case."""
    quantities = {
        name: np.reshape(values, (SEQUENCES, STEPS, 1)).astype(np.float32)
        for name, values in case["quantities"].items()
    }
    mask = np.ones((SEQUENCES, STEPS), bool)
    return LayerActivity("rnn", "Cell", quantities, case["roles"], mask, [STEPS] * SEQUENCES)


def cases() -> Iterator[dict[str, Any]]:
    """Yields cases as they stand in the file."""
    inputs = 2 * np.random.default_rng(0).normal(size=(SEQUENCES, STEPS, 3)).astype("float32")
    for name, make in LAYERS.items():
        keras.utils.set_random_seed(0)
        layer = rv.record(keras.Sequential([keras.Input((None, 3)), make()]), inputs)["rnn"]
        names = [q for q in layer.roles if q != "hidden_state" or "cell_state" not in layer]
        for bits in (32, 8):
            values = {q: np.asarray(layer[q])[..., UNIT].reshape(-1, 1) for q in names}
            if bits == 8:
                values = {q: decode(*encode(series))[0] for q, series in values.items()}
            case = {
                "name": f"{name}, {bits} bits",
                "bits": bits,
                "lengths": [STEPS] * SEQUENCES,
                "roles": {q: layer.roles[q] for q in names},
                "quantities": {
                    q: [float(f"{v:.9g}") for v in series.ravel()] for q, series in values.items()
                },
            }
            yield case | {"at": [decomposed(case, sequence, t) for sequence, t in AT]}


def decomposed(case: dict[str, Any], sequence: int, t: int) -> dict[str, Any]:
    """Returns the contributions to the state at a step of a case."""
    parts = analysis.still_held(layer_of(case), 0, t, sequence=sequence)
    return {"sequence": sequence, "t": t, "contributions": parts.tolist()}


if __name__ == "__main__":
    print(json.dumps(list(cases())))
