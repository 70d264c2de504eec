"""Relevance against loops over its definition, and on planted units.

What chance gives is held against brute force in `test_shifts.py`, and simulated in
`test_calibration.py`.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import mannwhitneyu, pearsonr, spearmanr

from tb_rnnviz.analysis import Relevance, relevance, relevances
from tb_rnnviz.analysis.relevance import ComputedStatistics, FeatureTests

FIELDS = ("prominence", "difference", "score", "relevance", "effect")


def by_loops(activity, mask, lengths):
    """Definition of relevance as loops, for finite values and non-empty F and F'."""
    prominence, difference, effect = [], [], []
    for unit in np.asarray(activity, dtype=float).T:
        impulses, start = [], 0
        for length in lengths:
            a = unit[start : start + length]
            for t in range(length):
                if mask[start + t]:
                    left = a[t - 1] if t > 0 else a[min(1, length - 1)]
                    right = a[t + 1] if t < length - 1 else a[max(length - 2, 0)]
                    impulses.append(abs(2 * a[t] - left - right))
            start += length
        f, rest = unit[mask], unit[~mask]
        pooled = ((f - f.mean()) ** 2).sum() + ((rest - rest.mean()) ** 2).sum()
        pooled = np.sqrt(pooled / max(len(f) + len(rest) - 2, 1))
        pooled = max(pooled, 1e-6 * (abs(f.mean()) + abs(rest.mean())))
        signed = f.mean() - rest.mean()
        prominence.append(np.mean(impulses))
        difference.append(abs(signed))
        effect.append(signed / pooled if signed else 0.0)
    score = np.add(prominence, difference)
    return prominence, difference, score, score / score.max(), effect


def assert_same(result: Relevance, expected) -> None:
    for name, value in zip(FIELDS, expected, strict=True):
        np.testing.assert_allclose(getattr(result, name), value, rtol=1e-9, atol=1e-9, err_msg=name)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("lengths", [[60], [1, 2, 0, 3, 54], [20, 20, 20]])
def test_equals_the_definition(dtype, lengths):
    rng = np.random.default_rng(1)
    activity = rng.normal(0.3, 1, (60, 7)).astype(dtype)
    mask = rng.random(60) < 0.4
    mask[[0, 1, 59]] = True
    result = relevance(activity, mask, lengths=lengths)
    assert_same(result, by_loops(activity, mask, lengths))
    assert (result.count, result.total, result.note) == (mask.sum(), 60, None)
    assert all(getattr(result, name).dtype == np.float64 for name in FIELDS)


def test_equals_the_definition_over_many_blocks():
    rng = np.random.default_rng(2)
    activity = rng.normal(100, 1e-3, (9000, 97))
    mask = rng.random(9000) < 0.5
    assert_same(relevance(activity, mask), by_loops(activity, mask, [9000]))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_equals_the_definition_for_any_cut_into_sequences(data):
    lengths = data.draw(st.lists(st.integers(0, 5), min_size=1, max_size=6))
    steps = sum(lengths)
    mask = np.array(data.draw(st.lists(st.booleans(), min_size=steps, max_size=steps)), dtype=bool)
    activity = np.random.default_rng(steps).normal(size=(steps, 3))
    result = relevance(activity, mask, lengths=lengths)
    assert all(np.isfinite(getattr(result, name)).all() for name in FIELDS)
    if mask.any() and not mask.all():
        assert_same(result, by_loops(activity, mask, lengths))


@pytest.mark.parametrize("planted", [0, 3, 8])
def test_a_unit_that_spikes_at_the_feature_has_the_highest_score(planted):
    rng = np.random.default_rng(3)
    mask = np.arange(500) % 6 == 2
    activity = rng.normal(0, 0.05, (500, 9))
    activity[mask, planted] += 1
    result = relevance(activity, mask)
    assert result.relevance.argmax() == planted
    assert result.relevance[planted] == 1
    assert result.prominence[planted] == pytest.approx(2, abs=0.05)
    assert result.difference[planted] == pytest.approx(1, abs=0.05)
    assert result.effect[planted] > 10


