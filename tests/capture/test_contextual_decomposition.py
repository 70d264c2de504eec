"""Contextual decomposition: exact sums, phrases, and clear refusals."""

from __future__ import annotations

import keras
import numpy as np
import pytest

import tb_rnnviz as rv
from tb_rnnviz.capture.contextual_decomposition import decompose
from tb_rnnviz.capture.layer_chain import DenseLayer, LayerChain, RecurrentWeights
from tests.capture.test_relevance_propagation import IDS, VALUES, with_random_weights

LAYERS = keras.layers
METHOD = "contextual_decomposition"


def random_chain(units: int = 4, channels: int = 3) -> LayerChain:
    random = np.random.default_rng(0)

    def lstm(inputs: int, has_steps: bool) -> RecurrentWeights:
        return RecurrentWeights(
            "LSTM",
            random.normal(0, 0.7, (inputs, 4 * units)),
            random.normal(0, 0.7, (units, 4 * units)),
            random.normal(0, 0.7, 4 * units),
            np.zeros(4 * units),
            has_steps=has_steps,
        )

    head = DenseLayer(random.normal(0, 1, (units, 2)), random.normal(0, 1, 2), "linear")
    return LayerChain([lstm(channels, True), lstm(units, False), head])


def test_the_parts_sum_to_the_score() -> None:
    chain = random_chain()
    random = np.random.default_rng(1)
    fed = np.repeat(random.standard_normal((1, 7, 3)), 40, axis=0)
    parts = decompose(chain, fed, random.random(fed.shape) < 0.5, 6, 1)
    assert np.ptp(parts.total) < 1e-12
    assert np.ptp(parts.phrase) > 1e-3


def test_the_whole_text_as_a_phrase_has_the_whole_score_and_no_phrase_none() -> None:
    chain = random_chain()
    fed = np.random.default_rng(1).standard_normal((1, 7, 3))
    whole = decompose(chain, fed, np.ones(fed.shape, bool), 6, 0)
    np.testing.assert_allclose(whole.rest, 0.0, atol=1e-12)
    nothing = decompose(chain, fed, np.zeros(fed.shape, bool), 6, 0)
    np.testing.assert_allclose(nothing.phrase, 0.0, atol=1e-12)


@pytest.mark.parametrize("wrapper", [lambda layer: layer, LAYERS.Bidirectional])
def test_a_phrase_and_the_rest_sum_to_the_logit_of_the_model(wrapper) -> None:
    model = with_random_weights(
        [
            keras.Input((None,)),
            LAYERS.Embedding(6, 4),
            wrapper(LAYERS.LSTM(5)),
            LAYERS.Dense(3, activation="softmax"),
        ]
    )
    why = rv.attribute(model, IDS, 2, METHOD, phrase=(1, 3))
    assert why.values.shape == IDS.shape
    assert why.conserved
    assert why.gap.max() < 1e-10
    np.testing.assert_allclose(why.phrase + why.rest, why.score, atol=1e-10)
    single = rv.attribute(model, IDS, 2, METHOD, phrase=(1, 2))
    np.testing.assert_allclose(single.phrase, single.values[:, 1], atol=1e-12)


def test_steps_of_a_tagger_and_masked_steps() -> None:
    model = with_random_weights(
        [
            keras.Input((None,)),
            LAYERS.Embedding(6, 4, mask_zero=True),
            LAYERS.LSTM(5, return_sequences=True),
            LAYERS.Dense(3),
        ]
    )
    why = rv.attribute(model, IDS, (3, 1), METHOD)
    assert why.gap.max() < 1e-10
    assert not why.values[:, 4:].any()
    assert not why.values[IDS == 0].any()


def test_numbers_of_a_signal_have_parts_of_their_own() -> None:
    model = with_random_weights([keras.Input((None, 2)), LAYERS.LSTM(5), LAYERS.Dense(1)])
    why = rv.attribute(model, VALUES, 0, METHOD)
    assert why.values.shape == VALUES.shape
    assert why.phrase is None


@pytest.mark.parametrize("phrase", [(2, 2), (3, 9), (-1, 2)])
def test_a_phrase_outside_the_text_is_refused(phrase) -> None:
    model = keras.Sequential([keras.Input((None, 2)), LAYERS.LSTM(2)])
    with pytest.raises(ValueError, match="The phrase is outside the text"):
        rv.attribute(model, VALUES, 0, METHOD, phrase=phrase)


def test_a_phrase_of_another_method_is_refused() -> None:
    model = keras.Sequential([keras.Input((None, 2)), LAYERS.LSTM(2)])
    with pytest.raises(ValueError, match="A phrase is for 'contextual_decomposition'"):
        rv.attribute(model, VALUES, 0, "lrp", phrase=(0, 1))


def test_other_layers_are_refused() -> None:
    for layers in ([LAYERS.GRU(2)], [LAYERS.LSTM(2), LAYERS.Dense(2, activation="relu")]):
        model = keras.Sequential([keras.Input((None, 2)), *layers])
        with pytest.raises(ValueError, match="is of LSTM layers and linear Dense layers"):
            rv.attribute(model, VALUES, 0, METHOD)
