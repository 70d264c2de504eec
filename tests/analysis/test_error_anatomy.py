"""Error anatomy and oracles, against loops over tokens."""

import re

import numpy as np
import pytest

from tb_rnnviz.analysis import KneserNey, error_anatomy, error_oracles

TRAINING = "the cat sat. the cat ran. the dog sat. a rat ran to the dog. " * 6 + "an owl saw it. "
TEXT = 'the owl sat. "an emu," the cat saw. the emu ran to it;\nzebras eat the emu! zebras zebras'


def part_by_hand(tokens, position, ngrams, memory, rare):
    """The first oracle that predicts the token, by comparing strings."""
    for n, row in enumerate(ngrams, 1):
        if row[position] > 0.5:
            return "n-gram", n
    text = "".join(tokens)
    word = next((m for m in re.finditer(r"\w+", text) if m.start() <= position < m.end()), None)
    if word:
        for n in memory:
            before = [m for m in re.finditer(r"\w+", text) if m.end() <= word.start()]
            if any(m[0] == word[0] and position - m.start() <= n for m in before):
                return "memory", n
        count = len(re.findall(rf"\b{word[0]}\b", TRAINING))
        if count <= rare:
            return "rare word", count
    if position and tokens[position - 1] in ' \n"':
        return "word model", None
    if not tokens[position].isalnum() and not tokens[position].isspace():
        return "punctuation", None
    return None


@pytest.mark.parametrize("orders", [0, 2, 4])
def test_oracles_equal_a_loop_over_tokens(orders):
    memory, rare = (9, 30), 1
    oracles = error_oracles(TEXT, TRAINING, orders=orders, memory=memory, rare=rare)
    characters = sorted(set(TRAINING + TEXT))
    ids, other = ([characters.index(c) for c in text] for text in (TRAINING, TEXT))
    ngrams = [
        KneserNey(n).fit(ids, vocabulary=len(characters)).probability(other)
        for n in range(1, orders + 1)
    ]
    for position in range(len(TEXT)):
        first = oracles.first[position]
        part = oracles.parts[first] if first >= 0 else None
        expected = part_by_hand(TEXT, position, ngrams, memory, rare)
        assert part == expected, (position, TEXT[position])
    categories = {oracles.parts[first][0] for first in oracles.first}
    assert categories >= {"memory", "rare word", "n-gram" if orders else "punctuation"}


def test_shares_sum_to_one_and_every_error_is_in_one_slice():
    oracles = error_oracles(TEXT, TRAINING)
    rng = np.random.default_rng(0)
    probability = rng.random(len(TEXT))
    probability[0] = np.nan
    anatomy = error_anatomy(probability, oracles, samples=len(TEXT))
    assert sum(anatomy.shares.values()) == pytest.approx(1, abs=1e-12)
    assert sum(part.share for part in anatomy.slices) == pytest.approx(1, abs=1e-12)
    positions = np.concatenate([part.positions for part in anatomy.slices])
    assert sorted(positions) == np.flatnonzero(probability < 0.5).tolist()
    assert anatomy.errors == len(positions) == sum(part.count for part in anatomy.slices)
    assert anatomy.predicted == len(TEXT) - 1
    assert all(part.count == len(part.positions) for part in anatomy.slices)
    assert list(anatomy.shares) == [
        "n-gram", "memory", "rare word", "word model", "punctuation", "boost", "rest",
    ]  # fmt: skip
    levels = [part.level for part in anatomy.slices]
    assert levels[:13] == [1, 2, 3, 4, 5, 6, 7, 8, 9, 100, 500, 1000, 5000]
    assert levels[13:] == [0, 1, 2, 3, 4, 5, None, None, 0.1, 0.2, 0.3, 0.4, 0.5, None]


def test_boost_applies_to_errors_that_no_oracle_avoids():
    oracles = error_oracles("    ", "abab", orders=0)
    oracles.first[:] = -1
    anatomy = error_anatomy([0.45, 0.4, 0.25, 0.1], oracles, boost=(0.1, 0.3))
    result = {(s.category, s.level): s.positions.tolist() for s in anatomy.slices if s.count}
    assert result == {("boost", 0.1): [0, 1], ("boost", 0.3): [2], ("rest", None): [3]}
    assert error_anatomy([0.0] * 4, oracles).shares["rest"] == 0