@pytest.mark.parametrize("planted", [0, 1, 8])
def test_a_slow_unit_has_an_effect_and_its_mirror_image_the_opposite(planted):
    rng = np.random.default_rng(4)
    mask = np.arange(1000) // 50 % 2 == 1
    activity = rng.normal(0, 0.01, (1000, 9))
    activity[:, planted] -= np.where(mask, 0.8, -0.8)
    result = relevance(activity, mask)
    assert result.difference.argmax() == planted
    assert result.difference[planted] == pytest.approx(1.6, abs=0.01)
    assert result.difference[8 - planted] < 0.01
    assert result.relevance.argmax() == planted
    assert result.effect[planted] < -100


def test_the_effect_is_cohens_d_of_the_textbook():
    a, b = [3.0, 5.0, 7.0], [1.0, 2.0, 3.0, 2.0]
    pooled = np.sqrt((2 * np.var(a, ddof=1) + 3 * np.var(b, ddof=1)) / 5)
    result = relevance(np.array(a + b)[:, None], [True] * 3 + [False] * 4)
    assert result.effect.item() == pytest.approx((5 - 2) / pooled, rel=1e-12)


def test_the_effect_is_finite_without_spread_and_does_not_depend_on_scale():
    mask = np.arange(40) % 4 == 0
    activity = np.where(mask, 1.0, 0.0)[:, None] * [[1, -1, 1e-200]]
    result = relevance(activity, mask)
    np.testing.assert_allclose(result.effect, [1e6, -1e6, 1e6])
    noise = np.random.default_rng(5).normal(size=(40, 2))
    np.testing.assert_allclose(
        relevance(1000 * noise, mask).effect, relevance(noise, mask).effect, rtol=1e-10
    )


@pytest.mark.parametrize("value", [0.0, 0.1, -7.3])
def test_a_constant_unit_has_no_relevance(value):
    result = relevance(np.full((1000, 3), value), np.arange(1000) % 7 == 0)
    for name in FIELDS:
        assert (getattr(result, name) == 0).all(), name


def test_relevance_is_zero_when_the_feature_matches_no_token():
    activity = np.random.default_rng(6).normal(size=(20, 4))
    activity[3, 0] = np.nan
    result = relevance(activity, np.zeros(20, bool))
    for name in FIELDS:
        np.testing.assert_array_equal(getattr(result, name), np.zeros(4))
    assert (result.count, result.total, result.note) == (0, 20, "matches no token")


def test_a_feature_that_matches_every_token_has_prominence_only():
    activity = np.array([[0.0, 1], [1, 1], [0, 1], [1, 1]])
    result = relevance(activity, np.ones(4, bool))
    np.testing.assert_allclose(result.prominence, [2, 0])
    np.testing.assert_array_equal(result.difference, [0, 0])
    np.testing.assert_array_equal(result.effect, [0, 0])
    np.testing.assert_array_equal(result.relevance, [1, 0])
    assert (result.count, result.note) == (4, "matches every token")


@pytest.mark.parametrize(
    ("activity", "mask", "prominence", "difference"),
    [
        ([[3.0]], [True], 0, 0),
        ([[3.0], [1.0]], [True, False], 4, 2),
        ([[3.0], [1.0]], [False, True], 4, 2),
        ([[3.0], [1.0]], [True, True], 4, 0),
        ([[0.0], [1.0], [5.0]], [True, False, False], 2, 3),
        ([[0.0], [1.0], [5.0]], [False, True, False], 3, 1.5),
        ([[0.0], [1.0], [5.0]], [False, False, True], 8, 4.5),
    ],
)
def test_short_texts_and_a_single_unit(activity, mask, prominence, difference):
    result = relevance(activity, mask)
    assert result.prominence.item() == pytest.approx(prominence)
    assert result.difference.item() == pytest.approx(difference)
    assert np.isfinite(result.effect).all()
    assert result.relevance.item() == (1 if prominence + difference else 0)


