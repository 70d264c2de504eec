"""Contributions of earlier steps sum to the state of recorded cells."""

import json

import keras
import numpy as np
import pytest

import tb_rnnviz as rv
from tb_rnnviz import analysis
from tests.trainer.still_held_cases import PATH, decomposed
from trainer.cells import MinGRUCell, MultiZoneCell, SLSTMCell

LAYERS = {
    "lstm": lambda: keras.layers.LSTM(5, return_sequences=True, name="rnn"),
    "gru": lambda: keras.layers.GRU(5, return_sequences=True, name="rnn"),
    "gru, reset before": lambda: keras.layers.GRU(
        5, return_sequences=True, reset_after=False, name="rnn"
    ),
    "min_gru": lambda: keras.layers.RNN(MinGRUCell(5), return_sequences=True, name="rnn"),
    "slstm": lambda: keras.layers.RNN(SLSTMCell(5), return_sequences=True, name="rnn"),
    "multi_zone": lambda: keras.layers.RNN(MultiZoneCell(5), return_sequences=True, name="rnn"),
}


@pytest.mark.parametrize("name", LAYERS)
def test_the_sum_is_the_recorded_state(name):
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((None, 4)), LAYERS[name]()])
    inputs = 3 * np.random.default_rng(0).normal(size=(2, 40, 4)).astype("float32")
    layer = rv.record(model, inputs)["rnn"]
    state = layer["cell_state"] if "cell_state" in layer else layer["hidden_state"]
    for t in (0, 7, 39):
        result = analysis.still_held(layer, 3, t, sequence=1)
        assert result.shape == (t + 1,)
        assert result.sum() == pytest.approx(state[1, t, 3], abs=1e-5)
    write = next((layer[name] for name, role in layer.roles.items() if role == "write"), None)
    retain = next(layer[name] for name, role in layer.roles.items() if role == "retain")
    share = 1 - retain if write is None else write
    assert result[-1] == pytest.approx((share * layer["candidate"])[1, 39, 3], abs=1e-5)


@pytest.mark.parametrize("cell", [keras.layers.LSTM, keras.layers.GRU])
def test_a_backward_layer_is_refused(cell):
    keras.utils.set_random_seed(0)
    both = keras.layers.Bidirectional(cell(5, return_sequences=True))
    recording = rv.record(
        keras.Sequential([keras.Input((None, 4)), both]),
        np.random.default_rng(0).normal(size=(1, 20, 4)).astype("float32"),
    )
    forward, backward = (recording[path] for path in recording.layers)
    assert analysis.still_held(forward, 0, 19).shape == (20,)
    with pytest.raises(ValueError, match="reads backwards"):
        analysis.still_held(backward, 0, 19)


def test_cases_of_the_tab_are_computed_by_the_same_function():
    for case in json.loads(PATH.read_text(encoding="utf-8")):
        for expected in case["at"]:
            result = decomposed(case, expected["sequence"], expected["t"])["contributions"]
            np.testing.assert_allclose(result, expected["contributions"], atol=1e-12)
