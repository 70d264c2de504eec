"""Kneser-Ney n-grams against a model of dictionaries, and against nltk."""

from collections import Counter, defaultdict

import numpy as np
import pytest

from tb_rnnviz.analysis import KneserNey
from tb_rnnviz.analysis.ngram.smoothing import estimate_discounts


class Dictionary:
    """The same model with dictionaries, from the formulas."""

    def __init__(self, order, sequences, vocabulary, modified, discount=None):
        self.order, self.vocabulary = order, vocabulary
        self.tables = {}
        for n in range(1, order + 1):
            grams = [tuple(s[i : i + n]) for s in sequences for i in range(len(s) - n + 1)]
            if n == order:
                counts = Counter(grams)
            else:
                longer = {tuple(s[i : i + n + 1]) for s in sequences for i in range(len(s) - n)}
                counts = Counter(gram[1:] for gram in longer)
            table = defaultdict(dict)
            for gram, count in counts.items():
                table[gram[:-1]][gram[-1]] = count
            self.tables[n] = table, self.discounts(counts, modified, discount)

    @staticmethod
    def discounts(counts, modified, discount):
        if discount is not None:
            return [0, discount, discount, discount]
        n = [sum(c == i for c in counts.values()) for i in range(5)]
        y = n[1] / (n[1] + 2 * n[2]) if n[1] else 0.5
        if not modified:
            return [0, y, y, y]
        d = [i - (i + 1) * y * n[i + 1] / n[i] if n[i] else 0 for i in (1, 2, 3)]
        return [0] + [value if 0 < value < i else y for i, value in enumerate(d, 1)]

    def probability(self, token, context):
        context = tuple(context)
        if len(context) >= self.order:
            context = context[len(context) - self.order + 1 :]
        lower = 1 / self.vocabulary if not context else self.below(token, context)
        table, discounts = self.tables[len(context) + 1]
        follow = table.get(context)
        if not follow:
            return lower
        total = sum(follow.values())
        count = follow.get(token, 0)
        left = sum(discounts[min(c, 3)] for c in follow.values()) / total
        return (count - discounts[min(count, 3)]) / total + left * lower

    def below(self, token, context):
        return self.probability(token, context[1:])


def text(seed, size, vocabulary):
    """Tokens with some structure: a random walk on a ring."""
    rng = np.random.default_rng(seed)
    return np.cumsum(rng.choice([0, 1, 1, 2], size)) % vocabulary


@pytest.mark.parametrize("order", [1, 2, 3, 5])
@pytest.mark.parametrize("options", [(True, None), (False, None), (False, 0.1)])
def test_probabilities_equal_a_model_of_dictionaries(order, options):
    modified, discount = options
    lengths = [120, 7, 60]
    ids = text(order, sum(lengths), 5)
    sequences = [part.tolist() for part in np.split(ids, np.cumsum(lengths)[:-1])]
    slow = Dictionary(order, sequences, 6, modified, discount)
    fast = KneserNey(order, modified=modified, discount=discount)
    fast.fit(ids, vocabulary=6, lengths=lengths)

    other = text(99, 50, 6)
    expected = [slow.probability(token, other[:i].tolist()) for i, token in enumerate(other)]
    np.testing.assert_allclose(fast.probability(other), expected, rtol=1e-12)
    split = [
        slow.probability(token, part[:i].tolist())
        for part in (other[:20], other[20:])
        for i, token in enumerate(part)
    ]
    np.testing.assert_allclose(fast.probability(other, lengths=[20, 30]), split, rtol=1e-12)


@pytest.mark.parametrize("order", [2, 3, 4])
def test_probabilities_equal_nltks(order):
    """NLTK ends at unigrams without smoothing, ours at the uniform distribution.

    With a discount d, N distinct tokens and B distinct bigrams, ours for one token is
    (c - d) / B + d N / B / V where nltk's is c / B; over a vocabulary in which all tokens have the
    same number c of continuations, as here, both are 1 / V.
    """
    lm = pytest.importorskip("nltk.lm")
    from nltk.util import everygrams

    vocabulary = 4
    pairs = [(a, b) for a in range(vocabulary) for b in range(vocabulary)]
    ids = eulerian(pairs)
    ids = ids[:-1] * 2 + ids[: order + 1]
    names = [str(i) for i in ids]
    model = lm.KneserNeyInterpolated(order, discount=0.1)
    model.fit([list(everygrams(names, max_len=order))], vocabulary_text=names)
    ours = KneserNey(order, discount=0.1).fit(ids, vocabulary=vocabulary)
    other = np.random.default_rng(order).integers(0, vocabulary, 60)
    expected = [
        model.score(str(token), [str(i) for i in other[max(i - order + 1, 0) : i]])
        for i, token in enumerate(other)
    ]
    np.testing.assert_allclose(ours.probability(other), expected, rtol=1e-12)


