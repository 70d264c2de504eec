"""What chance gives, against every shift written out."""

import numpy as np
import pytest
from scipy.stats import false_discovery_control, gamma, norm, rankdata

from tb_rnnviz.analysis import relevance
from tests.analysis.simulation import clustered, remembering


def rolled(activity, feature):
    """The covariance of every unit with the feature under every shift, (shifts, units)."""
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
    found = relevance(activity, mask)
    sums = rolled(activity, mask)
    far = standardised(sums)
    tie = 1e-5
    np.testing.assert_allclose(found.z, sums[0] / sums.std(axis=0), rtol=1e-4)
    np.testing.assert_allclose(found.p_exact, (far >= far[0] - tie).mean(axis=0))
    highest = far.max(axis=1)[:, None]
    np.testing.assert_allclose(found.p_family, (highest >= far[0] - tie).mean(axis=0))
    assert found.shifts == steps
    assert (found.p_exact >= 1 / steps - 1e-12).all() and (found.p_family >= found.p_exact).all()
    np.testing.assert_allclose(found.q, false_discovery_control(found.p))


def test_the_statistic_is_the_difference_of_the_means():
    rng = np.random.default_rng(0)
    activity, mask = rng.normal(size=(60, 1)), rng.random(60) < 0.4
    differences = []
    for s in range(60):
        shifted = np.roll(mask, s)
        differences.append(activity[shifted].mean() - activity[~shifted].mean())
    found = relevance(activity, mask)
    assert found.z.item() == pytest.approx(differences[0] / np.std(differences), rel=1e-4)
    exact = np.mean(np.abs(differences) >= abs(differences[0]) - 1e-6)
    assert found.p_exact.item() == pytest.approx(exact)


def test_of_a_numeric_feature_it_is_the_covariance_of_the_ranks():
    rng = np.random.default_rng(1)
    activity, feature = rng.normal(size=(80, 5)) ** 3, np.exp(rng.normal(size=80))
    found = relevance(activity, feature)
    sums = rolled(rankdata(activity, axis=0), rankdata(feature))
    far = standardised(sums)
    np.testing.assert_allclose(found.z, sums[0] / sums.std(axis=0), rtol=1e-4)
    np.testing.assert_allclose(found.p_exact, (far >= far[0] - 1e-3).mean(axis=0))


def test_p_is_the_normal_tail_beyond_the_standardised_statistic():
    rng = np.random.default_rng(2)
    activity, mask = remembering(rng, 4000, 30), clustered(rng, 4000, 0.4)
    activity[mask, 3] += 0.6
    found = relevance(activity, mask)
    np.testing.assert_allclose(found.p, 2 * norm.sf(np.abs(found.z)), rtol=1e-9)
    assert found.p[3] < 1e-6 < 1 / found.shifts <= found.p_exact[3]


def test_of_skewed_sums_it_is_the_tail_of_a_gamma_distribution():
    """The few matches of a feature with a unit that fires as rarely, a Poisson number."""
    rng = np.random.default_rng(3)
    activity, mask = np.zeros((2000, 1)), np.zeros(2000, bool)
    activity[rng.choice(2000, 40, replace=False)] = 1
    mask[rng.choice(2000, 20, replace=False)] = True
    mask[np.flatnonzero(activity[:, 0])[:3]] = True
    found = relevance(activity, mask)
    rates = activity.mean(), mask.mean()
    skews = [(1 - 2 * rate) / np.sqrt(rate * (1 - rate)) for rate in rates]
    skew = skews[0] * skews[1] / np.sqrt(2000)  # no more than chance stands together
    expected = 2 * gamma.sf(4 / skew**2 + 2 / skew * found.z.item(), 4 / skew**2)
    assert found.p.item() == pytest.approx(expected, rel=0.2)
    assert found.p.item() > 20 * 2 * norm.sf(found.z.item())


def test_a_feature_as_regular_as_the_unit_is_no_more_than_chance():
    """Every fourth token: a quarter of all shifts is the same feature."""
    mask = np.arange(400) % 4 == 1
    found = relevance(mask[:, None].astype(float), mask)
    assert found.auc.item() == 1
    assert found.p_exact.item() == found.p_family.item() == 0.25
    assert found.p.item() > 0.05


def test_exact_p_values_are_multiples_of_a_shift_and_ties_count():
    activity = np.repeat([0.0, 1.0, 0.0, 0.0], 5)[:, None]
    found = relevance(activity, activity[:, 0] == 1)
    assert found.shifts == 20
    assert found.p_exact.item() == pytest.approx(1 / 20)


