"""Fixed points, stability and Lyapunov exponents, where they are known."""

from __future__ import annotations

import itertools

import keras
import numpy as np
import pytest
from scipy.optimize import brentq

import tb_rnnviz as rv

LAYERS = keras.layers
RNG = np.random.default_rng(0)
EXACT = 1e-6 if keras.backend.backend() == "tensorflow" else 3e-5


def network(layer, channels: int, *weights: np.ndarray) -> keras.Model:
    model = keras.Sequential([keras.Input((None, channels)), layer])
    if weights:
        model.set_weights(list(weights))
    return model


def linear(recurrent: np.ndarray) -> keras.Model:
    size = len(recurrent)
    layer = LAYERS.SimpleRNN(size, activation=None, use_bias=False, return_sequences=True)
    return network(layer, 1, np.ones((1, size)), recurrent)


MEMORY = 1.5 * np.eye(3)
"""Recurrent weights of three bits: each unit keeps its sign."""

HELD = brentq(lambda x: np.tanh(1.5 * x) - x, 0.1, 1.0)
"""The value that a unit of `MEMORY` keeps."""


def three_bits() -> keras.Model:
    return network(LAYERS.SimpleRNN(3, use_bias=False), 3, np.eye(3), MEMORY)


def test_three_bits_have_eight_stable_points_and_nineteen_others() -> None:
    dynamics = rv.dynamics(three_bits(), inputs=np.zeros(3))
    stable = dynamics.fixed_points[dynamics.stable]
    expected = HELD * np.array(list(itertools.product([-1, 1], repeat=3)))
    assert len(stable) == 8
    order = np.lexsort(stable.round(6).T[::-1])
    np.testing.assert_allclose(stable[order], expected, atol=EXACT)
    assert (~dynamics.stable).any()
    on_axes = np.abs(dynamics.fixed_points)
    assert (np.isclose(on_axes, HELD, atol=1e-5) | np.isclose(on_axes, 0, atol=1e-5)).all()


def test_eigenvalues_and_time_constants_are_those_of_the_slope() -> None:
    dynamics = rv.dynamics(three_bits(), inputs=np.zeros(3))
    slope = 1.5 * (1 - dynamics.fixed_points**2)
    expected = np.sort(slope, axis=1)[:, ::-1]
    np.testing.assert_allclose(dynamics.eigenvalues.real, expected, atol=EXACT)
    np.testing.assert_allclose(dynamics.eigenvalues.imag, 0, atol=EXACT)
    stable = dynamics.eigenvalues[dynamics.stable].real
    np.testing.assert_allclose(
        dynamics.time_constants[dynamics.stable], -1 / np.log(stable), rtol=10 * EXACT
    )
    assert np.isinf(dynamics.time_constants[~dynamics.stable]).any(axis=1).all()


def test_the_exponents_of_a_linear_map_are_the_logarithms_of_its_eigenvalues() -> None:
    recurrent = RNG.normal(0, 0.4, (5, 5))
    dynamics = rv.dynamics(linear(recurrent), inputs=RNG.normal(size=(2, 40, 1)))
    expected = np.sort(np.log(np.abs(np.linalg.eigvals(np.float32(recurrent)))))[::-1]
    np.testing.assert_allclose(dynamics.lyapunov, expected, atol=EXACT)
    singular = np.linalg.norm(np.float32(recurrent), 2)
    np.testing.assert_allclose(dynamics.largest_singular, singular, rtol=EXACT)
    assert len(dynamics.largest_singular) == 40
    np.testing.assert_allclose(dynamics.fixed_points, np.zeros((1, 5)), atol=EXACT)


