"""`FeatureAssociation`: associations from sums and histograms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from tb_rnnviz.analysis._associations import MATCHES_EVERY_TOKEN, MATCHES_NO_TOKEN
from tb_rnnviz.analysis._effect_sizes import cohens_d, cohens_f
from tb_rnnviz.analysis._false_discovery_rate import benjamini_hochberg
from tb_rnnviz.corpus.feature_sums import FeatureSums
from tb_rnnviz.corpus.quantity_statistics import QuantityStatistics, histogram_auc

ROUNDING = 1e-13
"""Share of a sum of squares below which a difference of two is rounding."""


@dataclass(frozen=True, eq=False)
class FeatureAssociation:
    """Association of the units of one quantity with a feature, over a corpus.

    The statistics are those of `tb_rnnviz.analysis.relevance`. Errors are standard errors by the
    jackknife over blocks of the corpus (Efron and Stein 1981, Annals of Statistics 9, 586); that
    of the AUC is over shards.

    Attributes:
        feature: Name of the feature.
        count: Number of steps that match, or at which a numeric feature has a value.
        total: Number of steps.
        difference: Absolute difference of the means; of a numeric feature the change of activity
            per standard deviation of the feature, (units,).
        effect: Effect size, Cohen's d or 2 r / sqrt(1 - r^2), (units,).
        effect_error: Standard error of the effect, (units,); NaN with a single block.
        auc: Probability that the activity at a matching step is higher than at another, (units,);
            NaN of a numeric feature.
        auc_error: Standard error of the AUC, (units,); NaN with a single shard.
        within: Effect size among equal words, (units,); NaN of a feature of the token alone, and
            of a numeric feature that has no value at some steps.
        p: Two-sided p-value of the effect by its error, (units,).
        q: False discovery rate over the units, (units,).
        note: Reason why there is no effect, or `None`.
    """

    feature: str
    count: int
    total: int
    difference: NDArray[np.float64]
    effect: NDArray[np.float64]
    effect_error: NDArray[np.float64]
    auc: NDArray[np.float64]
    auc_error: NDArray[np.float64]
    within: NDArray[np.float64]
    p: NDArray[np.float64]
    q: NDArray[np.float64]
    note: str | None = None


class _Sums(NamedTuple):
    """Sums of one feature: scalars, or arrays with the same leading axes."""

    steps: NDArray
    sums: NDArray
    squares: NDArray
    weight: NDArray
    weight_squares: NDArray
    products: NDArray

    def total(self) -> _Sums:
        return _Sums(*(part.sum(axis=0) for part in self))

    def without_each(self) -> _Sums:
        """Returns the sums without each of the blocks."""
        return _Sums(*(part.sum(axis=0) - part for part in self))


def feature_association(
    statistics: QuantityStatistics, index: int, name: str, is_numeric: list[bool]
) -> FeatureAssociation:
    """Computes the association with a feature.

    Args:
        statistics: Statistics of the quantity.
        index: Index of the feature.
        name: Its name.
        is_numeric: True for each feature that is numeric.
    """
    sums, numeric = statistics.features, is_numeric[index]
    units = statistics.moments.count.size
    blocks = _block_sums(sums, index, sum(is_numeric[:index]) if numeric else None)
    used = np.flatnonzero(blocks.steps > 0)
    blocks = _Sums(*(part[used] for part in blocks))
    total = blocks.total()
    compute = _numeric_effect if numeric else _boolean_effect
    difference, effect = compute(total)
    count = int((total.steps if numeric else total.weight).item())
    steps = int(statistics.moments.count.max(initial=0))
    error = np.full(units, np.nan)
    if len(used) > 1:
        parts = compute(blocks.without_each())[1]
        share = (len(used) - 1) / len(used)
        error = np.sqrt(share * np.square(parts - parts.mean(axis=0)).sum(axis=0))
    auc = auc_error = np.full(units, np.nan)
    if not numeric:
        auc, auc_error = _auc(statistics, index - sum(is_numeric[:index]))
    note = None
    if not numeric and not 0 < count < steps:
        note = MATCHES_EVERY_TOKEN if count else MATCHES_NO_TOKEN
        auc = np.full(units, 0.5)
    elif numeric and not _spread(total.weight_squares, total.weight, total.steps) > 0:
        note = "has fewer than two distinct values"
    z = np.divide(np.abs(effect), error, out=np.zeros(units), where=error > 0)
    p = 2 * special.stdtr(max(len(used) - 1, 1), -z)
    p[np.isnan(error)] = np.nan
    return FeatureAssociation(
        name,
        count,
        steps,
        difference,
        effect,
        error,
        auc,
        auc_error,
        _within(statistics, index, numeric, total),
        p,
        benjamini_hochberg(p),
        note,
    )


def _block_sums(sums: FeatureSums, index: int, numeric: int | None) -> _Sums:
    if numeric is None:
        count, activity, squares = sums.count, sums.sums, sums.squares
    else:
        count, activity = sums.defined[:, numeric], sums.defined_sums[:, numeric]
        squares = sums.defined_squares[:, numeric]
    return _Sums(
        count[:, None],
        activity,
        squares,
        sums.weight[:, index, None],
        sums.weight_squares[:, index, None],
        sums.products[:, index],
    )


def _spread(squares: NDArray, total: NDArray, count: NDArray) -> NDArray:
    """Returns a sum of squared deviations, 0 where it is no more than rounding."""
    spread = squares - total**2 / np.maximum(count, 1)
    return np.where(spread > ROUNDING * squares, spread, 0.0)


def _boolean_effect(sums: _Sums) -> tuple[NDArray, NDArray]:
    """Returns the absolute difference of the means, and Cohen's d."""
    inside, outside = sums.weight, sums.steps - sums.weight
    mean_inside = sums.products / np.maximum(inside, 1)
    mean_outside = (sums.sums - sums.products) / np.maximum(outside, 1)
    is_defined = (inside > 0) & (outside > 0)
    difference = np.where(is_defined, mean_inside - mean_outside, 0.0)
    between = inside * mean_inside**2 + outside * mean_outside**2
    rest = np.where(sums.squares - between > ROUNDING * sums.squares, sums.squares - between, 0)
    effect = cohens_d(difference, rest, sums.steps, (mean_inside, mean_outside))
    return np.abs(difference), effect


