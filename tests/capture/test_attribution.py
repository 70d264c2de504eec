"""Attributions of small models on data in which one token or number decides."""

from __future__ import annotations

import keras
import numpy as np
import pytest

import tb_rnnviz as rv
from tb_rnnviz.capture.attribution import METHODS

LAYERS = keras.layers
STEPS, CHANNELS, TESTED = 8, 3, 100
UNRELIABLE = "gradient_x_input"  # a saturated network has no slope where it is sure
OF_TEXT = [name for name in METHODS if name != "temporal_rescaling"]
BY_INPUT = ["gradient_x_input", "integrated_gradients", "occlusion"]


def planted_text(number: int, seed: int):
    """Ids of which one is 1 or 2, the class, and the others are noise."""
    random = np.random.default_rng(seed)
    ids = random.integers(3, 10, (number, STEPS))
    labels, places = random.integers(0, 2, number), random.integers(0, STEPS, number)
    ids[np.arange(number), places] = 1 + labels
    return ids, labels, places


def planted_signal(number: int, seed: int):
    """Noise with a peak in one channel at one moment, whose sign is the class."""
    random = np.random.default_rng(seed)
    values = 0.1 * random.standard_normal((number, STEPS, CHANNELS)).astype(np.float32)
    labels, places = random.integers(0, 2, number), random.integers(0, STEPS, number)
    channels = random.integers(0, CHANNELS, number)
    values[np.arange(number), places, channels] += 3.0 * (2 * labels - 1)
    return values, labels, places, channels


def trained(layers: list, inputs: np.ndarray, labels: np.ndarray, noise) -> keras.Model:
    """Returns a network that was trained on the data, and to be undecided about noise."""
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [keras.Input(inputs.shape[1:]), *layers, LAYERS.Dense(1, activation="sigmoid")]
    )
    model.compile(keras.optimizers.Adam(0.02), "binary_crossentropy")
    model.optimizer.build(model.trainable_variables)  # traced once
    chances = np.concatenate([labels, np.full(len(noise), 0.5)])
    model.fit(np.concatenate([inputs, noise]), chances, batch_size=64, epochs=5, verbose=0)
    return model


@pytest.fixture(scope="module")
def text_model() -> keras.Model:
    ids, labels, _ = planted_text(1000, 0)
    noise = np.random.default_rng(1).integers(3, 10, (500, STEPS))
    return trained([LAYERS.Embedding(10, 6), LAYERS.LSTM(12)], ids, labels, noise)


@pytest.fixture(scope="module")
def signal_model() -> keras.Model:
    values, labels, *_ = planted_signal(1000, 0)
    noise = 0.1 * np.random.default_rng(1).standard_normal((500, STEPS, CHANNELS))
    return trained([LAYERS.LSTM(12)], values, labels, noise.astype(np.float32))


def answers(model: keras.Model, inputs: np.ndarray) -> np.ndarray:
    return keras.ops.convert_to_numpy(model(inputs))


@pytest.mark.parametrize("method", [name for name in OF_TEXT if name != UNRELIABLE])
def test_the_token_that_decides_is_first(text_model, method: str) -> None:
    ids, labels, places = planted_text(TESTED, 1)
    why = rv.attribute(text_model, ids, labels, method)
    assert why.values.shape == ids.shape
    assert why.method == method
    assert (np.argmax(why.values, axis=1) == places).mean() >= 0.95


@pytest.mark.parametrize("method", [name for name in METHODS if name != UNRELIABLE])
def test_the_moment_and_channel_that_decide_are_first(signal_model, method: str) -> None:
    values, labels, places, channels = planted_signal(TESTED, 1)
    why = rv.attribute(signal_model, values, labels, method)
    assert why.values.shape == values.shape
    first = np.argmax(why.values.reshape(TESTED, -1), axis=1)
    assert (first == places * CHANNELS + channels).mean() >= 0.95


def test_integrated_gradients_are_complete(text_model, signal_model) -> None:
    for model, inputs in (
        (text_model, planted_text(30, 2)[0]),
        (signal_model, planted_signal(30, 2)[0]),
    ):
        why = rv.attribute(model, inputs)
        assert why.conserved
        assert why.gap.max() < 0.01
        sums = why.values.reshape(30, -1).sum(axis=1)
        np.testing.assert_allclose(sums, why.change, rtol=0.01)


