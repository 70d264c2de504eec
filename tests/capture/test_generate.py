"""`generate`: carried state, reproducible sampling, a recording of what was written."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from tb_rnnviz import generate, record
from tests.capture.test_record import language_model, numpy

layers = keras.layers


def model():
    return language_model(
        layers.LSTM(6, return_sequences=True, name="a"),
        layers.GRU(5, return_sequences=True, name="b"),
    )


def test_the_same_seed_gives_the_same_text_and_another_seed_another():
    writer = model()
    first = generate(writer, [1, 2], steps=30, seed=4)
    assert first.ids.tolist() == generate(writer, [1, 2], steps=30, seed=4).ids.tolist()
    assert first.ids.tolist() != generate(writer, [1, 2], steps=30, seed=5).ids.tolist()


def test_the_recording_is_that_of_reading_the_text_in_one_go():
    writer = model()
    generation = generate(writer, [1, 2, 3], steps=20)
    text = np.concatenate([[1, 2, 3], generation.ids])
    read = record(writer, text[None])
    for layer in read.layers:
        for quantity, values in read[layer].items():
            np.testing.assert_allclose(
                generation.recording[layer][quantity], values, atol=1e-5, err_msg=quantity
            )
    np.testing.assert_allclose(generation.recording.outputs, read.outputs, atol=1e-5)
    said = [read.outputs[0, 2 + t, i] for t, i in enumerate(generation.ids)]
    np.testing.assert_allclose(generation.probability, said, rtol=1e-4)


def test_temperature_zero_takes_the_most_probable_token():
    writer = model()
    generation = generate(writer, [1], steps=10, temperature=0)
    best = generation.recording.outputs[0].argmax(axis=-1)
    assert generation.ids.tolist() == best[:10].tolist()


def test_samples_follow_the_distribution():
    """A model that ignores its input draws from one distribution: frequencies must match it."""
    inputs = keras.Input((None,))
    x = layers.GRU(2, return_sequences=True)(layers.Embedding(4, 2)(inputs))
    writer = keras.Model(inputs, layers.Dense(4, kernel_initializer="zeros", name="bias")(x))
    probability = np.array([0.5, 0.25, 0.15, 0.1])
    writer.get_layer("bias").set_weights([np.zeros((2, 4)), np.log(probability)])
    ids = generate(writer, [0], steps=4000).ids
    frequency = np.bincount(ids, minlength=4) / len(ids)
    spread = np.sqrt(probability * (1 - probability) / len(ids))
    assert (np.abs(frequency - probability) < 4 * spread).all()


def test_a_model_that_returns_only_its_last_step_can_write():
    writer = keras.Sequential([keras.Input((None,)), layers.Embedding(7, 3)])
    writer.add(layers.LSTM(4))
    writer.add(layers.Dense(7, activation="softmax"))
    generation = generate(writer, [1, 2], steps=5)
    read = np.concatenate([[1, 2], generation.ids])
    for t, token in enumerate(generation.ids):
        told = numpy(writer(read[None, : 2 + t]))[0, token]
        np.testing.assert_allclose(generation.probability[t], told, rtol=1e-4)


def test_names_come_from_the_vocabulary():
    generation = generate(model(), "bc", steps=5, vocabulary=list("abcdefghijk"))
    assert generation.prompt.tolist() == [1, 2]
    assert generation.recording.tokens == [["b", "c", *generation.text]]


@pytest.mark.parametrize(
    "prompt, vocabulary, message",
    [
        ([], None, "at least one token"),
        ("ab", None, "needs the vocabulary"),
        ("az", list("abcdefghijk"), r"does not: \['z'\]"),
        ([99], list("abcdefghijk"), "id 99.*0 to 10"),
        ([[1]], None, "one sequence of ids"),
    ],
)
def test_a_prompt_that_cannot_be_read_is_explained(prompt, vocabulary, message):
    with pytest.raises(ValueError, match=message):
        generate(model(), prompt, vocabulary=vocabulary)


def test_a_layer_that_reads_backwards_cannot_write():
    writer = language_model(layers.Bidirectional(layers.LSTM(4, return_sequences=True), name="bi"))
    with pytest.raises(ValueError, match="forwards.*bi/backward_"):
        generate(writer, [1])
