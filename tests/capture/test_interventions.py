"""Interventions in a pass: a cell goes on with the clamped value."""

from __future__ import annotations

import keras
import numpy as np
import pytest

import tb_rnnviz as rv
from tb_rnnviz.capture.intervention import PREVIOUS, Intervention
from tb_rnnviz.capture.keras.interventions import ClampInputs
from tb_rnnviz.capture.keras.layers import recurrent_layers
from tb_rnnviz.capture.keras.quantities import quantity_locations
from tb_rnnviz.capture.keras.tapped_model import TappedModel
from tests.capture import reference_clamped
from tests.capture.networks import (
    DISTINCT,
    IDS,
    ONE_LAYER,
    SERIES,
    numpy,
    one_layer,
    randomised,
    sequential,
    stacked_cells,
)

layers = keras.layers
ALL = [
    (kind, quantity)
    for kind in reference_clamped.CELLS
    for quantity in reference_clamped.QUANTITIES[kind]
]


def read(model, inputs, clamps, recording):
    """Returns outputs and quantities by call, a reading of the inputs for each clamp."""
    recurrent, _ = recurrent_layers(model)
    tapped = TappedModel(model, recurrent, {entry.path: None for entry in recurrent})
    quantities = {unit[1] for clamp in clamps for unit in clamp}
    locations = {
        key: location
        for key, location in quantity_locations(model, recording).items()
        if key[1] in quantities
    }
    interventions = [Intervention(clamp) for clamp in clamps]
    clamp_inputs = ClampInputs.of(interventions, locations, recording)
    tensors = clamp_inputs.tensors(interventions, range(len(inputs)))
    outputs, taps = tapped.forward(np.concatenate([inputs] * len(clamps)), clamps=tensors)
    split = (len(clamps), len(inputs))
    records = {
        call: {
            name: np.moveaxis(numpy(value), 0, 1).reshape(*split, len(value), -1)
            for name, value in record.items()
        }
        for call, record in taps.records.items()
    }
    return numpy(outputs).reshape(*split, *outputs.shape[1:]), records


def reference_of(kind, model):
    weights = [numpy(w) for w in model.get_layer("rnn").weights]
    embedded = numpy(model.layers[0](IDS))
    cell = reference_clamped.CELLS[kind]
    return lambda sequence, clamp: cell(embedded[sequence], weights, clamp)


@pytest.mark.parametrize("kind, quantity", ALL)
def test_units_clamped_to_numbers_equal_a_reference(kind, quantity):
    model = sequential(ONE_LAYER[kind]())
    reference = reference_of(kind, model)
    rows = [{1: 0.3}, {}, {1: 0.3, 4: -0.7}]
    clamps = [{("rnn", quantity, unit): value for unit, value in row.items()} for row in rows]
    _, records = read(model, IDS, clamps, rv.record(model, IDS))
    for row, values in enumerate(rows):
        for sequence in range(len(IDS)):
            truth = reference(sequence, reference_clamped.clamp_to(quantity, values))
            for name, expected in truth.items():
                got = records["rnn"][name][row, sequence]
                np.testing.assert_allclose(got, expected, atol=1e-5, err_msg=name)


@pytest.mark.parametrize("kind, quantity", ALL)
def test_units_clamped_to_their_previous_value_know_everything_but_the_newest_token(kind, quantity):
    model = sequential(ONE_LAYER[kind]())
    reference, recording = reference_of(kind, model), rv.record(model, IDS)
    unit = ("rnn", quantity, 2)
    _, records = read(model, IDS, [{}, {unit: PREVIOUS}], recording)
    for sequence in range(len(IDS)):
        plain = reference(sequence, reference_clamped.no_clamp)[quantity][:, 2]
        delayed = {2: np.concatenate([[0.0], plain[:-1]])}
        truth = reference(sequence, reference_clamped.clamp_to(quantity, delayed))
        for name, expected in truth.items():
            got = records["rnn"][name][1, sequence]
            np.testing.assert_allclose(got, expected, atol=1e-5, err_msg=name)


KINDS = ONE_LAYER | {"stacked cells": stacked_cells}
KINDS_AND_MASKS = [
    *((kind, False) for kind in KINDS),
    *((kind, True) for kind in (*DISTINCT, "stacked cells")),
]


@pytest.mark.parametrize(("kind", "masked"), KINDS_AND_MASKS)
def test_every_quantity_of_every_kind_of_cell_can_be_clamped(kind, masked):
    if masked and keras.backend.backend() == "jax" and "sows" in kind:
        pytest.skip("Keras itself cannot mask states of more than one axis on JAX")
    model = sequential(KINDS[kind](), masked=masked)
    ids = np.insert(IDS, [2, 4], 0, axis=1) if masked else IDS
    recording = rv.record(model, ids)
    for (path, quantity), location in quantity_locations(model, recording).items():
        unit = (path, quantity, location.units - 1)
        _, records = read(model, ids, [{unit: 0.25}, {}], recording)
        got = records[location.call][location.name][0][..., -1]
        read_there = recording[path].mask
        np.testing.assert_allclose(got[read_there], 0.25)
        free = records[location.call][location.name][1]
        np.testing.assert_allclose(
            free[read_there], recording[path][quantity][read_there], atol=1e-5
        )


