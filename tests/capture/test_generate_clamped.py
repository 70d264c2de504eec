"""`generate(clamp=)`: text of a model whose units are clamped."""

from __future__ import annotations

import keras
import numpy as np
import pytest

import tb_rnnviz as rv
from tb_rnnviz.capture.keras.quantities import quantity_locations
from tests.capture import reference_clamped
from tests.capture.networks import (
    FORWARDS,
    ONE_LAYER,
    numpy,
    planted,
    sequential,
    stacked_cells,
)

KINDS = FORWARDS | {"stacked cells": stacked_cells}


@pytest.mark.parametrize("kind", reference_clamped.CELLS)
def test_generated_text_equals_a_reference_with_the_units_clamped(kind):
    model = sequential(ONE_LAYER[kind]())
    weights = [numpy(w) for w in model.get_layer("rnn").weights]
    head, bias = (numpy(w) for w in model.layers[-1].weights)
    for quantity in reference_clamped.QUANTITIES[kind]:
        clamp = {("rnn", quantity, 1): 0.8, ("rnn", quantity, 3): -0.4}
        written = rv.generate(model, [1, 2], steps=8, clamp=clamp)
        embedded = numpy(model.layers[0](np.concatenate([[1, 2], written.ids])))
        clamp_units = reference_clamped.clamp_to(quantity, {1: 0.8, 3: -0.4})
        truth = reference_clamped.CELLS[kind](embedded, weights, clamp_units)
        for name, values in truth.items():
            got = written.recording["rnn"][name][0]
            np.testing.assert_allclose(got, values, atol=1e-5, err_msg=name)
        logits = truth["hidden_state"] @ head + bias
        probability = np.exp(logits) / np.exp(logits).sum(axis=-1, keepdims=True)
        expected = [probability[1 + t, token] for t, token in enumerate(written.ids)]
        np.testing.assert_allclose(written.probability, expected, rtol=1e-3)


@pytest.mark.parametrize("kind", KINDS)
def test_every_quantity_of_every_kind_of_cell_can_be_clamped(kind):
    model = sequential(KINDS[kind]())
    recording = rv.record(model, np.array([[1, 2]]))
    locations = quantity_locations(model, recording)
    # At once, as every combination of quantities is compiled for itself.
    clamp = {(*key, location.units - 1): 0.25 for key, location in locations.items()}
    for text in rv.generate(model, [1, 2], steps=4, samples=2, clamp=clamp):
        for path, quantity in locations:
            values = text.recording[path][quantity]
            np.testing.assert_allclose(values[..., -1], 0.25, err_msg=quantity)


def test_without_a_quantity_the_hidden_state_is_clamped():
    model = sequential(ONE_LAYER["LSTM"]())
    written = rv.generate(model, [1], steps=4, clamp={("rnn", 2): 1.0})
    np.testing.assert_array_equal(written.recording["rnn"]["hidden_state"][..., 2], 1.0)


def test_a_clamped_unit_steers_the_text():
    model, _ = planted()
    on = rv.generate(model, [0], 60, 0.2, clamp={("rnn", 0): 1.0})
    off = rv.generate(model, [1], 60, 0.2, clamp={("rnn", 0): 0.0})
    assert set(on.ids) == {2} and 2 not in off.ids


def test_an_empty_clamp_generates_the_same_text_as_none():
    model = sequential(ONE_LAYER["GRU"]())
    plain, empty = rv.generate(model, [1], steps=20), rv.generate(model, [1], steps=20, clamp={})
    assert plain.ids.tolist() == empty.ids.tolist()


def test_other_units_and_values_do_not_compile_again(monkeypatch):
    model, passes = sequential(ONE_LAYER["LSTM"]()), []
    call = type(model).call
    monkeypatch.setattr(
        type(model), "call", lambda *args, **kwargs: passes.append(1) or call(*args, **kwargs)
    )
    first = rv.generate(model, [1, 2], steps=5, clamp={("rnn", 1): 0.5})
    traced = len(passes)
    clamp = {("rnn", 1): -0.9, ("rnn", 4): 0.9}
    again = rv.generate(model, [1, 2], steps=5, clamp=clamp)
    assert first.recording["rnn"]["hidden_state"][0, 0, 1] == np.float32(0.5)
    assert again.recording["rnn"]["hidden_state"][0, 0, 4] == np.float32(0.9)
    if keras.backend.backend() != "torch":
        assert traced and len(passes) == traced


@pytest.mark.parametrize(
    "clamp, message",
    [
        ({("nope", 1): 0.0}, r"No recurrent layer 'nope'.*\['rnn'\]"),
        ({("rnn", "nope", 1): 0.0}, "'nope'.*Allowed: .*hidden_state"),
        ({("rnn", 5): 0.0}, "no unit 5.*0 to 4"),
        ({"rnn": 0.0}, r"\(layer, unit\).*'rnn'"),
        ({("rnn", 1): float("inf")}, "finite number.*inf"),
        ({("rnn", 1): "high"}, "finite number.*'high'"),
    ],
)
@pytest.mark.parametrize("kind", ["LSTM", "RNN(cell that sows)"])
def test_an_invalid_clamp_is_an_error(kind, clamp, message):
    with pytest.raises(ValueError, match=message):
        rv.generate(sequential(ONE_LAYER[kind]()), [1], steps=3, clamp=clamp)
