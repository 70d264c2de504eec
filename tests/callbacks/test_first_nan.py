"""The first value that is not a number: found once, told where it stands."""

from __future__ import annotations

import keras
import numpy as np

import tb_rnnviz as rv
from tests.callbacks.runs import IDS, VOCABULARY, compiled_model, digests, fit, probe, sentences


class Poison(keras.callbacks.Callback):
    """Gives the embedding of token id 3 a value that is not a number, after an epoch."""

    def on_epoch_end(self, epoch, logs=None):
        if epoch == 2:
            weights = self.model.get_weights()
            weights[0][3, 1] = np.nan
            self.model.set_weights(weights)


def test_it_is_located_and_said_once(tmp_path):
    callback = rv.RNNVizCallback(tmp_path, [probe("other"), probe()])
    with sentences() as texts:
        fit(compiled_model(), Poison(), epochs=4, callbacks=[callback])
    token = int(np.flatnonzero(IDS[:40] == 3)[0])
    (sentence,) = texts
    assert "step 2, in 'other': layer 'lstm', quantity 'hidden_state', unit 0" in sentence
    assert f"token {token} ('.')" in sentence
    first = {"step": 2, "layer": "lstm", "quantity": "hidden_state", "unit": 0, "token": token}
    for name in ("novel", "other"):
        values = [digest["first_nan"] for digest in digests(tmp_path, name).values()]
        assert values[:2] == [None, None]
        assert values[2] == values[3] == {**first, "text": "."}


def test_the_unit_is_that_of_the_value(tmp_path):
    model = compiled_model()
    weights = model.get_weights()
    weights[3][3 * 6 + 4] = np.nan
    model.set_weights(weights)
    with sentences() as texts:
        model.predict(IDS[None], verbose=0, callbacks=[rv.RNNVizCallback(tmp_path, [probe()])])
    assert "unit 4, token 0 ('a')" in texts[0]
    (digest,) = digests(tmp_path).values()
    assert (digest["first_nan"]["unit"], digest["first_nan"]["token"]) == (4, 0)


def test_masked_tokens_are_no_numbers_that_were_lost(tmp_path):
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((None,)), keras.layers.Embedding(4, 3, mask_zero=True)])
    model.add(keras.layers.LSTM(6, return_sequences=True, name="lstm"))
    model.add(keras.layers.Dense(4, activation="softmax"))
    masked = rv.Probe("novel", IDS[:40], vocabulary=VOCABULARY)
    model.predict(IDS[None], verbose=0, callbacks=[rv.RNNVizCallback(tmp_path, [masked])])
    (digest,) = digests(tmp_path).values()
    assert digest["first_nan"] is None
