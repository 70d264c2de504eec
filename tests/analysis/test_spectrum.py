"""Spectra against planted cosines, the definition, and SciPy's peaks.

Whether red noise passes for a rhythm is in `test_calibration.py`.
"""

import numpy as np
import pytest
from scipy.signal import find_peaks, peak_prominences, welch
from scipy.stats import false_discovery_control, kstest

from tb_rnnviz.analysis import spectrum
from tests.analysis.simulation import autoregressive


def cosine(k, length, amplitude=1.0, phase=0.0):
    return amplitude * np.cos(2 * np.pi * k * np.arange(length) / length + phase)


@pytest.mark.parametrize("length", [100, 128, 101])
@pytest.mark.parametrize("offset", [0.0, 5.0])
def test_a_cosine_has_its_amplitude_at_its_bin_and_nowhere_else(length, offset):
    bins = [1, 40, (length - 1) // 2, *([length // 2] if length % 2 == 0 else [])]
    activity = np.stack([cosine(k, length, 0.7) for k in bins], axis=1) + offset
    result = spectrum(activity)
    assert result.frequency.tolist() == [k / length for k in range(length // 2 + 1)]
    expected = np.zeros((length // 2 + 1, len(bins)))
    expected[bins, range(len(bins))] = 0.7
    np.testing.assert_allclose(result.amplitude, expected, atol=1e-12)
    np.testing.assert_array_equal(result.peaks.frequency, np.array(bins) / length)
    np.testing.assert_allclose(result.peaks.amplitude, 0.7)
    np.testing.assert_allclose(result.peaks.prominence, 0.7)


def test_the_phase_does_not_matter():
    activity = np.stack([cosine(9, 64, 2.0, phase) for phase in (0, 1, 2, 3)], axis=1)
    np.testing.assert_allclose(spectrum(activity).amplitude[9], 2.0)


@pytest.mark.parametrize("length", [1, 2, 3, 4, 31, 64])
def test_equals_the_definition_of_the_transform(length):
    activity = np.random.default_rng(length).normal(2, 1, (length, 5))
    k, t = np.arange(length // 2 + 1)[:, None], np.arange(length)
    expected = np.abs(np.exp(-2j * np.pi * k * t / length) @ activity) / length
    expected[1:] *= 2
    expected[0] = 0
    if length % 2 == 0:
        expected[-1] /= 2
    result = spectrum(activity)
    np.testing.assert_allclose(result.amplitude, expected, atol=1e-12)
    assert (result.amplitude[0] == 0).all()


def test_the_power_is_the_variance():
    activity = np.random.default_rng(1).normal(3, 2, (256, 4))
    power = spectrum(activity).amplitude ** 2 / 2
    power[-1] *= 2
    np.testing.assert_allclose(power.sum(axis=0), activity.var(axis=0))


def test_many_units_over_many_blocks():
    activity = np.random.default_rng(2).normal(size=(5000, 900))  # two blocks and a rest
    result = spectrum(activity)
    assert result.amplitude.shape == (2501, 900)
    for unit in (0, 418, 419, 420, 838, 839, 899):
        alone = spectrum(activity[:, [unit]])
        np.testing.assert_allclose(result.amplitude[:, unit], alone.amplitude[:, 0], rtol=1e-12)
        assert result.peaks.frequency[unit] == alone.peaks.frequency.item()


@pytest.mark.parametrize(
    ("dtype", "expected"),
    [(np.float16, np.float32), (np.float32, np.float32), (np.float64, np.float64)],
)
def test_keeps_the_precision_of_the_activity(dtype, expected):
    activity = np.random.default_rng(3).normal(size=(64, 3)).astype(dtype)
    before = activity.copy()
    result = spectrum(activity)
    assert result.amplitude.dtype == expected
    np.testing.assert_allclose(result.amplitude, spectrum(activity.astype(float)).amplitude, 1e-6)
    np.testing.assert_array_equal(activity, before)


@pytest.mark.parametrize("value", [0.0, 0.1, 1e6])
def test_a_constant_unit_has_no_peak(value):
    result = spectrum(np.full((300, 2), value))
    assert (result.amplitude == 0).all()
    assert np.isnan(result.peaks.frequency).all()
    assert np.isnan(result.peaks.amplitude).all()
    assert np.isnan(result.peaks.prominence).all()


class TestMissing:
    def test_a_missing_value_counts_as_the_mean_of_its_unit(self):
        activity = np.random.default_rng(4).normal(1, 1, (40, 3))
        filled = activity.copy()
        activity[[0, 7], 1] = np.nan, np.inf
        filled[[0, 7], 1] = np.delete(filled[:, 1], [0, 7]).mean()
        np.testing.assert_allclose(spectrum(activity).amplitude, spectrum(filled).amplitude)

    def test_a_unit_without_a_value_has_no_amplitude(self):
        activity = np.random.default_rng(5).normal(size=(40, 3))
        others = spectrum(activity[:, [0, 2]])
        activity[:, 1] = np.nan
        result = spectrum(activity)
        assert np.isnan(result.amplitude[:, 1]).all()
        assert np.isnan(result.peaks.amplitude[1])
        np.testing.assert_array_equal(result.amplitude[:, [0, 2]], others.amplitude)
        np.testing.assert_array_equal(result.peaks.frequency[[0, 2]], others.peaks.frequency)

    def test_no_steps_and_no_units(self):
        assert np.isnan(spectrum(np.empty((0, 2))).amplitude).all()
        assert spectrum(np.zeros((8, 0))).amplitude.shape == (5, 0)
        assert spectrum(np.zeros((8, 0))).peaks.frequency.shape == (0,)


class TestSequences:
    def test_one_sequence_is_the_default(self):
        activity = np.random.default_rng(6).normal(size=(30, 2))
        result = spectrum(activity, lengths=[0, 30])
        np.testing.assert_array_equal(result.amplitude, spectrum(activity).amplitude)

    @pytest.mark.parametrize("k", [1, 7, 16])
    def test_a_cosine_in_sequences_of_one_length_keeps_its_amplitude(self, k):
        activity = np.concatenate([cosine(k, 32, 0.4) + 3, cosine(k, 32, 0.4) - 3])[:, None]
        expected = np.zeros((17, 1))
        expected[k] = 0.4
        result = spectrum(activity, lengths=[32, 32])
        np.testing.assert_allclose(result.amplitude, expected, atol=1e-12)

    def test_power_is_averaged_by_length(self):
        activity = np.random.default_rng(7).normal(size=(90, 2))
        power, end = 0.0, 0
        for length in (60, 10, 20):
            part = activity[end : end + length]
            end += length
            part = np.concatenate([part - part.mean(axis=0), np.zeros((60 - length, 2))])
            part = 60 * spectrum(part).amplitude / length
            power = power + length * part**2
        result = spectrum(activity, lengths=[60, 10, 20])
        np.testing.assert_allclose(result.amplitude[1:], np.sqrt(power / 90)[1:])
        assert result.frequency.size == 31

    def test_a_shorter_sequence_keeps_its_amplitude_too(self):
        activity = np.concatenate([cosine(10, 40), cosine(5, 20)])[:, None]
        assert spectrum(activity, lengths=[40, 20]).amplitude[10].item() == pytest.approx(1)

    def test_a_sequence_without_a_value_does_not_count(self):
        activity = np.concatenate([cosine(3, 16), np.full(16, np.nan)])[:, None]
        assert spectrum(activity, lengths=[16, 16]).amplitude[3].item() == pytest.approx(1)


class TestPeaks:
    def test_alternation_peaks_at_the_last_bin(self):
        result = spectrum(np.tile([1.0, -1.0], 50)[:, None])
        assert result.peaks.frequency.item() == 0.5
        assert result.peaks.amplitude.item() == pytest.approx(1)
        assert result.peaks.prominence.item() == pytest.approx(1)

    @pytest.mark.parametrize(
        ("band", "k"), [((0, 0.5), 10), ((0.15, 0.5), 30), ((0.3, 0.3), 30), ((0.31, 0.5), 50)]
    )
    def test_the_band_includes_its_ends(self, band, k):
        activity = cosine(10, 100, 3) + cosine(30, 100, 2) + cosine(50, 100, 1)
        assert spectrum(activity[:, None], band=band).peaks.frequency.item() == k / 100

    def test_a_slope_into_the_band_is_no_peak(self):
        t = np.arange(200)
        activity = 0.9**t + 0.005 * np.cos(np.pi * 0.6 * t)
        result = spectrum(activity[:, None], band=(0.1, 0.5))
        inside = (result.frequency >= 0.1) & (result.frequency <= 0.5)
        assert result.frequency[inside][result.amplitude[inside, 0].argmax()] == 0.1
        assert result.peaks.frequency.item() == pytest.approx(0.3)

    def test_an_empty_band_has_no_peak(self):
        result = spectrum(cosine(3, 10)[:, None], band=(0.31, 0.39))
        assert np.isnan(result.peaks.frequency).all()
        assert np.isnan(spectrum(cosine(3, 10)[:, None], band=(0, 0)).peaks.amplitude).all()

    def test_peaks_equal_scipys_inside_the_spectrum(self):
        result = spectrum(np.random.default_rng(8).normal(size=(400, 60)), band=(0.05, 0.45))
        for unit, row in enumerate(result.amplitude.T):
            bins, _ = find_peaks(row)
            bins = bins[(bins >= 20) & (bins <= 180)]
            peak = bins[row[bins].argmax()]
            assert result.peaks.frequency[unit] == result.frequency[peak]
            assert result.peaks.amplitude[unit] == row[peak]
            expected = peak_prominences(row[1:], [peak - 1])[0].item()
            assert result.peaks.prominence[unit] == pytest.approx(expected)

    @pytest.mark.parametrize("steps", [1, 2, 3])
    def test_short_texts(self, steps):
        result = spectrum(np.arange(steps, dtype=float)[:, None])
        assert np.isfinite(result.amplitude).all()
        assert np.isnan(result.peaks.frequency.item()) == (steps == 1)

    @pytest.mark.parametrize(
        "band", [(0.4, 0.1), (-0.1, 0.5), (0, 0.6), (np.nan, 0.5), (0.1,), "ab", None]
    )
    def test_an_invalid_band_raises_an_error(self, band):
        with pytest.raises(ValueError, match=r"0 <= low <= high <= 0.5. Received"):
            spectrum(np.zeros((8, 1)), band=band)


def test_invalid_arguments_raise_an_error():
    with pytest.raises(ValueError, match=r"two axes.*\(8,\)"):
        spectrum(np.zeros(8))
    with pytest.raises(ValueError, match="add up to the 8 steps"):
        spectrum(np.zeros((8, 1)), lengths=[4])


class TestWelch:
    @pytest.mark.parametrize(("steps", "segment"), [(1000, 128), (513, 64), (300, 75), (256, 256)])
    def test_equals_scipys_welch(self, steps, segment):
        activity = np.random.default_rng(9).normal(2, 1, (steps, 4))
        result = spectrum(activity, method="welch", segment=segment)
        frequency, power = welch(activity, nperseg=segment, scaling="spectrum", axis=0)
        amplitude = np.sqrt(2 * power)
        if segment % 2 == 0:
            amplitude[-1] /= np.sqrt(2)
        np.testing.assert_allclose(result.frequency, frequency)
        np.testing.assert_allclose(result.amplitude[1:], amplitude[1:])
        assert (result.amplitude[0] == 0).all()

    @pytest.mark.parametrize("k", [1, 2, 40, 63, 64])
    def test_a_cosine_keeps_its_amplitude(self, k):
        activity = cosine(8 * k, 1024, 0.7)[:, None] + 3
        result = spectrum(activity, method="welch", segment=128)
        assert result.amplitude[k].item() == pytest.approx(0.7)
        assert result.q[k].item() < 0.01
        # At the end, where an amplitude counts once, the bin before it has half of twice as much.
        assert result.peaks.frequency.item() == min(k, 63) / 128

    def test_a_segment_is_no_longer_than_the_text(self):
        activity = np.random.default_rng(10).normal(size=(100, 2))
        assert spectrum(activity, method="welch").frequency.size == 51
        assert spectrum(np.zeros((0, 2)), method="welch").amplitude.shape == (1, 2)

    def test_a_shorter_sequence_is_one_segment_and_keeps_its_amplitude(self):
        activity = np.concatenate([cosine(20, 160), cosine(5, 40)])[:, None]
        result = spectrum(activity, lengths=[160, 40], method="welch", segment=80)
        assert result.amplitude[10].item() == pytest.approx(1)

    def test_has_a_smaller_variance_than_a_periodogram(self):
        activity = np.random.default_rng(11).normal(size=(4096, 8))
        rough, steady = spectrum(activity), spectrum(activity, method="welch")
        spread = [
            (s.amplitude[5:-5] ** 2).std() / (s.amplitude[5:-5] ** 2).mean()
            for s in (rough, steady)
        ]
        assert spread[0] == pytest.approx(1, abs=0.1)
        assert spread[1] == pytest.approx(np.sqrt(1 / (31 / (1 + 2 / 36))), rel=0.1)

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"method": "fft"}, "'periodogram', 'welch'. Received: 'fft'"),
            ({"segment": 64}, "goes with method='welch'. Received: segment=64"),
            ({"method": "welch", "segment": 1}, "at least 2. Received: 1"),
            ({"method": "welch", "segment": 64.0}, "integer.*Received: 64.0"),
        ],
    )
    def test_invalid_arguments_raise_an_error(self, options, message):
        with pytest.raises(ValueError, match=message):
            spectrum(np.zeros((128, 1)), **options)


class TestRedNoise:
    @pytest.mark.parametrize("memory", [-0.7, 0.0, 0.95])
    @pytest.mark.parametrize("options", [{}, {"method": "welch"}], ids=str)
    def test_p_is_uniform_for_red_noise(self, memory, options):
        rng = np.random.default_rng(12)
        activity = autoregressive(rng, 8000, 12, abs(memory))
        if memory < 0:
            activity *= (-1.0) ** np.arange(8000)[:, None]
        p = spectrum(activity, **options).p[1:]
        assert kstest(p.ravel()[::7], "uniform").pvalue > 0.001

    @pytest.mark.parametrize("amplitude", [0.5, 5.0, 500.0])
    def test_a_line_makes_no_other_bin_significant(self, amplitude):
        """A strong slow wave would make the rest pass for far too much noise."""
        rng = np.random.default_rng(13)
        activity = rng.normal(size=(2000, 10)) + cosine(30, 2000, amplitude)[:, None]
        result = spectrum(activity)
        beats = np.argwhere(result.q <= 0.05)
        assert set(beats[:, 1][beats[:, 0] == 30]) == set(range(10))
        assert (beats[:, 0] != 30).sum() <= 3

    @pytest.mark.parametrize(
        ("k", "noise"),
        [(1, 0.0), (1, 0.1), *((k, n) for k in (2, 17, 40, 99, 100) for n in (0, 0.001, 0.1, 0.3))],
    )
    def test_a_planted_cosine_is_significant_at_any_frequency(self, k, noise):
        rng = np.random.default_rng(14)
        activity = cosine(k, 200, 0.5)[:, None] + noise * rng.normal(size=(200, 5))
        result = spectrum(activity.astype(np.float32))
        assert (result.peaks.frequency == k / 200).all()
        assert (result.peaks.q < 0.01).all()
        assert (result.q <= 0.05).sum() <= 5 + 3

    def test_slow_activity_is_not_periodic_although_its_amplitude_has_a_peak(self):
        activity = autoregressive(np.random.default_rng(14), 3000, 40, 0.98)
        result = spectrum(activity)
        assert (result.peaks.frequency < 0.02).all()
        assert (result.peaks.q > 0.05).all()

    def test_peaks_have_p_and_q_of_their_bin(self):
        activity = autoregressive(np.random.default_rng(15), 500, 6)
        activity[:, 2] += cosine(100, 500)
        result = spectrum(activity)
        q = false_discovery_control(result.p[1:].astype(float), axis=None).reshape(-1, 6)
        np.testing.assert_allclose(result.q[1:], q, rtol=1e-5)
        bins = np.searchsorted(result.frequency, result.peaks.frequency - 1e-9)
        np.testing.assert_array_equal(result.peaks.p, result.p[bins, range(6)])
        np.testing.assert_allclose(result.peaks.q, result.q[bins, range(6)])
        assert result.peaks.q.argmin() == 2

    def test_the_first_bin_is_not_tested(self):
        result = spectrum(np.random.default_rng(16).normal(size=(50, 3)))
        assert (result.p[0] == 1).all() and (result.q[0] == 1).all()

    def test_constant_units_and_units_without_values(self):
        activity = np.random.default_rng(17).normal(size=(60, 3))
        activity[:, 1], activity[:, 2] = 0.1, np.nan
        result = spectrum(activity)
        assert (result.p[:, 1] == 1).all() and (result.q[:, 1] == 1).all()
        assert np.isnan(result.p[:, 2]).all() and np.isnan(result.q[:, 2]).all()
        assert np.isnan(result.peaks.p[1:]).all() and np.isnan(result.peaks.q[1:]).all()
        alone = spectrum(activity[:, :1])
        np.testing.assert_allclose(result.p[:, 0], alone.p[:, 0], rtol=1e-5)

    @pytest.mark.parametrize("steps", [0, 1, 2, 3, 5, 8])
    @pytest.mark.parametrize("method", ["periodogram", "welch"])
    def test_short_texts(self, steps, method):
        result = spectrum(np.random.default_rng(steps).normal(size=(steps, 3)), method=method)
        assert result.p.shape == result.amplitude.shape == result.q.shape
        assert np.isfinite(result.p).all() or steps == 0
        assert not (result.q <= 0.05).any()
