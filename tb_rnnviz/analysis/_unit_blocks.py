"""Blocks of units of an activity, transposed and in double precision."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tb_rnnviz.analysis._equal_lengths import equal_sequences
from tb_rnnviz.analysis._validation import OutOfCoreActivity
from tb_rnnviz.core.parallel import parallel_map

_BLOCK_VALUES = 2**18  # values in double precision at a time
_LEAST_UNITS = 16  # so that row-major memory is read in whole cache lines
_TILE_STEPS = 2**10  # steps transposed at a time: a tile stays in a core's cache

_PART_VALUES = 2**15  # values of rows that several passes find in a core's cache


class UnitBlock(NamedTuple):
    """Consecutive units of an activity.

    Args:
        units: the columns of the activity.
        values: array (units, steps), relative to `origin`; 0 where a value is missing.
        finite: booleans (units, steps), True where the value is finite; None if all are.
        origin: first finite value of every unit, (units,); 0 if there is none. The values of a
            constant unit are exactly 0.
    """

    units: slice
    values: NDArray[np.float64]
    finite: NDArray[np.bool_] | None
    origin: NDArray[np.float64]


def unit_blocks(activity: NDArray | OutOfCoreActivity) -> Iterator[UnitBlock]:
    """Yields the blocks of an activity (steps, units)."""
    for units in _slices(activity):
        yield _block(units, _transposed(activity, units))


def for_each_block(
    task: Callable[[UnitBlock], None], activity: NDArray | OutOfCoreActivity
) -> None:
    """Runs a task on every block of an activity (steps, units), on a few threads."""

    def run(units: slice) -> None:
        task(_block(units, _transposed(activity, units)))

    parallel_map(run, _slices(activity))


def _slices(activity: NDArray | OutOfCoreActivity) -> list[slice]:
    steps, units = activity.shape
    is_row_major = isinstance(activity, np.ndarray) and not activity.flags.f_contiguous
    size = max(_LEAST_UNITS if is_row_major else 1, _BLOCK_VALUES // max(steps, 1))
    return [slice(start, min(start + size, units)) for start in range(0, units, size)]


def column_blocks(activity: NDArray | OutOfCoreActivity) -> Iterator[tuple[slice, NDArray]]:
    """Yields the columns of an activity by block, neither transposed nor converted."""
    for units in _slices(activity):
        yield units, activity[:, units]


def row_parts(values: NDArray) -> Iterator[slice]:
    """Yields slices of rows that are small enough to stay in a core's cache."""
    rows, columns = values.shape
    size = max(1, _PART_VALUES // max(columns, 1))
    for start in range(0, rows if columns else 0, size):
        yield slice(start, min(start + size, rows))


def _transposed(activity: NDArray | OutOfCoreActivity, units: slice) -> NDArray[np.float64]:
    if not isinstance(activity, np.ndarray):
        return activity[:, units].T.astype(np.float64)
    steps = len(activity)
    transposed = np.empty((units.stop - units.start, steps))
    for start in range(0, steps, _TILE_STEPS):
        tile = np.ascontiguousarray(activity[start : start + _TILE_STEPS, units])
        transposed[:, start : start + _TILE_STEPS] = tile.T
    return transposed


def _block(units: slice, values: NDArray[np.float64]) -> UnitBlock:
    if not values.shape[1]:
        return UnitBlock(units, values, None, np.zeros(len(values)))
    with np.errstate(over="ignore", invalid="ignore"):
        is_complete = np.isfinite(values.sum())
    finite = None if is_complete or (finite := np.isfinite(values)).all() else finite
    if finite is None:
        origin = values[:, 0].copy()
        values -= origin[:, None]
        return UnitBlock(units, values, None, origin)
    values[~finite] = 0
    origin = np.take_along_axis(values, finite.argmax(axis=1)[:, None], axis=1)[:, 0]
    values -= origin[:, None]
    values[~finite] = 0
    return UnitBlock(units, values, finite, origin)


def centre(block: UnitBlock, lengths: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Subtracts the mean of every sequence from the values of a block, in place.

    Args:
        block: units of an activity.
        lengths: tokens of each sequence.

    Returns:
        Booleans (units, sequences), True where a unit has a finite value in a sequence.
    """
    values, finite = block.values, block.finite
    has_values = np.zeros((len(values), lengths.size), dtype=bool)
    for group in equal_sequences(lengths):
        sequences = group.of(values)
        if finite is None:
            has_values[:, group.indices] = True
            sequences -= sequences[:, :, :1].copy()  # a constant sequence becomes exactly 0
            sequences -= sequences.mean(axis=2, keepdims=True)
        else:
            is_finite = group.of(finite)
            has_values[:, group.indices] = is_finite.any(axis=2)
            first = is_finite.argmax(axis=2)[:, :, None]
            sequences -= np.take_along_axis(sequences, first, axis=2)
            count = np.maximum(is_finite.sum(axis=2, keepdims=True), 1)
            sequences -= sequences.sum(axis=2, where=is_finite, keepdims=True) / count
            sequences[~is_finite] = 0
        group.put(values, sequences)
    return has_values
