"""Null distribution of associations: p-values from circularly shifted features."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from tb_rnnviz.analysis._circular_shifts import CircularShifts, Spread, circular_shifts
from tb_rnnviz.analysis._matrix_product import matrix_product

SKEW = 0.25
"""Skewness of shifted sums above which their tail is a gamma distribution's."""

_TIE = 1e-5  # standard deviations that rounding in single precision may move a sum
_SMALL = 1e-30  # largest value below which, and above whose inverse, rows are scaled
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
    """Null distribution of features, prepared once for any number of activities.

    Args:
        features: array (features, steps) without a mean in any sequence, 0 where it is missing.
        lengths: tokens of each sequence.
    """

    def __init__(self, features: NDArray[np.float64], lengths: NDArray[np.intp]) -> None:
        self._features = _standardised(features)
        self._moments = _skewness_and_excess(self._features)
        self.shifts: CircularShifts = circular_shifts(self._features, lengths, spaced=True)

    @property
    def number(self) -> int:
        """Number of features."""
        return len(self._features)

    def tail(self, series: NDArray[np.float64]) -> NDArray[np.float64]:
        """Returns only the p-values of units (units, steps), (units, features).

        They are those of `ShiftTests`, without a transform for every unit and feature.
        """
        return self.test(series).p

    def test(self, series: NDArray[np.float64]) -> "TailTest":
        """Tests units (units, steps), without a mean in any sequence, by the tail."""
        scaled, deviation = _scaled(series)
        single = np.divide(scaled, deviation, dtype=np.float32, casting="same_kind")
        prepared = self.shifts.prepared(single)
        spread = self.shifts.spread(prepared)
        z = self._z(scaled, spread) / deviation
        p = _two_sided_tail(np.abs(z), self._skewness(single, z, spread.unrelated))
        return TailTest(prepared, spread, z, p)

    def _z(self, series: NDArray[np.float64], spread: Spread) -> NDArray[np.float64]:
        varies = _varies(spread, series.shape[1])
        sums = matrix_product(series, self._features.T)
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


class TailTest(NamedTuple):
    """Tests of units by the tail of the null distribution.

    Args:
        prepared: standardised units, for their sums under every shift.
        spread: spread of their shifted sums.
        z: as in `NullStatistics`, (units, features).
        p: as in `NullStatistics`, (units, features).
    """

    prepared: NDArray
    spread: Spread
    z: NDArray[np.float64]
    p: NDArray[np.float64]


class ShiftTests:
    """Tests of the units of one activity under every shift, accumulated over blocks.

    Args:
        null: null distribution of the features.
        shares: if false, `p_exact` and `p_family`, shares of all shifts, are NaN.
    """

    def __init__(self, null: NullDistribution, *, shares: bool = True) -> None:
        self._shares = shares
        self._null = null
        self._highest = np.zeros((null.number, null.shifts.count), dtype=np.float32)
        self._blocks: list[tuple[NDArray, NDArray, NDArray]] = []

    def add(self, series: NDArray[np.float64]) -> None:
        """Tests more units, (units, steps), without a mean in any sequence."""
        prepared, spread, z, p = self._null.test(series)
        if not self._shares:
            self._blocks.append((z.T, p.T, np.full(p.T.shape, np.nan)))
            return
        varies = _varies(spread, series.shape[1])
        inverse = np.divide(1, spread.shifted, out=np.zeros(varies.shape), where=varies)
        scale, bar = inverse.astype(np.float32), _threshold(z).astype(np.float32)
        p_exact = np.ones_like(z)
        for rows, features, sums in self._null.shifts.sums(prepared):
            sums *= scale[rows, features, None]
            np.abs(sums, out=sums)
            highest = self._highest[features]
            np.maximum(highest, sums.max(axis=0), out=highest)
            bits = np.packbits(sums >= bar[rows, features, None], axis=2)
            p_exact[rows, features] = np.bitwise_count(bits).sum(axis=2)
        p_exact /= max(self._null.shifts.count, 1)
        self._blocks.append((z.T, p.T, p_exact.T))

    def statistics(self) -> NullStatistics:
        """Returns the test statistics of all units."""
        empty, count = np.zeros((self._null.number, 0)), self._null.shifts.count
        z, p, p_exact = (
            np.concatenate([empty, *parts], axis=1)
            for parts in (zip(*self._blocks, strict=True) if self._blocks else ((), (), ()))
        )
        highest = np.sort(self._highest, axis=1).astype(np.float64)
        threshold = _threshold(z)
        p_family = np.ones_like(z)
        for i, row in enumerate(highest if count and self._shares else ()):
            p_family[i] = (row.size - np.searchsorted(row, threshold[i])) / row.size
        return NullStatistics(z, p, p_exact, np.maximum(p_family, p_exact), count)


def _threshold(z: NDArray[np.float64]) -> NDArray[np.float64]:
    """Returns the size of a sum that is as far from 0 as the observed one."""
    return np.abs(z) * (1 - _TIE) - _TIE


def _varies(spread: Spread, steps: int) -> NDArray[np.bool_]:
    """Returns where shifts change the sums, (units, features)."""
    return spread.shifted > _CONSTANT * np.sqrt(steps)


def _standardised(series: NDArray[np.float64]) -> NDArray[np.float64]:
    """Scales rows to a mean square of 1; rows of zeros stay."""
    scaled, deviation = _scaled(series)
    return scaled / deviation


def _scaled(series: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Returns rows of a safe scale for squares, and their deviations.

    The deviation, the root of the mean square, (rows, 1), is 1 for rows of zeros.
    """
    largest = np.maximum(
        series.max(axis=1, initial=0, keepdims=True), -series.min(axis=1, initial=0, keepdims=True)
    )
    if ((largest > 0) & ((largest < _SMALL) | (largest > 1 / _SMALL))).any():
        series = series / np.where(largest > 0, largest, 1)
    square = np.einsum("ut,ut->u", series, series)[:, None] / max(series.shape[1], 1)
    return series, np.sqrt(np.where(square > 0, square, 1))


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
