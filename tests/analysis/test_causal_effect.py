"""Ablation effect and its bootstrap interval."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.signal import lfilter

from tb_rnnviz.analysis.causal_effect import causal_effect

RANDOM = np.random.default_rng(0)
MASK = RANDOM.random(400) < 0.2
CHANGE = RANDOM.normal(size=(3, 400)) + np.array([[0.0], [1.0], [-2.0]]) * np.roll(MASK, -1)


def slow(random, steps, phi=0.9):
    """AR(1) noise of variance 1."""
    noise = random.normal(size=steps + 100)
    return lfilter([np.sqrt(1 - phi**2)], [1, -phi], noise)[100:]


def clustered(random, steps, run, gap):
    mask, t = np.zeros(steps, bool), 0
    while t < steps:
        t += random.geometric(1 / gap)
        length = random.geometric(1 / run)
        mask[t : t + length] = True
        t += length
    return mask


def test_the_effect_is_the_difference_of_two_means_over_predictions_of_marked_tokens():
    result = causal_effect(CHANGE, MASK)
    of = MASK[1:]
    np.testing.assert_allclose(result.on, CHANGE[:, :-1][:, of].mean(axis=1))
    np.testing.assert_allclose(result.off, CHANGE[:, :-1][:, ~of].mean(axis=1))
    np.testing.assert_allclose(result.effect, result.on - result.off)
    assert result.count == of.sum() and result.total == 399
    assert (result.low < result.effect).all() and (result.effect < result.high).all()
    assert result.low[1] > 0 and result.high[2] < 0 and result.low[0] < 0 < result.high[0]


def test_predictions_at_marked_tokens_are_an_option():
    result = causal_effect(CHANGE, MASK, predictions="at")
    np.testing.assert_allclose(result.on, CHANGE[:, MASK].mean(axis=1))
    assert result.count == MASK.sum() and result.total == 400


def test_the_last_prediction_of_a_sequence_is_left_out():
    change = np.array([0.0, 5.0, 9.0, 1.0, 7.0, 100.0])
    mask = np.array([1, 0, 1, 1, 0, 1])
    result = causal_effect(change, mask, [3, 3])
    assert result.on[0] == (5 + 7) / 2 and result.off[0] == (0 + 1) / 2
    assert result.count == 2 and result.total == 4


def test_missing_changes_are_left_out():
    holes = CHANGE.copy()
    holes[0, 50:60] = np.nan
    rest = np.delete(CHANGE, np.s_[50:60], axis=1)
    result = causal_effect(holes, MASK, predictions="at")
    expected = np.delete(MASK, np.s_[50:60])
    np.testing.assert_allclose(result.on, rest[:, expected].mean(axis=1))
    assert result.total == 390


def test_an_entry_that_changes_nothing_has_an_effect_of_exactly_zero():
    result = causal_effect(np.zeros((2, 400)), MASK)
    assert (result.effect == 0).all() and (result.low == 0).all() and (result.high == 0).all()


def test_the_same_seed_gives_the_same_interval():
    first, again, other = (causal_effect(CHANGE, MASK, seed=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.low, again.low)
    assert (first.low != other.low).all()
    np.testing.assert_allclose(first.low, other.low, atol=0.1)


def test_with_blocks_of_one_token_the_interval_is_that_of_two_independent_means():
    result = causal_effect(CHANGE[:1], MASK, predictions="at", block=1, resamples=4000)
    on, off = CHANGE[0, MASK], CHANGE[0, ~MASK]
    error = np.sqrt(on.var() / on.size + off.var() / off.size)
    np.testing.assert_allclose(result.high - result.effect, 1.96 * error, rtol=0.1)
    np.testing.assert_allclose(result.effect - result.low, 1.96 * error, rtol=0.1)


def test_a_wider_confidence_gives_a_wider_interval():
    narrow, wide = (causal_effect(CHANGE, MASK, confidence=c) for c in (0.8, 0.99))
    assert (narrow.high - narrow.low < wide.high - wide.low).all()


@pytest.mark.parametrize("lengths", [None, [50] * 20, [5, 15, 80] * 10])
def test_the_interval_covers_the_truth_at_its_confidence_level(lengths):
    """Autocorrelated text, for which resampling single tokens is far too certain."""
    by_block = by_token = 0
    trials = 100
    for seed in range(trials):
        random = np.random.default_rng(seed)
        mask = clustered(random, 1000, run=20, gap=50)
        change = slow(random, 1000) + 0.3 * mask
        options = {"predictions": "at", "resamples": 200}
        result = causal_effect(change, mask, lengths, **options)
        by_block += result.low[0] <= 0.3 <= result.high[0]
        result = causal_effect(change, mask, lengths, block=1, **options)
        by_token += result.low[0] <= 0.3 <= result.high[0]
    assert by_block / trials > 0.86
    assert by_token / trials < 0.75


def test_blocks_stay_within_their_sequence():
    """Two sequences of constant change: a block never mixes them."""
    change = np.repeat([0.0, 1.0], 6)
    mask = np.tile([True, False], 6)
    result = causal_effect(change, mask, [6, 6], predictions="at", block=6)
    assert result.effect[0] == 0 and result.low[0] == 0 and result.high[0] == 0


@pytest.mark.parametrize("mask", [np.zeros(400, bool), np.ones(400, bool)])
def test_the_effect_is_nan_without_tokens_of_both_kinds(mask):
    result = causal_effect(CHANGE, mask)
    for values in (result.effect, result.low, result.high):
        assert np.isnan(values).all()
    assert result.count in (0, 399)


def test_a_text_of_one_token_or_none_gives_nan():
    assert np.isnan(causal_effect([[1.0]], [True]).effect).all()
    assert causal_effect(np.zeros((2, 0)), np.zeros(0, bool)).effect.shape == (2,)
    assert causal_effect(np.zeros((0, 400)), MASK).effect.shape == (0,)
    short = causal_effect([1.0, 2.0, 3.0], [False, True, False], block=5)
    assert short.effect[0] == -1.0 and np.isnan(short.low[0])


@pytest.mark.parametrize(
    "arguments, options, message",
    [
        ((CHANGE, MASK[:10]), {}, r"shape \(400,\).*\(10,\)"),
        ((CHANGE, np.arange(400.0)), {}, "booleans"),
        ((np.zeros((2, 2, 400)), MASK), {}, r"\(entries, tokens\)"),
        ((np.zeros(400, bool), MASK), {}, "real numbers.*bool"),
        ((CHANGE, MASK, [1, 2]), {}, "add up to 3"),
        ((CHANGE, MASK), {"predictions": "before"}, "'of', 'at'.*'before'"),
        ((CHANGE, MASK), {"confidence": 1.0}, "confidence=1.0"),
        ((CHANGE, MASK), {"block": 0}, "block=0"),
        ((CHANGE, MASK), {"resamples": 0}, "resamples=0"),
    ],
)
def test_invalid_arguments_raise_an_error_that_explains_them(arguments, options, message):
    with pytest.raises(ValueError, match=message):
        causal_effect(*arguments, **options)
