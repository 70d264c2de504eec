"""`QuantityStatistics`: all mergeable statistics of one quantity of a layer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tb_rnnviz.corpus.extremes import Extremes
from tb_rnnviz.corpus.feature_sums import FeatureSteps, FeatureSums
from tb_rnnviz.corpus.group_sums import GroupSums
from tb_rnnviz.corpus.histogram import Histogram
from tb_rnnviz.corpus.moments import Moments

QUANTILE_BINS = 1024
"""Bins of the histogram of a unit: quantiles are exact to 1 / 512 of its range."""

FEATURE_BINS = 128
"""Bins of the histograms inside and outside a feature."""


@dataclass(frozen=True)
class Steps:
    """Steps of a part of a shard, the same for all quantities of a layer.

    Attributes:
        words: Word of each step, a sparse array (words, steps).
        features: Weights of the features.
    """

    words: Any
    features: FeatureSteps


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
    lowest: Extremes = field()

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

    def update(self, steps: Steps, values: NDArray, before: NDArray) -> None:
        """Adds steps to all sums; the histograms are of a sample, and contexts of rows.

        Args:
            steps: The steps.
            values: Activity, finite, float64 (steps, units).
            before: Activity one step before, in the same way.
        """
        self.moments.update(values)
        self.words.update(steps.words, values)
        self.words_before.update(steps.words, before)
        self.features.update(steps.features, values, values**2)

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
