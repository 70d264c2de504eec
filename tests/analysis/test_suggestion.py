"""Suggested units and their neighbours."""

from dataclasses import replace

import numpy as np
import pytest

from tb_rnnviz.analysis import Relevance, Suggestion, relevance, suggest


def scored(score) -> Relevance:
    score = np.asarray(score, dtype=float)
    return Relevance(score, score, score, score, score, count=3, total=9)


@pytest.mark.parametrize(
    ("score", "n", "expected"),
    [
        ([0, 1, 5, 1, 0, 3, 0], 2, [(2, (1, 3)), (5, (4, 6))]),
        ([9, 1, 1, 1, 1, 8], 2, [(0, (1,)), (5, (4,))]),
        ([1, 1, 9, 8, 1, 1], 2, [(2, (1,)), (3, (4,))]),
        ([1, 9, 1, 8, 1], 2, [(1, (0, 2)), (3, (4,))]),
        ([9, 8, 7], 3, [(0, ()), (1, ()), (2, ())]),
        ([1, 5, 1, 5, 5], 2, [(1, (0, 2)), (3, (4,))]),
        ([3], 2, [(0, ())]),
        ([0, 2, 0], 2, [(1, (0, 2))]),
        ([np.nan, 2, np.inf], 2, [(1, (0, 2))]),
        ([0, 0], 2, []),
        ([], 2, []),
        ([1, 2], 0, []),
    ],
)
def test_suggests_the_strongest_units_with_their_neighbours(score, n, expected):
    assert suggest(scored(score), n) == tuple(Suggestion(*item) for item in expected)


def test_lists_every_unit_once_and_existing_units_only():
    rng = np.random.default_rng(0)
    for _ in range(200):
        score = rng.integers(0, 4, rng.integers(1, 12))
        result = suggest(scored(score), int(rng.integers(1, 6)))
        listed = [unit for s in result for unit in (s.unit, *s.neighbours)]
        assert len(listed) == len(set(listed))
        assert all(0 <= unit < len(score) for unit in listed)
        assert all(abs(s.unit - unit) == 1 for s in result for unit in s.neighbours)
        keys = [(-score[s.unit], s.unit) for s in result]
        assert keys == sorted((-v, i) for i, v in enumerate(score) if v > 0)[: len(keys)]


def test_indices_are_plain_integers():
    (result,) = suggest(scored([0, 2, 0]))
    assert type(result.unit) is int and all(type(unit) is int for unit in result.neighbours)


@pytest.mark.parametrize("planted", [0, 7])
def test_suggests_a_planted_unit_at_either_end(planted):
    mask = np.arange(60) % 5 == 0
    activity = np.random.default_rng(1).normal(0, 0.01, (60, 8))
    activity[mask, planted] += 1
    assert suggest(relevance(activity, mask))[0].unit == planted


@pytest.mark.parametrize("mask", [np.zeros(6, bool), np.ones(6, bool)])
def test_suggests_no_unit_for_a_feature_that_cannot_be_tested(mask):
    assert suggest(relevance(np.random.default_rng(2).normal(size=(6, 3)), mask)) == ()
    assert suggest(replace(scored([1, 2]), note="matches no token")) == ()


def test_a_negative_number_raises_an_error():
    with pytest.raises(ValueError, match="at least 0. Received: n=-1"):
        suggest(scored([1]), -1)
