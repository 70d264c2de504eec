"""Accumulators of a survey equal brute force, in any order of merging."""

from __future__ import annotations

import copy
import itertools
from functools import partial

import numpy as np
import pytest

from tb_rnnviz.corpus.extremes import Extremes, StepOrder
from tb_rnnviz.corpus.feature_sums import BLOCKS, FeatureSteps, FeatureSums
from tb_rnnviz.corpus.group_sums import GroupSums, StepWeights
from tb_rnnviz.corpus.histogram import Histogram
from tb_rnnviz.corpus.moments import Moments
from tb_rnnviz.corpus.step_sample import StepSample, lowest_hashes, position_hashes

RNG = np.random.default_rng(0)
UNITS, STEPS = 4, 600
SCALES = np.array([1e-3, 1.0, 40.0, 1.0])
VALUES = RNG.normal(size=(STEPS, UNITS)) * SCALES + np.array([0.5, 0.0, -7.0, 0.0])
VALUES[:, 3] = 0.25  # a constant unit
PIVOT = VALUES.mean(axis=0)
PARTS = np.split(VALUES, [1, 200, 201, 450])


def merged(parts):
    total = copy.deepcopy(parts[0])
    for part in parts[1:]:
        total.merge(copy.deepcopy(part))
    return total


def test_moments_are_those_of_all_steps():
    parts = [Moments.empty(UNITS) for _ in PARTS]
    for part, values in zip(parts, PARTS, strict=True):
        part.update(values)
    total = merged([Moments.empty(UNITS), *parts])
    assert total.count.tolist() == [STEPS] * UNITS
    np.testing.assert_allclose(total.mean, VALUES.mean(axis=0), rtol=1e-12)
    np.testing.assert_allclose(total.variance, VALUES.var(axis=0), rtol=1e-9, atol=1e-28)
    np.testing.assert_array_equal(total.minimum, VALUES.min(axis=0))
    np.testing.assert_array_equal(total.maximum, VALUES.max(axis=0))


def test_sums_of_groups_are_those_of_their_steps():
    group = RNG.integers(-1, 3, STEPS)
    total = GroupSums.empty(3, UNITS)
    for begin, end in itertools.pairwise([0, 1, 200, STEPS]):
        part = GroupSums.empty(3, UNITS)
        values = (VALUES[begin:end] - PIVOT).astype(np.float32)
        part.update(StepWeights.of_groups(group[begin:end], 3), values, PIVOT)
        total.merge(part)
    for k in range(3):
        assert total.weight[k] == (group == k).sum()
        np.testing.assert_allclose(total.sums[k], VALUES[group == k].sum(axis=0), atol=1e-3)


@pytest.mark.parametrize("order", [(0, 1, 2, 3, 4), (4, 2, 0, 1, 3)])
def test_histograms_are_the_same_in_whatever_order_they_are_merged(order):
    whole = Histogram.empty(1, UNITS, 64)
    whole.update(VALUES, [(0, None, 1.0)])
    parts = []
    for values in PARTS:
        parts.append(Histogram.empty(1, UNITS, 64))
        for row in np.array_split(values, 3):
            parts[-1].update(row, [(0, None, 1.0)])
    total = merged([parts[k] for k in order])
    np.testing.assert_array_equal(total.counts, whole.counts)
    np.testing.assert_array_equal(total.edges, whole.edges)


@pytest.mark.parametrize("share", [0.0, 0.05, 0.5, 0.95, 1.0])
def test_quantiles_are_within_the_width_of_a_bin(share):
    histogram = Histogram.empty(1, UNITS, 256)
    histogram.update(VALUES, [(0, None, 1.0)])
    error = np.abs(histogram.quantile(0, share) - np.quantile(VALUES, share, axis=0))
    assert (error <= histogram.width).all()
    assert (histogram.width[:3] <= np.ptp(VALUES[:, :3], axis=0) / 128).all()


def test_a_histogram_counts_each_value_in_its_bin():
    histogram = Histogram.empty(2, UNITS, 32)
    rows = np.arange(0, STEPS, 3)
    histogram.update(VALUES, [(0, None, 1.0), (1, rows, 2.0)])
    for unit in range(UNITS):
        for series, values, weight in ((0, VALUES, 1), (1, VALUES[rows], 2)):
            counts, _ = np.histogram(values[:, unit], histogram.edges[unit])
            np.testing.assert_array_equal(histogram.counts[series, unit], weight * counts)
    assert histogram.share_below(0, 0.0)[1] == pytest.approx((VALUES[:, 1] < 0).mean(), abs=0.05)


