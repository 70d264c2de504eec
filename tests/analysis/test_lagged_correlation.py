"""Lagged correlation: planted lags, a NumPy reference, and chance."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import spearmanr

from tb_rnnviz.analysis import lagged_correlation


def autoregressive(rng, steps, coefficient, units):
    series = rng.normal(size=(steps, units))
    for step in range(1, steps):
        series[step] += coefficient * series[step - 1]
    return series


def test_the_correlation_is_spearmans_at_every_lag():
    rng = np.random.default_rng(0)
    unit, number = rng.normal(size=(2, 60))
    result = lagged_correlation(unit[:, None], number, lags=3)
    ranks = [values.argsort().argsort() - 29.5 for values in (unit, number)]
    for lag, correlation in zip(result.lag.tolist(), result.correlation[:, 0], strict=True):
        of_unit = ranks[0][max(lag, 0) : 60 + min(lag, 0)]
        of_number = ranks[1][max(-lag, 0) : 60 - max(lag, 0)]
        expected = of_unit @ of_number / np.sqrt((of_unit**2).sum() * (of_number**2).sum())
        assert correlation == pytest.approx(expected)
    assert result.correlation[3, 0] == pytest.approx(spearmanr(unit, number).statistic)


@pytest.mark.parametrize("lengths", [None, [250] * 8])
def test_planted_lags_are_found_and_named(lengths):
    rng = np.random.default_rng(1)
    number = autoregressive(rng, 2000, 0.9, 1)[:, 0]
    units = autoregressive(rng, 2000, 0.9, 4)
    units[:, 1] = np.roll(number, 4) + 0.3 * rng.normal(size=2000)
    units[:, 2] = -np.roll(number, -3)
    units[:, 3] = number**3
    result = lagged_correlation(units, number, lengths=lengths)
    assert result.order[1:].tolist() == ["behind", "ahead", "together"]
    assert result.strongest[1:].tolist() == [4, -3, 0]
    assert result.correlation[10, 3] > 0.99 and result.correlation[7, 2] < -0.95


@pytest.mark.parametrize("lengths", [None, [40] * 20])
def test_slow_series_without_a_relation_are_rarely_correlated(lengths):
    p = []
    for seed in range(10):
        rng = np.random.default_rng(seed)
        units, number = autoregressive(rng, 800, 0.9, 40), autoregressive(rng, 800, 0.95, 1)
        p.append(lagged_correlation(units, number[:, 0], lengths=lengths).p)
    assert np.mean(np.concatenate(p) <= 0.05) < 0.08
    assert np.mean(np.concatenate(p) <= 0.5) > 0.35


def test_missing_values_and_ends_of_sequences_are_left_out():
    rng = np.random.default_rng(2)
    number = rng.normal(size=400)
    unit = np.roll(number, 1)
    unit[::200] = 50.0  # what a lag would read from the sequence before
    number[7::13] = np.nan
    result = lagged_correlation(unit[:, None], number, lags=2, lengths=[200, 200])
    assert result.strongest.tolist() == [1] and result.correlation[3, 0] > 0.99
    unit[:] = np.nan
    nothing = lagged_correlation(unit[:, None], number, lags=2)
    assert np.isnan(nothing.correlation).all() and nothing.order.tolist() == ["none"]


def test_a_constant_has_no_correlation():
    result = lagged_correlation(np.ones((50, 1)), np.arange(50.0))
    assert np.isnan(result.correlation).all() and result.order.tolist() == ["none"]


@pytest.mark.parametrize(
    ("series", "lags", "message"),
    [
        (np.zeros(4), 2, r"shape \(5,\)"),
        (np.zeros(5), -1, "at least 0"),
        (np.zeros(5), 1.5, "integer"),
    ],
)
def test_what_does_not_fit_is_refused(series, lags, message):
    with pytest.raises(ValueError, match=message):
        lagged_correlation(np.zeros((5, 1)), series, lags)
