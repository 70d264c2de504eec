"""Attention during a real `fit`: in the log at every step, within a budget."""

from __future__ import annotations

import re

import keras
import numpy as np

import tb_rnnviz as rv
from tb_rnnviz.log_format import matrix as matrix_format
from tests.callbacks.runs import IDS, VOCABULARY, digests, events, fit, probe

layers = keras.layers


def attending_model():
    keras.utils.set_random_seed(0)
    ids = keras.Input((None,))
    states = layers.LSTM(6, return_sequences=True, name="lstm")(layers.Embedding(4, 3)(ids))
    states = layers.MultiHeadAttention(2, 3, name="attention")(states, states, use_causal_mask=True)
    model = keras.Model(ids, layers.Dense(4, activation="softmax")(states))
    model.compile("adam", "sparse_categorical_crossentropy")
    model.optimizer.build(model.trainable_variables)  # traced once
    return model


def several():
    return rv.Probe("novel", [IDS[:40], IDS[1:20], IDS[2:30]], vocabulary=VOCABULARY)


def test_attention_is_logged_at_every_step_with_its_numbers(tmp_path):
    model = attending_model()
    fit(model, rv.RNNVizCallback(tmp_path, several(), encoding="float16"), epochs=2)
    recording, loaded = rv.record(model, several()), rv.load(tmp_path, step=1)
    np.testing.assert_allclose(
        loaded.matrices["attention"], recording.matrices["attention"], atol=1e-3
    )
    assert loaded.matrix_axes == recording.matrix_axes
    summaries = events(tmp_path / "rnnviz").Tensors("matrix_summary/novel/attention")
    assert [event.step for event in summaries] == [0, 1]
    assert not np.array_equal(
        rv.load(tmp_path, step=0).matrices["attention"], loaded.matrices["attention"]
    )
    assert all(digest["left_out"] == [] for digest in digests(tmp_path).values())


def test_a_large_matrix_is_cut_and_the_digest_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(matrix_format, "MAX_SEQUENCES", 2)
    monkeypatch.setattr(matrix_format, "MAX_ROWS", 8)
    fit(attending_model(), rv.RNNVizCallback(tmp_path, several()), epochs=1)
    assert rv.load(tmp_path).matrices["attention"].shape == (2, 2, 8, 40)
    (entry,) = digests(tmp_path)[0]["left_out"]
    assert (entry["what"], entry["quantities"]) == ("matrix", ["attention"])
    assert "the first 2 of 3 sequences, the first 8 of 40 rows" in entry["reason"]


def test_a_budget_leaves_matrices_out_first(tmp_path):
    callback = rv.RNNVizCallback(tmp_path / "all", several())
    fit(attending_model(), callback, epochs=2)
    (size,) = re.findall(r"^RNN-Viz: ([\d.]+) kB and", callback.cost_estimate)
    limit = {"bytes": 2 * 1000 * float(size)}
    callback = rv.RNNVizCallback(tmp_path / "some", several(), budget=limit)
    fit(attending_model(), callback, epochs=2)
    assert "leaves out matrices." in callback.cost_estimate
    loaded = rv.load(tmp_path / "some")
    assert loaded.matrices == {} and "candidate" in loaded["lstm"]
    digest = digests(tmp_path / "some")[1]
    assert {"layer": "attention", "quantity": "matrix"}.items() <= digest["absent"][0].items()
    assert "budget" in digest["absent"][0]["reason"]


def test_generated_text_has_no_matrices_and_costs_none(tmp_path):
    callback = rv.RNNVizCallback(tmp_path, probe(), prompt=[0, 1])
    fit(attending_model(), callback, epochs=1)
    assert rv.load(tmp_path, probe="novel").matrices.keys() == {"attention"}
