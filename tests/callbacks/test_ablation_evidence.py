"""Beside what a unit goes with stands what the model loses without it."""

from __future__ import annotations

import keras
import numpy as np

import tb_rnnviz as rv
from tb_rnnviz.features import Literal
from tests.callbacks.runs import digests, fit

layers = keras.layers
SPACE = Literal("space", " ")


class Copy(layers.Layer):
    """Cell with the previous token in unit 0 and noise of the token in the others."""

    state_size = output_size = 4

    def call(self, inputs, states):
        mix = keras.ops.sin(37.0 * inputs[:, :1] + keras.ops.arange(4.0) ** 2)
        state = keras.ops.concatenate([inputs[:, :1], mix[:, 1:]], axis=-1)
        return state, [state]


def model_that_reads_unit_zero():
    """Unit 0 is high where a space comes next, and the output layer looks at it alone."""
    model = keras.Sequential([keras.Input((None,)), layers.Embedding(3, 1)])
    model.add(layers.RNN(Copy(), return_sequences=True, name="copy"))
    model.add(layers.Dense(3))
    model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    kernel = np.zeros((4, 3), "float32")
    kernel[0] = [4, -4, 0]
    model.set_weights([np.array([[-1], [1], [0]], "float32"), kernel, np.zeros(3, "float32")])
    model.optimizer.learning_rate = 0.0
    return model


def test_a_unit_that_the_model_uses_costs_it_loss_where_the_feature_is(tmp_path):
    ids = [1]
    for other in np.random.default_rng(0).integers(1, 3, 399):
        ids.append(0 if ids[-1] == 1 else other)
    ids = np.array(ids)
    probe = rv.Probe("text", ids[:-1], targets=ids[1:], vocabulary=[" ", "a", "b"])
    model = model_that_reads_unit_zero()
    fit_ids = ids[:20].reshape(2, 10)
    callback = rv.RNNVizCallback(tmp_path, probe, [SPACE])
    model.fit(fit_ids, fit_ids, epochs=1, verbose=0, callbacks=[callback])
    (digest,) = digests(tmp_path, "text").values()
    assert digest["causal_note"] is None
    causal = next(h["causal"] for h in digest["hypotheses"] if h["unit"] == 0)
    spaces = int((ids[1:-1] == 0).sum())
    assert (causal["how"], causal["count"], causal["tokens"]) == ("mean", spaces, 399)
    assert 0 < causal["low"] <= causal["effect"] <= causal["high"]
    assert causal["on"] > 0.5
    rest = [h["causal"] for h in digest["hypotheses"] if h["unit"] and "causal" in h]
    assert all(one["on"] == one["off"] == 0 for one in rest)


def test_a_model_that_cannot_do_without_says_why(tmp_path, monkeypatch):
    from tb_rnnviz.callbacks import evidence
    from tests.callbacks.runs import VOCABULARY, compiled_model

    def refuse(*args, **kwargs):
        raise ValueError("no such layer")

    monkeypatch.setattr(evidence, "ablate", refuse)
    monkeypatch.setattr(evidence, "SIGNIFICANT", 1.0)
    ids = np.random.default_rng(0).integers(0, 4, 301)
    read = rv.Probe("novel", ids[:-1], targets=ids[1:], vocabulary=VOCABULARY)
    fit(compiled_model(), rv.RNNVizCallback(tmp_path, [read]), epochs=1)
    (digest,) = digests(tmp_path).values()
    assert digest["causal_note"] == "ValueError: no such layer"
    assert digest["hypotheses"]
