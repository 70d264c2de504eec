"""Shares of tokens at which a gate is shut or open."""

import numpy as np
import pytest

from tb_rnnviz.analysis import saturation


def test_thresholds_are_strict():
    gate = np.array([[0.0, 0.1], [0.05, 0.9], [0.5, 0.0], [1.0, 0.95]])
    shares = saturation(gate)
    assert shares.left.tolist() == [0.5, 0.25]
    assert shares.right.tolist() == [0.25, 0.25]


def test_thresholds_are_options():
    gate = np.random.default_rng(0).random((500, 4), dtype=np.float32)
    shares = saturation(gate, low=0.3, high=0.6)
    for unit, values in enumerate(gate.T):
        assert shares.left[unit] == sum(value < 0.3 for value in values) / 500
        assert shares.right[unit] == sum(value > 0.6 for value in values) / 500


def test_shares_are_of_the_finite_values():
    gate = np.array([[0.0, np.nan], [np.nan, np.nan], [1.0, np.inf], [-np.inf, np.nan]])
    shares = saturation(gate)
    np.testing.assert_array_equal(shares.left, [0.5, np.nan])
    np.testing.assert_array_equal(shares.right, [0.5, np.nan])


def test_no_tokens_give_nan():
    assert np.isnan(saturation(np.empty((0, 3))).left).all()


@pytest.mark.parametrize("thresholds", [(0.9, 0.1), (-0.1, 0.9), (0.1, 1.1), (np.nan, 0.9)])
def test_invalid_thresholds_raise_an_error(thresholds):
    with pytest.raises(ValueError, match="0 <= low <= high <= 1. Received: low="):
        saturation(np.zeros((3, 2)), *thresholds)


def test_invalid_shapes_raise_an_error():
    with pytest.raises(ValueError, match=r"`gate` must have two axes.*\(3,\)"):
        saturation(np.zeros(3))
