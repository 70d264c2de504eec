"""Probes of strings, which layers of the model turn into ids."""

from __future__ import annotations

import keras
import numpy as np
import pytest

import tb_rnnviz as rv
from tests.callbacks.runs import digests

layers = keras.layers
pytestmark = pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="only TensorFlow has strings"
)
CORPUS = ["the cat sat on the mat", "a dog ran"]
TEXTS = ["the cat sat", "a dog", "", "the zebra ran on the mat"]


def splitting(**options):
    layer = layers.TextVectorization(**options)
    layer.adapt(CORPUS)
    return layer


def reading(layer, shape=(1,), head=2, **options):
    """Returns a model that reads strings, and its part behind the layer."""
    keras.utils.set_random_seed(0)
    behind = keras.Sequential([layers.Embedding(30, 4, mask_zero=True)])
    behind.add(layers.LSTM(3, return_sequences=True, name="lstm"))
    behind.add(layers.Dense(head))
    strings = keras.Input(shape, dtype="string")
    return keras.Model(strings, behind(layer(strings))), behind


@pytest.mark.parametrize("shape", [(), (1,)])
@pytest.mark.parametrize("texts", [TEXTS, np.array(TEXTS)[:, None], [t.encode() for t in TEXTS]])
def test_the_tokens_of_texts_are_those_of_the_layer(shape, texts):
    model, behind = reading(splitting(), shape)
    recording = rv.record(model, texts)
    assert recording.tokens == [
        ["the", "cat", "sat"],
        ["a", "dog"],
        [],
        ["the", "[UNK]", "ran", "on", "the", "mat"],
    ]
    (layer,) = recording.layers
    state = recording[layer]["hidden_state"]
    for k, text in enumerate(TEXTS):
        if text:
            ids = np.asarray(model.layers[1](np.array([text])))
            expected = np.asarray(behind.layers[1](behind.layers[0](ids)))[0]
            np.testing.assert_allclose(state[k, : len(expected)], expected, atol=1e-6)
            assert np.isnan(state[k, len(expected) :]).all()
    assert recording[layer].mask.sum(axis=1).tolist() == [3, 2, 0, 6]


def test_padding_of_a_fixed_length_is_masked():
    recording = rv.record(reading(splitting(output_sequence_length=5))[0], TEXTS)
    assert recording.tokens[:3] == [
        ["the", "cat", "sat", "", ""],
        ["a", "dog", *[""] * 3],
        [""] * 5,
    ]
    (layer,) = recording.layers
    assert recording[layer].mask.sum(axis=1).tolist() == [3, 2, 0, 5]


def test_a_layer_that_splits_characters_names_them():
    recording = rv.record(reading(splitting(split="character"))[0], ["the x"])
    assert recording.tokens == [["t", "h", "e", " ", "[UNK]"]]


def test_classes_of_texts_through_the_callback(tmp_path):
    import tensorflow as tf

    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((1,), dtype="string"), splitting()])
    model.add(layers.Embedding(30, 4, mask_zero=True))
    model.add(layers.GRU(3, name="gru"))
    model.add(layers.Dense(2, activation="softmax"))
    model.compile("adam", "sparse_categorical_crossentropy")
    model.optimizer.build(model.trainable_variables)  # traced once
    texts, classes = np.array(["the cat sat", "a dog", "the mat"]), np.array([0, 1, 1])
    probe = rv.Probe("texts", texts, targets=classes, classes=["cat", "other"])
    data = tf.data.Dataset.from_tensor_slices((texts, classes)).batch(3)
    callback = rv.RNNVizCallback(tmp_path, probe)
    model.fit(data, shuffle=False, verbose=0, callbacks=[callback])
    expected = model.evaluate(data, verbose=0)
    assert digests(tmp_path, "texts")[0]["loss"] == pytest.approx(expected, rel=1e-4)
    recording = rv.load(tmp_path, "texts")
    assert recording.tokens == [["the", "cat", "sat"], ["a", "dog"], ["the", "mat"]]
    assert rv.ablate(model, probe, [("gru", 0)], "zero").loss[[2, 4, 6]].mean() == pytest.approx(
        expected, rel=1e-4
    )


def test_the_next_token_of_strings_that_a_lookup_reads(tmp_path):
    lookup = layers.StringLookup(vocabulary=["the", "cat", "sat"], mask_token="")
    model, _ = reading(lookup, (None,), head=5)
    probe = rv.Probe(
        "tokens", [["the", "cat", "sat", ""], ["zebra", "sat"]], targets=[[3, 4, -1, -1], [4, -1]]
    )
    callback = rv.RNNVizCallback(tmp_path, probe)
    callback.record(model, 0)
    recording = rv.load(tmp_path, "tokens")
    assert recording.tokens == [["the", "cat", "sat", ""], ["zebra", "sat"]]
    (layer,) = recording.layers
    assert recording[layer].mask.tolist() == [[True, True, True, False], [True, True, False, False]]
    assert callback.sources[0].probe.target_kind == "next"
    assert callback.sources[0].vocabulary == ["", "[UNK]", "the", "cat", "sat"]
    assert digests(tmp_path, "tokens")[0]["loss"] > 0


def test_of_two_texts_the_first_is_the_sequence_or_the_one_that_is_named():
    first, second = (keras.Input((1,), dtype="string", name=name) for name in ("first", "second"))
    split = splitting()
    embed = layers.Embedding(30, 4, mask_zero=True)
    outputs = [
        layers.GRU(3, name=f"gru_{k}")(embed(split(x))) for k, x in enumerate((first, second))
    ]
    model = keras.Model({"first": first, "second": second}, layers.Concatenate()(outputs))
    texts = {"first": ["the cat", "a dog"], "second": ["the cat sat on", "on the mat a"]}
    recording = rv.record(model, texts).on_tokens()
    assert recording.tokens == [["the", "cat"], ["a", "dog"]] and recording.layers == ("gru_0",)
    recording = rv.record(model, rv.Probe("pair", texts, sequence="second")).on_tokens()
    assert recording.lengths.tolist() == [4, 4] and recording.layers == ("gru_1",)


@pytest.mark.parametrize(
    ("options", "reason"),
    [({"ragged": True}, "ragged=True"), ({"output_mode": "multi_hot"}, "output_mode='multi_hot'")],
)
def test_a_layer_without_ids_is_refused_with_what_to_record(options, reason):
    model = keras.Sequential([splitting(**options), layers.Reshape((-1, 1)), layers.LSTM(3)])
    with pytest.raises(ValueError, match=rf"{reason}.*on the ids.*get_vocabulary"):
        rv.record(model, TEXTS)


def test_strings_and_models_that_do_not_fit_are_told_apart():
    lookup, _ = reading(layers.StringLookup(vocabulary=["the"]), (None,))
    with pytest.raises(ValueError, match="pass tokens as a list of strings for each sequence"):
        rv.record(lookup, ["the", "cat"])
    with pytest.raises(ValueError, match="Generate with the part of the model behind"):
        rv.generate(lookup, [1])
    ids = keras.Sequential([keras.Input((None,)), layers.Embedding(9, 4), layers.GRU(3)])
    with pytest.raises(ValueError, match="no TextVectorization or StringLookup.*vocabulary="):
        rv.record(ids, ["the cat"])