def test_a_perfect_model_has_no_errors():
    anatomy = error_anatomy(np.ones(len(TEXT)), error_oracles(TEXT, TRAINING))
    assert anatomy.errors == 0
    assert set(anatomy.shares.values()) == {0.0}


def test_the_threshold_is_strict():
    oracles = error_oracles("ab", "abab", orders=0)
    assert error_anatomy([0.5, 0.5], oracles).errors == 0
    assert error_anatomy([0.5, 0.4], oracles, threshold=0.4).errors == 0
    assert error_anatomy([0.5, 0.39], oracles, threshold=0.4).errors == 1


def test_samples_are_reproducible():
    oracles = error_oracles("ab" * 50, "ab" * 20, orders=2)
    first, again = (error_anatomy(np.zeros(100), oracles, samples=3) for _ in range(2))
    for part, same in zip(first.slices, again.slices, strict=True):
        assert part.positions.size == min(part.count, 3)
        assert part.positions.tolist() == same.positions.tolist()


def test_memory_does_not_reach_into_another_sequence():
    oracles = error_oracles("emu emu", "ab ", lengths=[4, 3], orders=0)
    assert oracles.parts[oracles.first[4]] == ("rare word", 0)
    oracles = error_oracles("emu emu", "ab ", orders=0, memory=[3, 4])
    assert oracles.parts[oracles.first[4]] == ("memory", 4)


def test_first_letters_can_be_left_to_the_word_model():
    oracles = error_oracles("emu emu", "ab ", orders=0, rare=0, first_letters=False)
    result = [oracles.parts[first] for first in oracles.first[4:]]
    assert result == [("rare word", 0), ("memory", 100), ("memory", 100)]
    oracles = error_oracles("emu emu", "emu ", orders=0, rare=0, first_letters=False)
    assert oracles.parts[oracles.first[4]] == ("word model", None)


def test_tokens_may_be_words():
    tokens = ["the", "emu", ",", "the", "emu", "ran"]
    training = ["the", "cat", "ran"] * 10
    oracles = error_oracles(tokens, training, orders=0, memory=[3, 50])
    result = [oracles.parts[first] for first in oracles.first]
    assert result == [
        ("word model", None),
        ("rare word", 0),
        ("punctuation", None),
        ("memory", 3),
        ("memory", 3),
        ("word model", None),
    ]


def test_ngram_probabilities_can_be_passed():
    probabilities = np.zeros((2, len(TEXT)))
    probabilities[1, 5] = 0.9
    oracles = error_oracles(TEXT, "x", ngrams=probabilities)
    assert oracles.parts[oracles.first[5]] == ("n-gram", 2)
    assert ("n-gram", 3) not in oracles.parts


def test_a_text_without_tokens():
    anatomy = error_anatomy([], error_oracles("", TRAINING))
    assert (anatomy.errors, anatomy.predicted) == (0, 0)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"tokens": [1, 2]}, r"`tokens` must be strings.*1 \(int\)"),
        ({"training": [b"a"]}, "`training` must be strings"),
        ({"training": "abc"}, "order 9 need a sequence of at least 9 tokens. Received: 3"),
        ({"memory": [0]}, r"memory=\[0\]"),
        ({"rare": -1}, "rare=-1"),
        ({"lengths": [3]}, "must add up"),
        ({"ngrams": np.zeros((2, 3))}, r"\(orders, 88\).*\(2, 3\)"),
    ],
)
def test_invalid_arguments_of_the_oracles_raise_an_error(arguments, message):
    with pytest.raises(ValueError, match=message):
        error_oracles(**{"tokens": TEXT, "training": TRAINING} | arguments)


@pytest.mark.parametrize(
    ("probability", "options", "message"),
    [
        ([0.5], {}, r"one number per token, shape \(2,\).*\(1,\)"),
        ([0.5, 1.5], {}, "between 0 and 1.*1.5 at token 1.*softmax"),
        ([0.5, -0.1], {}, "-0.1 at token 1"),
        (["a", "b"], {}, "Received: dtype"),
        ([0.5, 0.5], {"threshold": 0}, "threshold=0"),
        ([0.5, 0.5], {"boost": [0.0]}, r"boost=\[0.0\]"),
        ([0.5, 0.5], {"samples": -1}, "samples=-1"),
    ],
)
def test_invalid_probabilities_raise_an_error(probability, options, message):
    oracles = error_oracles("ab", "abab", orders=0)
    with pytest.raises(ValueError, match=message):
        error_anatomy(probability, oracles, **options)
