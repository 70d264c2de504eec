"""`Extremes`: the steps at which every unit is highest, with their contexts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

CHUNK = 16
"""Consecutive steps of which only the highest is compared at first."""


class StepOrder:
    """Positions of the steps of several rows, as ranks that fit into a key.

    Args:
        positions: Position of each step, integers (steps, rows), ascending with the steps.
    """

    def __init__(self, positions: NDArray[np.int64]):
        flat = positions.ravel()
        self._by_rank = np.argsort(flat, kind="stable")
        self.positions = flat
        self.ranks = np.empty(len(flat), np.int64)
        self.ranks[self._by_rank] = np.arange(len(flat))
        self.shape = positions.shape
        chunk = min(CHUNK, len(positions))
        self.starts = self.ranks.reshape(positions.shape)[::chunk].ravel()

    def steps(self, ranks: NDArray[np.int64]) -> NDArray[np.intp]:
        """Returns the steps of ranks, as indices of the flattened positions."""
        return self._by_rank[ranks]


@dataclass
class Extremes:
    """The highest values of every unit and their positions, in order.

    Of equal values the first positions are listed. For the lowest values, negate the activity.

    Attributes:
        values: Values, float32 (number, units); -inf beyond the number of steps.
        positions: Positions in the corpus, int64 (number, units); -1 without a value.
        contexts: Ids of the tokens around each, int32 (number, units, tokens); -1 beyond the ends
            of the sequence.
    """

    values: NDArray[np.float32]
    positions: NDArray[np.int64]
    contexts: NDArray[np.int32]

    @classmethod
    def empty(cls, number: int, units: int, context: int = 0) -> Extremes:
        """Returns the extremes of no step.

        Args:
            number: Steps to list for each unit.
            units: Number of units.
            context: Tokens of a context.
        """
        shape = number, units
        return cls(
            np.full(shape, -np.inf, np.float32),
            np.full(shape, -1, np.int64),
            np.full((*shape, context), -1, np.int32),
        )

    def update(self, values: NDArray[np.float32], order: StepOrder, sign: int = 1) -> None:
        """Adds the steps of several rows; their contexts are unknown.

        A chunk of consecutive steps can hold one of the highest values only if its own highest is
        among the highest of all chunks, and only units with a value above their lowest one so far
        are looked at.

        Args:
            values: Activity, float32 (steps, rows, units); infinite, with the opposite of the
                sign, at steps to leave out.
            order: Positions of the steps.
            sign: 1, or -1 to negate the values.
        """
        steps, rows, _ = values.shape
        chunk = min(CHUNK, steps)
        if steps % chunk:
            raise ValueError(f"Rows have a multiple of {chunk} steps. Received: {steps}.")
        chunks = values.reshape(-1, chunk, rows, values.shape[2])
        highest = chunks.max(axis=1) if sign > 0 else -chunks.min(axis=1)
        highest = highest.reshape(-1, values.shape[2])
        units = np.flatnonzero(highest.max(axis=0) >= self.values[-1])
        if not len(units):
            return
        number = len(self.values)
        starts = np.broadcast_to(order.starts[:, None], (len(highest), len(units)))
        start = order.steps(_first_highest(highest[:, units], starts, number))
        # The steps of a row are `rows` apart in the flattened array.
        step = (start[:, None] + rows * np.arange(chunk)[:, None]).reshape(-1, len(units))
        candidates = values.reshape(-1, values.shape[2])[step, units]
        best = _first_highest(sign * candidates, order.ranks[step], number)
        where = order.steps(best)
        part = Extremes.empty(number, len(units))
        size = len(where)
        part.values[:size] = sign * values.reshape(-1, values.shape[2])[where, units]
        is_value = part.values[:size] > -np.inf
        part.positions[:size] = np.where(is_value, order.positions[where], -1)
        mine = Extremes(self.values[:, units], self.positions[:, units], part.contexts)
        mine.merge(part)
        self.values[:, units], self.positions[:, units] = mine.values, mine.positions

    def merge(self, other: Extremes) -> None:
        """Adds the steps of another part."""
        values = np.concatenate([self.values, other.values])
        positions = np.concatenate([self.positions, other.positions])
        order = np.lexsort((positions, -values), axis=0)[: len(self.values)]
        self.values = np.take_along_axis(values, order, 0)
        self.positions = np.take_along_axis(positions, order, 0)
        if self.contexts.shape[2]:
            contexts = np.concatenate([self.contexts, other.contexts])
            self.contexts = np.take_along_axis(contexts, order[..., None], 0)


def _first_highest(
    values: NDArray[np.float32], ranks: NDArray[np.int64], number: int
) -> NDArray[np.int64]:
    """Returns the ranks of the highest values, the lowest ranks of equal values.

    Args:
        values: Array (steps, units).
        ranks: Rank of each, below 2^24 and of no two steps the same.
        number: Number of ranks at most.

    Returns:
        Ranks (number, units), in no order.
    """
    if len(values) <= number:
        return np.array(ranks)
    # The bits of a float32 are ordered as an integer, but for the sign.
    bits = (values + np.float32(0)).view(np.int32).astype(np.int64)
    ordered = np.where(bits < 0, -(bits & 0x7FFFFFFF), bits)
    keys = np.ascontiguousarray(((-ordered << 24) + ranks).T)
    return (np.partition(keys, number - 1, axis=1)[:, :number] & 0xFFFFFF).T