def test_the_scale_of_a_unit_does_not_matter_nor_its_mean():
    rng = np.random.default_rng(4)
    activity, mask = rng.normal(size=(100, 1)), clustered(rng, 100)
    scaled = activity * [[1, 1e-200, 1e8, -1]] + [[0, 0, 1e9, 5]]
    found = relevance(scaled, mask)
    np.testing.assert_allclose(np.abs(found.z), np.abs(found.z[0]), rtol=1e-4)
    np.testing.assert_allclose(found.p, found.p[0], rtol=1e-3)


@pytest.mark.parametrize("value", [0.0, 0.1, -3.7])
def test_a_unit_that_never_moves_is_what_chance_gives(value):
    activity = np.random.default_rng(5).normal(size=(50, 3))
    activity[:, 1] = value
    found = relevance(activity, np.arange(50) % 7 < 2)
    assert found.z[1] == 0
    assert found.p[1] == found.p_exact[1] == found.p_family[1] == found.q[1] == 1
    assert found.auc[1] == 0.5


def test_a_unit_without_a_value_is_no_test_and_changes_no_other():
    rng = np.random.default_rng(6)
    activity, mask = rng.normal(size=(70, 3)), clustered(rng, 70)
    others = relevance(activity[:, [0, 2]], mask)
    activity[:, 1] = np.nan
    found = relevance(activity, mask)
    for name in ("z", "p", "q", "p_exact", "p_family"):
        np.testing.assert_allclose(getattr(found, name)[[0, 2]], getattr(others, name), rtol=1e-5)
        assert np.isnan(getattr(found, name)[1])


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
    def test_the_spread_is_that_of_independent_shifts_of_each(self):
        rng = np.random.default_rng(8)
        lengths = [40, 25, 60]
        activity, mask = rng.normal(size=(125, 4)), rng.random(125) < 0.3
        square, observed, end = 0, 0, 0
        for length in lengths:
            sums = rolled(activity[end : end + length], mask[end : end + length])
            end += length
            square, observed = square + sums.var(axis=0), observed + sums[0]
        found = relevance(activity, mask, lengths=lengths)
        exact = np.abs(observed) / np.sqrt(square)
        # Unrelated white noise spreads as its shifts do, but for what the estimate varies.
        assert (np.abs(found.z) <= exact * (1 + 1e-4)).all()
        np.testing.assert_allclose(np.abs(found.z), exact, rtol=0.2)
        assert found.shifts == 1000

    def test_the_shifts_are_the_same_every_time(self):
        rng = np.random.default_rng(9)
        activity, mask = rng.normal(size=(90, 3)), rng.random(90) < 0.3
        first, second = (relevance(activity, mask, lengths=[30, 60]) for _ in range(2))
        np.testing.assert_array_equal(first.p_exact, second.p_exact)
        np.testing.assert_array_equal(first.p_family, second.p_family)

    def test_empty_ones_do_not_count(self):
        rng = np.random.default_rng(10)
        activity, mask = rng.normal(size=(50, 3)), rng.random(50) < 0.3
        whole, cut = relevance(activity, mask), relevance(activity, mask, lengths=[0, 50, 0])
        np.testing.assert_array_equal(whole.p_exact, cut.p_exact)
        assert cut.shifts == 50

    def test_what_differs_between_sequences_only_is_no_evidence(self):
        rng = np.random.default_rng(11)
        activity = rng.normal(size=(100, 2)) + np.repeat([0, 9], 50)[:, None]
        mask = np.repeat([False, True], 50)
        found = relevance(activity, mask, lengths=[50, 50])
        assert (found.effect > 5).all() and (found.p == 1).all() and (found.p_family == 1).all()

    def test_single_tokens_leave_nothing_to_shift(self):
        found = relevance(np.arange(6.0)[:, None], np.arange(6) < 2, lengths=[1] * 6)
        assert found.p.item() == found.p_exact.item() == 1

    def test_a_planted_unit_is_found(self):
        rng = np.random.default_rng(12)
        activity, mask = rng.normal(size=(300, 9)), rng.random(300) < 0.2
        activity[mask, 4] += 2
        found = relevance(activity, mask, lengths=[20, 80, 100, 99, 1])
        assert found.q[4] < 1e-6 and found.p_family[4] == found.p_exact[4] == 0.001


@pytest.mark.parametrize("mask", [[True], [False]])
def test_one_token(mask):
    found = relevance([[1.0, 2.0]], mask)
    assert found.p.tolist() == found.q.tolist() == [1, 1] and found.auc.tolist() == [0.5, 0.5]


@pytest.mark.parametrize("matches", [1, 2, 3])
def test_few_matches_give_finite_numbers(matches):
    rng = np.random.default_rng(13)
    activity, mask = rng.normal(size=(500, 20)), np.zeros(500, bool)
    mask[rng.choice(500, matches, replace=False)] = True
    found = relevance(activity, mask)
    for name in ("auc", "z", "p", "q", "p_exact", "p_family"):
        assert np.isfinite(getattr(found, name)).all(), name
    assert (found.q > 0.05).all()
