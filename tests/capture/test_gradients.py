"""Gradients through time against differences of an independent NumPy reference."""

from __future__ import annotations

from functools import partial

import keras
import numpy as np
import pytest

import tb_rnnviz as rv
from tests.capture.networks import IDS, ONE_LAYER, randomised, sequential, stacked_cells
from tests.capture.reference_clamped import CELLS, QUANTITIES, no_clamp

LAYERS = keras.layers
TARGETS = np.roll(IDS, -1, axis=1)
AT = [2, 4]
STEP, UNIT = 1, 3


def reference_loss(model, kind: str, row: int, nudge=no_clamp, fed: float = 0.0) -> float:
    """Sum of -log p of the targets at `AT`, in double precision."""
    embedding, *weights, head, bias = (np.asarray(w, np.float64) for w in model.get_weights())
    x = embedding[IDS[row]]
    x[STEP, UNIT] += fed
    states = CELLS[kind](x, weights, nudge)["hidden_state"]
    logits = states @ head + bias
    log = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    return -sum(log[t, TARGETS[row, t]] for t in AT)


def nudged_loss(model, kind: str, row: int, quantity: str, amount: float) -> float:
    """The same with something added to one unit of a quantity at `STEP`."""

    def nudge(t, name, value):
        is_nudged = (t, name) == (STEP, quantity)
        return value + amount * is_nudged * (np.arange(len(value)) == UNIT)

    return reference_loss(model, kind, row, nudge)


def difference(function) -> float:
    """Central difference of fourth order at zero."""
    width = 1e-3
    far, near, after, beyond = (function(k * width) for k in (-2, -1, 1, 2))
    return (far - 8 * near + 8 * after - beyond) / (12 * width)


