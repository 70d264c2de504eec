"""Jacobians against the formulas of the cells, in Keras' conventions."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from scipy.special import expit

from tb_rnnviz.analysis import jacobian
from tests.capture.networks import Leaky, Named

LAYERS = keras.layers
RNG = np.random.default_rng(0)
UNITS, CHANNELS = 4, 3
IS_DOUBLE = keras.backend.backend() == "tensorflow"
WITHIN = {"rtol": 1e-6, "atol": 1e-9} if IS_DOUBLE else {"rtol": 1e-4, "atol": 1e-5}


def built(cell):
    cell.build((None, CHANNELS))
    cell.set_weights([RNG.normal(0, 0.7, weight.shape) for weight in cell.get_weights()])
    return cell


def diagonal(values: np.ndarray) -> np.ndarray:
    return np.diag(values)


def simple_rnn(cell, state, drive):
    kernel, recurrent, bias = (np.asarray(w, np.float64) for w in cell.get_weights())
    following = np.tanh(drive @ kernel + state @ recurrent + bias)
    return diagonal(1 - following**2) @ recurrent.T


def lstm(cell, state, drive):
    kernel, recurrent, bias = (np.asarray(w, np.float64) for w in cell.get_weights())
    h, c = np.split(state, 2)
    i, f, g, o = np.split(drive @ kernel + h @ recurrent + bias, 4)
    i, f, g, o = expit(i), expit(f), np.tanh(g), expit(o)
    ui, uf, ug, uo = (part.T for part in np.split(recurrent, 4, axis=1))
    following = np.tanh(f * c + i * g)
    to_c = (
        diagonal(c * f * (1 - f)) @ uf
        + diagonal(g * i * (1 - i)) @ ui
        + diagonal(i * (1 - g**2)) @ ug
    )
    k = o * (1 - following**2)
    to_h = diagonal(following * o * (1 - o)) @ uo + diagonal(k) @ to_c
    return np.block([[to_h, diagonal(k * f)], [to_c, diagonal(f)]])


def gru(cell, state, drive):
    kernel, recurrent, bias = (np.asarray(w, np.float64) for w in cell.get_weights())
    xz, xr, xn = np.split(drive @ kernel + bias[0], 3)
    hz, hr, hn = np.split(state @ recurrent + bias[1], 3)
    z, r = expit(xz + hz), expit(xr + hr)
    n = np.tanh(xn + r * hn)
    uz, ur, un = (part.T for part in np.split(recurrent, 3, axis=1))
    return (
        diagonal(z)
        + diagonal((state - n) * z * (1 - z)) @ uz
        + diagonal((1 - z) * (1 - n**2)) @ (diagonal(hn * r * (1 - r)) @ ur + diagonal(r) @ un)
    )


@pytest.mark.parametrize(
    ("cell", "formula"),
    [
        (LAYERS.SimpleRNNCell(UNITS), simple_rnn),
        (LAYERS.LSTMCell(UNITS), lstm),
        (LAYERS.GRUCell(UNITS), gru),
    ],
)
def test_the_formulas_of_keras_cells(cell, formula) -> None:
    cell = built(cell)
    state = RNG.normal(size=2 * UNITS if formula is lstm else UNITS)
    drive = RNG.normal(size=CHANNELS)
    expected = formula(cell, state, drive)
    np.testing.assert_allclose(jacobian(cell, state, drive), expected, **WITHIN)


def test_a_layer_stands_for_its_cell() -> None:
    layer = LAYERS.LSTM(UNITS)
    layer(np.zeros((1, 2, CHANNELS)))
    state, drive = RNG.normal(size=2 * UNITS), RNG.normal(size=CHANNELS)
    expected = lstm(layer.cell, state, drive)
    np.testing.assert_allclose(jacobian(layer, state, drive), expected, **WITHIN)


def test_stacked_cells_have_the_states_of_all_of_them() -> None:
    inner = [LAYERS.GRUCell(UNITS), LAYERS.SimpleRNNCell(UNITS)]
    cell = built(LAYERS.StackedRNNCells(inner))
    state, drive = RNG.normal(size=2 * UNITS), RNG.normal(size=CHANNELS)
    result = jacobian(cell, state, drive)
    first = gru(inner[0], state[:UNITS], drive)
    np.testing.assert_allclose(result[:UNITS, :UNITS], first, **WITHIN)
    np.testing.assert_allclose(result[:UNITS, UNITS:], 0, atol=WITHIN["atol"])


def test_a_cell_of_ones_own_is_a_weighted_sum_of_its_state() -> None:
    cell = built(Leaky())
    leak = expit(np.asarray(cell.decay, np.float64))
    result = jacobian(cell, np.zeros(5), RNG.normal(size=CHANNELS))
    np.testing.assert_allclose(result, np.diag(leak), **WITHIN)


def test_states_of_several_shapes_follow_each_other() -> None:
    result = jacobian(built(Named()), np.zeros(11), np.zeros(CHANNELS))
    np.testing.assert_allclose(result[5:, 5:], 0.5 * np.eye(6), atol=WITHIN["atol"])


@pytest.mark.parametrize(
    ("cell", "state", "drive", "message"),
    [
        (built(LAYERS.GRUCell(2)), np.zeros(3), np.zeros(CHANNELS), "`state` must have 2 numbers"),
        (built(LAYERS.LSTMCell(2)), np.zeros(4), np.zeros(1), "`input` must have 3 numbers"),
        (LAYERS.GRUCell(2), np.zeros(2), np.zeros(1), "has no weights yet"),
        (LAYERS.Dense(2), np.zeros(2), np.zeros(1), "of a cell or of a recurrent layer"),
        (np.tanh, np.zeros(2), np.zeros(1), "no state map for objects of this type"),
    ],
)
def test_what_does_not_fit_is_an_error(cell, state, drive, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        jacobian(cell, state, drive)
