"""Explanations that the callback computes, from the real log and against NumPy."""

from __future__ import annotations

import warnings

import keras
import numpy as np
import pytest

import tb_rnnviz as rv
from tb_rnnviz.callbacks import attributions
from tb_rnnviz.features import Literal
from tests.callbacks.runs import IDS, VOCABULARY, compiled_model, digests, fit

layers = keras.layers
SPACE = Literal("space", " ")
WINDOW = 40


@pytest.fixture(scope="module")
def explained(tmp_path_factory):
    """Returns the trained model, and the recording of the last of three epochs."""
    log_dir = tmp_path_factory.mktemp("explained")
    model = compiled_model()
    model.optimizer.learning_rate = 0.02
    probe = rv.Probe("text", IDS[:-1], targets=IDS[1:], vocabulary=VOCABULARY)
    options = {"method": "gradient_x_input", "predictions": 8, "window": WINDOW, "every": 2}
    callback = rv.RNNVizCallback(
        log_dir, probe, [SPACE], attributions={**options, "feature": "space"}
    )
    fit(model, callback, epochs=3)
    weights = [layer.get_weights() for layer in model.layers]
    return log_dir, model, weights, rv.load(log_dir, "text")


def test_only_the_recordings_that_are_due_are_explained(explained):
    log_dir, _, _, recording = explained
    assert recording.step == 2 and recording.explanations is not None
    assert rv.load(log_dir, "text", step=1).explanations is None
    assert rv.load(log_dir, "text", step=0).explanations is not None


def test_predictions_are_chosen_by_position_feature_and_loss(explained):
    log_dir, _, _, recording = explained
    predictions = recording.explanations.predictions
    by_reason = {}
    for each in predictions:
        by_reason.setdefault(each.reason, []).append(each)
    assert {name: len(each) for name, each in by_reason.items()} == {
        "spread": 2,
        "feature": 2,
        "loss": 4,
    }
    assert all(each.target == " " for each in by_reason["feature"])
    assert min(each.loss for each in by_reason["loss"]) >= max(
        each.loss for each in by_reason["spread"]
    )
    before = rv.load(log_dir, "text", step=0).explanations.predictions
    fixed = [
        [p.step for p in each if p.reason in ("spread", "feature")]
        for each in (before, predictions)
    ]
    assert fixed[0] == fixed[1]


def test_values_are_those_of_attribute_on_the_window(explained):
    _, model, _, recording = explained
    for each in recording.explanations.predictions[::3]:
        assert each.values.shape == (WINDOW, 1)
        read = IDS[each.first : each.first + WINDOW]
        at = each.step - each.first
        why = rv.attribute(model, read, VOCABULARY.index(each.explained), "gradient_x_input", at=at)
        scale = np.abs(why.values).max()
        np.testing.assert_allclose(each.values[:, 0], why.values[0], atol=2e-3 * scale)
        np.testing.assert_allclose(each.score, why.score[0], rtol=1e-3)
        np.testing.assert_allclose(each.gap, why.gap[0], rtol=1e-2)
        assert each.explained == each.predicted


def test_units_are_the_derivative_of_log_p_times_the_state(explained):
    _, _, weights, recording = explained
    kernel, bias = weights[-1]
    hidden = recording["lstm"]["hidden_state"][0]
    for each in recording.explanations.predictions[::3]:
        if each.step >= WINDOW:
            continue
        state = hidden[each.step].astype(np.float64)
        odds = np.exp(state @ kernel + bias)
        slope = kernel[:, VOCABULARY.index(each.explained)] - kernel @ (odds / odds.sum())
        expected = slope * state
        units = dict(each.units["lstm"])
        assert list(units) == sorted(units, key=lambda unit: -abs(units[unit]))
        logged = [units[unit] for unit in range(6)]
        np.testing.assert_allclose(logged, expected, atol=0.02 * np.abs(expected).max())


