"""Cells and layers that a model calls once a step, with probes of several lengths."""

from __future__ import annotations

import warnings

import keras
import numpy as np
import pytest

import tb_rnnviz as rv

layers, ops = keras.layers, keras.ops
SEQUENCES = [[1, 2, 3], [4, 5], [1, 2, 3, 4], [5]]


class CellLoop(keras.Model):
    """An LSTM cell in a Python loop over the steps, the only recurrence."""

    def __init__(self):
        super().__init__()
        self.embedding = layers.Embedding(9, 3)
        self.cell, self.head = layers.LSTMCell(4, name="by_hand"), layers.Dense(9)

    def call(self, ids):
        steps, batch = self.embedding(ids), ops.shape(ids)[0]
        states, outputs = [ops.zeros((batch, 4))] * 2, []
        for step in range(ids.shape[1]):
            output, states = self.cell(steps[:, step], states)
            rv.sow_matrix("rows", output[:, None], rows="tokens", columns=self.names)
            outputs.append(self.head(output))
        return ops.stack(outputs, axis=1)

    names = ("a", "b", "c", "d")


@pytest.fixture(scope="module")
def model():
    keras.utils.set_random_seed(0)
    network = CellLoop()
    network.compile(loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return network


def hidden_states(model, ids):
    states, hidden = [np.zeros((1, 4), "float32")] * 2, []
    for step in ops.convert_to_numpy(model.embedding(np.array([ids])))[0]:
        output, states = model.cell(step[None], states)
        hidden.append(ops.convert_to_numpy(output)[0])
    return np.stack(hidden)


def test_sequences_of_several_lengths_are_read_by_a_loop_over_the_steps(model):
    recording = rv.record(model, rv.Probe("lengths", SEQUENCES))
    layer = recording["by_hand"]
    assert layer.axis == "tokens"
    for row, ids in zip(layer["hidden_state"], SEQUENCES, strict=True):
        np.testing.assert_allclose(row[: len(ids)], hidden_states(model, ids), atol=1e-6)
        assert np.isnan(row[len(ids) :]).all()
    matrix, axes = recording.matrices["rows"], recording.matrix_axes["rows"]
    np.testing.assert_allclose(matrix, layer["hidden_state"])
    assert (axes.rows, axes.column_names) == ("tokens", model.names)


def test_the_callback_records_a_model_whose_only_recurrence_is_a_cell(model, tmp_path):
    ids = np.array([[1, 2, 3], [4, 5, 6]])
    probe = rv.Probe("cell", ids, targets=np.roll(ids, -1, axis=1))
    callback = rv.RNNVizCallback(tmp_path, probes=probe)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", "__array__", DeprecationWarning)
        callback.record(model, 0)
        callback.wait()
    assert rv.load(tmp_path).layers == ("by_hand",)


@pytest.mark.parametrize("names", [3, {"a", "b", "c", "d"}], ids=["number", "set"])
def test_names_without_an_order_leave_out_the_matrix_and_not_the_probe(model, monkeypatch, names):
    monkeypatch.setattr(CellLoop, "names", names)
    recording = rv.record(CellLoop(), np.array([[1, 2]]))
    assert recording.layers == ("by_hand",) and not recording.matrices
    assert "Received: " + repr(names)[:1] in recording.absent["rows", "matrix"]


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="the warning is of TensorFlow")
def test_recording_does_not_convert_variables_in_the_deprecated_way(model):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        rv.record(model, np.array([[1, 2]]))
