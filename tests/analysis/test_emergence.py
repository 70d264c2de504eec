"""Emergence of associations, and their replication over runs."""

import numpy as np
import pytest
from scipy.stats import binomtest

from tb_rnnviz.analysis import emergence, replication


@pytest.mark.parametrize(
    ("q", "step"),
    [
        ([0.9, 0.9, 0.01, 0.02], 20),
        ([0.01, 0.01, 0.01, 0.01], 0),
        ([0.01, 0.9, 0.01, 0.01], 20),
        ([0.01, 0.01, 0.01, 0.9], np.nan),
        ([0.9, 0.9, 0.9, 0.05], 30),
        ([0.9, 0.9, 0.9, 0.051], np.nan),
        ([0.01, np.nan, 0.01, 0.01], 20),
        ([np.nan] * 4, np.nan),
    ],
)
def test_the_onset_is_the_first_step_from_which_on_it_is_significant(q, step):
    result = emergence(np.array([q]).T, steps=[0, 10, 20, 30])
    np.testing.assert_array_equal(result.steps, [step])
    assert result.step == (None if np.isnan(step) else step)
    assert result.unit == (None if np.isnan(step) else 0)


def test_equals_a_loop_over_units():
    rng = np.random.default_rng(0)
    for _ in range(50):
        q = rng.random((rng.integers(0, 6), 4)) * 0.1
        steps = np.cumsum(rng.integers(1, 4, len(q))) - 2
        least = int(rng.integers(1, 4))
        result = emergence(q, steps, least=least)
        expected = []
        for unit in range(4):
            later = [i for i in range(len(q)) if (q[i:, unit] <= 0.05).all()]
            fits = [i for i in later if len(q) - i >= least]
            expected.append((steps[fits[0]], len(q) - fits[0]) if fits else (np.nan, 0))
        np.testing.assert_array_equal(result.steps, [step for step, _ in expected])
        np.testing.assert_array_equal(result.duration, [duration for _, duration in expected])
        known = [step for step, duration in expected if duration]
        assert result.step == (min(known) if known else None)
        if known:
            assert result.unit == [step for step, _ in expected].index(min(known))


def test_the_onset_may_be_before_training():
    assert emergence([[0.01], [0.01]], steps=[-1, 0]).step == -1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"steps": [0]}, "list the 2 recorded steps, ascending"),
        ({"steps": [1, 0]}, "ascending"),
        ({"level": 0}, "level=0"),
        ({"least": 0}, "least=0"),
    ],
)
def test_invalid_options_raise_an_error(options, message):
    with pytest.raises(ValueError, match=message):
        emergence([[0.1], [0.2]], **options)


@pytest.mark.parametrize("confidence", [0.5, 0.95, 0.99])
def test_the_interval_equals_scipys_wilson_interval(confidence):
    appears = np.tril(np.ones((9, 10)), -1)[:, ::-1]
    result = replication(appears, confidence=confidence)
    for role in range(10):
        count = int(appears[:, role].sum())
        expected = binomtest(count, 9).proportion_ci(confidence, method="wilson")
        assert (result.count[role], result.runs[role]) == (count, 9)
        assert result.share[role] == pytest.approx(count / 9)
        assert (result.low[role], result.high[role]) == pytest.approx(tuple(expected), abs=1e-12)


def test_runs_without_a_test_are_left_out():
    result = replication([[1.0, np.nan], [np.nan, np.nan], [0.0, np.nan]])
    assert result.runs.tolist() == [2, 0] and result.count.tolist() == [1, 0]
    np.testing.assert_array_equal(np.isnan([result.share, result.low, result.high])[:, 1], True)
    assert replication([]).runs.tolist() == [0]


@pytest.mark.parametrize(
    ("appears", "confidence", "message"),
    [
        ([2, 1], 0.95, "0, 1 or NaN. Received: values such as"),
        (["yes"], 0.95, "must hold booleans"),
        ([[[True]]], 0.95, r"\(1, 1, 1\)"),
        ([True], 1.0, "confidence=1.0"),
    ],
)
def test_invalid_runs_raise_an_error(appears, confidence, message):
    with pytest.raises(ValueError, match=message):
        replication(appears, confidence=confidence)
