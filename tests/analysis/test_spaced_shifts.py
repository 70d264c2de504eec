"""Evenly spaced shifts of long texts, against a loop over the same shifts."""

import numpy as np
import pytest

from tb_rnnviz.analysis import _circular_shifts, relevance
from tb_rnnviz.analysis._circular_shifts import AllShifts, SpacedShifts, circular_shifts
from tests.analysis.simulation import autoregressive, clustered, most_false_recordings


def centred(rng, rows, steps):
    series = rng.normal(size=(rows, steps)).astype(np.float32)
    return series - series.mean(axis=1, keepdims=True)


# A multiple of an even and of an odd distance; a prime; one less than twice the most shifts.
@pytest.mark.parametrize(
    ("steps", "spacing"), [(4100, 2), (10_000, 4), (20_000, 5), (9001, 3), (8191, 2), (20_011, 5)]
)
def test_sums_are_those_of_a_loop_over_the_same_shifts(steps, spacing):
    rng = np.random.default_rng(steps)
    features, units = centred(rng, 3, steps), centred(rng, 18, steps)
    shifts = SpacedShifts(features)
    blocks = list(shifts.sums(shifts.prepared(units)))
    sums = np.concatenate([block.values for block in blocks])
    distances = np.arange(0, steps, spacing)
    assert shifts.spacing == spacing and shifts.count == distances.size
    looped = np.unique([0, 1, shifts.count - 1, *rng.integers(shifts.count, size=200)])
    exact = [np.roll(units, -s, axis=1) @ features.T for s in distances[looped]]
    np.testing.assert_allclose(sums[:, :, looped], np.stack(exact, 2), atol=1e-5 * np.sqrt(steps))


def test_their_spread_is_that_over_all_shifts():
    rng = np.random.default_rng(0)
    features, units = centred(rng, 3, 5001), centred(rng, 4, 5001)
    spaced, every = SpacedShifts(features), AllShifts(features)
    for name in ("shifted", "unrelated"):
        spreads = [getattr(s.spread(s.prepared(units)), name) for s in (spaced, every)]
        np.testing.assert_array_equal(*spreads)


def test_texts_up_to_the_limit_are_shifted_by_every_distance():
    for steps, kind in ((4096, AllShifts), (4097, SpacedShifts)):
        features = np.zeros((1, steps))
        assert type(circular_shifts(features, np.array([steps]), spaced=True)) is kind
        assert type(circular_shifts(features, np.array([steps]))) is AllShifts


def test_only_shares_of_shifts_depend_on_the_spacing(monkeypatch):
    rng = np.random.default_rng(1)
    activity, mask = autoregressive(rng, 6000, 12), clustered(rng, 6000)
    activity[mask, 5] += 0.5
    spaced = relevance(activity, mask, tokens=rng.integers(5, size=6000))
    monkeypatch.setattr(_circular_shifts, "EVERY_SHIFT", 6000)
    every = relevance(activity, mask, tokens=np.random.default_rng(1).integers(5, size=6000))
    assert (spaced.shifts, every.shifts) == (3000, 6000)
    for name in ("z", "p", "q", "effect", "auc"):
        np.testing.assert_array_equal(getattr(spaced, name), getattr(every, name))
    np.testing.assert_allclose(spaced.p_exact, every.p_exact, atol=0.03)
    np.testing.assert_allclose(spaced.p_family, every.p_family, atol=0.03)
    assert spaced.q[5] < 1e-6 and spaced.p_family[5] == 1 / 3000
    assert every.p_exact[5] == every.p_family[5] == 1 / 6000


@pytest.mark.parametrize("steps", [800, 797])
def test_family_wise_errors_keep_their_rate_in_noise(monkeypatch, steps):
    monkeypatch.setattr(_circular_shifts, "EVERY_SHIFT", 200)
    family, exact = 0, []
    for seed in range(100):
        rng = np.random.default_rng(seed)
        result = relevance(autoregressive(rng, steps, 24), clustered(rng, steps))
        assert result.shifts == 200
        family += (result.p_family <= 0.05).any()
        exact.append((result.p_exact <= 0.05).mean())
    assert family <= most_false_recordings(100)
    assert np.mean(exact) == pytest.approx(0.05, abs=0.015)


def test_planted_units_are_significant_in_the_family(monkeypatch):
    monkeypatch.setattr(_circular_shifts, "EVERY_SHIFT", 200)
    detected = 0
    for seed in range(50):
        rng = np.random.default_rng(seed)
        activity, mask = autoregressive(rng, 800, 24), clustered(rng, 800)
        activity[mask, 7] += 1.3
        result = relevance(activity, mask)
        detected += result.p_family[7] <= 0.05 and result.q[7] <= 0.05
    assert detected >= 45


def test_a_feature_as_periodic_as_the_spacing_is_not_significant():
    """Every fourth token: each shift by a multiple of four is the same feature."""
    mask = np.arange(16_000) % 4 == 1
    result = relevance(mask[:, None].astype(float), mask)
    assert result.shifts == 4000
    assert result.p_exact.item() == 1 and result.p.item() > 0.05
