"""`generate`: carried state, reproducible sampling, a recording of the text."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from tb_rnnviz import generate, record
from tests.capture.networks import FORWARDS, language_model, numpy, sequential, stacked_cells

layers = keras.layers


def model():
    return language_model(
        layers.LSTM(6, return_sequences=True, name="a"),
        layers.GRU(5, return_sequences=True, name="b"),
    )


def biased(probability):
    """Returns a model that ignores its input and always gives the same distribution."""
    inputs = keras.Input((None,))
    x = layers.GRU(2, return_sequences=True)(layers.Embedding(len(probability), 2)(inputs))
    head = layers.Dense(len(probability), kernel_initializer="zeros", name="bias")
    writer = keras.Model(inputs, head(x))
    head.set_weights([np.zeros((2, len(probability))), np.log(probability)])
    return writer


def test_the_same_seed_gives_the_same_text_and_another_seed_another():
    writer = model()
    first = generate(writer, [1, 2], steps=30, seed=4)
    assert first.ids.tolist() == generate(writer, [1, 2], steps=30, seed=4).ids.tolist()
    assert first.ids.tolist() != generate(writer, [1, 2], steps=30, seed=5).ids.tolist()


def test_the_recording_equals_that_of_reading_the_whole_text():
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
    probability = [read.outputs[0, 2 + t, i] for t, i in enumerate(generation.ids)]
    np.testing.assert_allclose(generation.probability, probability, rtol=1e-4)


def test_temperature_zero_takes_the_most_probable_token():
    writer = model()
    generation = generate(writer, [1], steps=10, temperature=0)
    best = generation.recording.outputs[0].argmax(axis=-1)
    assert generation.ids.tolist() == best[:10].tolist()


def test_samples_follow_the_distribution():
    """Frequencies of a model that ignores its input match its distribution."""
    probability = np.array([0.5, 0.25, 0.15, 0.1])
    ids = generate(biased(probability), [0], steps=800).ids
    frequency = np.bincount(ids, minlength=4) / len(ids)
    spread = np.sqrt(probability * (1 - probability) / len(ids))
    assert (np.abs(frequency - probability) < 4 * spread).all()


def test_a_model_that_returns_only_its_last_step_can_generate():
    writer = keras.Sequential([keras.Input((None,)), layers.Embedding(7, 3)])
    writer.add(layers.LSTM(4))
    writer.add(layers.Dense(7, activation="softmax"))
    generation = generate(writer, [1, 2], steps=5)
    read = np.concatenate([[1, 2], generation.ids])
    for t, token in enumerate(generation.ids):
        probability = numpy(writer(read[None, : 2 + t]))[0, token]
        np.testing.assert_allclose(generation.probability[t], probability, rtol=1e-4)


def test_tokens_are_named_by_the_vocabulary():
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
def test_an_invalid_prompt_is_an_error(prompt, vocabulary, message):
    with pytest.raises(ValueError, match=message):
        generate(model(), prompt, vocabulary=vocabulary)


def test_a_layer_that_reads_backwards_cannot_generate():
    writer = language_model(layers.Bidirectional(layers.LSTM(4, return_sequences=True), name="bi"))
    with pytest.raises(ValueError, match="forwards.*bi/backward_"):
        generate(writer, [1])


def test_top_k_draws_among_the_most_probable_tokens_by_their_shares():
    probability = np.array([0.1, 0.4, 0.2, 0.3])
    texts = generate(biased(probability), [0], steps=200, samples=20, top_k=2)
    ids = np.stack([text.ids for text in texts])
    assert set(ids.ravel()) == {1, 3}
    share = (ids == 1).mean()
    assert abs(share - 4 / 7) < 4 * np.sqrt(4 / 7 * 3 / 7 / ids.size)


def test_top_k_of_equal_probabilities_draws_from_exactly_k():
    ids = generate(biased(np.full(6, 1 / 6)), [0], steps=100, top_k=3).ids
    assert len(set(ids)) == 3


def test_top_k_does_not_change_the_reported_probability():
    probability = np.array([0.1, 0.4, 0.2, 0.3])
    generation = generate(biased(probability), [0], steps=20, top_k=2)
    np.testing.assert_allclose(generation.probability, probability[generation.ids], rtol=1e-5)


def test_a_top_k_of_all_tokens_changes_nothing_and_of_one_takes_the_most_probable():
    writer = model()
    free = generate(writer, [1, 2], steps=30)
    for k in (11, 1000):
        assert generate(writer, [1, 2], steps=30, top_k=k).ids.tolist() == free.ids.tolist()
    greedy = generate(writer, [1], steps=10, temperature=0).ids.tolist()
    assert generate(writer, [1], steps=10, top_k=1, temperature=3.0).ids.tolist() == greedy


def test_a_text_ends_with_the_first_stop_token():
    writer = model()
    whole = generate(writer, [1, 2], steps=40)
    last = int(whole.ids[12])
    end = whole.ids.tolist().index(last) + 1
    stopped = generate(writer, [1, 2], steps=40, stop=last)
    assert stopped.ids.tolist() == whole.ids[:end].tolist() and stopped.ids[-1] == last
    assert len(stopped.probability) == end
    assert stopped.recording["a"]["cell_state"].shape == (1, 2 + end, 6)
    assert stopped.recording.outputs.shape == (1, 2 + end, 11)
    assert len(stopped.recording.tokens[0]) == 2 + end
    np.testing.assert_array_equal(
        stopped.recording["b"]["update_gate"], whole.recording["b"]["update_gate"][:, : 2 + end]
    )


def test_stop_takes_ids_and_tokens():
    writer, vocabulary = model(), list("abcdefghijk")
    whole = generate(writer, "bc", steps=40, vocabulary=vocabulary).text
    first, second = whole[9], whole[4]
    ids = [vocabulary.index(first), vocabulary.index(second)]
    for stop, ends in {
        first: first,
        ids[0]: first,
        (first, second): first + second,
        frozenset([first, ids[1]]): first + second,
        tuple(ids): first + second,
    }.items():
        text = generate(writer, "bc", steps=40, stop=stop, vocabulary=vocabulary).text
        assert text == whole[: min(map(whole.index, ends)) + 1]
    assert generate(writer, [1, 2], steps=40, stop=np.array(ids)).ids.size == len(text)


def test_a_stop_token_that_never_comes_leaves_the_text_whole():
    ids = generate(biased(np.array([0.7, 0.3, 1e-12])), [0], steps=50, stop=2).ids
    assert len(ids) == 50


@pytest.mark.parametrize("samples", [1, 2, 5])
def test_several_samples_are_a_list_whose_first_is_the_single_text(samples):
    writer = model()
    alone = generate(writer, [1, 2], steps=25, seed=7)
    texts = generate(writer, [1, 2], steps=25, seed=7, samples=samples)
    assert len(texts) == samples
    assert texts[0].ids.tolist() == alone.ids.tolist()
    assert len({tuple(text.ids) for text in texts}) == samples
    again = generate(writer, [1, 2], steps=25, seed=7, samples=samples)
    assert [text.ids.tolist() for text in texts] == [text.ids.tolist() for text in again]


def test_every_sample_has_the_recording_of_its_own_text():
    writer = model()
    for text in generate(writer, [1, 2, 3], steps=15, samples=3, stop=[4, 5], top_k=8):
        whole = np.concatenate([[1, 2, 3], text.ids])
        read = record(writer, whole[None])
        assert text.recording.layers == read.layers
        for layer in read.layers:
            for quantity, values in read[layer].items():
                np.testing.assert_allclose(
                    text.recording[layer][quantity], values, atol=1e-5, err_msg=quantity
                )
        np.testing.assert_allclose(text.recording.outputs, read.outputs, atol=1e-5)


KINDS = FORWARDS | {"stacked cells": stacked_cells}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_cell_generates_several_samples(kind):
    writer = sequential(KINDS[kind]())
    for text in generate(writer, [1, 2], steps=6, samples=2, top_k=5, seed=3):
        read = record(writer, np.concatenate([[1, 2], text.ids])[None])
        assert text.recording.layers == read.layers
        for layer in read.layers:
            for quantity, values in read[layer].items():
                np.testing.assert_allclose(
                    text.recording[layer][quantity], values, atol=1e-5, err_msg=quantity
                )


def test_samples_are_drawn_independently():
    probability = np.array([0.5, 0.25, 0.15, 0.1])
    texts = generate(biased(probability), [0], steps=200, samples=20)
    ids = np.stack([text.ids for text in texts])
    spread = np.sqrt(probability * (1 - probability) / ids.size)
    frequency = np.bincount(ids.ravel(), minlength=4) / ids.size
    assert (np.abs(frequency - probability) < 4 * spread).all()
    agree = (ids[:, None] == ids[None]).mean(axis=-1)[np.triu_indices(20, 1)]
    assert np.abs(agree - (probability**2).sum()).max() < 0.2


def test_a_model_of_the_last_step_generates_several_samples():
    writer = keras.Sequential([keras.Input((None,)), layers.Embedding(7, 3, mask_zero=True)])
    writer.add(layers.LSTM(4))
    writer.add(layers.Dense(7, activation="softmax"))
    for text in generate(writer, [1, 2], steps=5, samples=2):
        assert text.recording.outputs.shape == (1, 7, 7)
        assert text.recording[text.recording.layers[0]].mask.shape == (1, 7)


def test_other_options_do_not_compile_again(monkeypatch):
    writer = model()
    passes = []
    call = type(writer).call
    monkeypatch.setattr(
        type(writer), "call", lambda *args, **kwargs: passes.append(1) or call(*args, **kwargs)
    )
    generate(writer, [1, 2], steps=5, top_k=3)
    traced = len(passes)
    generate(writer, [2, 1], steps=5, top_k=5, temperature=0.3, seed=8, stop=3)
    if keras.backend.backend() != "torch":
        assert traced and len(passes) == traced


@pytest.mark.parametrize(
    "options, message",
    [
        ({"top_k": 0}, "`top_k` is an integer of at least 1.*0"),
        ({"top_k": 2.5}, "`top_k`.*2.5"),
        ({"samples": 0}, "`samples` is an integer of at least 1"),
        ({"samples": True}, "`samples`.*True"),
        ({"stop": 11}, "id 11, which the model cannot write.*0 to 10"),
        ({"stop": -1}, "`stop` is an id.*-1"),
        ({"stop": []}, "at least one token"),
        ({"stop": 1.5}, "`stop` is an id"),
        ({"stop": "a"}, "needs the vocabulary"),
        ({"stop": "ab", "vocabulary": list("abcdefghijk")}, r"does not: \['ab'\]"),
        ({"temperature": -1}, "temperature of at least 0"),
    ],
)
def test_an_option_outside_its_range_is_an_error(options, message):
    with pytest.raises(ValueError, match=message):
        generate(model(), [1], steps=3, **options)