def _numeric_effect(sums: _Sums) -> tuple[NDArray, NDArray]:
    """Returns the change of activity per standard deviation, and 2 r / sqrt(1 - r^2)."""
    spread = _spread(sums.squares, sums.sums, sums.steps)
    scale = np.sqrt(spread * _spread(sums.weight_squares, sums.weight, sums.steps))
    product = sums.products - sums.weight * sums.sums / np.maximum(sums.steps, 1)
    r = np.divide(product, scale, out=np.zeros(product.shape), where=scale > 0)
    r = np.clip(r, -1, 1)
    slope = r * np.sqrt(spread / np.maximum(sums.steps, 1))
    return np.abs(slope), 2 * cohens_f(r)


def _auc(statistics: QuantityStatistics, index: int) -> tuple[NDArray, NDArray]:
    auc = histogram_auc(statistics.feature_histogram)[0][index]
    weight, squares, first, second = statistics.auc_sums[:, index]
    shards = statistics.shards[index]
    if shards < 2:
        return auc, np.full(auc.shape, np.nan)
    deviations = np.maximum(second - 2 * auc * first + auc**2 * squares, 0)
    return auc, np.sqrt(deviations * shards / (shards - 1)) / weight


def _within(
    statistics: QuantityStatistics, index: int, is_numeric: bool, total: _Sums
) -> NDArray[np.float64]:
    """Returns the effect size within equal words; see `relevance`."""
    sums, words = statistics.features, statistics.words
    units = statistics.moments.count.size
    counted = words.weight > 0
    steps = statistics.moments.count.max(initial=0)
    if not counted.any() or (is_numeric and total.steps < steps):
        return np.full(units, np.nan)
    count = words.weight[counted, None]
    weight = sums.word_weight[counted, index, None]
    squares = sums.word_weight_squares[index] - (weight**2 / count).sum()
    if squares <= ROUNDING * sums.word_weight_squares[index]:
        return np.full(units, np.nan)
    activity = words.sums[counted]
    product = sums.word_products[index] - (weight * activity / count).sum(axis=0)
    spread = sums.word_squares - (activity**2 / count).sum(axis=0)
    spread = np.where(spread > ROUNDING * sums.word_squares, spread, 0.0)
    scale = np.sqrt(spread * squares)
    r = np.clip(np.divide(product, scale, out=np.zeros(units), where=scale > 0), -1, 1)
    effect = cohens_f(r)
    if is_numeric:
        return 2 * effect
    degrees = max(count.sum() - len(count) - 1, 1)
    return effect * np.sqrt(degrees / squares)
