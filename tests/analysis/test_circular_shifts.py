"""Null distribution by circular shifts, against a loop over all shifts."""

import numpy as np
import pytest
from scipy.stats import false_discovery_control, gamma, norm, rankdata

from tb_rnnviz.analysis import relevance
from tests.analysis.simulation import autoregressive, clustered


def rolled(activity, feature):
    """Covariance of units with the feature under every shift, (shifts, units)."""
    activity = activity - activity.mean(axis=0)
    feature = feature - feature.mean()
    return np.stack([np.roll(feature, s) @ activity for s in range(len(feature))])


def standardised(sums):
    return np.abs(sums / sums.std(axis=0))


@pytest.mark.parametrize("steps", [2, 3, 64, 101, 250])
def test_p_values_are_those_of_every_shift(steps):
    rng = np.random.default_rng(steps)
    activity = rng.normal(3, 2, (steps, 7))
    mask = rng.random(steps) < 0.3
    mask[:2] = True, False
    result = relevance(activity, mask)
    sums = rolled(activity, mask)
    far = standardised(sums)
    tie = 1e-5
    np.testing.assert_allclose(result.z, sums[0] / sums.std(axis=0), rtol=1e-4)
    np.testing.assert_allclose(result.p_exact, (far >= far[0] - tie).mean(axis=0))
    highest = far.max(axis=1)[:, None]
    np.testing.assert_allclose(result.p_family, (highest >= far[0] - tie).mean(axis=0))
    assert result.shifts == steps
    assert (result.p_exact >= 1 / steps - 1e-12).all() and (result.p_family >= result.p_exact).all()
    np.testing.assert_allclose(result.q, false_discovery_control(result.p))


def test_the_statistic_is_the_difference_of_the_means():
    rng = np.random.default_rng(0)
    activity, mask = rng.normal(size=(60, 1)), rng.random(60) < 0.4
    differences = []
    for s in range(60):
        shifted = np.roll(mask, s)
        differences.append(activity[shifted].mean() - activity[~shifted].mean())
    result = relevance(activity, mask)
    assert result.z.item() == pytest.approx(differences[0] / np.std(differences), rel=1e-4)
    exact = np.mean(np.abs(differences) >= abs(differences[0]) - 1e-6)
    assert result.p_exact.item() == pytest.approx(exact)


def test_the_statistic_of_a_numeric_feature_is_the_covariance_of_the_ranks():
    rng = np.random.default_rng(1)
    activity, feature = rng.normal(size=(80, 5)) ** 3, np.exp(rng.normal(size=80))
    result = relevance(activity, feature)
    sums = rolled(rankdata(activity, axis=0), rankdata(feature))
    far = standardised(sums)
    np.testing.assert_allclose(result.z, sums[0] / sums.std(axis=0), rtol=1e-4)
    np.testing.assert_allclose(result.p_exact, (far >= far[0] - 1e-3).mean(axis=0))


def test_p_is_the_normal_tail_beyond_the_standardised_statistic():
    rng = np.random.default_rng(2)
    activity, mask = autoregressive(rng, 4000, 30), clustered(rng, 4000, 0.4)
    activity[mask, 3] += 0.6
    result = relevance(activity, mask)
    np.testing.assert_allclose(result.p, 2 * norm.sf(np.abs(result.z)), rtol=1e-9)
    assert result.p[3] < 1e-6 < 1 / result.shifts <= result.p_exact[3]


def test_p_of_skewed_sums_is_the_tail_of_a_gamma_distribution():
    """A rare feature and a unit that fires rarely coincide a Poisson number of times."""
    rng = np.random.default_rng(3)
    activity, mask = np.zeros((2000, 1)), np.zeros(2000, bool)
    activity[rng.choice(2000, 40, replace=False)] = 1
    mask[rng.choice(2000, 20, replace=False)] = True
    mask[np.flatnonzero(activity[:, 0])[:3]] = True
    result = relevance(activity, mask)
    rates = activity.mean(), mask.mean()
    skews = [(1 - 2 * rate) / np.sqrt(rate * (1 - rate)) for rate in rates]
    skew = skews[0] * skews[1] / np.sqrt(2000)  # matches and spikes coincide by chance only
    expected = 2 * gamma.sf(4 / skew**2 + 2 / skew * result.z.item(), 4 / skew**2)
    assert result.p.item() == pytest.approx(expected, rel=0.2)
    assert result.p.item() > 20 * 2 * norm.sf(result.z.item())


def test_a_feature_as_periodic_as_the_unit_is_not_significant():
    """Every fourth token: a quarter of all shifts is the same feature."""
    mask = np.arange(400) % 4 == 1
    result = relevance(mask[:, None].astype(float), mask)
    assert result.auc.item() == 1
    assert result.p_exact.item() == result.p_family.item() == 0.25
    assert result.p.item() > 0.05


def test_exact_p_values_are_multiples_of_a_shift_and_ties_count():
    activity = np.repeat([0.0, 1.0, 0.0, 0.0], 5)[:, None]
    result = relevance(activity, activity[:, 0] == 1)
    assert result.shifts == 20
    assert result.p_exact.item() == pytest.approx(1 / 20)


