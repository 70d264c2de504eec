"""Holding units in a pass: every quantity goes on with what was put in its place."""

from __future__ import annotations

import keras
import numpy as np
import pytest

import tb_rnnviz as rv
from tb_rnnviz.capture.intervention import Levels, clamped, levels_of
from tb_rnnviz.capture.keras.layers import recurrent_layers
from tb_rnnviz.capture.keras.locations import places
from tb_rnnviz.capture.keras.tapped_model import Engine
from tests.capture import reference_clamped as held
from tests.capture.test_contract import (
    IDS,
    ONE_LAYER,
    SERIES,
    kept,
    numpy,
    randomised,
    rnn,
    sequential,
)

layers = keras.layers
ALL = [(kind, quantity) for kind in held.CELLS for quantity in held.QUANTITIES[kind]]


def read(model, inputs, rows, levels: Levels, recording):
    """Every quantity of the first layer, one reading of the inputs for each row of holds."""
    found, _ = recurrent_layers(model)
    engine = Engine(model, found, {entry.path: None for entry in found})
    known = places(model, recording)
    quantities = {unit[1] for units in rows for unit in units}
    chosen = {key: place for key, place in known.items() if key[1] in quantities}
    holds = levels.holds(rows, chosen, range(len(inputs)))
    outputs, taps = engine.forward(np.concatenate([inputs] * len(rows)), holds=holds)
    split = (len(rows), len(inputs))
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
    return lambda sequence, hold: held.CELLS[kind](embedded[sequence], weights, hold)


@pytest.mark.parametrize("kind, quantity", ALL)
def test_held_at_a_number_a_unit_is_as_in_a_reference(kind, quantity):
    model = sequential(ONE_LAYER[kind]())
    reference = reference_of(kind, model)
    one, other = ("rnn", quantity, 1), ("rnn", quantity, 4)
    levels = clamped({one: 0.3, other: -0.7})
    _, records = read(model, IDS, [(one,), (), (one, other)], levels, rv.record(model, IDS))
    for row, values in enumerate([{1: 0.3}, {}, {1: 0.3, 4: -0.7}]):
        for sequence in range(len(IDS)):
            truth = reference(sequence, held.at(quantity, values))
            for name, expected in truth.items():
                got = records["rnn"][name][row, sequence]
                np.testing.assert_allclose(got, expected, atol=1e-5, err_msg=name)


@pytest.mark.parametrize("kind, quantity", ALL)
def test_held_at_what_it_was_before_a_unit_knows_everything_but_the_newest_token(kind, quantity):
    model = sequential(ONE_LAYER[kind]())
    reference, recording = reference_of(kind, model), rv.record(model, IDS)
    unit = ("rnn", quantity, 2)
    levels = levels_of("before", [unit], places(model, recording), recording)
    _, records = read(model, IDS, [(), (unit,)], levels, recording)
    for sequence in range(len(IDS)):
        plain = reference(sequence, held.nothing)[quantity][:, 2]
        delayed = {2: np.concatenate([[0.0], plain[:-1]])}
        truth = reference(sequence, held.at(quantity, delayed))
        for name, expected in truth.items():
            got = records["rnn"][name][1, sequence]
            np.testing.assert_allclose(got, expected, atol=1e-5, err_msg=name)


KINDS = ONE_LAYER | {"stacked cells": lambda: rnn([layers.LSTMCell(4), layers.GRUCell(5)])}


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_every_quantity_of_every_kind_of_cell_can_be_held(kind, masked):
    if masked and keras.backend.backend() == "jax" and "names" in kind:
        pytest.skip("Keras itself cannot mask states of more than one axis on JAX")
    model = sequential(KINDS[kind](), masked=masked)
    ids = np.insert(IDS, [2, 4], 0, axis=1) if masked else IDS
    recording = rv.record(model, ids)
    for (path, quantity), place in places(model, recording).items():
        unit = (path, quantity, place.units - 1)
        _, records = read(model, ids, [(unit,), ()], clamped({unit: 0.25}), recording)
        got = records[place.call][place.name][0][..., -1]
        read_there = recording[path].mask
        np.testing.assert_allclose(got[read_there], 0.25)
        free = records[place.call][place.name][1]
        np.testing.assert_allclose(
            free[read_there], recording[path][quantity][read_there], atol=1e-5
        )


