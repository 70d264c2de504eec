"""An activity a few units at a time: turned round, in double precision, what is missing known."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tb_rnnviz.analysis._validation import Columns

_BLOCK = 2**18  # values held in double precision at a time
_UNITS = 16  # at least, so that memory is read in whole lines of a cache, one row after the other
_CORES = 4  # at most
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


def unit_blocks(activity: NDArray | Columns) -> Iterator[Block]:
    """Cuts an activity (steps, units) into blocks of units."""
    for units in _cut(activity):
        yield _block(units, _turned(activity, units))


def for_blocks(task: Callable[[Block], None], activity: NDArray | Columns) -> None:
    """Runs a task on every block of an activity (steps, units), one in each core."""

    def run(units: slice) -> None:
        task(_block(units, _turned(activity, units)))

    blocks = _cut(activity)
    if len(blocks) == 1:
        run(blocks[0])
        return
    with ThreadPoolExecutor(min(os.cpu_count() or 1, _CORES)) as pool:
        list(pool.map(run, blocks))


def _cut(activity: NDArray | Columns) -> list[slice]:
    steps, units = activity.shape
    by_rows = isinstance(activity, np.ndarray) and not activity.flags.f_contiguous
    size = max(_UNITS if by_rows else 1, _BLOCK // max(steps, 1))
    return [slice(start, min(start + size, units)) for start in range(0, units, size)]


def columns(activity: NDArray | Columns) -> Iterator[tuple[slice, NDArray]]:
    """Cuts an activity (steps, units) into some units each, as they are."""
    for units in _cut(activity):
        yield units, activity[:, units]


def _turned(activity: NDArray | Columns, units: slice) -> NDArray[np.float64]:
    if not isinstance(activity, np.ndarray):
        return activity[:, units].T.astype(np.float64)
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