def test_activity_without_steps_or_units():
    assert relevance(np.empty((0, 3)), []).score.tolist() == [0, 0, 0]
    assert relevance(np.empty((5, 0)), np.arange(5) == 1).score.shape == (0,)


def test_impulses_do_not_cross_the_ends_of_sequences():
    activity = np.array([0.0, 0, 0, 9, 9, 9])[:, None]
    mask = [False, False, True, True, False, False]
    assert relevance(activity, mask).prominence.item() == 9
    assert relevance(activity, mask, lengths=[3, 3]).prominence.item() == 0


@pytest.mark.parametrize("missing", [np.nan, np.inf, -np.inf])
def test_missing_values_are_left_out(missing):
    rng = np.random.default_rng(7)
    activity, mask = rng.normal(size=(30, 3)), np.arange(30) % 5 == 1
    whole = relevance(activity, mask)
    activity[6, 1] = missing  # in F: its impulse and its value go
    activity[9, 1] = missing  # in F': beside no token of F
    result = relevance(activity, mask)

    complete = np.setdiff1d(np.arange(30), [6, 9])
    a, m = activity[complete, 1], mask[complete]
    t = np.setdiff1d(np.flatnonzero(mask), [6])
    impulses = np.abs(2 * activity[t, 1] - activity[t - 1, 1] - activity[t + 1, 1])
    assert result.prominence[1] == pytest.approx(impulses.mean())
    assert result.difference[1] == pytest.approx(abs(a[m].mean() - a[~m].mean()))
    for name in ("prominence", "difference", "score", "effect"):
        np.testing.assert_allclose(getattr(result, name)[[0, 2]], getattr(whole, name)[[0, 2]])
    assert result.count == mask.sum()


@pytest.mark.parametrize("group", [True, False])
def test_a_unit_without_values_in_a_group_is_nan_and_changes_no_other(group):
    rng = np.random.default_rng(8)
    activity, mask = rng.normal(size=(30, 3)), np.arange(30) % 5 == 1
    others = relevance(activity[:, [0, 2]], mask)
    activity[mask == group, 1] = np.nan
    result = relevance(activity, mask)
    for name in FIELDS:
        np.testing.assert_allclose(getattr(result, name)[[0, 2]], getattr(others, name))
    for name in ("difference", "score", "relevance", "effect"):
        assert np.isnan(getattr(result, name)[1])
    assert result.note is None


def test_score_is_nan_without_a_complete_impulse():
    activity = [[np.nan, 0], [1, 1], [np.nan, 0], [0, 0], [0, 0]]
    result = relevance(activity, [False, True, False, False, False])
    assert np.isnan(result.prominence[0]) and result.difference[0] == 1
    np.testing.assert_array_equal(result.score, [np.nan, 3])
    np.testing.assert_array_equal(result.relevance, [np.nan, 1])


def test_all_units_may_be_missing():
    result = relevance(np.full((6, 2), np.nan), np.arange(6) == 2)
    assert np.isnan(result.relevance).all()


def test_noise_gives_finite_numbers_and_small_effects():
    rng = np.random.default_rng(9)
    result = relevance(rng.normal(size=(4000, 50)), rng.random(4000) < 0.2)
    assert np.abs(result.effect).max() < 0.25
    assert (result.relevance > 0).all() and (result.relevance <= 1).all()


def test_the_activity_is_not_modified_and_zeros_and_ones_are_a_mask():
    activity = np.random.default_rng(10).normal(size=(12, 2))
    before, mask = activity.copy(), np.arange(12) % 3 == 0
    result = relevance(activity, mask.astype(np.uint8))
    np.testing.assert_array_equal(activity, before)
    np.testing.assert_array_equal(result.score, relevance(activity, mask).score)


