"""`StepSample`: mergeable random sample of steps, by hashes of positions."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray


@dataclass
class StepSample:
    """The steps of lowest hash of every group, with the activity of all units.

    A hash depends on the position and a seed alone, so that the sample is the same in whatever
    order parts are merged ("bottom-k", Cohen and Kaplan 2007, PODC, 225). A group with no more
    steps than the capacity is in it whole.

    Attributes:
        capacity: Steps of a group at most, an array without axes.
        group: Group of each step, int64 (steps,), ascending.
        hash: Hash of each, uint64 (steps,).
        position: Position of each in the corpus, int64 (steps,).
        contexts: Ids of the tokens around each, int32 (steps, tokens).
        values: Activity by quantity, float32 (steps, units); NaN where there is none.
        before: Activity one step before, in the same way.
    """

    capacity: NDArray[np.int64]
    group: NDArray[np.int64]
    hash: NDArray[np.uint64]
    position: NDArray[np.int64]
    contexts: NDArray[np.int32]
    values: dict[str, NDArray[np.float32]] = field(default_factory=dict)
    before: dict[str, NDArray[np.float32]] = field(default_factory=dict)

    def merge(self, other: StepSample) -> None:
        """Adds the steps of another part, and drops those of high hash."""
        self.capacity = np.minimum(self.capacity, other.capacity)
        group = np.concatenate([self.group, other.group])
        hashes = np.concatenate([self.hash, other.hash])
        position = np.concatenate([self.position, other.position])
        rows = lowest_hashes(group, hashes, position, int(self.capacity))
        contexts = np.concatenate([self.contexts, other.contexts])
        self.group, self.hash, self.position = group[rows], hashes[rows], position[rows]
        self.contexts = contexts[rows]
        for name in ("values", "before"):
            mine, others = getattr(self, name), getattr(other, name)
            merged = {}
            for key in mine:
                merged[key] = np.concatenate([mine[key], others[key]])[rows]
            setattr(self, name, merged)


def lowest_hashes(
    group: NDArray[np.int64],
    hashes: NDArray[np.uint64],
    position: NDArray[np.int64],
    capacity: int,
) -> NDArray[np.intp]:
    """Returns the steps of lowest hash of every group, by group and hash.

    Args:
        group: Group of each step, integers (steps,); negative for none.
        hashes: Hash of each.
        position: Position of each, which decides between equal hashes.
        capacity: Steps of a group at most.
    """
    order = np.lexsort((position, hashes, group))
    order = order[group[order] >= 0]
    ordered = group[order]
    starts = np.searchsorted(ordered, ordered, side="left")
    return order[np.arange(len(order)) - starts < capacity]


def position_hashes(position: NDArray[np.int64], seed: int) -> NDArray[np.uint64]:
    """Returns the hash of every position, uint64, after SplitMix64.

    The mixing function of Steele, Lea and Flood (2014, OOPSLA, 453): two multiplications and
    shifts, so that the hashes of consecutive positions are unrelated.
    """
    with np.errstate(over="ignore"):
        mixed = position.astype(np.uint64) + np.uint64(seed) * np.uint64(0xD1342543DE82EF95)
        mixed = (mixed + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return mixed ^ (mixed >> np.uint64(31))
