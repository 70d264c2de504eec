"""Ranges of a quantity and of its units, from which colours have their limits."""

from __future__ import annotations

import numpy as np

from tb_rnnviz.report.value_range import unit_ranges

NOISE = np.random.default_rng(0).normal(size=(2000, 3)) * [0.1, 1.0, 100.0]


def test_the_range_of_a_unit_does_not_depend_on_the_other_units():
    alone = np.concatenate([unit_ranges(NOISE[:, [unit]]) for unit in range(3)], axis=1)
    np.testing.assert_array_equal(unit_ranges(NOISE), alone)


def test_one_extreme_value_does_not_widen_the_range():
    spike = NOISE.copy()
    spike[7, 1] = 1e6
    assert unit_ranges(spike)[1, 1] < 4


def test_a_unit_that_is_rarely_active_has_its_extremes():
    rare = np.zeros((2000, 2))
    rare[[5, 900], 1] = 1, -0.5
    np.testing.assert_array_equal(unit_ranges(rare), [[0, -0.5], [0, 1]])


def test_values_that_are_not_finite_are_left_out():
    broken = NOISE.copy()
    broken[::2, 0], broken[1, 1], broken[:, 2] = np.nan, np.inf, -np.inf
    ranges = unit_ranges(broken)
    np.testing.assert_allclose(ranges[:, 0], np.quantile(NOISE[1::2, 0], [0.005, 0.995]), rtol=1e-5)
    assert np.isfinite(ranges[:, 1]).all() and np.isnan(ranges[:, 2]).all()


def test_a_recording_without_tokens_has_no_range():
    assert np.isnan(unit_ranges(np.empty((0, 2)))).all()
