"""Relevance propagation: conservation, the score of the model, and clear refusals."""

from __future__ import annotations

import keras
import numpy as np
import pytest

import tb_rnnviz as rv

LAYERS = keras.layers
RECURRENT = {
    "LSTM": lambda **options: LAYERS.LSTM(5, **options),
    "GRU": lambda **options: LAYERS.GRU(5, **options),
    "GRU, reset before": lambda **options: LAYERS.GRU(5, reset_after=False, **options),
    "SimpleRNN": lambda **options: LAYERS.SimpleRNN(5, **options),
    "LSTM backwards": lambda **options: LAYERS.LSTM(5, go_backwards=True, **options),
    "Bidirectional": lambda **options: LAYERS.Bidirectional(LAYERS.LSTM(5, **options)),
    "RNN of a cell": lambda **options: LAYERS.RNN(LAYERS.GRUCell(5), **options),
}
VALUES = np.random.default_rng(0).standard_normal((3, 6, 2)).astype(np.float32)
IDS = np.array([[1, 2, 3, 4, 5, 1], [2, 2, 0, 1, 3, 0], [4, 1, 5, 5, 0, 0]])


def with_random_weights(layers: list) -> keras.Model:
    """Returns a model with biases and large weights, so that every rule counts."""
    model = keras.Sequential(layers)
    random = np.random.default_rng(1)
    model.set_weights([random.normal(0, 0.6, weight.shape) for weight in model.get_weights()])
    return model


@pytest.mark.parametrize("name", RECURRENT)
def test_relevance_of_a_class_sums_to_its_logit(name: str) -> None:
    model = with_random_weights(
        [keras.Input((None, 2)), RECURRENT[name](), LAYERS.Dense(3, activation="softmax")]
    )
    why = rv.attribute(model, VALUES, 2, "lrp")
    assert why.conserved
    np.testing.assert_allclose(why.values.sum(axis=(1, 2)), why.score, rtol=1e-9, atol=1e-12)
    assert why.gap.max() < 1e-9


@pytest.mark.parametrize("name", RECURRENT)
def test_relevance_of_a_step_sums_to_its_output(name: str) -> None:
    model = with_random_weights(
        [keras.Input((None, 2)), RECURRENT[name](return_sequences=True), LAYERS.Dense(3)]
    )
    why = rv.attribute(model, VALUES, (3, 1), "lrp")
    outputs = keras.ops.convert_to_numpy(model(VALUES))
    np.testing.assert_allclose(why.values.sum(axis=(1, 2)), outputs[:, 3, 1], rtol=1e-4)


def test_a_stack_with_pooling_and_a_hidden_layer_conserves() -> None:
    for pooling in (LAYERS.GlobalAveragePooling1D(), LAYERS.GlobalMaxPooling1D()):
        model = with_random_weights(
            [
                keras.Input((None,)),
                LAYERS.Embedding(6, 4),
                LAYERS.Bidirectional(LAYERS.GRU(4, return_sequences=True)),
                LAYERS.LSTM(5, return_sequences=True),
                LAYERS.Dropout(0.5),
                pooling,
                LAYERS.Dense(6, activation="relu"),
                LAYERS.Dense(1, activation="sigmoid"),
            ]
        )
        why = rv.attribute(model, IDS, [0, 1, 1], "lrp")
        assert why.values.shape == IDS.shape
        assert why.gap.max() < 1e-9


def test_masked_steps_have_no_relevance() -> None:
    model = with_random_weights(
        [
            keras.Input((None,)),
            LAYERS.Embedding(6, 4, mask_zero=True),
            LAYERS.LSTM(5),
            LAYERS.Dense(2),
        ]
    )
    why = rv.attribute(model, IDS, 0, "lrp")
    assert why.gap.max() < 1e-9
    assert not why.values[IDS == 0].any()


def test_relevance_of_one_linear_layer_is_the_share_of_each_input() -> None:
    model = keras.Sequential([keras.Input((None, 2)), LAYERS.SimpleRNN(1, activation=None)])
    model.set_weights([np.array([[2.0], [-1.0]]), np.zeros((1, 1)), np.zeros(1)])
    why = rv.attribute(model, np.array([[[3.0, 1.0]]]), 0, "lrp")
    slack, total = 1e-3, 5.0
    expected = (np.array([6.0, -1.0]) + slack / 2) / (total + slack) * total
    np.testing.assert_allclose(why.values[0, 0], expected, rtol=1e-6)


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        (lambda: LAYERS.RNN(LAYERS.StackedRNNCells([LAYERS.GRUCell(2)])), "no rule for the cell"),
        (lambda: LAYERS.LSTM(2, activation="elu"), "no rule for the cell of layer .*'elu'"),
        (lambda: LAYERS.Conv1D(2, 2), "no rule for layer .* a Conv1D"),
    ],
)
def test_layers_without_a_rule_are_named(layer, message: str) -> None:
    model = keras.Sequential([keras.Input((None, 2)), layer()])
    with pytest.raises(ValueError, match=message) as error:
        rv.attribute(model, VALUES, 0, "lrp")
    assert "integrated_gradients" in str(error.value)


def test_layers_that_do_not_follow_one_another_are_refused() -> None:
    inputs = keras.Input((None, 2))
    both = LAYERS.Concatenate()([LAYERS.GRU(2)(inputs), LAYERS.LSTM(2)(inputs)])
    model = keras.Model(inputs, LAYERS.Dense(2)(both))
    with pytest.raises(ValueError, match="layers that follow one another"):
        rv.attribute(model, VALUES, 0, "lrp")


def test_a_baseline_is_refused() -> None:
    model = keras.Sequential([keras.Input((None, 2)), LAYERS.GRU(2)])
    with pytest.raises(ValueError, match="has no baseline"):
        rv.attribute(model, VALUES, 0, "lrp", np.zeros(2))
