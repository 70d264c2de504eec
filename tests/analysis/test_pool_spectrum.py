"""Pooling of a spectrum's bins."""

import numpy as np
import pytest

from tb_rnnviz.analysis import pool_spectrum, spectrum


@pytest.mark.parametrize("steps", [14, 15])
def test_a_short_spectrum_is_returned_as_it_is(steps):
    whole = spectrum(np.random.default_rng(0).normal(size=(steps, 2)))
    frequency, amplitude = pool_spectrum(whole, most=8)
    assert frequency is whole.frequency and amplitude is whole.amplitude


@pytest.mark.parametrize(("steps", "most"), [(1000, 128), (254, 127), (256, 128), (33, 1), (99, 7)])
def test_groups_keep_their_highest_amplitude(steps, most):
    whole = spectrum(np.random.default_rng(1).normal(size=(steps, 3)))
    frequency, amplitude = pool_spectrum(whole, most)
    assert frequency.shape == (most,) and amplitude.shape == (most, 3)
    assert (np.diff(frequency) > 0).all()
    assert amplitude.max() == whole.amplitude.max()
    edges = np.arange(most + 1) * whole.frequency.size // most
    assert np.ptp(np.diff(edges)) <= 1
    for g in range(most):
        group = slice(edges[g], edges[g + 1])
        assert frequency[g] == pytest.approx(whole.frequency[group].mean())
        np.testing.assert_array_equal(amplitude[g], whole.amplitude[group].max(axis=0))


def test_the_last_group_holds_the_last_bin():
    whole = spectrum(np.tile([1.0, -1.0], 500)[:, None])
    _, amplitude = pool_spectrum(whole)
    assert amplitude[-1].item() == pytest.approx(1)
    assert amplitude[:-1].max() < 1e-9


def test_a_unit_without_values_stays_nan():
    activity = np.random.default_rng(2).normal(size=(64, 2))
    activity[:, 1] = np.nan
    _, amplitude = pool_spectrum(spectrum(activity), most=4)
    assert np.isfinite(amplitude[:, 0]).all() and np.isnan(amplitude[:, 1]).all()


def test_zero_bins_raise_an_error():
    with pytest.raises(ValueError, match="at least 1. Received: most=0"):
        pool_spectrum(spectrum(np.zeros((8, 1))), most=0)
