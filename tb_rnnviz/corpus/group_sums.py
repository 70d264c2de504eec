"""`GroupSums`: mergeable sums of activity over groups of steps, such as words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse


@dataclass
class GroupSums:
    """Weighted sums of activity over groups of steps.

    Attributes:
        weight: Sum of the weights of each group, float64 (groups,).
        sums: Weighted sums of the activity, float64 (groups, units).

    Example:
        >>> sums = GroupSums.empty(2, units=1)
        >>> words = membership(np.array([0, 1, 0]), groups=2)
        >>> sums.update(words, np.array([[1.0], [5.0], [2.0]]))
        >>> sums.weight.tolist(), sums.sums.tolist()
        ([2.0, 1.0], [[3.0], [5.0]])
    """

    weight: NDArray[np.float64]
    sums: NDArray[np.float64]

    @classmethod
    def empty(cls, groups: int, units: int) -> GroupSums:
        """Returns the sums of no step."""
        return cls(np.zeros(groups), np.zeros((groups, units)))

    def update(self, weights: Any, values: NDArray[np.float64]) -> None:
        """Adds steps.

        Args:
            weights: Weight of each step in each group, a sparse array (groups, steps).
            values: Activity, (steps, units).
        """
        self.weight += weights.sum(axis=1)
        self.sums += weights @ values

    def merge(self, other: GroupSums) -> None:
        """Adds the sums of other steps."""
        self.weight = self.weight + other.weight
        self.sums = self.sums + other.sums


def membership(group: NDArray[np.integer], groups: int) -> sparse.csr_array:
    """Returns weights of 1 for the group of each step, and none for a negative group.

    Args:
        group: Group of each step, integers (steps,).
        groups: Number of groups.
    """
    steps = np.flatnonzero(group >= 0)
    entries = np.ones(len(steps)), (group[steps], steps)
    return sparse.csr_array(entries, shape=(groups, len(group)))
