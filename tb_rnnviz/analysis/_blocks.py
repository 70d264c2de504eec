"""An activity a few units at a time: turned round, in double precision, what is missing known."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

_BLOCK = 2**18  # values held in double precision at a time
_TILE = 2**10  # steps turned round at a time, so that a tile stays in a core's cache


class Block(NamedTuple):
    """Some units of an activity.

    Args:
        units: which ones.
        values: array (units, steps), counted from `origin`; 0 where a value is missing.
        finite: booleans (units, steps), where a value is there; None stands for everywhere.
        origin: first finite value of every unit, (units,); 0 where there is none. A unit that
            always has one value is exactly 0 throughout.
    """

    units: slice
    values: NDArray[np.float64]
    finite: NDArray[np.bool_] | None
    origin: NDArray[np.float64]


def unit_blocks(activity: NDArray, most: int = _BLOCK) -> Iterator[Block]:
    """Cuts an activity (steps, units) into blocks of units, 8 at least."""
    steps, units = activity.shape
    size = max(16, most // max(steps, 1))
    for start in range(0, units, size):
        chosen = slice(start, min(start + size, units))
        yield _block(chosen, _turned(activity, chosen))


def _turned(activity: NDArray, units: slice) -> NDArray[np.float64]:
    steps = len(activity)
    turned = np.empty((units.stop - units.start, steps))
    for start in range(0, steps, _TILE):
        tile = np.ascontiguousarray(activity[start : start + _TILE, units])
        turned[:, start : start + _TILE] = tile.T
    return turned


def _block(units: slice, values: NDArray[np.float64]) -> Block:
    if not values.shape[1]:
        return Block(units, values, None, np.zeros(len(values)))
    with np.errstate(over="ignore", invalid="ignore"):
        complete = np.isfinite(values.sum())
    finite = None if complete or (finite := np.isfinite(values)).all() else finite
    if finite is None:
        origin = values[:, 0].copy()
        values -= origin[:, None]
        return Block(units, values, None, origin)
    values[~finite] = 0
    origin = np.take_along_axis(values, finite.argmax(axis=1)[:, None], axis=1)[:, 0]
    values -= origin[:, None]
    values[~finite] = 0
    return Block(units, values, finite, origin)


def centre(block: Block, lengths: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Takes every sequence's own mean out of the values, in place.

    Args:
        block: some units.
        lengths: tokens of each sequence.

    Returns:
        Booleans (units, sequences): which units have a finite value in which sequence.
    """
    values, finite = block.values, block.finite
    present = np.ones((len(values), lengths.size), dtype=bool)
    ends = np.cumsum(lengths)
    for i, (start, end) in enumerate(zip((ends - lengths).tolist(), ends.tolist(), strict=True)):
        part = values[:, start:end]
        if start == end:
            present[:, i] = False
        elif finite is None:
            part -= part[:, :1].copy()  # a constant sequence becomes exactly 0
            part -= part.mean(axis=1, keepdims=True)
        else:
            there = finite[:, start:end]
            present[:, i] = there.any(axis=1)
            part -= np.take_along_axis(part, there.argmax(axis=1)[:, None], axis=1)
            count = np.maximum(there.sum(axis=1, keepdims=True), 1)
            part -= part.sum(axis=1, where=there, keepdims=True) / count
            part[~there] = 0
    return present