def test_a_custom_cell_goes_on_with_the_clamped_value_of_a_sown_quantity():
    model = sequential(ONE_LAYER["RNN(cell that sows)"]())
    unit = ("rnn", "leak", 3)
    _, records = read(model, IDS, [{unit: 1.0}], rv.record(model, IDS))
    retained = records["rnn"]["hidden_state"][0, :, :, 3]
    np.testing.assert_array_equal(retained, np.zeros(IDS.shape))


def test_masked_steps_leave_a_clamped_state_as_it_was():
    model = sequential(ONE_LAYER["LSTM"](), masked=True)
    gaps = np.insert(IDS, [0, 4], 0, axis=1)
    unit = ("rnn", "cell_state", 1)
    _, records = read(model, gaps, [{unit: 0.5}], rv.record(model, gaps))
    states = records["rnn"]["cell_state"][0, :, :, 1]
    np.testing.assert_allclose(states, np.where(np.arange(8) == 0, 0.0, 0.5)[None].repeat(3, 0))


@pytest.mark.parametrize("kind", ["LSTM", "LSTM backwards"])
def test_the_previous_value_at_a_masked_step_is_that_of_the_last_token_read(kind):
    model = sequential(ONE_LAYER[kind](), masked=True)
    gaps = np.insert(IDS, [2, 4], 0, axis=1)
    recording = rv.record(model, gaps)
    unit = ("rnn", "input_gate", 2)
    _, records = read(model, gaps, [{unit: PREVIOUS}], recording)
    mask = recording["rnn"].mask
    got = records["rnn"]["input_gate"][0][..., 2][mask].reshape(IDS.shape)
    plain = recording["rnn"]["input_gate"][..., 2][mask].reshape(IDS.shape)
    zero = np.zeros((3, 1))
    delayed = [zero, plain[:, :-1]] if kind == "LSTM" else [plain[:, 1:], zero]
    np.testing.assert_allclose(got, np.concatenate(delayed, axis=1), atol=1e-5)


def test_the_previous_value_of_a_state_at_the_first_token_is_the_initial_state():
    ids = keras.Input((None,))
    embedded = layers.Embedding(11, 5)(ids)
    first = layers.Lambda(lambda x: x[:, 0], output_shape=(5,))(embedded)
    model = randomised(keras.Model(ids, one_layer(layers.GRU)(embedded, initial_state=first)))
    recording = rv.record(model, IDS)
    unit = ("rnn", "hidden_state", 2)
    _, records = read(model, IDS, [{unit: PREVIOUS}], recording)
    table = numpy(model.layers[1].weights[0])
    got = records["rnn"]["hidden_state"][0, :, 0, 2]
    np.testing.assert_allclose(got, table[IDS[:, 0], 2], atol=1e-6)


def test_each_direction_and_each_call_is_clamped_on_its_own():
    inputs = keras.Input((None, 4))
    both = layers.Bidirectional(layers.GRU(5, return_sequences=True), name="bi")(inputs)
    model = randomised(keras.Model(inputs, both))
    recording = rv.record(model, SERIES)
    forward, backward = recording.layers
    unit = (backward, "hidden_state", 0)
    outputs, _ = read(model, SERIES, [{unit: 0.5}], recording)
    np.testing.assert_allclose(outputs[0, ..., 5], 0.5)
    np.testing.assert_allclose(outputs[0, ..., :5], recording[forward]["hidden_state"], atol=1e-5)


@pytest.mark.parametrize("value", [0.5, PREVIOUS])
def test_a_layer_inside_time_distributed_is_clamped_in_every_inner_sequence(value):
    inputs = keras.Input((None, 6, 4))
    inner = layers.GRU(5, return_sequences=True, name="inner")
    model = randomised(keras.Model(inputs, layers.TimeDistributed(inner, name="outer")(inputs)))
    pages = np.stack([SERIES, -SERIES])
    recording = rv.record(model, pages)
    unit = ("outer/inner", "hidden_state", 1)
    outputs, _ = read(model, pages, [{}, {unit: value}], recording)
    plain, changed = outputs[0, ..., 1], outputs[1, ..., 1]
    delayed = np.concatenate([np.zeros((2, 3, 1)), plain[..., :-1]], axis=-1)
    np.testing.assert_allclose(changed, 0.5 if value == 0.5 else delayed, atol=1e-5)


@pytest.mark.parametrize("clamp", [{("rnn", 0): 0.5, ("rnn", 1): PREVIOUS}, {("rnn", 1): PREVIOUS}])
def test_previous_values_need_a_recording_and_no_numbers_beside_them(clamp):
    clamp = {(layer, "hidden_state", unit): value for (layer, unit), value in clamp.items()}
    with pytest.raises(ValueError, match="'before' need an undisturbed recording.*recording=None"):
        ClampInputs.of([Intervention(clamp)], {})
