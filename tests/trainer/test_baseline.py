from collections import Counter
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.baseline import NGram


def kneser_ney(ids, size, context, token):
    """Interpolated Kneser-Ney after Chen and Goodman (1999), with dictionaries."""
    order = len(context) + 1
    grams = Counter(tuple(ids[i : i + order]) for i in range(len(ids) - order + 1))
    return _level(grams, size, tuple(context), token)


def _level(grams, size, context, token):
    shorter = Counter(gram[1:] for gram in grams)
    lower = 1 / size if not context else _level(shorter, size, context[1:], token)
    ones, twos = (sum(count == n for count in grams.values()) for n in (1, 2))
    discount = ones / (ones + 2 * twos) if ones else 0.5
    after = {gram[-1]: count for gram, count in grams.items() if gram[:-1] == context}
    total = sum(after.values())
    if not total:
        return lower
    own = max(after.get(token, 0) - discount, 0) / total
    return own + discount * len(after) / total * lower


@pytest.mark.parametrize("order", [1, 2, 3])
def test_probabilities_equal_the_formula(order):
    ids = np.random.default_rng(0).integers(0, 4, 60)
    model = NGram(order, 5).fit(ids)
    for context in product(range(5), repeat=order - 1):
        expected = [kneser_ney(ids, 5, context, token) for token in range(5)]
        np.testing.assert_allclose(model.distribution(context), expected)


def test_a_trigram_by_hand():
    # 0 1 0 1 0: trigrams 010 twice, 101 once; discount 1 / (1 + 2) = 1/3.
    # Bigrams by what stands before: 10 after 0, 01 after 1, each once; discount 1.
    # Unigrams likewise: 0 after 1, 1 after 0, each once; discount 1: (0 + 1 x 2/2 x 1/2) = 1/2.
    # P(0|1) = (1 - 1) / 1 + 1 x 1/1 x 1/2 = 1/2; P(0|01) = (2 - 1/3) / 2 + 1/3 x 1/2 x 1/2 = 11/12.
    model = NGram(3, 2).fit([0, 1, 0, 1, 0])
    np.testing.assert_allclose(model.distribution([0, 1]), [11 / 12, 1 / 12])


def test_a_unigram_discounts_once_and_gives_the_rest_to_all():
    # Counts 3, 1, 0; discount 1 / (1 + 0) = 1; 1 x 2/4 goes to three tokens.
    model = NGram(1, 3).fit([0, 0, 0, 1])
    np.testing.assert_allclose(model.distribution([]), [2 / 4 + 1 / 6, 1 / 6, 1 / 6])


@given(
    ids=st.lists(st.integers(0, 3), min_size=3, max_size=40),
    context=st.lists(st.integers(0, 4), max_size=4),
    order=st.integers(1, 3),
)
def test_probabilities_sum_to_one_after_any_context(ids, context, order):
    distribution = NGram(order, 5).fit(ids).distribution(context)
    assert distribution.min() > 0
    assert distribution.sum() == pytest.approx(1)


def test_the_loss_is_the_mean_over_the_tokens_that_are_not_skipped():
    model = NGram(2, 3).fit([0, 1, 2, 0, 1])
    probability = model.probability([0, 1, 2])
    assert model.loss([0, 1, 2], skip=1) == pytest.approx(-np.log(probability[1:]).mean())


def test_higher_orders_have_lower_losses_on_periodic_text():
    ids = np.tile([0, 0, 1, 1], 50)
    losses = [NGram(order, 2).fit(ids[:100]).loss(ids[100:]) for order in (1, 2, 3)]
    assert losses[2] < 0.1 < 0.6 < losses[1] and losses[0] == pytest.approx(np.log(2), abs=0.01)


@pytest.mark.parametrize(("order", "size"), [(0, 3), (1, 0), (3, 2**21)])
def test_invalid_sizes_raise_an_error(order, size):
    with pytest.raises(ValueError, match=f"Received: order={order}, vocabulary_size={size}"):
        NGram(order, size)


@pytest.mark.parametrize("ids", [[[0, 1]], [0.5], [0, 1]])
def test_invalid_ids_raise_an_error(ids):
    with pytest.raises(ValueError, match="Received"):
        NGram(3, 2).fit(ids)


def test_a_model_without_fit_raises_an_error():
    with pytest.raises(ValueError, match="call fit"):
        NGram(1, 2).probability([0])
