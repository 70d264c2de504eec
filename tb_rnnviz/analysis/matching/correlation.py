"""Pearson correlation of the units of two activities."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from tb_rnnviz.analysis._matrix_product import matrix_product

_BLOCK_VALUES = 2**20  # values in double precision at a time


def correlation(first: NDArray, second: NDArray) -> NDArray[np.float64]:
    """Computes the correlation of all units of one activity with all of another.

    A value that is not finite counts as the mean of its unit. The correlation of a unit that is
    constant, or has no finite value, is 0. Products of single precision are summed in single
    precision within a block, and in double precision over blocks.

    Args:
        first: array (steps, units).
        second: array (steps, other units), of the same steps.

    Returns:
        Array (units, other units), -1 to 1.

    Example:
        >>> a, b = np.array([[0.0], [1.0]]), np.array([[5.0, 1.0], [3.0, 1.0]])
        >>> correlation(a, b).round(9).tolist()
        [[-1.0, 0.0]]
    """
    mean_a, scale_a = _standardisation(first)
    mean_b, scale_b = (mean_a, scale_a) if second is first else _standardisation(second)
    precision = np.result_type(first, second, np.float32)
    total = np.zeros((first.shape[1], second.shape[1]))
    for block in _blocks(len(first), max(total.shape)):
        a = _standardised(first[block], mean_a, scale_a).astype(precision)
        b = a
        if second is not first:
            b = _standardised(second[block], mean_b, scale_b).astype(precision)
        total += matrix_product(np.ascontiguousarray(a.T), b)
    return np.clip(total, -1.0, 1.0)


def _blocks(steps: int, units: int) -> Iterator[slice]:
    size = max(1, _BLOCK_VALUES // max(units, 1))
    return (slice(start, start + size) for start in range(0, steps, size))


def _standardisation(values: NDArray) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Returns mean and scale of every unit; scaled squared deviations sum to one."""
    finite = np.isfinite(values)
    count = np.maximum(finite.sum(axis=0), 1)
    mean = values.sum(axis=0, where=finite, dtype=np.float64) / count
    squares, largest = np.zeros(values.shape[1]), np.zeros(values.shape[1])
    for block in _blocks(*values.shape):
        deviation = _standardised(values[block], mean, 1.0)
        squares += np.einsum("tu,tu->u", deviation, deviation)
        largest = np.maximum(largest, np.abs(deviation).max(axis=0, initial=0.0))
    varies = largest > 1e-7 * (np.abs(mean) + largest)
    return mean, np.where(varies, 1 / np.sqrt(np.where(varies, squares, 1.0)), 0.0)


def _standardised(
    values: NDArray, mean: NDArray[np.float64], scale: NDArray[np.float64] | float
) -> NDArray[np.float64]:
    with np.errstate(invalid="ignore"):
        deviation = values - mean
        deviation *= scale
    deviation[~np.isfinite(deviation)] = 0.0
    return deviation
