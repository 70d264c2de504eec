"""Lagged response against loops, and its labels on planted units."""

import numpy as np
import pytest

from tb_rnnviz.analysis import lagged_response
from tb_rnnviz.analysis.lagged_response import ResponseEvents
from tests.analysis.simulation import autoregressive


def by_loops(activity, mask, lags, lengths):
    """Means and counts by a loop over matches."""
    taken = {lag: [] for lag in range(-lags, lags + 1)}
    start = 0
    for length in lengths:
        for t in range(length):
            for lag in taken:
                if mask[start + t] and 0 <= t + lag < length:
                    taken[lag].append(activity[start + t + lag])
        start += length
    mean = [
        np.nanmean(rows, axis=0) if rows else np.full(len(activity[0]), np.nan)
        for rows in taken.values()
    ]
    return np.array(mean), [len(rows) for rows in taken.values()]


@pytest.mark.parametrize("lengths", [[60], [20, 3, 0, 1, 36]])
@pytest.mark.parametrize("lags", [0, 1, 10])
def test_equals_the_definition(lengths, lags):
    rng = np.random.default_rng(0)
    activity, mask = rng.normal(5, 1, (60, 4)), rng.random(60) < 0.3
    activity[rng.choice(60, 5), 2] = np.nan
    result = lagged_response(activity, mask, lags, lengths)
    mean, count = by_loops(activity, mask, lags, lengths)
    np.testing.assert_allclose(result.mean, mean)
    assert result.count.tolist() == count
    assert result.lag.tolist() == list(range(-lags, lags + 1))
    assert result.low.shape == result.high.shape == result.mean.shape


def test_the_band_covers_the_shifted_feature():
    rng = np.random.default_rng(1)
    activity, mask = autoregressive(rng, 400, 5) + 3, rng.random(400) < 0.2
    shifted = np.stack([activity[np.roll(mask, s)].mean(axis=0) for s in range(400)])
    result = lagged_response(activity, mask, lags=4)
    np.testing.assert_allclose(
        result.high[4], activity.mean(axis=0) + 1.96 * shifted.std(axis=0), 1e-3
    )
    np.testing.assert_allclose(
        result.low[4], activity.mean(axis=0) - 1.96 * shifted.std(axis=0), 1e-3
    )
    cut = result.count[0] / result.count[4]
    widths = (result.high - result.low)[[0, 4]]
    np.testing.assert_allclose(widths[0], widths[1] / np.sqrt(cut))


def planted(shape, rate=0.02, steps=4000, lags=8):
    """A unit with the values of `shape`, by lag, around every match."""
    rng = np.random.default_rng(2)
    mask = rng.random(steps) < rate
    unit = np.zeros(steps)
    for lag, height in shape.items():
        unit += height * np.roll(mask, lag)
    activity = 0.3 * rng.normal(size=(steps, 3))
    activity[:, 1] += unit
    return lagged_response(activity, mask, lags)


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(
    ("shape", "label"),
    [
        ({0: 1}, "reacting"),
        ({1: 1, 2: 1}, "reacting"),
        ({-1: 1}, "anticipating"),
        ({-3: 0.2, -2: 0.6, -1: 0.9, 0: 1}, "anticipating"),
        ({-1: 0.2, 0: 1, 1: 0.2}, "reacting"),
        ({lag: 1 for lag in range(0, 12)}, "holding"),
        ({lag: 0.95**lag for lag in range(1, 40)}, "holding"),
        ({lag: 0.5**lag for lag in range(0, 9)}, "reacting"),
    ],
)
def test_units_are_labelled_by_the_rule(shape, label, sign):
    result = planted({lag: sign * height for lag, height in shape.items()})
    assert result.label.tolist() == ["none", label, "none"]
    assert result.q[1] < 1e-6 and (result.q[[0, 2]] > 0.05).all()
    outside = (result.mean < result.low) | (result.mean > result.high)
    assert all(outside[result.lag == lag, 1] for lag in shape if abs(shape[lag]) > 0.4 and lag <= 8)


def test_differences_between_sequences_are_no_response():
    rng = np.random.default_rng(3)
    activity = rng.normal(size=(400, 2)) + np.repeat([0, 20], 200)[:, None]
    mask = np.zeros(400, bool)
    mask[rng.choice(np.arange(200, 400), 40, replace=False)] = True
    result = lagged_response(activity, mask, 3, [200, 200])
    assert (result.label == "none").all()
    assert (result.low[3] > 15).all()


def test_features_that_match_no_token_or_every_token():
    activity = np.random.default_rng(4).normal(size=(30, 2))
    no_match = lagged_response(activity, np.zeros(30, bool), 2)
    assert no_match.note == "matches no token" and np.isnan(no_match.mean).all()
    assert (no_match.count == 0).all() and (no_match.label == "none").all()
    everything = lagged_response(activity, np.ones(30, bool), 2)
    np.testing.assert_allclose(everything.mean[2], activity.mean(axis=0))
    assert (everything.label == "none").all() and (everything.p == 1).all()


