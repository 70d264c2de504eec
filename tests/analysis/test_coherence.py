"""Coherence against SciPy's, and with planted units."""

import numpy as np
import pytest
from scipy.signal import coherence as of_scipy
from scipy.stats import kstest

from tb_rnnviz.analysis import coherence, spectrum
from tb_rnnviz.analysis.coherence import coherence_at
from tests.analysis.simulation import autoregressive, clustered


@pytest.mark.parametrize(("steps", "segment"), [(1000, 128), (513, 64), (700, 75)])
def test_equals_scipys_coherence(steps, segment):
    rng = np.random.default_rng(0)
    mask = rng.random(steps) < 0.3
    activity = rng.normal(size=(steps, 4)) + mask[:, None] * [[0, 1, 2, 3]]
    result = coherence(activity, mask, segment=segment)
    frequency, value = of_scipy(activity, mask[:, None].astype(float), nperseg=segment, axis=0)
    np.testing.assert_allclose(result.frequency, frequency)
    np.testing.assert_allclose(result.value[1:], value[1:], atol=1e-12)
    assert (result.value[0] == 0).all() and (result.p[0] == 1).all() and (result.q[0] == 1).all()


def test_separates_a_unit_that_follows_the_text_from_one_with_a_period_of_its_own():
    """Both peak at 0.2; the feature does as well, roughly."""
    rng = np.random.default_rng(1)
    starts = np.cumsum(rng.choice([4, 5, 5, 5, 6], 400))
    steps = 1500
    mask = np.zeros(steps, bool)
    mask[starts[starts < steps]] = True
    activity = autoregressive(rng, steps, 2, 0.5)
    activity[:, 0] += 3 * mask
    activity[:, 1] += np.cos(2 * np.pi * 0.2 * np.arange(steps))
    peaks = spectrum(activity, band=(0.1, 0.5), method="welch", segment=100).peaks
    np.testing.assert_allclose(peaks.frequency, 0.2, atol=0.011)
    assert (peaks.q < 1e-3).all()
    value, p = coherence(activity, mask, segment=100).at(peaks.frequency)
    assert value[0] > 0.5 and p[0] < 1e-6
    assert value[1] < 0.3 and p[1] > 1e-3


@pytest.mark.parametrize("shift", [0, 1, 3, -2])
def test_the_phase_is_positive_where_the_activity_leads(shift):
    mask = np.random.default_rng(2).random(4000) < 0.3
    result = coherence(np.roll(mask, shift)[:, None].astype(float), mask, segment=64)
    expected = np.angle(np.exp(-2j * np.pi * result.frequency * shift))
    inside = slice(1, 25)
    turn = np.angle(np.exp(1j * (result.phase[inside, 0] - expected[inside])))
    np.testing.assert_allclose(turn, 0, atol=0.3)


@pytest.mark.parametrize("lengths", [None, [500, 300, 200], [50] * 20])
def test_p_is_uniform_for_unrelated_series(lengths):
    rng = np.random.default_rng(3)
    p = []
    for _ in range(20):
        activity, mask = rng.normal(size=(1000, 4)), clustered(rng, 1000)
        p.append(coherence(activity, mask, lengths=lengths, segment=50).p[2::3])
    assert kstest(np.concatenate(p).ravel(), "uniform").pvalue > 0.001


def test_independent_segments_account_for_their_overlap():
    activity, mask = np.zeros((64 * 10, 1)), np.arange(640) % 2 == 0
    number = 19  # halves over the next
    expected = number / (1 + 2 * (1 - 1 / number) / 36)
    assert coherence(activity, mask, segment=64).segments == pytest.approx(expected)


def test_numeric_features_and_missing_values():
    rng = np.random.default_rng(4)
    feature = rng.normal(size=800)
    activity = np.stack([feature + 0.3 * rng.normal(size=800), rng.normal(size=800)], axis=1)
    feature[5], activity[9, 1] = np.nan, np.nan
    result = coherence(activity, feature)
    assert (result.value[1:, 0] > 0.6).all() and (result.q[1:, 0] < 1e-3).all()
    assert np.isfinite(result.value).all() and (result.q[:, 1] > 0.01).all()


def test_constant_units_and_features_are_not_coherent():
    activity = np.random.default_rng(5).normal(size=(300, 3))
    activity[:, 1], activity[:, 2] = 0.1, np.nan
    result = coherence(activity, np.arange(300) % 3 == 0)
    assert (result.value[:, 1] == 0).all() and (result.p[:, 1] == 1).all()
    assert np.isnan(result.value[:, 2]).all() and np.isnan(result.p[:, 2]).all()
    for mask in (np.zeros(300, bool), np.ones(300, bool)):
        result = coherence(activity[:, :1], mask)
        assert (result.value == 0).all() and (result.p == 1).all()


def test_a_single_segment_has_p_of_one():
    rng = np.random.default_rng(6)
    result = coherence(rng.normal(size=(40, 2)), rng.random(40) < 0.5, segment=40)
    np.testing.assert_allclose(result.value[1:], 1)
    assert (result.p == 1).all() and (result.q == 1).all()


@pytest.mark.parametrize("steps", [0, 1, 2, 5])
def test_short_texts(steps):
    result = coherence(np.zeros((steps, 2)), np.ones(steps, bool))
    value, p = result.at([0.5, np.nan])
    assert value.shape == p.shape == (2,)


def test_at_takes_the_nearest_bin_but_the_first():
    rng = np.random.default_rng(7)
    result = coherence(rng.normal(size=(200, 4)), rng.random(200) < 0.5, segment=20)
    value, p = result.at([0.0, 0.11, 0.5, np.nan])
    bins = [1, 2, 10]
    np.testing.assert_array_equal(value, [*result.value[bins, range(3)], np.nan])
    np.testing.assert_array_equal(p, [*result.p[bins, range(3)], np.nan])
    with pytest.raises(ValueError, match=r"shape \(4,\).*Received: shape \(2,\)"):
        result.at([0.1, 0.2])


def test_invalid_arguments_raise_an_error():
    with pytest.raises(ValueError, match=r"`feature` must have one value per step.*\(7,\)"):
        coherence(np.zeros((8, 1)), np.zeros(7, bool))
    with pytest.raises(ValueError, match="at least 2. Received: 0"):
        coherence(np.zeros((8, 1)), np.zeros(8, bool), segment=0)


@pytest.mark.parametrize("lengths", [None, [500, 37, 1, 500], [64] * 16 + [14]])
def test_coherence_at_one_frequency_is_that_of_the_whole_spectrum(lengths):
    rng = np.random.default_rng(8)
    features = np.stack([rng.random(1038) < 0.3, np.arange(1038) % 5 == 0, np.ones(1038)], axis=1)
    activity = rng.normal(size=(1038, 4)) + features[:, 1:2]
    activity[7, 1], activity[:, 2] = np.nan, np.inf
    frequency = np.array([0.2, 0.2, 0.2, np.nan])
    expected = [coherence(activity, mask, lengths=lengths).at(frequency)[0] for mask in features.T]
    result = coherence_at(activity, features, frequency, lengths=lengths)
    np.testing.assert_allclose(result, np.transpose(expected), rtol=1e-9, atol=1e-12)
