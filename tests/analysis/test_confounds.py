"""Residuals after confounds are regressed out."""

import numpy as np
import pytest

from tb_rnnviz.analysis import relevance, remove_confounds


def least_squares(activity, columns):
    design = np.column_stack([np.ones(len(activity)), columns])
    return activity - design @ np.linalg.lstsq(design, activity, rcond=None)[0]


@pytest.mark.parametrize("columns", [1, 3])
def test_returns_the_residuals_of_least_squares(columns):
    rng = np.random.default_rng(0)
    activity, confounds = rng.normal(3, 2, (50, 6)), rng.normal(7, 3, (50, columns))
    left = remove_confounds(activity, confounds)
    np.testing.assert_allclose(left, least_squares(activity, confounds), atol=1e-10)
    np.testing.assert_allclose(confounds.T @ left, 0, atol=1e-9)
    np.testing.assert_allclose(left.sum(axis=0), 0, atol=1e-10)


def test_a_single_confound_may_have_one_axis():
    rng = np.random.default_rng(1)
    activity, confound = rng.normal(size=(20, 2)), rng.normal(size=20)
    left = remove_confounds(activity, confound)
    np.testing.assert_array_equal(left, remove_confounds(activity, confound[:, None]))


def test_confounds_may_be_collinear_or_constant():
    rng = np.random.default_rng(2)
    activity, x = rng.normal(size=(40, 3)), rng.normal(size=40)
    left = remove_confounds(activity, np.column_stack([x, 2 * x + 1, np.full(40, 0.1), 1e6 * x]))
    np.testing.assert_allclose(left, least_squares(activity, x), atol=1e-9)


def test_every_sequence_has_its_own_constant():
    rng = np.random.default_rng(3)
    activity, x = rng.normal(size=(60, 2)), rng.normal(size=60)
    sequence = np.repeat([0, 1, 2], [10, 20, 30])
    left = remove_confounds(activity + 5 * sequence[:, None], x, lengths=[10, 0, 20, 30])
    own = np.column_stack([x, sequence == 1, sequence == 2])
    np.testing.assert_allclose(left, least_squares(activity, own), atol=1e-9)


def test_missing_values_stay_missing_and_are_left_out_of_the_fit():
    rng = np.random.default_rng(4)
    activity, x = rng.normal(size=(30, 3)), rng.normal(size=30)
    x[4], activity[[7, 8], 1] = np.nan, np.inf
    left = remove_confounds(activity, x)
    for unit in range(3):
        complete = np.isfinite(x) & np.isfinite(activity[:, unit])
        expected = least_squares(activity[complete, unit], x[complete])
        np.testing.assert_allclose(left[complete, unit], expected, atol=1e-10)
        assert np.isnan(left[~complete, unit]).all()


@pytest.mark.parametrize(
    ("dtype", "expected"), [(np.float16, np.float32), (np.float32, np.float32), (float, float)]
)
def test_keeps_the_precision_of_the_activity(dtype, expected):
    rng = np.random.default_rng(5)
    activity = rng.normal(size=(30, 3)).astype(dtype)
    before = activity.copy()
    assert remove_confounds(activity, rng.normal(size=30)).dtype == expected
    np.testing.assert_array_equal(activity, before)


def test_a_unit_that_only_tracks_frequency_loses_its_association():
    rng = np.random.default_rng(6)
    frequency = rng.normal(size=2000)
    mask = frequency + 0.5 * rng.normal(size=2000) > 1
    activity = rng.normal(size=(2000, 3))
    activity[:, 0] += 2 * frequency
    activity[:, 1] += 2 * frequency + mask
    before = relevance(activity, mask)
    after = relevance(remove_confounds(activity, frequency), mask)
    assert (before.q[:2] < 1e-6).all()
    assert after.q[0] > 0.05 and after.q[1] < 1e-6


@pytest.mark.parametrize("steps", [0, 1, 2])
def test_residuals_of_short_texts_are_zero(steps):
    left = remove_confounds(np.arange(2.0 * steps).reshape(steps, 2), np.arange(steps))
    np.testing.assert_allclose(left, np.zeros((steps, 2)), atol=1e-12)


def test_without_confounds_the_mean_is_subtracted():
    left = remove_confounds([[1.0], [3.0]], np.empty((2, 0)))
    assert left.tolist() == [[-1], [1]]


@pytest.mark.parametrize(
    ("confounds", "message"),
    [
        (np.zeros(4), r"\(5,\) or \(5, columns\).*Received: shape \(4,\)"),
        (np.zeros((2, 5)), r"Received: shape \(2, 5\)"),
        (np.array(list("abcde")), "real numbers.*<U1.*columns of zeros and ones"),
    ],
)
def test_invalid_arguments_raise_an_error(confounds, message):
    with pytest.raises(ValueError, match=message):
        remove_confounds(np.zeros((5, 2)), confounds)
