"""`Extremes`: the steps at which every unit is highest, with their contexts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

CHUNK = 16
"""Consecutive steps of which only the highest is compared at first."""


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

    def update(self, values: NDArray[np.float32], positions: NDArray[np.int64]) -> None:
        """Adds the steps of several rows; their contexts are unknown.

        Args:
            values: Activity, float32 (steps, rows, units); -inf at steps to leave out.
            positions: Position of each, integers (steps, rows), ascending with the steps.
        """
        steps, rows, units = values.shape
        chunk = min(CHUNK, steps)
        if steps % chunk:
            missing = chunk - steps % chunk
            values = np.concatenate([values, np.full((missing, rows, units), -np.inf, np.float32)])
            last = positions[-1:] + np.arange(1, missing + 1)[:, None]
            positions = np.concatenate([positions, last])
        chunks = values.reshape(-1, chunk, rows, units)
        starts = positions.reshape(-1, chunk, rows)[:, 0].ravel()
        number = len(self.values)
        highest = chunks.max(axis=1).reshape(-1, units)
        selected = first_highest(highest, starts, number)
        block, row = selected // rows, selected % rows
        unit = np.arange(units)
        candidates = chunks[block, :, row, unit].transpose(0, 2, 1).reshape(-1, units)
        where = positions.reshape(-1, chunk, rows)[block, :, row].transpose(0, 2, 1)
        best = first_highest(candidates, where.reshape(-1, units), number)
        values = np.take_along_axis(candidates, best, 0)
        where = np.take_along_axis(where.reshape(-1, units), best, 0)
        where = np.where(values > -np.inf, where, -1)
        part = Extremes.empty(number, units, self.contexts.shape[2])
        part.values[: len(best)], part.positions[: len(best)] = values, where
        self.merge(part)

    def merge(self, other: Extremes) -> None:
        """Adds the steps of another part."""
        values = np.concatenate([self.values, other.values])
        positions = np.concatenate([self.positions, other.positions])
        order = np.lexsort((positions, -values), axis=0)[: len(self.values)]
        self.values = np.take_along_axis(values, order, 0)
        self.positions = np.take_along_axis(positions, order, 0)
        contexts = np.concatenate([self.contexts, other.contexts])
        self.contexts = np.take_along_axis(contexts, order[..., None], 0)


def first_highest(
    values: NDArray[np.float32], positions: NDArray[np.int64], number: int
) -> NDArray[np.intp]:
    """Returns the rows of the highest values, the first positions of equal ones.

    Args:
        values: Array (rows, units).
        positions: Positions (rows,) or (rows, units).
        number: Rows to return at most.

    Returns:
        Indices of rows, (number, units), in no order.
    """
    if len(values) <= number:
        return np.broadcast_to(np.arange(len(values))[:, None], values.shape)
    if positions.ndim == 1:
        order = np.argsort(positions, kind="stable")
        ranks = np.broadcast_to(np.arange(len(order))[:, None], values.shape)
        return order[_top(values[order], ranks, number)]
    order = np.argsort(positions, axis=0, kind="stable")
    ranks = np.broadcast_to(np.arange(len(order))[:, None], values.shape)
    top = _top(np.take_along_axis(values, order, 0), ranks, number)
    return np.take_along_axis(order, top, 0)


def _top(values: NDArray, ranks: NDArray, number: int) -> NDArray[np.intp]:
    """Returns the rows of the highest values, those of low rank of equal ones."""
    bits = (values + np.float32(0)).view(np.int32).astype(np.int64)
    ordered = np.where(bits < 0, -(bits & 0x7FFFFFFF), bits)
    keys = np.ascontiguousarray(((-ordered << 24) + ranks).T)
    smallest = np.partition(keys, number - 1, axis=1)[:, :number]
    return (smallest & 0xFFFFFF).T