def eulerian(pairs):
    """A closed walk that takes every step of `pairs` once."""
    left = defaultdict(list)
    for a, b in pairs:
        left[a].append(b)
    stack, walk = [pairs[0][0]], []
    while stack:
        if left[stack[-1]]:
            stack.append(left[stack[-1]].pop())
        else:
            walk.append(stack.pop())
    return walk[::-1]


@pytest.mark.parametrize("order", [1, 2, 4, 20])
@pytest.mark.parametrize("modified", [True, False])
def test_probabilities_sum_to_one_after_any_context(order, modified):
    model = KneserNey(order, modified=modified).fit(text(0, 300, 5), vocabulary=7)
    rng = np.random.default_rng(1)
    for context in ([], [6], *rng.integers(0, 7, (20, order + 2)), text(0, 30, 5)):
        distribution = model.distribution(context)
        assert distribution.shape == (7,)
        assert (distribution > 0).all()
        assert distribution.sum() == pytest.approx(1, abs=1e-12)
        if order > 1 and len(context):
            again = [model.probability([*context, token])[-1] for token in range(7)]
            np.testing.assert_allclose(again, distribution, rtol=1e-12)


@pytest.mark.parametrize("modified", [True, False])
def test_by_order_equals_the_models_of_each_order(modified):
    ids, other = text(3, 400, 6), text(4, 80, 6)
    rows = KneserNey(5, modified=modified).fit(ids, vocabulary=6).by_order(other, [30, 50])
    for n, row in enumerate(rows, 1):
        alone = KneserNey(n, modified=modified).fit(ids, vocabulary=6)
        np.testing.assert_allclose(row, alone.probability(other, [30, 50]), rtol=1e-12)


def test_higher_orders_help_on_structure_and_not_on_noise():
    rng = np.random.default_rng(0)
    ring, noise = text(0, 20_000, 8), rng.integers(0, 8, 20_000)

    def loss(ids):
        model = KneserNey(3).fit(ids[:15_000], vocabulary=8)
        return -np.log(model.probability(ids[15_000:])).mean()

    entropy = -(0.5 * np.log(0.5) + 2 * 0.25 * np.log(0.25))
    assert loss(ring) == pytest.approx(entropy, abs=0.05)
    assert np.log(8) <= loss(noise) < np.log(8) + 0.05


def test_keys_do_not_overflow():
    ids = np.tile(np.arange(3000), 3)
    model = KneserNey(20).fit(ids)
    assert model.probability(ids)[4000:].min() > 0.5


def test_a_text_may_be_as_short_as_the_order():
    model = KneserNey(4).fit([0, 1, 0, 1])
    assert model.distribution([0, 1, 0]).sum() == pytest.approx(1)


def test_discounts_stay_between_nothing_and_the_count():
    rng = np.random.default_rng(0)
    for _ in range(300):
        counts = rng.integers(0, rng.integers(2, 7), rng.integers(1, 20)).astype(np.int32)
        for modified in (True, False):
            zero, *rest = estimate_discounts(counts, modified)
            assert zero == 0
            assert all(0 < d <= i for i, d in enumerate(rest, 1))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"order": 0}, "at least 1. Received: order=0"),
        ({"order": 2.0}, "Received: order=2.0"),
        ({"order": True}, "Received: order=True"),
        ({"order": 2, "discount": 1.0}, "between 0 and 1.*discount=1.0"),
    ],
)
def test_invalid_options_raise_an_error(options, message):
    with pytest.raises(ValueError, match=message):
        KneserNey(**options)


@pytest.mark.parametrize(
    ("ids", "options", "message"),
    [
        ([0, 1], {}, "order 3 need a sequence of at least 3 tokens. Received: 2.*lower order"),
        ([], {}, "Received: 0 in the longest"),
        ([0, 1, 0, 1], {"lengths": [2, 2]}, "Received: 2 in the longest"),
        ([0.5, 1, 2], {}, "must be integers.*float64"),
        ([[0, 1, 2]], {}, r"shape \(1, 3\)"),
        ([0, -1, 2], {}, "Received: ids between -1 and 2"),
        ([0, 1, 5], {"vocabulary": 5}, "between 0 and 4.*between 0 and 5"),
        ([0, 1, 2], {"lengths": [2]}, "must add up to the 3 steps"),
    ],
)
def test_invalid_texts_raise_an_error(ids, options, message):
    with pytest.raises(ValueError, match=message):
        KneserNey(3).fit(ids, **options)


def test_a_model_without_fit_raises_an_error():
    with pytest.raises(ValueError, match="call fit"):
        KneserNey(2).probability([0])


def test_an_empty_text_has_no_probabilities():
    assert KneserNey(2).fit([0, 1]).probability([]).shape == (0,)
