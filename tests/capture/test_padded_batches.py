"""Probes of many lengths: few shapes are compiled, and nothing else changes."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from tb_rnnviz import Probe, record
from tb_rnnviz.capture.intervention import Intervention
from tb_rnnviz.capture.keras import padded_batches
from tb_rnnviz.capture.keras.loss import losses_under
from tests.capture.networks import randomised

layers = keras.layers
LENGTHS = (7, 12, 3, 9, 7, 17, 30, 1)
IDS = [np.random.default_rng(length).integers(1, 11, length) for length in LENGTHS]
TARGETS = [np.roll(row, 1) for row in IDS]


def network(*recurrent, mask_zero=False):
    return randomised(
        keras.Sequential(
            [
                keras.Input((None,)),
                layers.Embedding(11, 5, mask_zero=mask_zero),
                *recurrent,
                layers.LayerNormalization(),
                layers.Dense(11, activation="softmax"),
            ]
        )
    )


def padded(monkeypatch, is_padded=True):
    monkeypatch.setattr(padded_batches, "compiles_each_shape", lambda: is_padded)


def step_counts(model):
    probe = Probe("lengths", IDS)
    return [batch.inputs.shape[1] for batch in padded_batches.batches_of(model, probe)]


@pytest.mark.parametrize("mask_zero", [False, True])
@pytest.mark.parametrize("layer", [layers.LSTM, layers.GRU])
def test_a_recording_is_the_same_with_padded_batches(monkeypatch, layer, mask_zero):
    model = network(layer(6, return_sequences=True, name="cell"), mask_zero=mask_zero)
    ids = [np.where(row > 8, 0, row) for row in IDS] if mask_zero else IDS
    recordings = []
    for is_padded in (False, True):
        padded(monkeypatch, is_padded)
        recordings.append(record(model, Probe("lengths", ids, targets=TARGETS)))
    plain, other = recordings
    for quantity in plain["cell"]:
        np.testing.assert_allclose(other["cell"][quantity], plain["cell"][quantity], atol=1e-6)
    np.testing.assert_array_equal(other["cell"].mask, plain["cell"].mask)
    np.testing.assert_array_equal(other["cell"].lengths, plain["cell"].lengths)
    np.testing.assert_allclose(other.outputs, plain.outputs, atol=1e-6)


def test_losses_under_an_intervention_are_the_same_with_padded_batches(monkeypatch):
    model = network(layers.LSTM(6, return_sequences=True, name="cell"))
    probe = Probe("lengths", IDS, targets=TARGETS)
    clamps = [Intervention(), Intervention({("cell", "hidden_state", 2): 0.5})]
    losses = []
    for is_padded in (False, True):
        padded(monkeypatch, is_padded)
        losses.append(losses_under(model, probe, clamps))
    np.testing.assert_allclose(losses[1], losses[0], atol=1e-6)


def test_lengths_share_powers_of_two_up_to_the_longest(monkeypatch):
    padded(monkeypatch)
    model = network(layers.LSTM(6, return_sequences=True))
    assert step_counts(model) == [1, 4, 8, 16, 30]
    monkeypatch.setattr(padded_batches, "BATCH", 1)
    assert step_counts(model) == [1, 4, 8, 16, 16, 30, 30]


@pytest.mark.parametrize(
    "recurrent",
    [
        [layers.Bidirectional(layers.LSTM(4, return_sequences=True))],
        [layers.LSTM(4, return_sequences=True, go_backwards=True)],
        [layers.LSTM(4)],
        [layers.LSTM(4, return_sequences=True), layers.GlobalAveragePooling1D()],
        [layers.LSTM(4, return_sequences=True), layers.Lambda(lambda x: x[:, ::-1])],
        [layers.LSTM(4, return_sequences=True), layers.Softmax(axis=1)],
    ],
    ids=["bidirectional", "backwards", "last step", "pooling", "lambda", "softmax over steps"],
)
def test_models_that_depend_on_later_steps_are_not_padded(monkeypatch, recurrent):
    padded(monkeypatch)
    assert sorted(step_counts(network(*recurrent))) == sorted(set(LENGTHS))


def test_models_with_code_of_their_own_are_not_padded(monkeypatch):
    padded(monkeypatch)

    class Own(keras.Model):
        def call(self, inputs):
            return super().call(inputs)

    inputs = keras.Input((None,))
    hidden = layers.LSTM(4, return_sequences=True)(layers.Embedding(11, 5)(inputs))
    assert len(step_counts(keras.Model(inputs, hidden))) < len(set(LENGTHS))
    assert len(step_counts(keras.Model(inputs, hidden[:, ::-1]))) == len(set(LENGTHS))
    assert len(step_counts(Own(inputs, hidden))) == len(set(LENGTHS))
