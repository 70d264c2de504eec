"""Prediction at every step during a real `fit`, within a budget."""

from __future__ import annotations

import keras
import numpy as np
import pytest

import tb_rnnviz as rv
from tb_rnnviz import analysis
from tests.callbacks.runs import digests, sentences

LAYERS = keras.layers
RANDOM = np.random.default_rng(0)
SEQUENCES = [RANDOM.integers(1, 6, length) for length in (7, 3, 7, 1, 5, 4)]
LABELS = [int((ids == 1).any()) for ids in SEQUENCES]
X = np.array([np.resize(ids, 7) for ids in SEQUENCES])


def classifier(recurrent) -> keras.Model:
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [keras.Input((None,)), LAYERS.Embedding(6, 3), recurrent, LAYERS.Dense(2, "softmax")]
    )
    model.compile("adam", "sparse_categorical_crossentropy")
    model.optimizer.build(model.trainable_variables)  # traced once
    return model


def probe() -> rv.Probe:
    return rv.Probe("texts", SEQUENCES, labels=LABELS, classes=["no", "yes"])


def trained(tmp_path, recurrent, epochs=2, **options) -> keras.Model:
    model = classifier(recurrent)
    watch = rv.RNNVizCallback(tmp_path, probe(), features=[], **options)
    with sentences() as warnings:
        model.fit(X, np.array(LABELS), epochs=epochs, verbose=0, callbacks=[watch])
    assert not warnings
    return model


def test_every_step_has_what_the_model_would_say(tmp_path):
    model = trained(tmp_path, LAYERS.LSTM(4, name="lstm"))
    recorded, loaded = rv.record(model, probe()), rv.load(tmp_path, step=1)
    assert (loaded.method, loaded.classes) == ("head", ["no", "yes"])
    np.testing.assert_allclose(loaded.class_probability, recorded.class_probability, atol=5e-4)
    times = [
        analysis.decision_time(part.class_probability, part.lengths) for part in (recorded, loaded)
    ]
    assert (times[0] == times[1]).all()
    assert rv.load(tmp_path, step=0).class_probability.shape == (6, 7, 2)


def test_a_training_reads_beginnings_of_some_sequences(tmp_path):
    model = trained(tmp_path, LAYERS.Bidirectional(LAYERS.LSTM(3)))
    recorded, loaded = rv.record(model, probe()), rv.load(tmp_path, step=1)
    assert loaded.method == "prefix"
    is_known = np.isfinite(loaded.class_probability).all(axis=2)
    assert 2 <= is_known.all(axis=1, where=loaded.mask).sum() < len(SEQUENCES)
    assert is_known[np.arange(6), loaded.lengths - 1].all()
    np.testing.assert_allclose(
        loaded.class_probability[is_known], recorded.class_probability[is_known], atol=5e-4
    )


def test_a_training_recorded_by_batches_reads_no_beginnings(tmp_path):
    trained(tmp_path, LAYERS.Bidirectional(LAYERS.LSTM(3)), epochs=1, every=1)
    loaded = rv.load(tmp_path)
    is_known = np.isfinite(loaded.class_probability).all(axis=2)
    single_steps = loaded.lengths == 1
    assert (is_known.sum(axis=1) == 1).all() and single_steps.sum() == 1


@pytest.mark.parametrize(("share", "is_stored"), [(2.0, True), (0.2, False)])
def test_a_budget_leaves_them_out_after_everything_but_hidden_states(tmp_path, share, is_stored):
    trained(tmp_path / "free", LAYERS.LSTM(4, name="lstm"))
    files = (tmp_path / "free" / "rnnviz").glob("*tfevents*")
    size = sum(path.stat().st_size for path in files)
    trained(tmp_path / "run", LAYERS.LSTM(4, name="lstm"), budget={"bytes": size * share})
    if is_stored:
        assert rv.load(tmp_path / "run").class_probability is not None
        return
    digest = digests(tmp_path / "run", "texts")[1]
    assert digest["left_out"] or digest["absent"]


def test_too_many_probabilities_are_a_stated_gap(tmp_path, monkeypatch):
    monkeypatch.setattr("tb_rnnviz.log_format.class_probability.MAX_LOGGED_VALUES", 10)
    trained(tmp_path, LAYERS.LSTM(4, name="lstm"), epochs=1)
    assert rv.load(tmp_path).class_probability is None
    (entry,) = digests(tmp_path, "texts")[0]["left_out"]
    assert entry["quantities"] == ["class_probability"]