@pytest.mark.parametrize(
    ("activity", "mask", "lengths", "message"),
    [
        (np.zeros((2, 3, 4)), np.zeros(2, bool), None, r"two axes.*\(2, 3, 4\).*lengths"),
        (np.zeros(5), np.zeros(5, bool), None, r"two axes.*\(5,\)"),
        (np.zeros((5, 2), complex), np.zeros(5, bool), None, "real numbers.*complex128"),
        (np.zeros((5, 2)), np.zeros(4, bool), None, r"shape \(5,\).*\(4,\)"),
        (np.zeros((5, 2)), np.arange(5), None, "only 0 and 1.*int64"),
        (np.zeros((5, 2)), np.array(list("abcde")), None, "booleans.*<U1"),
        (np.zeros((5, 2)), np.full((1, 5), 0.5), None, r"shape \(5,\).*\(1, 5\)"),
        (np.zeros((5, 2)), np.zeros(5, bool), [2, 2], "add up to the 5 steps.*add up to 4"),
        (np.zeros((5, 2)), np.zeros(5, bool), [6, -1], r"at least 0.*\[6, -1\]"),
        (np.zeros((5, 2)), np.zeros(5, bool), [2.5, 2.5], "integers"),
        (np.zeros((5, 2)), np.zeros(5, bool), 5, "list the number of tokens"),
        (np.zeros((5, 2)), np.zeros(5, bool), [], "add up to the 5 steps.*0 lengths"),
    ],
)
def test_invalid_arguments_raise_an_error(activity, mask, lengths, message):
    with pytest.raises(ValueError, match=f"(?s){message}"):
        relevance(activity, mask, lengths=lengths)


class TestRanks:
    def test_auc_equals_scipys_mann_whitney(self):
        rng = np.random.default_rng(11)
        activity = rng.normal(size=(50, 6))
        activity[:, 3:] = activity[:, 3:].round(0)  # many ties
        mask = rng.random(50) < 0.3
        result = relevance(activity, mask)
        u = mannwhitneyu(activity[mask], activity[~mask]).statistic
        np.testing.assert_allclose(result.auc, u / (mask.sum() * (~mask).sum()), rtol=1e-12)
        np.testing.assert_allclose(result.correlation, 2 * result.auc - 1)

    def test_auc_is_the_probability_that_a_match_is_higher(self):
        activity = np.array([[3.0, 1, 0], [2, 2, 0], [1, 3, 0]])
        assert relevance(activity, [True, False, False]).auc.tolist() == [1, 0, 0.5]

    def test_missing_values_are_left_out(self):
        rng = np.random.default_rng(12)
        activity, mask = rng.normal(size=(40, 3)), np.arange(40) % 3 == 0
        activity[[3, 5, 8], 1] = np.nan, np.inf, -np.inf
        complete = np.isfinite(activity[:, 1])
        result = relevance(activity, mask)
        alone = relevance(activity[complete][:, [1]], mask[complete])
        assert result.auc[1] == pytest.approx(alone.auc.item())

    @pytest.mark.parametrize("mask", [np.zeros(6, bool), np.ones(6, bool)])
    def test_auc_is_a_half_without_two_groups(self, mask):
        result = relevance(np.random.default_rng(13).normal(size=(6, 3)), mask)
        assert result.auc.tolist() == [0.5] * 3
        assert (result.p == 1).all() and (result.q == 1).all() and (result.p_exact == 1).all()
        assert (result.p_family == 1).all() and (result.z == 0).all() and result.shifts == 0


