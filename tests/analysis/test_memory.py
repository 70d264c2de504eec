"""Memory time scales by three estimates, on units with a known memory."""

import numpy as np
import pytest
from scipy.signal import lfilter

from tb_rnnviz.analysis import (
    autocorrelation_time,
    context_length,
    memory_profile,
    time_constant,
)

RETAIN = np.array([0.2, 0.5, 0.8, 0.9, 0.97])
TAU = -1 / np.log(RETAIN)


def leaky(steps, retain=RETAIN, seed=0):
    """Units c[t] = f c[t-1] + u[t] with white input, and the input."""
    drive = np.random.default_rng(seed).normal(size=(steps, len(retain)))
    return np.stack(
        [lfilter([1], [1, -f], u) for f, u in zip(retain, drive.T, strict=True)], 1
    ), drive


class TestTimeConstant:
    def test_a_constant_gate_has_its_decay_time(self):
        np.testing.assert_allclose(time_constant(np.tile(RETAIN, (7, 1))), TAU)

    def test_a_varying_gate_has_the_time_of_its_mean(self):
        gate = np.random.default_rng(0).random((50, 3), dtype=np.float32)
        np.testing.assert_allclose(time_constant(gate), -1 / np.log(gate.mean(0)), rtol=1e-5)

    def test_gates_that_are_always_shut_or_open(self):
        assert time_constant([[0.0, 1.0], [0.0, 1.0]]).tolist() == [0.0, np.inf]

    def test_missing_values_are_left_out(self):
        result = time_constant([[0.5, np.nan], [np.nan, np.nan]])
        np.testing.assert_allclose(result, [1 / np.log(2), np.nan])
        assert np.isnan(time_constant(np.empty((0, 2)))).all()

    @pytest.mark.parametrize("gate", [[[1.5]], [[-0.1]]])
    def test_values_outside_of_zero_to_one_raise_an_error(self, gate):
        with pytest.raises(ValueError, match="between 0 and 1. Received: values between"):
            time_constant(gate)


class TestAutocorrelationTime:
    def test_leaky_units_have_their_decay_time(self):
        activity, _ = leaky(200_000)
        np.testing.assert_allclose(autocorrelation_time(activity)[1:], TAU[1:], rtol=0.08)

    def test_equals_a_loop_over_lags(self):
        rng = np.random.default_rng(1)
        lengths = [60, 1, 0, 45, 20]
        activity = np.cumsum(rng.normal(size=(126, 3)), axis=0) % 7
        activity[rng.random((126, 3)) < 0.1] = np.nan
        result = autocorrelation_time(activity, lengths=lengths, longest=40)
        for unit in range(3):
            assert result[unit] == pytest.approx(slow_time(activity[:, unit], lengths, 40))

    def test_sequences_are_not_joined(self):
        block = np.repeat([[0.0], [1.0]], 10, axis=0)
        together = np.tile(block, (6, 1))
        apart = autocorrelation_time(together, lengths=[20] * 6)
        assert apart != pytest.approx(autocorrelation_time(together))

    def test_blocks_of_units_do_not_change_the_result(self, monkeypatch):
        activity, _ = leaky(300)
        whole = autocorrelation_time(activity)
        monkeypatch.setattr("tb_rnnviz.analysis.memory.autocorrelation._BLOCK_VALUES", 600)
        np.testing.assert_allclose(autocorrelation_time(activity), whole)

    def test_white_noise_has_a_time_below_one_token(self):
        noise = np.random.default_rng(0).normal(size=(2000, 20))
        assert (autocorrelation_time(noise) < 1).all()

    def test_the_time_is_infinite_beyond_the_largest_lag(self):
        ramp = np.linspace(0, 1, 100)[:, None]
        assert autocorrelation_time(ramp, longest=5).tolist() == [np.inf]

    @pytest.mark.parametrize("steps", [0, 1, 2])
    def test_short_texts(self, steps):
        result = autocorrelation_time(np.arange(steps * 2.0).reshape(steps, 2))
        assert result.shape == (2,)

    def test_constant_units_are_nan(self):
        activity = np.full((50, 2), 0.1, np.float32)
        activity[:, 1] = np.nan
        assert np.isnan(autocorrelation_time(activity)).all()

    def test_an_invalid_largest_lag_raises_an_error(self):
        with pytest.raises(ValueError, match="longest=-1"):
            autocorrelation_time([[0.0]], longest=-1)


def slow_time(values, lengths, most):
    deviation = values - np.nanmean(values)
    ends = np.cumsum(lengths)
    parts = [deviation[end - length : end] for end, length in zip(ends, lengths, strict=True)]
    previous = variance = None
    for lag in range(most + 1):
        products = np.concatenate(
            [part[: len(part) - lag] * part[lag:] for part in parts if len(part) > lag]
        )
        covariance = np.nanmean(products)
        variance = variance or covariance
        now = covariance / variance
        if now < np.exp(-1):
            return lag - 1 + (previous - np.exp(-1)) / (previous - now)
        previous = now
    return np.inf