def test_p_values_do_not_depend_on_scale_and_mean_of_a_unit():
    rng = np.random.default_rng(4)
    activity, mask = rng.normal(size=(100, 1)), clustered(rng, 100)
    scaled = activity * [[1, 1e-200, 1e8, -1]] + [[0, 0, 1e9, 5]]
    result = relevance(scaled, mask)
    np.testing.assert_allclose(np.abs(result.z), np.abs(result.z[0]), rtol=1e-4)
    np.testing.assert_allclose(result.p, result.p[0], rtol=1e-3)


@pytest.mark.parametrize("value", [0.0, 0.1, -3.7])
def test_a_constant_unit_has_p_of_one(value):
    activity = np.random.default_rng(5).normal(size=(50, 3))
    activity[:, 1] = value
    result = relevance(activity, np.arange(50) % 7 < 2)
    assert result.z[1] == 0
    assert result.p[1] == result.p_exact[1] == result.p_family[1] == result.q[1] == 1
    assert result.auc[1] == 0.5


def test_a_unit_without_values_is_not_tested_and_changes_no_other():
    rng = np.random.default_rng(6)
    activity, mask = rng.normal(size=(70, 3)), clustered(rng, 70)
    others = relevance(activity[:, [0, 2]], mask)
    activity[:, 1] = np.nan
    result = relevance(activity, mask)
    for name in ("z", "p", "q", "p_exact", "p_family"):
        np.testing.assert_allclose(getattr(result, name)[[0, 2]], getattr(others, name), rtol=1e-5)
        assert np.isnan(getattr(result, name)[1])


def test_a_missing_value_counts_as_the_mean():
    rng = np.random.default_rng(7)
    activity, mask = rng.normal(size=(70, 1)), clustered(rng, 70)
    filled = activity.copy()
    activity[[3, 40], 0] = np.nan, np.inf
    filled[[3, 40]] = np.delete(filled, [3, 40]).mean()
    first, second = relevance(activity, mask), relevance(filled, mask)
    assert first.z.item() == pytest.approx(second.z.item(), rel=1e-4)
    assert first.p_exact.item() == second.p_exact.item()


class TestSequences:
    def test_the_spread_is_that_of_independent_shifts_of_each_sequence(self):
        rng = np.random.default_rng(8)
        lengths = [40, 25, 60]
        activity, mask = rng.normal(size=(125, 4)), rng.random(125) < 0.3
        square, observed, end = 0, 0, 0
        for length in lengths:
            sums = rolled(activity[end : end + length], mask[end : end + length])
            end += length
            square, observed = square + sums.var(axis=0), observed + sums[0]
        result = relevance(activity, mask, lengths=lengths)
        exact = np.abs(observed) / np.sqrt(square)
        # Unrelated white noise spreads as its shifts do, but for what the estimate varies.
        assert (np.abs(result.z) <= exact * (1 + 1e-4)).all()
        np.testing.assert_allclose(np.abs(result.z), exact, rtol=0.2)
        assert result.shifts == 1000

    def test_the_drawn_shifts_are_reproducible(self):
        rng = np.random.default_rng(9)
        activity, mask = rng.normal(size=(90, 3)), rng.random(90) < 0.3
        first, second = (relevance(activity, mask, lengths=[30, 60]) for _ in range(2))
        np.testing.assert_array_equal(first.p_exact, second.p_exact)
        np.testing.assert_array_equal(first.p_family, second.p_family)

    def test_empty_sequences_are_ignored(self):
        rng = np.random.default_rng(10)
        activity, mask = rng.normal(size=(50, 3)), rng.random(50) < 0.3
        whole, cut = relevance(activity, mask), relevance(activity, mask, lengths=[0, 50, 0])
        np.testing.assert_array_equal(whole.p_exact, cut.p_exact)
        assert cut.shifts == 50

    def test_differences_between_sequences_are_no_evidence(self):
        rng = np.random.default_rng(11)
        activity = rng.normal(size=(100, 2)) + np.repeat([0, 9], 50)[:, None]
        mask = np.repeat([False, True], 50)
        result = relevance(activity, mask, lengths=[50, 50])
        assert (result.effect > 5).all() and (result.p == 1).all() and (result.p_family == 1).all()

    def test_sequences_of_one_token_cannot_be_shifted(self):
        result = relevance(np.arange(6.0)[:, None], np.arange(6) < 2, lengths=[1] * 6)
        assert result.p.item() == result.p_exact.item() == 1

    def test_a_planted_unit_is_significant(self):
        rng = np.random.default_rng(12)
        activity, mask = rng.normal(size=(300, 9)), rng.random(300) < 0.2
        activity[mask, 4] += 2
        result = relevance(activity, mask, lengths=[20, 80, 100, 99, 1])
        assert result.q[4] < 1e-6 and result.p_family[4] == result.p_exact[4] == 0.001


@pytest.mark.parametrize("mask", [[True], [False]])
def test_a_text_of_one_token(mask):
    result = relevance([[1.0, 2.0]], mask)
    assert result.p.tolist() == result.q.tolist() == [1, 1] and result.auc.tolist() == [0.5, 0.5]


@pytest.mark.parametrize("matches", [1, 2, 3])
def test_few_matches_give_finite_numbers(matches):
    rng = np.random.default_rng(13)
    activity, mask = rng.normal(size=(500, 20)), np.zeros(500, bool)
    mask[rng.choice(500, matches, replace=False)] = True
    result = relevance(activity, mask)
    for name in ("auc", "z", "p", "q", "p_exact", "p_family"):
        assert np.isfinite(getattr(result, name)).all(), name
    assert (result.q > 0.05).all()