class TestNumeric:
    @pytest.mark.parametrize("gaps", [False, True])
    def test_numeric_effects_equal_scipys_slope_and_rank_correlation(self, gaps):
        rng = np.random.default_rng(14)
        activity, feature = rng.normal(size=(60, 4)), rng.integers(0, 9, 60).astype(float)
        activity[:, 2] -= 0.5 * feature
        if gaps:
            feature[[0, 30]] = np.nan, np.inf
            activity[[4, 9], 1] = np.nan
        result = relevance(activity, feature)
        for unit in range(4):
            complete = np.isfinite(activity[:, unit]) & np.isfinite(feature)
            a, f = activity[complete, unit], feature[complete]
            r = pearsonr(a, f).statistic
            assert result.correlation[unit] == pytest.approx(spearmanr(a, f).statistic)
            assert result.difference[unit] == pytest.approx(abs(np.polyfit(f, a, 1)[0]) * f.std())
            assert result.effect[unit] == pytest.approx(2 * r / np.sqrt(1 - r**2))
        assert result.effect[2] < -1
        np.testing.assert_array_equal(result.score, result.difference)
        assert result.relevance[2] == 1
        assert result.count == 60 - 2 * gaps and result.note is None
        assert np.isnan(result.prominence).all() and np.isnan(result.auc).all()

    def test_a_unit_equal_to_the_feature_has_a_finite_effect(self):
        result = relevance(np.arange(9.0)[:, None] * [[1, -1, 0]], np.arange(9.0))
        np.testing.assert_allclose(result.correlation, [1, -1, 0])
        assert np.isfinite(result.effect).all() and result.effect[0] > 1e5

    @pytest.mark.parametrize(
        ("feature", "count", "note"),
        [([2.5] * 5, 5, "same value at every token"), ([np.nan] * 5, 0, "no value at any token")],
    )
    def test_constant_features_have_a_note(self, feature, count, note):
        result = relevance(np.random.default_rng(15).normal(size=(5, 2)), feature)
        assert note in result.note and result.count == count
        assert (result.p == 1).all() and (result.effect == 0).all() and (result.score == 0).all()

    def test_floats_of_zeros_and_ones_are_a_mask(self):
        activity, mask = np.random.default_rng(16).normal(size=(12, 2)), np.arange(12) % 3 == 0
        whole = relevance(activity, mask)
        np.testing.assert_array_equal(relevance(activity, mask.astype(float)).auc, whole.auc)


class TestManyFeatures:
    def test_relevances_equal_relevance_of_each_feature(self):
        rng = np.random.default_rng(17)
        activity = rng.normal(size=(90, 5))
        activity[7, 1] = np.nan
        lengths = [40, 50]
        masks = [rng.random(90) < 0.3, rng.normal(size=90), np.zeros(90), np.ones(90, bool)]
        results = relevances(activity, masks, lengths=lengths)
        assert [result.note for result in results] == [
            None,
            None,
            "matches no token",
            "matches every token",
        ]
        for result, mask in zip(results, masks, strict=True):
            alone = relevance(activity, mask, lengths=lengths)
            for name in (*FIELDS, "auc", "correlation", "z", "p", "q", "p_exact", "p_family"):
                np.testing.assert_allclose(
                    getattr(result, name), getattr(alone, name), rtol=1e-4, err_msg=name
                )
            assert result.shifts == alone.shifts and result.count == alone.count

    def test_features_may_be_an_array_or_empty(self):
        activity = np.random.default_rng(18).normal(size=(20, 3))
        masks = np.arange(20)[None] % [[3], [4]] == 0
        assert [result.count for result in relevances(activity, masks)] == [7, 5]
        assert relevances(activity, []) == []

    def test_a_single_feature_raises_an_error(self):
        with pytest.raises(ValueError, match=r"list features.*Received: shape \(20,\)"):
            relevances(np.zeros((20, 1)), np.zeros(20, bool))


def test_statistics_that_are_left_out_are_nan_and_the_others_are_the_same():
    rng = np.random.default_rng(3)
    activity, tokens = rng.normal(size=(300, 5)), rng.integers(0, 4, 300)
    features = [rng.random(300) < 0.2, rng.normal(size=300)]
    tests = FeatureTests(features, 300, tokens=tokens)
    whole = tests.relevances(activity)
    part = tests.relevances(activity, ComputedStatistics(shares=False, within=False, q=False))
    for complete, reduced in zip(whole, part, strict=True):
        for name in ("effect", "p", "z", "auc", "correlation"):
            np.testing.assert_array_equal(getattr(complete, name), getattr(reduced, name))
        for name in ("p_exact", "p_family", "within", "within_p", "within_q", "q"):
            assert np.isfinite(getattr(complete, name)).all()
            assert np.isnan(getattr(reduced, name)).all()
