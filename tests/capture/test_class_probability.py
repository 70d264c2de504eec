"""The prediction at every step, as if the sequence ended there."""

from __future__ import annotations

from collections.abc import Iterator

import keras
import numpy as np
import pytest
from scipy.special import softmax

import tb_rnnviz as rv

LAYERS = keras.layers
RNG = np.random.default_rng(0)
RAGGED = [RNG.integers(1, 9, length) for length in (7, 3, 7, 1, 5)]
LABELS = [0, 2, 1, 1, 0]
CLASSES = ["plus", "minus", "neither"]
PADDED_RIGHT = np.array([[3, 1, 4, 0, 0], [2, 0, 0, 0, 0], [5, 6, 7, 8, 1]])
PADDED_LEFT = PADDED_RIGHT[:, ::-1]


def classifier(*tail, head="softmax", units=3, mask=False) -> keras.Model:
    """A classifier of sequences of ids whose layers behind the Embedding are `tail`."""
    keras.utils.set_random_seed(1)
    embedding = LAYERS.Embedding(9, 4, mask_zero=mask)
    return keras.Sequential([keras.Input((None,)), embedding, *tail, LAYERS.Dense(units, head)])


def prefixes_by_length(sequences) -> Iterator[tuple[int, np.ndarray, list[int]]]:
    """Yields a length, the prefixes of that length, and the rows of their sequences."""
    for end in range(1, max(map(len, sequences)) + 1):
        rows = [row for row, ids in enumerate(sequences) if len(ids) >= end]
        yield end, np.stack([sequences[row][:end] for row in rows]), rows


def assert_equals_predict_on_every_prefix(model, recording, sequences) -> None:
    """Compares with `model.predict`; behind the end of a sequence there is NaN."""
    values = recording.class_probability
    assert values.dtype == np.float32
    assert values.shape[:2] == (len(sequences), max(map(len, sequences)))
    for end, prefixes, rows in prefixes_by_length(sequences):
        expected = model.predict(prefixes, verbose=0)
        np.testing.assert_allclose(values[rows, end - 1], expected, atol=1e-5)
    for row, ids in zip(values, sequences, strict=True):
        assert np.isnan(row[len(ids) :]).all()


TAILS = {
    "LSTM": (lambda: [LAYERS.LSTM(5)], "head"),
    "two GRU and dropout": (
        lambda: [LAYERS.GRU(4, return_sequences=True), LAYERS.GRU(5), LAYERS.Dropout(0.5)],
        "head",
    ),
    "BatchNormalization and hidden layer": (
        lambda: [LAYERS.SimpleRNN(5), LAYERS.BatchNormalization(), LAYERS.Dense(6, "relu")],
        "head",
    ),
    "Flatten": (lambda: [LAYERS.LSTM(5), LAYERS.Flatten()], "head"),
    "Bidirectional": (lambda: [LAYERS.Bidirectional(LAYERS.LSTM(3))], "prefix"),
    "backwards": (lambda: [LAYERS.GRU(3, go_backwards=True)], "prefix"),
    "mean pooling": (
        lambda: [LAYERS.LSTM(4, return_sequences=True), LAYERS.GlobalAveragePooling1D()],
        "prefix",
    ),
    "convolution": (lambda: [LAYERS.Conv1D(4, 3, padding="same"), LAYERS.LSTM(3)], "prefix"),
}


@pytest.mark.parametrize("name", TAILS)
def test_every_kind_of_tail_equals_predict_on_every_prefix(name: str) -> None:
    tail, method = TAILS[name]
    model = classifier(*tail())
    recording = rv.record(model, rv.Probe("texts", RAGGED, labels=LABELS, classes=CLASSES))
    assert (recording.method, recording.classes) == (method, CLASSES)
    assert_equals_predict_on_every_prefix(model, recording, RAGGED)


@pytest.mark.parametrize("padded", [PADDED_RIGHT, PADDED_LEFT], ids=["right", "left"])
@pytest.mark.parametrize("tail", ["LSTM", "Bidirectional"])
def test_masked_padding_on_either_side(padded, tail: str) -> None:
    model = classifier(*TAILS[tail][0](), mask=True)
    recording = rv.record(model, rv.Probe("texts", padded, labels=[0, 1, 2], classes=CLASSES))
    assert recording.method == TAILS[tail][1]
    assert_equals_predict_on_every_prefix(model, recording, padded)


@pytest.mark.filterwarnings("ignore:(?s).*softmax over axis:UserWarning")  # of Keras' predict
def test_a_pooling_layer_that_attends_reads_prefixes() -> None:
    keras.utils.set_random_seed(1)
    inputs = keras.Input((None,))
    states = LAYERS.LSTM(4, return_sequences=True)(LAYERS.Embedding(9, 4)(inputs))
    pooled = LAYERS.GlobalMaxPooling1D()(LAYERS.Attention()([states, states]))
    model = keras.Model(inputs, LAYERS.Dense(3, "softmax")(pooled))
    recording = rv.record(model, rv.Probe("texts", RAGGED, labels=LABELS, classes=CLASSES))
    assert recording.method == "prefix"
    assert_equals_predict_on_every_prefix(model, recording, RAGGED)


class MeanBefore(keras.Model):
    """Centres the embedded words over the whole sequence, in code of its own."""

    def __init__(self):
        super().__init__()
        self.embedding = LAYERS.Embedding(9, 4)
        self.rnn = LAYERS.LSTM(4)
        self.head = LAYERS.Dense(3, "softmax")

    def call(self, ids):
        embedded = self.embedding(ids)
        return self.head(self.rnn(embedded - keras.ops.mean(embedded, axis=1, keepdims=True)))