def test_the_score_is_the_logit(text_model) -> None:
    ids = planted_text(6, 3)[0]
    probability = answers(text_model, ids)[:, 0].astype(np.float64)
    odds = np.log(probability / (1 - probability))
    np.testing.assert_allclose(rv.attribute(text_model, ids, 1).score, odds, atol=1e-2)
    layers = [LAYERS.GRU(3), LAYERS.Dense(4), LAYERS.Softmax()]
    model = keras.Sequential([keras.Input((None, 2)), *layers])
    values = np.ones((2, 5, 2), np.float32)
    score = [rv.attribute(model, values, target, "occlusion").score for target in (2, 1)]
    probabilities = answers(model, values)
    odds = np.log(probabilities[:, 2] / probabilities[:, 1])
    np.testing.assert_allclose(score[0] - score[1], odds, atol=1e-5)


def test_the_predicted_class_is_the_default(text_model) -> None:
    ids = planted_text(6, 3)[0]
    why = rv.attribute(text_model, ids)
    assert [index for _, index in why.target] == (answers(text_model, ids)[:, 0] > 0.5).tolist()
    assert {step for step, _ in why.target} == {STEPS - 1}


@pytest.mark.parametrize("method", OF_TEXT)
def test_attributions_change_when_weights_are_randomised(text_model, method: str) -> None:
    ids, labels, _ = planted_text(20, 4)
    values = rv.attribute(text_model, ids, labels, method).values
    other = keras.models.clone_model(text_model)
    random, correlations = np.random.default_rng(0), []
    for _ in range(5):
        other.set_weights([random.normal(0, 0.3, w.shape) for w in other.get_weights()])
        other_values = rv.attribute(other, ids, labels, method).values
        correlations.append(np.corrcoef(values.ravel(), other_values.ravel())[0, 1])
    assert abs(np.mean(correlations)) < 0.5


def test_occlusion_is_the_fall_of_the_score() -> None:
    model = keras.Sequential([keras.Input((None, 2)), LAYERS.GRU(4), LAYERS.Dense(2)])
    values = np.random.default_rng(0).standard_normal((2, 5, 2)).astype(np.float32)
    why = rv.attribute(model, values, 1, "occlusion", baseline=np.array([0.5, -0.5]))
    changed = values.copy()
    changed[:, 3, 1] = -0.5
    fall = answers(model, values)[:, 1] - answers(model, changed)[:, 1]
    np.testing.assert_allclose(why.values[:, 3, 1], fall, atol=1e-6)
    whole = rv.attribute(model, values, 1, "occlusion", stretch=9)
    changed = values.copy()
    changed[..., 0] = 0.0
    fall = answers(model, values)[:, 1] - answers(model, changed)[:, 1]
    np.testing.assert_allclose(whole.values[..., 0].sum(axis=1), fall, atol=1e-6)


@pytest.mark.parametrize("method", BY_INPUT)
def test_a_step_of_a_forecast_does_not_depend_on_later_steps(method: str) -> None:
    layers = [LAYERS.LSTM(4, return_sequences=True), LAYERS.Dense(3)]
    model = keras.Sequential([keras.Input((None, 2)), *layers])
    values = np.random.default_rng(0).standard_normal((2, 6, 2)).astype(np.float32)
    why = rv.attribute(model, values, (3, 2), method)
    assert why.target == ((3, 2), (3, 2))
    np.testing.assert_allclose(why.values[:, 4:], 0.0, atol=1e-6)
    np.testing.assert_array_equal(
        why.values, rv.attribute(model, values, 2, method, at=[3, -3]).values
    )


def test_sequences_of_several_lengths_are_padded() -> None:
    model = keras.Sequential(
        [keras.Input((None,)), LAYERS.Embedding(6, 3), LAYERS.GRU(4), LAYERS.Dense(2)]
    )
    texts = [[1, 2, 3, 4], [5, 1], [2, 4, 4, 1]]
    why = rv.attribute(model, texts, 0)
    assert why.values.shape == (3, 4)
    assert why.by_dimension.shape == (3, 4, 3)
    assert np.isnan(why.values).tolist() == [[False] * 4, [False, False, True, True], [False] * 4]
    for row, text in enumerate(texts):
        alone = rv.attribute(model, np.array([text]), 0).values[0]
        np.testing.assert_allclose(why.values[row, : len(text)], alone, atol=1e-6)


def test_padding_has_no_part() -> None:
    model = keras.Sequential(
        [
            keras.Input((None,)),
            LAYERS.Embedding(6, 3, mask_zero=True),
            LAYERS.LSTM(4, return_sequences=True),
            LAYERS.Dense(2),
        ]
    )
    why = rv.attribute(model, np.array([[1, 2, 3, 0, 0], [1, 2, 3, 4, 5]]), 1)
    assert not why.values[0, 3:].any()
    assert why.target == ((2, 1), (4, 1))


