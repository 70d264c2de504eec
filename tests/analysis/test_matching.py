"""Matching of the units of two recordings."""

from itertools import permutations

import numpy as np
import pytest

from tb_rnnviz.analysis import match_units
from tb_rnnviz.analysis.matching.correlation import correlation


def noise(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def test_correlation_equals_numpys():
    a, b = noise(300, 4) * [1, 10, 1e-3, 1] + [0, 1e3, 0, -5], noise(300, 3, seed=1)
    b[:, 0] += a[:, 0]
    expected = np.corrcoef(a.T, b.T)[:4, 4:]
    np.testing.assert_allclose(correlation(a, b), expected, atol=1e-10)
    single = correlation(a.astype(np.float32), b.astype(np.float32))
    np.testing.assert_allclose(single, expected, atol=1e-3)


def test_recovers_a_planted_permutation():
    first = noise(400, 30)
    order = np.random.default_rng(2).permutation(30)
    second = np.empty_like(first)
    second[:, order] = 3 * first + 0.3 * noise(400, 30, seed=3) + 7
    result = match_units(first, second)
    assert result.partner.tolist() == order.tolist()
    assert (result.correlation > 0.9).all() and (result.margin > 0.5).all()
    assert result.quality == pytest.approx(result.correlation.mean())
    assert result.unmatched.size == 0
    followed = result.follow(second.T).T
    assert (correlation(first, followed).argmax(axis=0) == np.arange(30)).all()


def test_the_assignment_is_the_best_of_all_permutations():
    for seed in range(5):
        first, second = noise(12, 4, seed=seed), noise(12, 4, seed=seed + 50)
        similar = np.corrcoef(first.T, second.T)[:4, 4:]
        for signed, strength in ((True, similar), (False, np.abs(similar))):
            best = max(permutations(range(4)), key=lambda p, s=strength: s[range(4), p].sum())
            result = match_units(first, second, signed=signed)
            assert tuple(result.partner) == best
            np.testing.assert_allclose(result.correlation, similar[range(4), best])
            for unit, other in enumerate(best):
                rivals = [strength[unit, j] for j in range(4) if j != other]
                rivals += [strength[i, other] for i in range(4) if i != unit]
                expected = strength[unit, other] - max(rivals)
                assert result.margin[unit] == pytest.approx(expected)


def test_unsigned_matching_pairs_a_unit_of_opposite_sign():
    first = noise(200, 5)
    second = -first[:, ::-1]
    result = match_units(first, second, signed=False)
    assert result.partner.tolist() == [4, 3, 2, 1, 0]
    np.testing.assert_allclose(result.correlation, -1)
    assert result.quality == pytest.approx(1)
    assert match_units(first, second).quality < 0.5


def test_recordings_may_have_different_numbers_of_units():
    first = noise(100, 5)
    fewer = match_units(first, first[:, [3, 1]])
    assert fewer.partner.tolist() == [-1, 1, -1, 0, -1]
    assert np.isnan(fewer.correlation[0]) and np.isnan(fewer.margin[0])
    np.testing.assert_array_equal(fewer.follow([7, 8]), [np.nan, 8, np.nan, 7, np.nan])
    more = match_units(first[:, [3, 1]], first)
    assert more.partner.tolist() == [3, 1] and more.unmatched.tolist() == [0, 2, 4]


def test_constant_and_missing_units_have_low_correlations():
    first, second = noise(50, 3), noise(50, 3)
    second[:, 1] = 0.1
    second[:, 2] = np.nan
    second[5, 0] = np.inf
    result = match_units(first, second)
    assert result.partner[0] == 0 and result.correlation[0] > 0.9
    np.testing.assert_array_equal(result.correlation[1:], 0)


def test_unrelated_recordings_have_a_low_quality():
    assert match_units(noise(2000, 40), noise(2000, 40, seed=1)).quality < 0.1


@pytest.mark.parametrize("shapes", [((0, 2), (0, 2)), ((1, 2), (1, 2)), ((5, 0), (5, 3))])
def test_empty_recordings(shapes):
    result = match_units(*(np.zeros(shape) for shape in shapes))
    assert result.partner.shape == (shapes[0][1],)
    assert result.quality == 0 or np.isnan(result.quality)


def test_the_margin_of_a_single_unit_is_infinite():
    assert match_units(noise(9, 1), noise(9, 1)).margin.tolist() == [np.inf]


def test_invalid_arguments_raise_an_error():
    with pytest.raises(ValueError, match="3 steps in `first`, 4 in `second`"):
        match_units(np.zeros((3, 2)), np.zeros((4, 2)))
    with pytest.raises(ValueError, match="`second` must have two axes"):
        match_units(np.zeros((3, 2)), np.zeros(3))
    with pytest.raises(ValueError, match="second recording, 2. Received: 3"):
        match_units(noise(9, 2), noise(9, 2)).follow([1, 2, 3])
