"""Suggested units and their neighbours."""

from dataclasses import replace

import numpy as np
import pytest

from tb_rnnviz.analysis import Relevance, Suggestion, relevance, suggest


def with_effects(effect, within=None) -> Relevance:
    """Relevance of units; q is 0.01 where they have an effect, or one within tokens."""
    effect = np.asarray(effect, dtype=float)
    within = np.full(effect.shape, np.nan) if within is None else np.asarray(within, dtype=float)
    q, within_q = (np.where(np.abs(size) > 0, 0.01, 0.5) for size in (effect, within))
    nothing = np.zeros_like(effect)
    return Relevance(
        *(nothing,) * 4, effect, count=3, total=9, q=q, within=within, within_q=within_q
    )


@pytest.mark.parametrize(
    ("effect", "n", "expected"),
    [
        ([0, 1, 5, 1, 0, -3, 0], 2, [(2, (1, 3)), (5, (4, 6))]),
        ([9, 1, 1, 1, 1, -8], 2, [(0, (1,)), (5, (4,))]),
        ([1, 1, 9, 8, 1, 1], 2, [(2, (1,)), (3, (4,))]),
        ([1, 9, 1, 8, 1], 2, [(1, (0, 2)), (3, (4,))]),
        ([9, 8, 7], 3, [(0, ()), (1, ()), (2, ())]),
        ([1, 5, 1, 5, 5], 2, [(1, (0, 2)), (3, (4,))]),
        ([3], 2, [(0, ())]),
        ([0, 2, 0], 2, [(1, (0, 2))]),
        ([np.nan, 2, 0], 2, [(1, (0, 2))]),
        ([0, 0], 2, []),
        ([], 2, []),
        ([1, 2], 0, []),
    ],
)
def test_suggests_the_strongest_units_with_their_neighbours(effect, n, expected):
    assert suggest(with_effects(effect), n) == tuple(Suggestion(*item) for item in expected)


def test_memory_comes_first_and_the_largest_effect_is_always_suggested():
    relevance = with_effects([5, 1, 2, 3], within=[0.1, 1, 2, 3])
    relevance.within_q[0] = 0.5
    assert [one.unit for one in suggest(relevance, 4)] == [3, 2, 1, 0]
    assert [one.unit for one in suggest(relevance, 2)] == [3, 0]
    assert [one.unit for one in suggest(relevance, 1)] == [0]


def test_a_unit_of_a_large_scale_is_not_suggested_before_one_of_a_strong_effect():
    rng = np.random.default_rng(0)
    mask = rng.random(2000) < 0.1
    activity = rng.normal(size=(2000, 3))
    activity[:, 2] += 3 * mask
    activity[:, 0] = 1000 * (activity[:, 0] + mask)
    assert [one.unit for one in suggest(relevance(activity, mask))] == [2, 0]


def test_lists_every_unit_once_and_existing_units_only():
    rng = np.random.default_rng(0)
    for _ in range(200):
        effect = rng.integers(0, 4, rng.integers(1, 12))
        result = suggest(with_effects(effect), int(rng.integers(1, 6)))
        listed = [unit for s in result for unit in (s.unit, *s.neighbours)]
        assert len(listed) == len(set(listed))
        assert all(0 <= unit < len(effect) for unit in listed)
        assert all(abs(s.unit - unit) == 1 for s in result for unit in s.neighbours)
        keys = [(-effect[s.unit], s.unit) for s in result]
        assert keys == sorted((-v, i) for i, v in enumerate(effect) if v > 0)[: len(keys)]


def test_indices_are_plain_integers():
    (result,) = suggest(with_effects([0, 2, 0]))
    assert type(result.unit) is int and all(type(unit) is int for unit in result.neighbours)


@pytest.mark.parametrize("planted", [0, 7])
def test_suggests_a_planted_unit_at_either_end(planted):
    mask = np.random.default_rng(0).random(300) < 0.1
    activity = np.random.default_rng(1).normal(0, 0.01, (300, 8))
    activity[mask, planted] += 1
    assert suggest(relevance(activity, mask))[0].unit == planted


@pytest.mark.parametrize("mask", [np.zeros(6, bool), np.ones(6, bool)])
def test_suggests_no_unit_for_a_feature_that_cannot_be_tested(mask):
    assert suggest(relevance(np.random.default_rng(2).normal(size=(6, 3)), mask)) == ()
    assert suggest(replace(with_effects([1, 2]), note="matches no token")) == ()


def test_a_negative_number_raises_an_error():
    with pytest.raises(ValueError, match="at least 0. Received: n=-1"):
        suggest(with_effects([1]), -1)