def test_one_sigmoid_output_has_two_classes() -> None:
    model = keras.Sequential(
        [keras.Input((None, 2)), LAYERS.GRU(4), LAYERS.Dense(1, activation="sigmoid")]
    )
    values = np.random.default_rng(0).standard_normal((2, 5, 2)).astype(np.float32)
    no, yes = (rv.attribute(model, values, target).values for target in (0, 1))
    np.testing.assert_allclose(no, -yes, atol=1e-6)
    assert rv.attribute(model, values).score.min() >= 0


def test_classes_are_named() -> None:
    model = keras.Sequential([keras.Input((None, 2)), LAYERS.GRU(4), LAYERS.Dense(2)])
    probe = rv.Probe("signal", np.ones((1, 5, 2)), classes=["calm", "storm"])
    assert rv.attribute(model, probe, "storm").target == ((4, 1),)
    with pytest.raises(ValueError, match="No class is called 'rain'"):
        rv.attribute(model, probe, "rain")


def test_a_pair_is_attributed_to_its_source() -> None:
    source, target = keras.Input((None,)), keras.Input((None,))
    _, state = LAYERS.GRU(4, return_state=True)(LAYERS.Embedding(6, 3)(source))
    read = LAYERS.GRU(4, return_sequences=True)(LAYERS.Embedding(6, 3)(target), state)
    model = keras.Model([source, target], LAYERS.Dense(6, activation="softmax")(read))
    pairs = (np.array([[1, 2, 3, 4]]), np.array([[1, 2]]))
    probe = rv.Probe("pairs", pairs, tokens=([list("abcd")], [list("xy")]))
    why = rv.attribute(model, probe, (1, 3))
    assert why.values.shape == (1, 4)
    assert why.conserved


@pytest.fixture
def small_model() -> keras.Model:
    layers = [LAYERS.GRU(3, return_sequences=True), LAYERS.Dense(3)]
    return keras.Sequential([keras.Input((None, 2)), *layers])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"method": "shap"}, "Unknown method 'shap'. Methods: gradient_x_input, integrated"),
        ({"target": 3}, "outside the outputs of the model, which are 3 classes"),
        ({"target": (9, 0)}, "The target is outside the text"),
        ({"at": -6}, "The target is outside the text"),
        ({"target": (1, 2, 3)}, "A tuple names a step and a class"),
        ({"target": 0.5}, "`target` is an integer"),
        ({"baseline": np.zeros(3)}, "The baseline has another shape"),
        ({"baseline": np.zeros((4, 2))}, "The baseline has another shape"),
        ({"baseline": np.array([np.nan, 0.0])}, "without NaN"),
        ({"nodes": 0}, "`nodes` is an integer above 0"),
    ],
)
def test_bad_options_are_refused(small_model, options: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        rv.attribute(small_model, np.ones((2, 5, 2), np.float32), **options)


def test_nan_is_refused(small_model) -> None:
    values = np.ones((2, 5, 2), np.float32)
    values[1, 3] = np.nan
    with pytest.raises(ValueError, match="first at step 3 of sequence 1"):
        rv.attribute(small_model, values)


def test_a_model_with_one_answer_has_no_earlier_step() -> None:
    model = keras.Sequential([keras.Input((None, 2)), LAYERS.GRU(3)])
    with pytest.raises(ValueError, match="one answer for each sequence"):
        rv.attribute(model, np.ones((1, 5, 2)), (2, 0))


def test_models_without_gradients_are_refused() -> None:
    ids = np.array([[1, 2, 3]])
    one_hot = LAYERS.CategoryEncoding(5, output_mode="one_hot")
    integers = keras.Sequential([keras.Input((3,), dtype="int32"), one_hot, LAYERS.GRU(3)])
    with pytest.raises(ValueError, match="no gradient by its input"):
        rv.attribute(integers, ids)
    stopped = keras.Sequential(
        [
            keras.Input((None, 2)),
            LAYERS.Lambda(keras.ops.stop_gradient, output_shape=lambda shape: shape),
            LAYERS.GRU(3),
        ]
    )
    with pytest.raises(ValueError, match="no gradient reaches it"):
        rv.attribute(stopped, np.ones((1, 5, 2)))


def test_temporal_rescaling_is_for_signals(text_model) -> None:
    with pytest.raises(ValueError, match="Temporal rescaling is for signals"):
        rv.attribute(text_model, planted_text(2, 0)[0], method="temporal_rescaling")