@pytest.mark.parametrize("sign", [1, -1])
def test_extremes_are_the_highest_values_and_of_equal_ones_the_first(sign):
    rows = 5
    values = np.round(RNG.normal(size=(128, rows, UNITS)), 1).astype(np.float32)
    values[..., 2] = np.clip(values[..., 2], -0.5, 0.5)  # many equal values
    values[40:60, 1] = -sign * np.inf
    positions = np.arange(128)[:, None] + 1000 * np.array([3, 0, 1, 4, 2])
    total = Extremes.empty(7, UNITS)
    for begin, end in ((48, 128), (0, 16), (16, 48)):
        part = Extremes.empty(7, UNITS)
        part.update(values[begin:end], StepOrder(positions[begin:end]), sign)
        total.merge(part)
    flat, where = sign * values.reshape(-1, UNITS), positions.ravel()
    for unit in range(UNITS):
        order = np.lexsort((where, -flat[:, unit]))[:7]
        assert total.positions[:, unit].tolist() == where[order].tolist()
        np.testing.assert_array_equal(total.values[:, unit], flat[order, unit])


def test_extremes_of_few_steps_leave_the_rest_empty():
    extremes = Extremes.empty(3, 1, context=2)
    values = np.array([[[1.0]], [[-np.inf]]], np.float32)
    extremes.update(values, StepOrder(np.array([[5], [6]])))
    assert extremes.positions.ravel().tolist() == [5, -1, -1]
    assert extremes.contexts.shape == (3, 1, 2)


def sample_of(steps, group, capacity):
    position = np.asarray(steps)
    hashes = position_hashes(position, seed=3)
    rows = lowest_hashes(group[position], hashes, position, capacity)
    values = {"0": VALUES[position][rows].astype(np.float32)}
    contexts = np.zeros((len(rows), 0), np.int32)
    arrays = group[position][rows], hashes[rows], position[rows], contexts
    return StepSample(np.array(capacity), *arrays, values)


def test_a_sample_is_the_same_in_whatever_order_parts_are_merged():
    group = RNG.integers(-1, 3, STEPS)
    whole = sample_of(range(STEPS), group, 20)
    parts = [sample_of(part, group, 20) for part in np.array_split(np.arange(STEPS), 4)]
    for order in ((0, 1, 2, 3), (3, 1, 0, 2)):
        total = merged([parts[k] for k in order])
        np.testing.assert_array_equal(total.position, whole.position)
        np.testing.assert_array_equal(total.values["0"], whole.values["0"])
    assert np.bincount(whole.group).tolist() == [20, 20, 20]


def test_a_group_of_few_steps_is_in_the_sample_whole():
    group = np.zeros(STEPS, int)
    group[:5] = 1
    sample = sample_of(range(STEPS), group, 20)
    assert sorted(sample.position[sample.group == 1]) == [0, 1, 2, 3, 4]


def test_hashes_of_positions_are_uniform_and_depend_on_the_seed():
    hashes = position_hashes(np.arange(10_000), seed=0)
    shares = np.bincount((hashes >> np.uint64(60)).astype(int), minlength=16) / 10_000
    assert np.abs(shares - 1 / 16).max() < 0.01
    assert not (hashes == position_hashes(np.arange(10_000), seed=1)).any()


@pytest.mark.parametrize("has_other_words", [False, True])
def test_sums_of_features_are_those_of_their_steps(has_other_words):
    features = np.array([RNG.random(STEPS) < 0.3, RNG.normal(size=STEPS)], float)
    features[1, :50] = np.nan
    is_numeric = np.array([False, True])
    block, word = RNG.integers(0, BLOCKS, STEPS), RNG.integers(-has_other_words, 3, STEPS)
    total = FeatureSums.empty(2, 1, 3, UNITS)
    for rows in np.array_split(np.arange(STEPS), 3):
        steps = FeatureSteps.of(
            features[:, rows], is_numeric, block[rows], word[rows], 3, has_other_words
        )
        part = FeatureSums.empty(2, 1, 3, UNITS)
        shifted = (VALUES[rows] - PIVOT).astype(np.float32)
        sums = steps.blocks.sums(shifted), steps.blocks.sums(shifted**2)
        part.update(steps, shifted, shifted**2, *sums, PIVOT)
        total.merge(part)
    known, zeroed = ~np.isnan(features), np.nan_to_num(features)
    close = partial(np.testing.assert_allclose, rtol=1e-5, atol=1e-3)
    for b in range(BLOCKS):
        own = block == b
        close(total.count[b], own.sum())
        close(total.squares[b], (VALUES[own] ** 2).sum(axis=0))
        close(total.products[b], zeroed[:, own] @ VALUES[own], atol=1e-3)
        close(total.weight_squares[b], (zeroed[:, own] ** 2).sum(axis=1))
        close(total.defined[b, 0], (own & known[1]).sum())
        close(total.defined_sums[b, 0], VALUES[own & known[1]].sum(axis=0), atol=1e-3)
    is_word = word >= 0
    close(total.word_products, zeroed[:, is_word] @ VALUES[is_word], atol=1e-3)
    close(total.word_squares, (VALUES[is_word] ** 2).sum(axis=0))
    for w in range(3):
        close(total.word_weight[w], zeroed[:, word == w].sum(axis=1), atol=1e-3)
