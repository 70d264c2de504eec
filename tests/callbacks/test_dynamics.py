"""Dynamics that the callback measures, in the log and against `rv.dynamics`."""

from __future__ import annotations

import warnings

import keras
import numpy as np
import pytest

import tb_rnnviz as rv
from tests.callbacks.runs import IDS, VOCABULARY, compiled_model, fit, new_model

OPTIONS = {"every": 2, "starts": 12, "steps": 40}


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    """Returns the directory, the logged dynamics of the last epoch, and `rv.dynamics`."""
    log_dir = tmp_path_factory.mktemp("dynamics")
    model = compiled_model()
    model.optimizer.learning_rate = 0.05
    probe = rv.Probe("text", IDS[:-1], targets=IDS[1:], vocabulary=VOCABULARY)
    fit(model, rv.RNNVizCallback(log_dir, probe, [], dynamics=OPTIONS), epochs=3)
    (layer,) = rv.load(log_dir, "text").dynamics
    return log_dir, layer, rv.dynamics(model, inputs=probe)


def test_only_the_recordings_that_are_due_have_dynamics(measured):
    log_dir, layer, _ = measured
    assert rv.load(log_dir, "text", step=1).dynamics == ()
    assert rv.load(log_dir, "text", step=0).dynamics[0].layer == "lstm"
    assert layer.note is None and layer.parts == (("hidden_state", 6), ("cell_state", 6))
    assert layer.part("cell_state") == slice(6, 12)


def test_logged_points_are_those_of_the_trained_network(measured):
    _, layer, expected = measured
    stable = [point for point in layer.points if point.kind == "stable"]
    assert len(stable) == layer.counts["stable"] == expected.stable.sum() >= 1
    for point in stable:
        gaps = np.linalg.norm(expected.fixed_points - point.state, axis=1)
        nearest = int(gaps.argmin())
        assert gaps[nearest] < 0.01 * layer.spread
        np.testing.assert_allclose(point.eigenvalues, expected.eigenvalues[nearest][:8], atol=1e-3)
        np.testing.assert_allclose(
            point.time_constants, expected.time_constants[nearest][:8], rtol=0.02
        )
    assert layer.lyapunov[0] == pytest.approx(expected.lyapunov[0], abs=0.15)
    assert 0 <= layer.growth <= 1


def test_a_layer_that_is_too_large_has_a_note_and_one_warning(tmp_path):
    model = keras.Sequential([keras.Input((None,)), keras.layers.Embedding(4, 3)])
    model.add(keras.layers.LSTM(130, return_sequences=True, name="lstm"))
    model.add(keras.layers.Dense(4, activation="softmax"))
    model.compile("adam", "sparse_categorical_crossentropy")
    probe = rv.Probe("text", IDS[:20], vocabulary=VOCABULARY)
    watch = rv.RNNVizCallback(tmp_path, probe, [], dynamics=True)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for step in range(2):
            watch.record(model, step)
        watch.on_train_end()
    about = [str(each.message) for each in caught if "dynamics" in str(each.message)]
    assert len(about) == 1 and "260 numbers" in about[0]
    assert "at most 256" in rv.load(tmp_path, "text").dynamics[0].note


def test_the_weights_of_the_epoch_are_analysed_whatever_training_does_next(tmp_path):
    model = new_model()
    probe = rv.Probe("text", IDS[:40], vocabulary=VOCABULARY)
    watch = rv.RNNVizCallback(tmp_path, probe, [], dynamics=OPTIONS)
    expected = rv.dynamics(model, inputs=probe).lyapunov
    watch.record(model, 0, wait=False)
    model.set_weights([3 * weight for weight in model.get_weights()])
    watch.on_train_end()
    assert rv.load(tmp_path, "text").dynamics[0].lyapunov[0] == pytest.approx(expected[0], abs=1e-4)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"epochs": 3}, "mapping with any of"),
        ("yes", "True, or a mapping"),
        ({"every": 0}, "`every` is an integer, 1 or more"),
        ({"constant": "one"}, "`constant` is one of"),
        ({"steps": 1}, "`steps` is an integer, 2 to 2000"),
    ],
)
def test_invalid_options_are_explained(tmp_path, options, message):
    with pytest.raises(ValueError, match=message):
        rv.RNNVizCallback(tmp_path, [], dynamics=options)
