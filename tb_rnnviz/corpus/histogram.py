"""`Histogram`: mergeable histograms of units whose bins widen with the range."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

PRECISION = 24
"""Bits of a float32: bins are no narrower than the spacing of its values."""


@dataclass
class Histogram:
    """Histograms of several series of steps over bins that are the unit's own.

    The bins of a unit are 2^e wide and begin at multiples of their width; e is the smallest
    exponent with which the range so far has at most as many bins as there are. When the range
    grows, e grows, and pairs of bins become one. Histograms are therefore the same in whatever
    order steps are added and parts are merged, and a bin is at most 2 / bins of the range wide.

    Attributes:
        minimum: Lowest value, float64 (units,); infinite without steps.
        maximum: Highest value, in the same way.
        counts: Weight of the steps in each bin, float64 (series, units, bins).

    Example:
        >>> histogram = Histogram.empty(series=1, units=1, bins=8)
        >>> histogram.update(np.array([[0.0], [1.0], [2.0], [3.0], [4.0]]), [(0, None, 1.0)])
        >>> histogram.width.item(), histogram.quantile(0, 0.5).item()
        (1.0, 2.5)
    """

    minimum: NDArray[np.float64]
    maximum: NDArray[np.float64]
    counts: NDArray[np.float64]

    @classmethod
    def empty(cls, series: int, units: int, bins: int) -> Histogram:
        """Returns histograms of no step."""
        infinite = np.full(units, np.inf)
        return cls(infinite, -infinite, np.zeros((series, units, bins)))

    @property
    def width(self) -> NDArray[np.float64]:
        """Width of the bins of each unit, (units,); it bounds the error of quantiles."""
        return np.ldexp(1.0, self._grid()[0])

    @property
    def edges(self) -> NDArray[np.float64]:
        """Lower end of every bin, and the upper end of the last, (units, bins + 1)."""
        exponent, origin = self._grid()
        steps = origin[:, None] + np.arange(self.counts.shape[2] + 1)
        return np.ldexp(steps.astype(np.float64), exponent[:, None])

    def update(
        self,
        values: NDArray[np.floating],
        parts: Sequence[tuple[int, NDArray[np.intp] | None, float]],
    ) -> None:
        """Adds steps.

        Args:
            values: Activity, finite numbers (steps, units).
            parts: Series, indices of its steps in `values` (`None` for all), and the weight of
                each of these.
        """
        if not len(values):
            return
        self._widen(values.min(axis=0), values.max(axis=0))
        exponent, origin = self._grid()
        units, bins = self.counts.shape[1:]
        scaled = values * np.ldexp(1.0, -exponent)
        index = np.floor(scaled, out=scaled).astype(np.intp)
        index += np.arange(units) * bins - origin
        for series, steps, weight in parts:
            members = index if steps is None else index[steps]
            counts = np.bincount(members.ravel(), minlength=units * bins)
            self.counts[series] += weight * counts.reshape(units, bins)

    def merge(self, other: Histogram) -> None:
        """Adds the steps of another part."""
        self._widen(other.minimum, other.maximum)
        self.counts = self.counts + other._on_grid(*self._grid())

    def quantile(self, series: int, share: float) -> NDArray[np.float64]:
        """Returns a quantile of a series, (units,), NaN without steps.

        It is the linear interpolation of two neighbouring values in order, each off by less than
        the width of a bin.
        """
        counts = self.counts[series]
        total = counts.sum(axis=1)
        rank = share * np.maximum(total - 1, 0)
        below = np.floor(rank)
        low, high = self._value(counts, below), self._value(counts, np.ceil(rank))
        quantile = low + (high - low) * (rank - below)
        return np.where(total > 0, np.clip(quantile, self.minimum, self.maximum), np.nan)

    def share_below(self, series: int, value: float) -> NDArray[np.float64]:
        """Returns the share of a series below a value, (units,), to the width of a bin."""
        counts, edges = self.counts[series], self.edges
        width = np.diff(edges, axis=1)
        inside = np.clip((value - edges[:, :-1]) / width, 0, 1)
        total = counts.sum(axis=1)
        part = (counts * inside).sum(axis=1)
        return np.divide(part, total, out=np.full(total.shape, np.nan), where=total > 0)

    def _value(self, counts: NDArray, rank: NDArray) -> NDArray:
        """Returns the values of a rank from 0, spread evenly inside their bins."""
        upper = np.cumsum(counts, axis=1)
        target = np.minimum(rank + 0.5, upper[:, -1])
        index = np.minimum((upper < target[:, None]).sum(axis=1), counts.shape[1] - 1)
        unit = np.arange(len(counts))
        inside = counts[unit, index]
        share = (target - upper[unit, index] + inside) / np.where(inside > 0, inside, 1)
        return self.edges[unit, index] + share * self.width

    def _widen(self, minimum: NDArray, maximum: NDArray) -> None:
        before = self._grid()
        wider = Histogram(
            np.minimum(self.minimum, minimum), np.maximum(self.maximum, maximum), self.counts
        )
        after = wider._grid()
        if any((a != b).any() for a, b in zip(before, after, strict=True)) and self.counts.any():
            self.counts = self._on_grid(*after)
        self.minimum, self.maximum = wider.minimum, wider.maximum

    def _grid(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Returns the exponent of the width and the number of the first bin, (units,)."""
        bins = self.counts.shape[2]
        empty = ~(self.minimum <= self.maximum)
        low, high = np.where(empty, 0, self.minimum), np.where(empty, 0, self.maximum)
        largest = np.maximum(np.abs(low), np.abs(high))
        finest = np.frexp(np.maximum(largest, 2.0**-100))[1] - PRECISION
        span = np.frexp(np.maximum((high - low) / bins, 2.0**-140))[1] - 1
        exponent = np.maximum(finest, span).astype(np.int64)
        while True:
            first, last = (np.floor(np.ldexp(end, -exponent)) for end in (low, high))
            narrow = last - first >= bins
            if not narrow.any():
                return exponent, first.astype(np.int64)
            exponent += narrow

    def _on_grid(self, exponent: NDArray[np.int64], origin: NDArray[np.int64]) -> NDArray:
        """Returns the counts in the bins of a grid that holds those of this one."""
        own_exponent, own_origin = self._grid()
        if (own_exponent == exponent).all() and (own_origin == origin).all():
            return self.counts
        series, units, bins = self.counts.shape
        shift = np.clip(exponent - own_exponent, 0, 62)[:, None]
        index = ((own_origin[:, None] + np.arange(bins)) >> shift) - origin[:, None]
        # Bins outside the new grid are outside the range, and empty.
        index = np.clip(index, 0, bins - 1) + np.arange(units)[:, None] * bins
        counts = [
            np.bincount(index.ravel(), part.ravel(), units * bins).reshape(units, bins)
            for part in self.counts
        ]
        return np.array(counts).reshape(series, units, bins)
