"""`GroupSums`: mergeable sums of activity over groups of steps, such as words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse


class StepWeights:
    """Weight of every step in every group, a sparse matrix.

    Products are in single precision, which holds the sum of some thousand deviations from a value
    near the mean to a millionth; sums of these are in double precision.

    Args:
        weights: Weights that are not 0, (entries,).
        groups: Group of each.
        steps: Step of each.
        shape: Number of groups and of steps.

    Attributes:
        total: Sum of the weights of each group, float64 (groups,).
    """

    def __init__(
        self,
        weights: NDArray[np.floating],
        groups: NDArray[np.integer],
        steps: NDArray[np.integer],
        shape: tuple[int, int],
    ):
        entries = weights.astype(np.float32), (groups, steps)
        self._matrix = sparse.csr_array(entries, shape=shape)
        self.total = sums_by_group(groups, weights, shape[0])

    @classmethod
    def of_groups(cls, group: NDArray[np.integer], groups: int) -> StepWeights:
        """Returns weights of 1 for the group of each step, and none for a negative group."""
        steps = np.flatnonzero(group >= 0)
        return cls(np.ones(len(steps)), group[steps], steps, (groups, len(group)))

    def sums(self, values: NDArray[np.float32]) -> NDArray[np.float64]:
        """Returns the weighted sums of values (steps, units), float64 (groups, units)."""
        return (self._matrix @ values).astype(np.float64)


def sums_by_group(
    groups: NDArray[np.integer], values: NDArray[np.floating], number: int
) -> NDArray[np.float64]:
    """Returns the sum of the values of each group, float64 (number,)."""
    return np.bincount(groups, values, number).astype(np.float64)


@dataclass
class GroupSums:
    """Weighted sums of activity over groups of steps.

    Attributes:
        weight: Sum of the weights of each group, float64 (groups,).
        sums: Weighted sums of the activity, float64 (groups, units).

    Example:
        >>> sums = GroupSums.empty(2, units=1)
        >>> words = StepWeights.of_groups(np.array([0, 1, 0]), groups=2)
        >>> sums.update(words, np.array([[-1.0], [3.0], [0.0]], np.float32), pivot=np.array([2.0]))
        >>> sums.weight.tolist(), sums.sums.tolist()
        ([2.0, 1.0], [[3.0], [5.0]])
    """

    weight: NDArray[np.float64]
    sums: NDArray[np.float64]

    @classmethod
    def empty(cls, groups: int, units: int) -> GroupSums:
        """Returns the sums of no step."""
        return cls(np.zeros(groups), np.zeros((groups, units)))

    def update(
        self, weights: StepWeights, values: NDArray[np.float32], pivot: NDArray[np.float64]
    ) -> None:
        """Adds steps.

        Args:
            weights: Weight of each step in each group.
            values: Activity less the pivot, float32 (steps, units).
            pivot: A value near the mean of each unit, (units,).
        """
        self.weight += weights.total
        self.sums += weights.sums(values) + weights.total[:, None] * pivot

    def merge(self, other: GroupSums) -> None:
        """Adds the sums of other steps."""
        self.weight = self.weight + other.weight
        self.sums = self.sums + other.sums
