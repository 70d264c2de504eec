"""How often chance does as well: p-values of units for features, from shifted features."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from tb_rnnviz.analysis._circular_shifts import Shifts, shifts_of

SKEW = 0.25
"""From this skewness of the shifted sums on, their tail is a gamma distribution's."""

_TIE = 1e-5  # standard deviations that rounding in single precision may move a sum
_STILL = 1e-5  # share of the spread of independent values below which shifts change nothing


class Null(NamedTuple):
    """What chance gives, arrays (features, units) but for the number of shifts.

    Args:
        z: the observed sum by the standard deviation of the shifted ones.
        p: two-sided, from the tail of a distribution with the moments of the shifted sums.
        p_exact: share of the shifts whose sum is as far from 0.
        p_family: share of the shifts at which any unit's sum is as far from 0.
        shifts: number of shifts, no shift among them.
    """

    z: NDArray[np.float64]
    p: NDArray[np.float64]
    p_exact: NDArray[np.float64]
    p_family: NDArray[np.float64]
    shifts: int


class ShiftNull:
    """Collects what shifted features give, a block of units after the other.

    Args:
        features: array (features, steps) without a mean in any sequence, 0 where it is missing.
        lengths: tokens of each sequence.
    """

    def __init__(self, features: NDArray[np.float64], lengths: NDArray[np.intp]) -> None:
        self._features = _standard(features)
        self._shape = _third_and_fourth(self._features)
        self._shifts: Shifts = shifts_of(self._features, lengths)
        self._highest = np.zeros((len(features), self._shifts.count), dtype=np.float32)
        self._blocks: list[tuple[NDArray, NDArray, NDArray]] = []

    def add(self, series: NDArray[np.float64]) -> None:
        """Takes in more units, (units, steps), without a mean in any sequence."""
        series = _standard(series)
        steps = series.shape[1]
        single = series.astype(np.float32)
        spread = self._shifts.spread(single)
        moves = spread.shifted > _STILL * np.sqrt(steps)
        inverse = np.divide(1, spread.shifted, out=np.zeros(moves.shape), where=moves)
        z = series @ self._features.T
        z = np.divide(z, spread.unrelated, out=np.zeros(moves.shape), where=moves)
        reached = np.abs(z) * (1 - _TIE) - _TIE
        scale, bar = inverse.astype(np.float32), reached.astype(np.float32)
        exact = np.ones_like(z)
        for rows, i, sums in self._shifts.sums(single):
            sums *= scale[rows, i, None]
            np.abs(sums, out=sums)
            np.maximum(self._highest[i], sums.max(axis=0), out=self._highest[i])
            exact[rows, i] = np.count_nonzero(sums >= bar[rows, i, None], axis=1)
        exact /= max(self._shifts.count, 1)
        skew = self._skewness(single, z, spread.unrelated)
        self._blocks.append((z.T, _tail(np.abs(z), skew).T, exact.T))

    def result(self) -> Null:
        """Gives the p-values of all units."""
        empty = np.zeros((len(self._features), 0))
        z, p, exact = (
            np.concatenate([empty, *parts], axis=1)
            for parts in (zip(*self._blocks, strict=True) if self._blocks else ((), (), ()))
        )
        highest = np.sort(self._highest, axis=1).astype(np.float64)
        bar = np.abs(z) * (1 - _TIE) - _TIE
        family = np.ones_like(z)
        for i, row in enumerate(highest if self._shifts.count else ()):
            family[i] = (row.size - np.searchsorted(row, bar[i])) / row.size
        return Null(z, p, exact, np.maximum(family, exact), self._shifts.count)

    def _skewness(
        self, series: NDArray[np.float32], z: NDArray[np.float64], spread: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Skewness of the sums towards the observed one, or what their kurtosis stands for.

        Of n independent products, skewness and excess are those of the two factors multiplied,
        by sqrt(n) and by n; what moves together counts once, so n is the number of steps by how
        much the sums spread beyond independent ones. A gamma distribution of skewness g has the
        excess 1.5 g^2.
        """
        steps = max(series.shape[1], 1)
        free = steps / np.maximum(spread**2 / steps, 1)
        third, fourth = _third_and_fourth(series)
        towards = np.sign(z) * np.outer(third, self._shape[0]) / np.sqrt(free)
        excess = np.outer(fourth, self._shape[1]) / free
        heavy = (fourth[:, None] > 0) & (self._shape[1] > 0)
        return np.maximum(towards, np.sqrt(np.where(heavy, excess, 0) / 1.5))


def _standard(series: NDArray[np.float64]) -> NDArray[np.float64]:
    """Scales rows to a mean square of 1; rows of zeros stay."""
    largest = np.abs(series).max(axis=1, initial=0, keepdims=True)
    series = series / np.where(largest > 0, largest, 1)
    square = np.einsum("ut,ut->u", series, series)[:, None] / max(series.shape[1], 1)
    series /= np.sqrt(np.where(square > 0, square, 1))
    return series


def _third_and_fourth(series: NDArray) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Gives skewness and excess kurtosis of rows with mean 0 and mean square 1."""
    steps = max(series.shape[1], 1)
    square = series * series
    third = np.einsum("ut,ut->u", square, series) / steps
    fourth = np.einsum("ut,ut->u", square, square) / steps
    return third.astype(np.float64), fourth.astype(np.float64) - 3


def _tail(distance: NDArray[np.float64], skew: NDArray[np.float64]) -> NDArray[np.float64]:
    """Gives both tails beyond a distance in standard deviations.

    The normal distribution's; of skewed sums, Pearson's type III with their skewness, a gamma
    distribution, where that is the heavier one.
    """
    p = special.erfc(distance / np.sqrt(2))
    skewed = skew > SKEW
    shape = 4 / skew[skewed] ** 2
    gamma = 2 * special.gammaincc(shape, shape + np.sqrt(shape) * distance[skewed])
    p[skewed] = np.minimum(np.maximum(p[skewed], gamma), 1)
    return p
