"""Feed-forward networks (n-NN) see n characters and no more."""

import keras
import numpy as np
import pytest

from trainer.study.config import Grid
from trainer.study.corpus_split import CorpusSplit, HeldOutText
from trainer.study.fitting import fit_model
from trainer.study.model_spec import ModelSpec
from trainer.study.networks import build_model
from trainer.tokenizers import Tokenizer

GRID = Grid(n_nn_epochs=30, patience=30, batch_size=8, seq_length=32, eta=0.01)


def xor_text(length: int = 6000) -> CorpusSplit:
    """Random bits of which every third is the exclusive or of the two before it.

    A mark follows each triple, so that the position in a triple is known once the mark is in sight.
    """
    random = np.random.default_rng(0)
    triples = random.integers(0, 2, (length // 4, 2))
    characters = "".join(f"{a}{b}{a ^ b}." for a, b in triples)
    return split(characters)


def second_order_text(length: int = 4000) -> CorpusSplit:
    """A walk over all pairs: the last two characters, and no fewer, decide the next."""
    cycle = "aabacadbbcbdccdd"  # de Bruijn: each pair of four letters once, in a circle
    pairs = {cycle[k] + cycle[(k + 1) % 16] for k in range(16)}
    if len(pairs) != 16:
        raise ValueError("The cycle must hold every pair once.")
    return split(cycle * (length // 16))


def split(characters: str) -> CorpusSplit:
    tokenizer = Tokenizer.fit("character", characters)
    ids = tokenizer.encode(characters)
    cut = len(ids) * 8 // 10, len(ids) * 9 // 10
    held_out = HeldOutText(ids[cut[0] : cut[1]]), HeldOutText(ids[cut[1] :])
    return CorpusSplit(tokenizer, ids[: cut[0]], *held_out)


def loss(text: CorpusSplit, n: int) -> float:
    return fit_model(ModelSpec("n-NN", 32, n=n), GRID, text, 0, 600)[1].test


def test_two_characters_are_enough_where_two_decide():
    assert loss(second_order_text(), 2) < 0.05


def test_one_character_is_not_enough_where_two_decide():
    # Each letter is followed by each of four once in the cycle.
    assert loss(second_order_text(), 1) == pytest.approx(np.log(4), abs=0.05)


def test_learns_a_function_that_is_not_a_sum_of_its_inputs():
    # Two of four characters are a fair bit each, the exclusive or and the mark are certain.
    assert loss(xor_text(), 4) == pytest.approx(np.log(2) / 2, abs=0.05)


@pytest.mark.parametrize("n", [1, 3])
def test_a_prediction_depends_on_the_last_n_characters_alone(n):
    model = build_model(ModelSpec("n-NN", 6, n=n), GRID, 5)
    ids = np.random.default_rng(1).integers(0, 5, (1, 20))
    before = keras.ops.convert_to_numpy(model(ids))[0]
    changed = ids.copy()
    changed[0, 8] = (changed[0, 8] + 1) % 5
    after = keras.ops.convert_to_numpy(model(changed))[0]
    differs = np.flatnonzero(np.abs(after - before).max(axis=1) > 1e-7)
    assert differs.tolist() == list(range(8, 8 + n))


def test_the_network_is_one_tanh_layer_over_one_hot_characters():
    model = build_model(ModelSpec("n-NN", 6, n=2), GRID, 5)
    ids = np.array([[3, 1, 4]])
    kernel, bias = model.get_layer("last_characters").get_weights()
    out, out_bias = model.get_layer("next_character").get_weights()
    hidden = np.tanh(kernel[0, 1] + kernel[1, 4] + bias)
    logits = hidden @ out + out_bias
    expected = np.exp(logits) / np.exp(logits).sum()
    assert np.allclose(keras.ops.convert_to_numpy(model(ids))[0, -1], expected, atol=1e-6)
