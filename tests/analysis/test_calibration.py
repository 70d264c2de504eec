"""Calibration of p and q on simulated recordings, with and without effects.

Every recording is one text of AR(1) activity with a memory of 0.9 and features in clusters, of the
kind at which tests for independent tokens fail.
"""

import numpy as np
import pytest
from scipy.stats import binom, false_discovery_control, norm, ttest_ind

from tb_rnnviz.analysis import (
    coherence,
    joint_q,
    lagged_response,
    relevance,
    relevances,
    spectrum,
)
from tests.analysis.simulation import autoregressive, clustered, most_false_recordings

STEPS, UNITS, RECORDINGS = 800, 48, 200


def recordings(seed, steps=STEPS, units=UNITS, number=RECORDINGS, memory=0.9):
    rng = np.random.default_rng(seed)
    for _ in range(number):
        yield rng, autoregressive(rng, steps, units, memory), clustered(rng, steps)


class TestRelevance:
    def test_false_discoveries_keep_their_rate_in_noise(self):
        q = family = 0
        exact = []
        for _, activity, mask in recordings(0):
            result = relevance(activity, mask)
            q += (result.q <= 0.05).any()
            family += (result.p_family <= 0.05).any()
            exact.append((result.p_exact <= 0.05).mean())
        assert q <= most_false_recordings(RECORDINGS)
        assert family <= most_false_recordings(RECORDINGS)
        assert np.mean(exact) == pytest.approx(0.05, abs=0.01)

    def test_a_naive_t_test_has_false_discoveries_in_nearly_every_recording(self):
        false = 0
        for _, activity, mask in recordings(0, number=50):
            p = ttest_ind(activity[mask], activity[~mask]).pvalue
            false += (false_discovery_control(p) <= 0.05).any()
        assert false >= 45

    def test_every_planted_unit_is_significant_and_few_others_are(self):
        detections, shares = np.zeros(4), []
        planted = [0, 7, 20, 47]
        for _, activity, mask in recordings(1, number=100):
            activity[np.ix_(mask, planted)] += 1.3
            result = relevance(activity, mask)
            chosen = result.q <= 0.05
            detections += chosen[planted]
            shares.append((chosen.sum() - chosen[planted].sum()) / max(chosen.sum(), 1))
            assert np.abs(result.effect[planted]).mean() > 0.8
        assert (detections >= 90).all()
        # The mean of 100 shares of false findings, each of a standard deviation of about 0.1.
        assert np.mean(shares) <= 0.05 + 0.03

    @pytest.mark.parametrize("share", [0.15, 0.01, 0.003])
    def test_rare_features_and_units_that_rarely_fire_keep_the_rate(self, share):
        rng, number = np.random.default_rng(2), 100
        false = normal = 0
        for _ in range(number):
            activity = (autoregressive(rng, STEPS, UNITS, 0.3) > 2.2).astype(float)
            result = relevance(activity, rng.random(STEPS) < share)
            false += (result.q <= 0.05).any()
            normal += (false_discovery_control(2 * norm.sf(np.abs(result.z))) <= 0.05).any()
        assert false <= most_false_recordings(number)
        if share < 0.1:
            # A normal tail would be too small: `p` is the tail of a gamma distribution here.
            assert normal > most_false_recordings(number)

    def test_numeric_features_keep_the_rate(self):
        false = power = 0
        for rng, activity, _ in recordings(3):
            feature = autoregressive(rng, STEPS, 1, 0.8)[:, 0]
            false += (relevance(activity, feature).q <= 0.05).any()
            activity[:, 3] += 0.6 * feature
            power += relevance(activity, feature).q[3] <= 0.05
        assert false <= most_false_recordings(RECORDINGS)
        assert power >= 0.9 * RECORDINGS

    @pytest.mark.parametrize("lengths", [[100] * 8, [50] * 16, [400, 250, 100, 50]])
    def test_several_sequences_keep_the_rate(self, lengths):
        q = family = power = 0
        number = 100
        for _, activity, mask in recordings(4, number=number):
            result = relevance(activity, mask, lengths=lengths)
            q += (result.q <= 0.05).any()
            family += (result.p_family <= 0.05).any()
            activity[mask, 5] += 1.3
            power += relevance(activity, mask, lengths=lengths).q[5] <= 0.05
        assert max(q, family) <= most_false_recordings(number)
        assert power >= 0.9 * number

    def test_joint_q_keeps_the_rate_over_many_features(self):
        false, number = 0, 60
        for rng, activity, _ in recordings(5, number=number):
            masks = [clustered(rng, STEPS, share) for share in (0.02, 0.05, 0.15, 0.3, 0.5)]
            joint = joint_q([result.p for result in relevances(activity, masks)])
            assert joint.tests == 5 * UNITS
            false += any((q <= 0.05).any() for q in joint.q)
        assert false <= most_false_recordings(number)


class TestSpectrum:
    @pytest.mark.parametrize("memory", [0.0, 0.9, 0.99])
    @pytest.mark.parametrize(
        "options",
        [{}, {"method": "welch"}, {"method": "welch", "segment": 64}, {"lengths": [200, 500, 300]}],
        ids=str,
    )
    def test_red_noise_has_no_significant_peak(self, memory, options):
        false, number, share = 0, 60, []
        for _, activity, _ in recordings(6, 1000, 16, number, memory):
            result = spectrum(activity, **options)
            false += (result.q <= 0.05).any()
            share.append((result.p[1:] <= 0.05).mean())
        assert false <= most_false_recordings(number)
        assert 0.02 <= np.mean(share) <= 0.055

    @pytest.mark.parametrize("options", [{}, {"method": "welch", "segment": 200}], ids=str)
    def test_a_planted_cosine_is_significant_at_its_frequency_only(self, options):
        false, number = [], 50
        cosine = 0.35 * np.cos(2 * np.pi * 0.2 * np.arange(1000))
        for _, activity, _ in recordings(7, 1000, 16, number):
            activity[:, 4] += cosine
            result = spectrum(activity, band=(0.1, 0.5), **options)
            assert result.peaks.frequency[4] == pytest.approx(0.2)
            assert result.peaks.q[4] <= 0.01
            significant = result.q <= 0.05
            at_cosine = significant[np.abs(result.frequency - 0.2) < 0.011, 4].sum()
            false.append((significant.sum() - at_cosine) / significant.sum())
        # The mean of 50 shares of false findings, each of a standard deviation below 0.15.
        assert np.mean(false) <= 0.05 + 0.06


class TestCoherence:
    def test_unrelated_series_are_not_coherent(self):
        false, share, number = 0, [], 100
        for _, activity, mask in recordings(8, number=number):
            result = coherence(activity, mask)
            false += (result.q <= 0.05).any()
            share.append((result.p[1:] <= 0.05).mean())
        assert false <= most_false_recordings(number)
        assert np.mean(share) == pytest.approx(0.05, abs=0.01)


class TestLaggedResponse:
    def test_units_are_rarely_labelled_in_noise(self):
        number = 100
        labelled = sum(
            (lagged_response(activity, mask).label != "none").any()
            for _, activity, mask in recordings(9, number=number)
        )
        assert labelled <= most_false_recordings(number)


def test_the_tolerance_is_exceeded_by_chance_once_in_a_thousand():
    assert most_false_recordings(200) == 21
    assert binom.sf(21, 200, 0.05) <= 0.001