def test_constant_units_and_units_without_values():
    activity = np.random.default_rng(5).normal(size=(80, 3))
    activity[:, 1], activity[:, 2] = 0.3, np.nan
    result = lagged_response(activity, np.arange(80) % 9 == 0, 2)
    assert result.p[1] == 1 and np.isnan(result.p[2]) and np.isnan(result.q[2])
    np.testing.assert_allclose(result.mean[:, 1], 0.3)
    assert np.isnan(result.mean[:, 2]).all() and (result.label[1:] == "none").all()


@pytest.mark.parametrize("steps", [0, 1, 2])
def test_lags_may_exceed_the_text(steps):
    result = lagged_response(np.zeros((steps, 2)), np.ones(steps, bool), 5)
    assert result.mean.shape == (11, 2) and result.count[5] == steps


@pytest.mark.parametrize("lags", [-1, 2.0, True, None])
def test_invalid_lags_raise_an_error(lags):
    with pytest.raises(ValueError, match="`lags`.*at least 0. Received"):
        lagged_response(np.zeros((8, 1)), np.zeros(8, bool), lags)


def test_invalid_shapes_raise_an_error():
    with pytest.raises(ValueError, match="booleans.*Compare them with a threshold"):
        lagged_response(np.zeros((3, 1)), [0.5, 0.1, 0.2])


def _stretched(rng, on, off, steps=2000):
    mask, end = np.zeros(steps, bool), int(rng.integers(off))
    while end < steps:
        length = int(rng.geometric(1 / on))
        mask[end : end + length] = True
        end += length + int(rng.geometric(1 / off))
    return mask


def _beginnings(mask):
    return mask & ~np.concatenate([[False], mask[:-1]])


PLANTED_RESPONSES = {
    "holding": lambda mask: 3.0 * mask,
    "reacting": lambda mask: 3.0 * _beginnings(mask) + 1.5 * np.roll(_beginnings(mask), 1),
    "anticipating": lambda mask: 3.0 * sum(np.roll(_beginnings(mask), -lag) for lag in (1, 2)),
    "none": lambda mask: np.zeros(mask.size),
}


@pytest.mark.parametrize("lengths", [(5, 6), (12, 40), (30, 100)])
@pytest.mark.parametrize("label", PLANTED_RESPONSES)
def test_responses_to_stretches_are_labelled_by_their_onset_in_95_of_100(label, lengths):
    right = 0
    for seed in range(100):
        rng = np.random.default_rng(seed)
        mask = _stretched(rng, *lengths)
        series = PLANTED_RESPONSES[label](mask) + autoregressive(rng, mask.size, 1, 0.5)[:, 0]
        right += lagged_response(series[:, None], mask).label[0] == label
    assert right >= 95


def test_a_stretched_feature_is_aligned_at_its_onsets():
    mask = np.zeros(300, bool)
    mask[50:60] = mask[100:130] = mask[200:205] = True
    result = lagged_response(np.arange(300.0)[:, None], mask, lags=2)
    assert result.count.tolist() == [3] * 5
    assert result.mean[2, 0] == pytest.approx((50 + 100 + 200) / 3)


def test_a_stretched_feature_can_be_aligned_at_its_ends():
    mask = np.zeros(300, bool)
    mask[50:60] = mask[100:130] = mask[200:205] = True
    result = lagged_response(np.arange(300.0)[:, None], mask, lags=2, at="end")
    assert result.at == "end" and result.count.tolist() == [3] * 5
    assert result.mean[2, 0] == pytest.approx((59 + 129 + 204) / 3)
    assert lagged_response(np.arange(300.0)[:, None], mask, lags=2).at == "onset"


def test_the_end_of_a_sequence_ends_a_stretch():
    mask = np.ones(12, bool)
    mask[:2] = False
    result = lagged_response(np.arange(12.0)[:, None], mask, 1, [6, 6], at="end")
    assert result.mean[1, 0] == pytest.approx((5 + 11) / 2)


def test_matches_that_stand_alone_are_their_own_ends():
    mask = np.arange(200) % 9 == 4
    series = np.random.default_rng(0).normal(size=(200, 2))
    onset, end = (lagged_response(series, mask, 3, at=at) for at in ("onset", "end"))
    assert onset.at == end.at == "match"
    np.testing.assert_array_equal(onset.mean, end.mean)


def test_another_alignment_is_refused():
    with pytest.raises(ValueError, match="`at` must be one of 'onset', 'end'. Received: 'middle'"):
        lagged_response(np.zeros((8, 1)), np.zeros(8, bool), at="middle")


def test_units_that_are_judged_alone_are_those_of_single_calls():
    rng = np.random.default_rng(12)
    mask = rng.random(800) < 0.05
    activity = rng.normal(size=(800, 4)) + np.outer(mask, [0, 0.5, 1, 2])
    events = ResponseEvents(mask, 800)
    together = events.response(activity, jointly=False)
    for unit in range(4):
        alone = events.response(activity[:, unit : unit + 1])
        assert together.label[unit] == alone.label[0]
        for name in ("p", "q"):
            assert getattr(together, name)[unit] == pytest.approx(getattr(alone, name)[0], rel=1e-5)
        np.testing.assert_allclose(together.mean[:, unit], alone.mean[:, 0], rtol=1e-9)