def test_a_cell_of_ones_own_goes_on_with_what_its_sown_value_is_held_at():
    model = sequential(ONE_LAYER["RNN(cell that names)"]())
    unit = ("rnn", "leak", 3)
    _, records = read(model, IDS, [(unit,)], clamped({unit: 1.0}), rv.record(model, IDS))
    kept_for_ever = records["rnn"]["hidden_state"][0, :, :, 3]
    np.testing.assert_array_equal(kept_for_ever, np.zeros(IDS.shape))


def test_masked_steps_leave_a_held_state_as_it_was():
    model = sequential(ONE_LAYER["LSTM"](), masked=True)
    gaps = np.insert(IDS, [0, 4], 0, axis=1)
    unit = ("rnn", "cell_state", 1)
    _, records = read(model, gaps, [(unit,)], clamped({unit: 0.5}), rv.record(model, gaps))
    states = records["rnn"]["cell_state"][0, :, :, 1]
    np.testing.assert_allclose(states, np.where(np.arange(8) == 0, 0.0, 0.5)[None].repeat(3, 0))


@pytest.mark.parametrize("kind", ["LSTM", "LSTM backwards"])
def test_before_a_masked_step_is_the_last_token_that_was_read(kind):
    model = sequential(ONE_LAYER[kind](), masked=True)
    gaps = np.insert(IDS, [2, 4], 0, axis=1)
    recording = rv.record(model, gaps)
    unit = ("rnn", "input_gate", 2)
    levels = levels_of("before", [unit], places(model, recording), recording)
    _, records = read(model, gaps, [(unit,)], levels, recording)
    mask = recording["rnn"].mask
    got = records["rnn"]["input_gate"][0][..., 2][mask].reshape(IDS.shape)
    plain = recording["rnn"]["input_gate"][..., 2][mask].reshape(IDS.shape)
    zero = np.zeros((3, 1))
    delayed = [zero, plain[:, :-1]] if kind == "LSTM" else [plain[:, 1:], zero]
    np.testing.assert_allclose(got, np.concatenate(delayed, axis=1), atol=1e-5)


def test_before_the_first_token_a_state_is_the_initial_state():
    ids = keras.Input((None,))
    embedded = layers.Embedding(11, 5)(ids)
    first = layers.Lambda(lambda x: x[:, 0], output_shape=(5,))(embedded)
    model = randomised(keras.Model(ids, kept(layers.GRU)(embedded, initial_state=first)))
    recording = rv.record(model, IDS)
    unit = ("rnn", "hidden_state", 2)
    levels = levels_of("before", [unit], places(model, recording), recording)
    _, records = read(model, IDS, [(unit,)], levels, recording)
    table = numpy(model.layers[1].weights[0])
    got = records["rnn"]["hidden_state"][0, :, 0, 2]
    np.testing.assert_allclose(got, table[IDS[:, 0], 2], atol=1e-6)


def test_each_direction_and_each_call_is_held_on_its_own():
    inputs = keras.Input((None, 4))
    both = layers.Bidirectional(layers.GRU(5, return_sequences=True), name="bi")(inputs)
    model = randomised(keras.Model(inputs, both))
    recording = rv.record(model, SERIES)
    forward, backward = recording.layers
    unit = (backward, "hidden_state", 0)
    outputs, _ = read(model, SERIES, [(unit,)], clamped({unit: 0.5}), recording)
    np.testing.assert_allclose(outputs[0, ..., 5], 0.5)
    np.testing.assert_allclose(outputs[0, ..., :5], recording[forward]["hidden_state"], atol=1e-5)


@pytest.mark.parametrize("how", [0.5, "before"])
def test_a_layer_inside_time_distributed_is_held_in_every_inner_sequence(how):
    inputs = keras.Input((None, 6, 4))
    inner = layers.GRU(5, return_sequences=True, name="inner")
    model = randomised(keras.Model(inputs, layers.TimeDistributed(inner, name="outer")(inputs)))
    pages = np.stack([SERIES, -SERIES])
    recording = rv.record(model, pages)
    unit = ("outer/inner", "hidden_state", 1)
    levels = levels_of(how, [unit], places(model, recording), recording)
    outputs, _ = read(model, pages, [(), (unit,)], levels, recording)
    plain, changed = outputs[0, ..., 1], outputs[1, ..., 1]
    delayed = np.concatenate([np.zeros((2, 3, 1)), plain[..., :-1]], axis=-1)
    np.testing.assert_allclose(changed, 0.5 if how == 0.5 else delayed, atol=1e-5)
