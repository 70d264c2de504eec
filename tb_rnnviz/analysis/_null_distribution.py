"""Null distribution of associations: p-values from circularly shifted features."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from tb_rnnviz.analysis._circular_shifts import CircularShifts, Spread, circular_shifts

SKEW = 0.25
"""Skewness of shifted sums above which their tail is a gamma distribution's."""

_TIE = 1e-5  # standard deviations that rounding in single precision may move a sum
_CONSTANT = 1e-5  # share of the spread of independent values below which shifts change nothing


class NullStatistics(NamedTuple):
    """Test statistics against the null distribution, arrays (features, units).

    Args:
        z: the observed sum, divided by the standard deviation of the shifted sums.
        p: two-sided, from the tail of a distribution with the moments of the shifted sums.
        p_exact: share of the shifts whose sum is at least as far from 0.
        p_family: share of the shifts at which the sum of any unit is at least as far from 0.
        shifts: number of shifts, the identity included.
    """

    z: NDArray[np.float64]
    p: NDArray[np.float64]
    p_exact: NDArray[np.float64]
    p_family: NDArray[np.float64]
    shifts: int


class NullDistribution:
    """Null distribution of features, accumulated over blocks of units.

    Args:
        features: array (features, steps) without a mean in any sequence, 0 where it is missing.
        lengths: tokens of each sequence.
    """

    def __init__(self, features: NDArray[np.float64], lengths: NDArray[np.intp]) -> None:
        self._features = _standardised(features)
        self._moments = _skewness_and_excess(self._features)
        self._shifts: CircularShifts = circular_shifts(self._features, lengths)
        self._highest = np.zeros((len(features), self._shifts.count), dtype=np.float32)
        self._blocks: list[tuple[NDArray, NDArray, NDArray]] = []

    def add(self, series: NDArray[np.float64]) -> None:
        """Tests more units, (units, steps), without a mean in any sequence."""
        series = _standardised(series)
        single = series.astype(np.float32)
        spread = self._shifts.spread(single)
        z = self._z(series, spread)
        varies = _varies(spread, series.shape[1])
        inverse = np.divide(1, spread.shifted, out=np.zeros(varies.shape), where=varies)
        threshold = np.abs(z) * (1 - _TIE) - _TIE
        scale, bar = inverse.astype(np.float32), threshold.astype(np.float32)
        p_exact = np.ones_like(z)
        for rows, i, sums in self._shifts.sums(single):
            sums *= scale[rows, i, None]
            np.abs(sums, out=sums)
            np.maximum(self._highest[i], sums.max(axis=0), out=self._highest[i])
            p_exact[rows, i] = np.count_nonzero(sums >= bar[rows, i, None], axis=1)
        p_exact /= max(self._shifts.count, 1)
        skew = self._skewness(single, z, spread.unrelated)
        self._blocks.append((z.T, _two_sided_tail(np.abs(z), skew).T, p_exact.T))

    def tail(self, series: NDArray[np.float64]) -> NDArray[np.float64]:
        """Returns only the p-values of units (units, steps), (units, features).

        They are those of `statistics`, without a transform for every unit and feature.
        """
        series = _standardised(series)
        single = series.astype(np.float32)
        spread = self._shifts.spread(single)
        z = self._z(series, spread)
        return _two_sided_tail(np.abs(z), self._skewness(single, z, spread.unrelated))

    def statistics(self) -> NullStatistics:
        """Returns the test statistics of all units."""
        empty = np.zeros((len(self._features), 0))
        z, p, p_exact = (
            np.concatenate([empty, *parts], axis=1)
            for parts in (zip(*self._blocks, strict=True) if self._blocks else ((), (), ()))
        )
        highest = np.sort(self._highest, axis=1).astype(np.float64)
        threshold = np.abs(z) * (1 - _TIE) - _TIE
        p_family = np.ones_like(z)
        for i, row in enumerate(highest if self._shifts.count else ()):
            p_family[i] = (row.size - np.searchsorted(row, threshold[i])) / row.size
        return NullStatistics(z, p, p_exact, np.maximum(p_family, p_exact), self._shifts.count)

    def _z(self, series: NDArray[np.float64], spread: Spread) -> NDArray[np.float64]:
        varies = _varies(spread, series.shape[1])
        sums = series @ self._features.T
        return np.divide(sums, spread.unrelated, out=np.zeros(varies.shape), where=varies)

    def _skewness(
        self, series: NDArray[np.float32], z: NDArray[np.float64], spread: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Returns the skewness of the sums towards the observed one.

        Of n independent products, skewness and excess kurtosis are those of the two factors
        multiplied, divided by sqrt(n) and by n. Products that vary together count once: n is the
        number of steps, divided by how far the sums spread beyond independent ones. A gamma
        distribution of skewness g has the excess 1.5 g^2; where the excess of the sums stands for
        a larger skewness, it is that one.
        """
        steps = max(series.shape[1], 1)
        independent = steps / np.maximum(spread**2 / steps, 1)
        skewness, excess = _skewness_and_excess(series)
        feature_skewness, feature_excess = self._moments
        towards = np.sign(z) * np.outer(skewness, feature_skewness) / np.sqrt(independent)
        of_sums = np.outer(excess, feature_excess) / independent
        heavy = (excess[:, None] > 0) & (feature_excess > 0)
        return np.maximum(towards, np.sqrt(np.where(heavy, of_sums, 0) / 1.5))


def _varies(spread: Spread, steps: int) -> NDArray[np.bool_]:
    """Returns where shifts change the sums, (units, features)."""
    return spread.shifted > _CONSTANT * np.sqrt(steps)


def _standardised(series: NDArray[np.float64]) -> NDArray[np.float64]:
    """Scales rows to a mean square of 1; rows of zeros stay."""
    largest = np.abs(series).max(axis=1, initial=0, keepdims=True)
    series = series / np.where(largest > 0, largest, 1)
    square = np.einsum("ut,ut->u", series, series)[:, None] / max(series.shape[1], 1)
    series /= np.sqrt(np.where(square > 0, square, 1))
    return series


def _skewness_and_excess(series: NDArray) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Returns skewness and excess kurtosis of rows with mean 0 and mean square 1."""
    steps = max(series.shape[1], 1)
    square = series * series
    third = np.einsum("ut,ut->u", square, series) / steps
    fourth = np.einsum("ut,ut->u", square, square) / steps
    return third.astype(np.float64), fourth.astype(np.float64) - 3


def _two_sided_tail(
    distance: NDArray[np.float64], skew: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Returns the probability of both tails beyond a distance in standard deviations.

    The tail is that of the normal distribution; for skewed sums that of Pearson's type III, a
    gamma distribution with their skewness, if it is heavier.
    """
    p = special.erfc(distance / np.sqrt(2))
    is_skewed = skew > SKEW
    shape = 4 / skew[is_skewed] ** 2
    gamma = 2 * special.gammaincc(shape, shape + np.sqrt(shape) * distance[is_skewed])
    p[is_skewed] = np.minimum(np.maximum(p[is_skewed], gamma), 1)
    return p