def test_the_gradient_reaches_as_gradient_flow_says(explained):
    _, model, _, recording = explained
    explanations = recording.explanations
    assert explanations.targets == 16 and explanations.reach_note is None
    (cell,) = (r for r in explanations.reach_of("lstm") if r.quantity == "cell_state")
    known = np.arange(1, 17) * (len(IDS) - 1) // 16 - 1
    assert len(cell.by_lag) <= WINDOW and cell.by_lag[0] == 1
    logs = []
    for step in known:
        first = max(0, step - WINDOW + 1)
        read, targets = (values[first : first + WINDOW] for values in (IDS[:-1], IDS[1:]))
        flow = rv.gradient_flow(model, read[None], targets[None], at=[step - first])
        norms = np.asarray(flow["lstm"]["cell_state"])[0, step - first :: -1]
        logs.append(np.log(norms[:10] / norms[0]))
    np.testing.assert_allclose(cell.by_lag[:10], np.exp(np.mean(logs, axis=0)), rtol=1e-3)


def test_sequences_with_a_label_are_explained_at_their_end(tmp_path):
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((None,)), layers.Embedding(6, 4)])
    model.add(layers.LSTM(5, name="lstm"))
    model.add(layers.Dense(2, activation="softmax"))
    sequences = np.random.default_rng(0).integers(0, 6, (6, 12))
    labels = (sequences == 3).any(axis=1).astype(int)
    probe = rv.Probe("reviews", sequences, labels=labels, classes=["no", "yes"])
    callback = rv.RNNVizCallback(tmp_path, probe, [], attributions="lrp")
    callback.record(model, 0)
    callback.on_train_end()
    explanations = rv.load(tmp_path, "reviews").explanations
    assert explanations.note is None and explanations.method == "lrp"
    assert [(p.sequence, p.step, p.reason) for p in explanations.predictions] == [
        (row, 11, "label") for row in range(6)
    ]
    assert [p.target for p in explanations.predictions] == ["no yes".split()[k] for k in labels]
    for each in explanations.predictions:
        assert each.conserved
        np.testing.assert_allclose(each.values.sum(), each.score, rtol=0.02)
        assert set(each.units) == {"lstm"}


def test_signals_are_explained_by_step_and_channel(tmp_path):
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [keras.Input((None, 2)), layers.GRU(4, return_sequences=True, name="gru")]
    )
    model.add(layers.Dense(1))
    series = np.random.default_rng(0).normal(size=(60, 2)).astype("float32")
    probe = rv.Probe(
        "engine", series, channels=["speed", "heat"], targets=np.roll(series[:, :1], -1)[None]
    )
    options = rv.Attributions("gradient_x_input", predictions=4, window=20)
    callback = rv.RNNVizCallback(tmp_path, probe, [], attributions=options)
    callback.record(model, 0)
    callback.on_train_end()
    explanations = rv.load(tmp_path, "engine").explanations
    assert explanations.note is None and explanations.channels == ("speed", "heat")
    assert [each.values.shape for each in explanations.predictions] == [(20, 2)] * 4
    assert all(each.units["gru"] for each in explanations.predictions)


def test_a_method_that_fails_is_one_warning_and_a_note(tmp_path, monkeypatch):
    def refuse(*args):
        raise ValueError("no rule for this cell")

    monkeypatch.setattr(attributions, "attribute_windows", refuse)
    probe = rv.Probe("text", IDS[:-1], targets=IDS[1:], vocabulary=VOCABULARY)
    callback = rv.RNNVizCallback(tmp_path, probe, [SPACE], attributions=True)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        fit(compiled_model(), callback, epochs=2)
    messages = [str(each.message) for each in caught if "attributions" in str(each.message)]
    assert len(messages) == 1 and "the rest is recorded: ValueError: no rule" in messages[0]
    explanations = rv.load(tmp_path, "text").explanations
    assert explanations.note == "ValueError: no rule for this cell"
    assert explanations.predictions == () and explanations.reach
    assert len(digests(tmp_path, "text")) == 2


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"method": "shap"}, "Unknown method 'shap'"),
        ({"every": 0}, "`every` is an integer, 1 or more. Received: 0"),
        ({"predictions": 99}, "`predictions` is an integer, 1 to 32. Received: 99"),
        ({"at": "9"}, "`at` lists steps of the run"),
        ({"explain": "all"}, "`explain` is 'predicted' or 'target'"),
        ({"step": 1}, "a mapping with any of"),
        (3, "Received: 3"),
    ],
)
def test_options_out_of_range_are_rejected(tmp_path, options, message):
    probe = rv.Probe("text", IDS)
    with pytest.raises(ValueError, match=message):
        rv.RNNVizCallback(tmp_path, probe, attributions=options)
