"""`Moments`: mergeable count, mean, variance and range of every unit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass
class Moments:
    """Count, mean, sum of squared deviations and range of every unit.

    Two parts are merged after Chan, Golub and LeVeque (1983, The American Statistician 37, 242):
    with the means m and n, and d = m_b - m_a,

        mean    = m_a + d n_b / n
        squares = squares_a + squares_b + d^2 n_a n_b / n

    Attributes:
        count: Number of steps, int64 (units,).
        mean: Mean, float64 (units,).
        squares: Sum of squared deviations from the mean, float64 (units,).
        minimum: Lowest value, float64 (units,); infinite without steps.
        maximum: Highest value, in the same way.

    Example:
        >>> moments = Moments.empty(1)
        >>> moments.update(np.array([[1.0], [3.0]]))
        >>> moments.mean.item(), moments.variance.item()
        (2.0, 1.0)
    """

    count: NDArray[np.int64]
    mean: NDArray[np.float64]
    squares: NDArray[np.float64]
    minimum: NDArray[np.float64]
    maximum: NDArray[np.float64]

    @classmethod
    def empty(cls, units: int) -> Moments:
        """Returns the moments of no step."""
        zeros, infinite = np.zeros(units), np.full(units, np.inf)
        return cls(np.zeros(units, np.int64), zeros, zeros.copy(), infinite, -infinite)

    @property
    def variance(self) -> NDArray[np.float64]:
        """Mean squared deviation, (units,); NaN without steps."""
        return np.divide(
            self.squares, self.count, out=np.full(self.count.shape, np.nan), where=self.count > 0
        )

    def update(self, values: NDArray[np.float64]) -> None:
        """Adds steps, finite numbers (steps, units)."""
        if not len(values):
            return
        mean = values.mean(axis=0)
        deviations = values - mean
        self.merge(
            Moments(
                np.full(values.shape[1], len(values), np.int64),
                mean,
                np.einsum("tu,tu->u", deviations, deviations),
                values.min(axis=0),
                values.max(axis=0),
            )
        )

    def merge(self, other: Moments) -> None:
        """Adds the steps of another part."""
        count = self.count + other.count
        share = other.count / np.maximum(count, 1)
        difference = other.mean - self.mean
        self.squares = self.squares + other.squares + difference**2 * self.count * share
        self.mean = self.mean + difference * share
        self.count = count
        self.minimum = np.minimum(self.minimum, other.minimum)
        self.maximum = np.maximum(self.maximum, other.maximum)