def test_the_sum_of_the_exponents_is_the_mean_growth_of_volume() -> None:
    keras.utils.set_random_seed(0)
    model = network(LAYERS.GRU(6, return_sequences=True), 2)
    series = RNG.normal(size=(1, 200, 2)).astype("float32")
    exponents = rv.dynamics(model, inputs=series).lyapunov
    assert (np.diff(exponents) <= 0).all()
    states = np.concatenate([np.zeros((1, 6)), model.predict(series, verbose=0)[0]])[:-1]
    cell = model.layers[0].cell
    slopes = [rv.analysis.jacobian(cell, *pair) for pair in zip(states, series[0], strict=True)]
    volume = np.linalg.slogdet(np.stack(slopes))[1]
    np.testing.assert_allclose(exponents.sum(), volume[20:].mean(), atol=1e-5)


def test_an_lstm_has_states_and_cells_and_a_constant_input() -> None:
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((None,)), LAYERS.Embedding(5, 3)])
    model.add(LAYERS.LSTM(4, name="lstm"))
    ids = RNG.integers(0, 5, (3, 30))
    dynamics = rv.dynamics(model, "lstm", inputs=ids, constant="mean")
    np.testing.assert_allclose(
        dynamics.input, keras.ops.convert_to_numpy(model.layers[0](ids)).mean((0, 1)), atol=1e-6
    )
    assert dynamics.visited.shape == (90, 8)
    (point,) = dynamics.fixed_points
    assert dynamics.stable.tolist() == [True]
    cell = model.layers[1].cell
    h, c = (part[None].astype("float32") for part in np.split(point, 2))
    _, following = cell(dynamics.input[None].astype("float32"), [h, c])
    following = np.concatenate([keras.ops.convert_to_numpy(part)[0] for part in following])
    np.testing.assert_allclose(following, point, atol=1e-5)


def test_masked_steps_are_not_read() -> None:
    keras.utils.set_random_seed(0)
    embedding = LAYERS.Embedding(5, 3, mask_zero=True)
    model = keras.Sequential([keras.Input((None,)), embedding, LAYERS.GRU(4)])
    padded = np.array([[1, 2, 3, 0, 0], [4, 1, 0, 0, 0]])
    assert rv.dynamics(model, inputs=padded).visited.shape == (5, 4)
    assert len(rv.dynamics(model, inputs=padded).largest_singular) == 3


def test_a_slow_point_is_no_fixed_point() -> None:
    ghost = np.array([0.01])  # tanh(x) + 0.01 comes close to x and never meets it below 0.3
    model = network(LAYERS.SimpleRNN(1), 1, np.ones((1, 1)), np.ones((1, 1)), ghost)
    dynamics = rv.dynamics(model, states=[[-0.3], [0.0]])
    assert len(dynamics.fixed_points) + len(dynamics.slow_points) >= 1
    assert (dynamics.speed > 1e-12).all()


def test_given_states_are_where_the_search_starts() -> None:
    dynamics = rv.dynamics(three_bits(), states=[[0.9, 0.9, 0.9]])
    np.testing.assert_allclose(dynamics.fixed_points, [[HELD] * 3], atol=EXACT)
    assert np.isnan(dynamics.lyapunov).all()


def test_training_goes_on_as_if_nothing_had_happened() -> None:
    model = three_bits()
    before = model.get_weights()
    rv.dynamics(model, inputs=RNG.normal(size=(2, 5, 3)))
    for weight, value in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(weight, value)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"layer": "lstm"}, "No recurrent layer 'lstm'"),
        ({"states": [[1.0, 2.0]]}, r"shape \(rows, 3\)"),
        ({"states": [[np.nan] * 3]}, "No state is finite"),
        ({"inputs": np.zeros(2)}, "must be 3 finite numbers"),
        ({"constant": "mean"}, "must be 3 finite numbers"),
        ({"constant": "middle"}, "must be 3 finite numbers"),
    ],
)
def test_what_does_not_fit_is_an_error(options, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        rv.dynamics(three_bits(), **options)


def test_of_several_layers_one_is_named() -> None:
    stack = [LAYERS.GRU(2, return_sequences=True, name="first"), LAYERS.GRU(2, name="second")]
    model = keras.Sequential([keras.Input((None, 1)), *stack])
    with pytest.raises(ValueError, match=r"\['first', 'second'\]. Name one"):
        rv.dynamics(model)