@pytest.mark.parametrize("kind", CELLS)
def test_every_quantity_of_every_cell_equals_differences(kind: str) -> None:
    model = sequential(ONE_LAYER[kind]())
    slopes = rv.gradients(model, IDS, TARGETS, at=AT)
    for quantity in QUANTITIES[kind]:
        for row in range(len(IDS)):
            losses = partial(nudged_loss, model, kind, row, quantity)
            value = slopes["rnn"][quantity][row, STEP, UNIT]
            np.testing.assert_allclose(value, difference(losses), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("kind", CELLS)
def test_what_is_fed_to_the_first_layer_equals_differences(kind: str) -> None:
    model = sequential(ONE_LAYER[kind]())
    slopes = rv.gradients(model, IDS, TARGETS, at=AT)
    assert slopes.inputs.shape == (*IDS.shape, 4)
    for row in range(len(IDS)):
        expected = difference(lambda amount, row=row: reference_loss(model, kind, row, fed=amount))
        np.testing.assert_allclose(slopes.inputs[row, STEP, UNIT], expected, rtol=1e-4, atol=1e-6)


def test_the_loss_is_that_of_every_step_and_later_steps_do_not_matter() -> None:
    model = sequential(ONE_LAYER["LSTM"]())
    slopes = rv.gradients(model, IDS, TARGETS, at=AT)
    log = keras.ops.convert_to_numpy(keras.ops.log_softmax(model(IDS)))
    expected = -np.take_along_axis(log, TARGETS[..., None], axis=2)[..., 0]
    np.testing.assert_allclose(slopes.loss, expected, atol=1e-5)
    assert not slopes["rnn"]["cell_state"][:, max(AT) + 1 :].any()
    assert not slopes.inputs[:, max(AT) + 1 :].any()


def test_losses_of_steps_add_up() -> None:
    model = sequential(ONE_LAYER["GRU"]())
    whole = rv.gradients(model, IDS, TARGETS)["rnn"]["hidden_state"]
    parts = [rv.gradients(model, IDS, TARGETS, at=[t])["rnn"]["hidden_state"] for t in range(6)]
    np.testing.assert_allclose(np.sum(parts, axis=0), whole, atol=1e-5)
    chosen = np.zeros(IDS.shape, bool)
    chosen[:, -1] = True
    last = rv.gradients(model, IDS, TARGETS, at=chosen)["rnn"]["hidden_state"]
    np.testing.assert_array_equal(
        last, rv.gradients(model, IDS, TARGETS, at=[-1])["rnn"]["hidden_state"]
    )


def test_a_layer_that_reads_backwards_reaches_the_other_way() -> None:
    model = sequential(ONE_LAYER["LSTM backwards"]())
    slopes = rv.gradients(model, IDS, TARGETS, at=[2])["rnn"]["hidden_state"]
    reached = np.abs(slopes).sum(axis=(0, 2)) > 0
    assert reached.tolist() == [
        False,
        False,
        False,
        True,
        True,
        True,
    ]  # output 2 is that of token 3


def test_stacked_cells_and_layers_of_a_stack() -> None:
    model = sequential(LAYERS.GRU(4, return_sequences=True, name="first"), stacked_cells())
    slopes = rv.gradients(model, IDS, TARGETS, at=[3])
    assert len(slopes.layers) == 3
    for layer in slopes.layers:
        assert np.abs(slopes[layer]["hidden_state"][:, 3]).max() > 0


def test_masked_steps_have_no_gradient() -> None:
    model = sequential(ONE_LAYER["GRU"](), masked=True)
    ids = np.where(np.arange(6) < 4, IDS, 0)
    slopes = rv.gradients(model, ids, np.where(ids > 0, TARGETS, -1))
    assert not np.nan_to_num(slopes["rnn"]["hidden_state"][:, 4:]).any()
    assert np.isnan(slopes.loss[:, 4:]).all()


def test_numbers_have_a_squared_error_and_their_own_derivative() -> None:
    series = np.random.default_rng(0).normal(size=(2, 5, 3)).astype("float32")
    model = randomised(
        keras.Sequential(
            [keras.Input((None, 3)), LAYERS.GRU(4, return_sequences=True), LAYERS.Dense(2)]
        )
    )
    targets = np.ones((2, 5, 2))
    slopes = rv.gradients(model, series, targets, at=[4])
    expected = np.square(model.predict(series, verbose=0) - 1).mean(axis=2)
    np.testing.assert_allclose(slopes.loss, expected, rtol=1e-4)

    def loss(amount: float) -> float:
        moved = series.copy()
        moved[:, 1, 2] += amount
        return np.square(model.predict(moved, verbose=0) - 1).mean(axis=2)[0, 4]

    step = 0.1
    expected = (loss(-2 * step) - 8 * loss(-step) + 8 * loss(step) - loss(2 * step)) / (12 * step)
    np.testing.assert_allclose(slopes.inputs[0, 1, 2], expected, rtol=2e-2)


def test_one_class_a_sequence_and_sequences_of_several_lengths() -> None:
    keras.utils.set_random_seed(0)
    stack = [keras.Input((None,)), LAYERS.Embedding(9, 4), LAYERS.LSTM(5, name="rnn")]
    model = keras.Sequential([*stack, LAYERS.Dense(2, "softmax")])
    probe = rv.Probe("texts", [[1, 2, 3], [4, 5]], labels=[0, 1], classes=["no", "yes"])
    slopes = rv.gradients(model, probe)
    assert slopes["rnn"]["hidden_state"].shape == (2, 3, 5)
    assert np.isnan(slopes.inputs[1, 2]).all()
    expected = -np.log(model.predict(np.array([[1, 2, 3]]), verbose=0)[0, 0])
    np.testing.assert_allclose(slopes.loss[0], [np.nan, np.nan, expected], rtol=1e-4)


def test_another_length_has_the_same_gradient_up_to_the_targets() -> None:
    model = sequential(ONE_LAYER["LSTM"]())
    longer = np.tile(IDS, 2)
    for length in (5, 7, 9):
        slopes = rv.gradients(model, longer[:, :length], np.roll(longer, -1)[:, :length], at=AT)
        known = slopes["rnn"]["cell_state"][:, :5]
        if length == 5:
            first = known
        assert np.abs(known).max() > 1e-4
        np.testing.assert_allclose(known, first, rtol=1e-4, atol=1e-7)


def test_without_targets_it_is_the_class_that_the_model_finds_most_probable() -> None:
    model = sequential(ONE_LAYER["GRU"]())
    predicted = model.predict(IDS, verbose=0).argmax(axis=2)
    own = rv.gradients(model, IDS, predicted)["rnn"]["hidden_state"]
    np.testing.assert_allclose(rv.gradients(model, IDS)["rnn"]["hidden_state"], own, atol=1e-6)


def test_weights_stay_and_training_is_bit_identical() -> None:
    histories = []
    for differentiates in (False, True):
        keras.utils.set_random_seed(3)
        model = sequential(ONE_LAYER["LSTM with dropout"]())
        model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
        model.optimizer.build(model.trainable_variables)  # traced once
        for _ in range(2):
            model.fit(IDS, TARGETS, verbose=0)
            if differentiates:
                rv.gradients(model, IDS, TARGETS)
        histories.append(model.get_weights())
    for one, other in zip(*histories, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"at": [6]}, "from 0 to 5"),
        ({"at": [-7]}, "from 0 to 5"),
        ({"at": [0.5]}, "`at` must list steps"),
        ({"at": []}, "`at` must list steps"),
        ({"at": np.ones((2, 6), bool)}, "one boolean for each step"),
        ({"targets": np.full(IDS.shape, 3)[:, :4]}, "targets"),
    ],
)
def test_what_does_not_fit_is_an_error(options, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        rv.gradients(sequential(ONE_LAYER["GRU"]()), IDS, **({"targets": TARGETS} | options))


RADIUS, STEPS = 0.8, 60


def linear(radius: float) -> keras.Model:
    layer = LAYERS.SimpleRNN(6, activation=None, use_bias=False, return_sequences=True, name="rnn")
    model = keras.Sequential([keras.Input((None, 1)), layer])
    rotation = np.linalg.qr(np.random.default_rng(0).normal(size=(6, 6)))[0]
    model.set_weights([np.ones((1, 6)), radius * rotation])
    return model


@pytest.mark.parametrize("radius", [RADIUS, 1.0, 1.05])
def test_a_linear_network_has_the_slope_of_its_spectral_radius(radius: float) -> None:
    series = np.random.default_rng(0).normal(size=(1, STEPS, 1))
    flow = rv.gradient_flow(linear(radius), series, np.zeros((1, STEPS, 6)), at=[20, 40, 59])
    assert flow.slope == pytest.approx(np.log(radius), rel=0.01, abs=1e-4)
    expected = {0.8: 4.0}.get(radius, np.inf)
    assert flow.half_life == expected


def test_every_row_of_the_flow_is_the_norm_of_one_gradient() -> None:
    model = sequential(ONE_LAYER["LSTM"]())
    flow = rv.gradient_flow(model, IDS[:1], TARGETS[:1], at=[1, -1])
    assert flow.at.tolist() == [1, 5]
    for row, step in enumerate([1, 5]):
        slopes = rv.gradients(model, IDS[:1], TARGETS[:1], at=[step])["rnn"]
        for name in slopes:
            expected = np.linalg.norm(slopes[name][0], axis=-1)
            np.testing.assert_allclose(flow["rnn"][name][row], expected, rtol=1e-4, atol=1e-7)
    assert flow["rnn"]["cell_state"].by_lag[0] == pytest.approx(1.0)


def test_gradient_flow_is_of_one_sequence() -> None:
    with pytest.raises(ValueError, match="of one sequence"):
        rv.gradient_flow(sequential(ONE_LAYER["GRU"]()), IDS, TARGETS)