class TestContextLength:
    contexts = np.arange(1, 60)

    def test_leaky_units_have_their_decay_time(self):
        activity, drive = leaky(3000)
        at = np.arange(1000, 3000)

        def states(k):
            powers = RETAIN ** np.arange(k)[:, None]
            windows = np.stack([drive[at - i] for i in range(k)])
            return (powers[:, None] * windows).sum(axis=0)

        result = context_length(activity[at], states, self.contexts)
        np.testing.assert_allclose(result, np.ceil(TAU), atol=1)
        listed = context_length(activity[at], [states(k) for k in self.contexts], self.contexts)
        np.testing.assert_array_equal(result, listed)

    def test_the_error_must_stay_below_the_tolerance(self):
        full = np.array([[1.0], [-1.0]])
        changes = [0.9, 0.1, 0.9, 0.2, 0.1]
        result = context_length(full, [full * (1 + c) for c in changes], [1, 2, 4, 8, 16])
        assert result.tolist() == [8.0]

    def test_lengths_at_the_ends_of_the_grid(self):
        full = np.array([[1.0, 1.0], [-1.0, -1.0]])
        truncated = [full * [1.0, 3.0], full * [1.0, 3.0]]
        assert context_length(full, truncated, [2, 4]).tolist() == [2.0, np.inf]

    def test_constant_and_missing_units_are_nan(self):
        full = np.array([[1.0, 0.1, np.nan], [-1.0, 0.1, 1.0]])
        assert context_length(full, [full], [1])[0] == 1
        assert np.isnan(context_length(full, [full], [1])[1:]).all()

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            ({"contexts": []}, "ascending numbers of tokens"),
            ({"contexts": [0, 1]}, "at least 1"),
            ({"contexts": [2, 2]}, "ascending"),
            ({"contexts": [1, 2, 3]}, "each of the 3 contexts. Received: 2"),
            (
                {"truncated": [np.zeros((2, 1)), np.zeros((2, 2))]},
                r"of 2 tokens.*\(2, 1\).*\(2, 2\)",
            ),
            ({"tolerance": 0}, "tolerance=0"),
        ],
    )
    def test_invalid_arguments_raise_an_error(self, arguments, message):
        full = np.array([[1.0], [-1.0]])
        with pytest.raises(ValueError, match=message):
            context_length(
                **{"full": full, "truncated": [full, full], "contexts": [1, 2]} | arguments
            )


class TestProfile:
    def test_three_estimates_agree_on_leaky_units(self):
        activity, drive = leaky(100_000)
        truncated = [lfilter_window(drive, k)[-5000:] for k in range(1, 80)]
        profile = memory_profile(
            gate=time_constant(np.tile(RETAIN, (10, 1))),
            autocorrelation=autocorrelation_time(activity),
            truncation=context_length(activity[-5000:], truncated, range(1, 80)),
        )
        assert not profile.disagree.any() and not profile.notes
        assert list(profile.lengths) == ["gate", "autocorrelation", "truncation"]

    @pytest.mark.parametrize(
        ("gate", "truncation", "disagree"),
        [
            (3.0, 1.0, False),
            (3.1, 1.0, True),
            (0.0, 0.5, False),
            (np.inf, np.inf, False),
            (np.inf, 9.0, True),
            (np.nan, 9.0, False),
            (np.nan, np.nan, False),
        ],
    )
    def test_estimates_disagree_beyond_the_ratio(self, gate, truncation, disagree):
        profile = memory_profile(gate=[gate], truncation=[truncation])
        assert profile.disagree.tolist() == [disagree]
        assert list(profile.notes) == ([0] if disagree else [])

    def test_notes_list_the_estimates(self):
        profile = memory_profile(gate=[np.inf], autocorrelation=[np.nan], truncation=[1.0])
        assert profile.notes[0] == "gate longer than could be measured, truncation 1 token"

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            ({}, "at least one of gate, autocorrelation, truncation"),
            ({"gate": [1.0], "truncation": [1.0, 2.0]}, r"\(units,\).*\(1,\).*\(2,\)"),
            ({"gate": [[1.0]]}, r"\(1, 1\)"),
            ({"gate": [1.0], "ratio": 0.5}, "ratio=0.5"),
        ],
    )
    def test_invalid_arguments_raise_an_error(self, arguments, message):
        with pytest.raises(ValueError, match=message):
            memory_profile(**arguments)


def lfilter_window(drive, k):
    """States after the last k inputs alone."""
    return np.stack(
        [lfilter(f ** np.arange(k), [1], u) for f, u in zip(RETAIN, drive.T, strict=True)], 1
    )