def test_code_of_a_model_that_mixes_steps_is_noticed_by_the_check() -> None:
    keras.utils.set_random_seed(1)
    model = MeanBefore()
    recording = rv.record(model, rv.Probe("texts", RAGGED, labels=LABELS, classes=CLASSES))
    assert recording.method == "prefix"
    assert_equals_predict_on_every_prefix(model, recording, RAGGED)


def test_logits_and_a_single_output_are_probabilities_of_classes() -> None:
    probe = rv.Probe("texts", RAGGED, labels=LABELS, classes=CLASSES)
    logits = classifier(LAYERS.LSTM(5), head=None)
    recording = rv.record(logits, probe)
    expected = softmax(logits.predict(RAGGED[0][None], verbose=0)[0])
    np.testing.assert_allclose(recording.class_probability[0, -1], expected, atol=1e-6)
    single = classifier(LAYERS.LSTM(5), head="sigmoid", units=1)
    two = rv.Probe("texts", RAGGED, labels=[0, 1, 1, 0, 0], classes=["no", "yes"])
    recording = rv.record(single, two)
    assert recording.classes == ["no", "yes"]
    yes = single.predict(RAGGED[1][None], verbose=0)[0, 0]
    np.testing.assert_allclose(recording.class_probability[1, 2], [1 - yes, yes], atol=1e-6)


@pytest.mark.parametrize("wrap", [lambda layer: layer, LAYERS.Bidirectional])
def test_a_tagger_says_the_tag_that_it_would_give_if_the_text_ended(wrap) -> None:
    model = classifier(wrap(LAYERS.LSTM(4, return_sequences=True)))
    tags = [np.zeros(len(ids), int) for ids in RAGGED]
    recording = rv.record(model, rv.Probe("tags", RAGGED, targets=tags, classes=CLASSES))
    assert recording.method == ("prefix" if wrap is LAYERS.Bidirectional else "head")
    for end, prefixes, rows in prefixes_by_length(RAGGED):
        expected = model.predict(prefixes, verbose=0)[:, -1]
        np.testing.assert_allclose(recording.class_probability[rows, end - 1], expected, atol=1e-5)


def test_a_regressor_has_numbers_at_every_step() -> None:
    series = RNG.normal(size=(4, 6, 2)).astype("float32")
    model = keras.Sequential([keras.Input((None, 2)), LAYERS.GRU(3), LAYERS.Dense(2)])
    probe = rv.Probe("windows", series, targets=np.zeros((4, 2)), channels=["a", "b"])
    recording = rv.record(model, probe)
    assert (recording.class_probability, recording.classes) == (None, None)
    assert recording.method == "head"
    expected = model.predict(series[:, :3], verbose=0)
    np.testing.assert_allclose(recording.stepwise_output[:, 2], expected, atol=1e-5)


def test_a_model_of_a_fixed_length_has_its_head_but_flattened_states_no_prefixes() -> None:
    def fixed(*tail, mask=False):
        keras.utils.set_random_seed(1)
        stack = [keras.Input((5,)), LAYERS.Embedding(9, 4, mask_zero=mask), *tail]
        return keras.Sequential([*stack, LAYERS.Dense(3, "softmax")])

    probe = rv.Probe("texts", PADDED_RIGHT, labels=[0, 1, 2], classes=CLASSES)
    model = fixed(LAYERS.LSTM(4), mask=True)
    recording = rv.record(model, probe)
    assert recording.method == "head"
    until = np.where(np.arange(5) < 2, PADDED_RIGHT, 0)
    expected = model.predict(until, verbose=0)
    np.testing.assert_allclose(recording.class_probability[:, 1], expected, atol=1e-5)
    flattened = fixed(LAYERS.LSTM(4, return_sequences=True), LAYERS.Flatten())
    recording = rv.record(flattened, probe)
    assert recording.class_probability is None
    assert "does not take the inputs" in recording.absent["output", "every step"]


def test_a_language_model_has_no_classes() -> None:
    model = classifier(LAYERS.LSTM(4, return_sequences=True), units=9)
    ids = RAGGED[0]
    recording = rv.record(model, rv.Probe("text", ids[:-1], targets=ids[1:]))
    assert (recording.class_probability, recording.method) == (None, None)


def test_too_many_prefixes_are_absent_with_a_reason() -> None:
    model = classifier(*TAILS["backwards"][0]())
    long = np.ones((2, 2900), int)
    recording = rv.record(model, rv.Probe("long", long, labels=[0, 1], classes=CLASSES))
    assert recording.class_probability is None
    assert "record fewer or shorter sequences" in recording.absent["output", "every step"]


def test_horizons_of_a_window_are_not_taken_for_its_steps():
    windows = np.random.default_rng(0).normal(size=(3, 6, 2)).astype("float32")
    inputs = keras.Input((6, 2))
    states = keras.layers.GRU(3)(inputs)
    forecast = keras.layers.Reshape((6, 2))(keras.layers.Dense(12)(states))
    probe = rv.Probe("windows", windows, channels=["a", "b"], targets=windows[::-1])
    recording = rv.record(keras.Model(inputs, forecast), probe)
    assert (
        recording.stepwise_output is None and "output" in recording.absent["output", "every step"]
    )
