"""Share of the variance around a spectral peak, against a mask of all bins."""

import numpy as np
import pytest

from tb_rnnviz.analysis._peak_share import _BAND, peak_statistics
from tb_rnnviz.analysis.spectrum import spectrum


@pytest.mark.parametrize("steps", [50, 301, 3000])
def test_share_is_that_of_the_bins_near_the_peak(steps):
    rng = np.random.default_rng(steps)
    waves = np.cos(np.outer(np.linspace(0.3, 3, 20), np.arange(steps)))
    series = waves + rng.normal(size=(20, steps))
    series[3] = 0
    period, share, _ = peak_statistics(series, np.array([steps]), None)
    power = np.abs(np.fft.rfft(series - series.mean(axis=1, keepdims=True))) ** 2
    peak = spectrum(series.T).peaks.frequency[:, None]
    distance = np.abs(np.arange(power.shape[1]) / steps - peak)
    near = distance <= np.maximum(_BAND * peak, 1 / steps)
    expected = (power * near).sum(axis=1) / np.maximum(power.sum(axis=1), 1e-300)
    np.testing.assert_allclose(share, expected, rtol=1e-9)
    np.testing.assert_allclose(np.delete(period, 3), 1 / np.delete(peak[:, 0], 3))
    assert share[3] == 0
