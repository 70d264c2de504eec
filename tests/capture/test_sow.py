"""`sow`: a custom cell is recorded, ablated, clamped and logged as it is."""

from __future__ import annotations

import keras
import numpy as np
import pytest

import tb_rnnviz as rv

ops = keras.ops
UNITS = 3
IDS = np.random.default_rng(0).integers(0, 5, 12)


class HighwayCell(keras.layers.Layer):
    """h = carry h' + (1 - carry) tanh(x W), with carry = s(x V)."""

    state_size = output_size = UNITS
    roles = {"carry_gate": "retain"}

    def build(self, shape):
        self.gate_kernel = self.add_weight(shape=(shape[-1], UNITS), name="gate_kernel")
        self.kernel = self.add_weight(shape=(shape[-1], UNITS), name="kernel")

    def call(self, inputs, states):
        carry = rv.sow("carry_gate", ops.sigmoid(ops.matmul(inputs, self.gate_kernel)))
        candidate = rv.sow("candidate", ops.tanh(ops.matmul(inputs, self.kernel)))
        state = carry * states[0] + (1 - carry) * candidate
        return state, [state]


@pytest.fixture
def model():
    keras.utils.set_random_seed(0)
    layer = keras.layers.RNN(HighwayCell(), return_sequences=True, name="highway")
    model = keras.Sequential([keras.Input((None,)), keras.layers.Embedding(5, 4), layer])
    model.add(keras.layers.Dense(5))
    return model


@pytest.fixture
def probe():
    return rv.Probe("text", IDS[:-1], targets=IDS[1:], vocabulary=list("abcde"))


def test_sown_quantities_are_recorded_with_their_roles(model, probe):
    highway = rv.record(model, probe)["highway"]
    assert highway.cell == "HighwayCell"
    assert highway.roles == {"hidden_state": None, "carry_gate": "retain", "candidate": None}
    state = np.zeros(UNITS)
    for t in range(len(IDS) - 1):
        carry = highway["carry_gate"][0, t]
        state = carry * state + (1 - carry) * highway["candidate"][0, t]
        np.testing.assert_allclose(highway["hidden_state"][0, t], state, atol=1e-6)


def test_sown_quantities_can_be_ablated(model, probe):
    every_gate = [("highway", "carry_gate", unit) for unit in range(UNITS)]
    ablation = rv.ablate(model, probe, [every_gate], 1.0)
    bias = ops.convert_to_numpy(model.layers[-1].bias)
    expected = np.log(np.exp(bias).sum()) - bias[IDS[1:]]
    np.testing.assert_allclose(ablation.loss + ablation.change[0], expected, atol=1e-5)


def test_sown_quantities_can_be_clamped_while_generating(model):
    generation = rv.generate(model, [1, 2], steps=4, clamp={("highway", "candidate", 0): 0.25})
    np.testing.assert_array_equal(generation.recording["highway"]["candidate"][..., 0], 0.25)


def test_sown_quantities_are_logged(model, probe, tmp_path):
    model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    callback = rv.RNNVizCallback(tmp_path, probes=probe)
    model.predict(IDS[None], verbose=0, callbacks=[callback])
    loaded = rv.load(tmp_path, probe="text")["highway"]
    assert loaded.roles["carry_gate"] == "retain"
    recorded = rv.record(model, probe)["highway"]["carry_gate"]
    np.testing.assert_allclose(loaded["carry_gate"], recorded, atol=0.01)


def test_names_of_states_must_be_as_many_as_the_states():
    class Misnamed(HighwayCell):
        state_names = ("hidden_state", "memory")

    layer = keras.layers.RNN(Misnamed(), return_sequences=True)
    model = keras.Sequential([keras.Input((None, 4)), layer])
    with pytest.raises(ValueError, match="state_names names 2 states, the cell has 1"):
        rv.record(model, np.zeros((1, 3, 4)))
