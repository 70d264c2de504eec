"""`QuantityStatistics`: all mergeable statistics of one quantity of a layer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tb_rnnviz.corpus.block_steps import BlockSteps
from tb_rnnviz.corpus.extremes import Extremes
from tb_rnnviz.corpus.feature_sums import FeatureSums
from tb_rnnviz.corpus.group_sums import GroupSums
from tb_rnnviz.corpus.histogram import Histogram
from tb_rnnviz.corpus.moments import Moments

QUANTILE_BINS = 1024
"""Bins of the histogram of a unit: quantiles are exact to 1 / 512 of its range."""

PIVOT_STEPS = 64
"""One in this many steps is averaged for a value near the mean."""

FEATURE_BINS = 128
"""Bins of the histograms inside and outside a feature."""


@dataclass
class QuantityStatistics:
    """Statistics of the units of one quantity.

    Attributes:
        moments: Count, mean, variance and range.
        histogram: Histogram of the activity, one series.
        words: Sums of the activity by word.
        words_before: Sums of the activity one step before, by the word of the step.
        features: Sums for associations.
        feature_histogram: Histograms at the steps of every boolean feature, and at the others:
            series 2 k and 2 k + 1.
        auc_sums: Sums over shards for the error of the AUC, float64 (4, features, units): those of
            w, w^2, w^2 a and w^2 a^2, of the AUC a and the number of pairs w of a shard.
        shards: Number of shards with pairs, float64 (features,).
        highest: Steps of the highest activity.
        lowest: Steps of the lowest, negated.
    """

    moments: Moments
    histogram: Histogram
    words: GroupSums
    words_before: GroupSums
    features: FeatureSums
    feature_histogram: Histogram
    auc_sums: NDArray[np.float64]
    shards: NDArray[np.float64]
    highest: Extremes
    lowest: Extremes

    @classmethod
    def empty(
        cls, units: int, words: int, is_numeric: Sequence[bool], top: int, context: int
    ) -> QuantityStatistics:
        """Returns the statistics of no step.

        Args:
            units: Number of units.
            words: Number of words.
            is_numeric: True for each feature that is numeric.
            top: Contexts of each kind.
            context: Tokens of a context.
        """
        boolean = len(is_numeric) - sum(is_numeric)
        return cls(
            Moments.empty(units),
            Histogram.empty(1, units, QUANTILE_BINS),
            GroupSums.empty(words, units),
            GroupSums.empty(words, units),
            FeatureSums.empty(len(is_numeric), sum(is_numeric), words, units),
            Histogram.empty(2 * boolean, units, FEATURE_BINS),
            np.zeros((4, boolean, units)),
            np.zeros(boolean),
            Extremes.empty(top, units, context),
            Extremes.empty(top, units, context),
        )

    def update(
        self, steps: BlockSteps, values: NDArray[np.float32], earlier: NDArray[np.float32]
    ) -> None:
        """Adds a block of steps to everything but the histograms.

        Args:
            steps: The steps of the block.
            values: Activity, float32 (steps, rows, units); finite at the steps that are counted.
            earlier: Activity at the step before the block, float32 (rows, units).
        """
        flat = values.reshape(-1, values.shape[2])
        blocks = steps.features.blocks
        count = blocks.total.sum()
        if not count:
            return
        # Deviations from a value near the mean keep their precision in sums of float32.
        near_mean = flat[np.flatnonzero(steps.counted)[::PIVOT_STEPS]].mean(axis=0)
        shifted, pivot = flat - near_mean, near_mean.astype(np.float64)
        squares = shifted * shifted
        sums, square_sums = blocks.sums(shifted), blocks.sums(squares)
        self.features.update(steps.features, shifted, squares, sums, square_sums, pivot)
        self.words.update(steps.words, shifted, pivot)
        self.words_before.update(steps.words_after, shifted, pivot)
        self.words_before.update(steps.words_first, earlier - near_mean, pivot)
        for extremes, sign in ((self.highest, 1), (self.lowest, -1)):
            inside = values
            if not steps.counted.all():
                inside = np.where(steps.counted[..., None], values, np.float32(-sign * np.inf))
            extremes.update(inside, steps.order, sign)
        mean = sums.sum(axis=0) / count
        self.moments.merge(
            Moments(
                np.full(len(pivot), int(count), np.int64),
                pivot + mean,
                np.maximum(square_sums.sum(axis=0) - count * mean**2, 0),
                -self.lowest.values[0].astype(np.float64),
                self.highest.values[0].astype(np.float64),
            )
        )

    def update_histograms(
        self, values: NDArray[np.float32], parts: Sequence[tuple[int, NDArray, float]]
    ) -> None:
        """Adds a sample of the steps of a shard.

        Args:
            values: Activity of the sample, finite, float32 (steps, units).
            parts: Series, indices and weight as for `Histogram.update`; series -1 is that of all
                steps.
        """
        self.histogram.update(
            values, [(0, steps, weight) for series, steps, weight in parts if series < 0]
        )
        parts = [part for part in parts if part[0] >= 0]
        if not parts or not len(values):
            return
        self.feature_histogram.update(values, parts)
        auc, pairs = histogram_auc(self.feature_histogram)
        weight = pairs[:, None]
        known = np.nan_to_num(auc)
        self.auc_sums = np.stack(
            [
                np.broadcast_to(weight, auc.shape),
                np.broadcast_to(weight**2, auc.shape),
                weight**2 * known,
                weight**2 * known**2,
            ]
        )
        self.shards = (pairs > 0).astype(np.float64)

    def merge(self, other: QuantityStatistics) -> None:
        """Adds the steps of another part."""
        for name, statistic in vars(self).items():
            if isinstance(statistic, np.ndarray):
                setattr(self, name, statistic + getattr(other, name))
            else:
                statistic.merge(getattr(other, name))


def histogram_auc(histogram: Histogram) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Returns AUC (features, units) and number of pairs (features,) of features.

    Args:
        histogram: Histograms at the steps of a feature and at the others, by turns. Values in one
            bin count as equal.
    """
    inside, outside = histogram.counts[::2], histogram.counts[1::2]
    total_inside, total_outside = inside.sum(axis=2), outside.sum(axis=2)
    below = np.cumsum(outside, axis=2) - outside / 2
    wins = np.einsum("fub,fub->fu", inside, below)
    pairs = total_inside * total_outside
    auc = np.divide(wins, pairs, out=np.full(pairs.shape, np.nan), where=pairs > 0)
    return auc, pairs.max(axis=1, initial=0)
