"""Saturation of gates: the shares of tokens at which they are nearly shut or open."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tb_rnnviz.analysis._unit_blocks import column_blocks
from tb_rnnviz.analysis._validation import as_activity


@dataclass(frozen=True, eq=False)
class Saturation:
    """Shares of tokens at which the gates of a layer are saturated.

    Args:
        left: share of tokens below the lower threshold (nearly shut), (units,), 0 to 1.
        right: share of tokens above the upper threshold (nearly open), (units,), 0 to 1.
    """

    left: NDArray[np.float64]
    right: NDArray[np.float64]


def saturation(gate: ArrayLike, low: float = 0.1, high: float = 0.9) -> Saturation:
    """Computes the shares of tokens at which a gate is left- and right-saturated.

    After Karpathy, Johnson and Fei-Fei (2015, arXiv:1506.02078, section 4.2). Shares are of the
    tokens with a finite value; a unit without any has NaN.

    Args:
        gate: array (steps, units), the activity of a gate, between 0 and 1.
        low: threshold below which a gate is left-saturated; 0.1 by default.
        high: threshold above which a gate is right-saturated; 0.9 by default.

    Returns:
        A `Saturation`.

    Raises:
        ValueError: if `gate` does not have two axes, or unless 0 <= low <= high <= 1.

    Example:
        >>> shares = saturation([[0.05], [0.5], [0.95], [0.99]])
        >>> shares.left.item(), shares.right.item()
        (0.25, 0.5)
    """
    values = as_activity(gate, "gate")
    if not 0 <= low <= high <= 1:
        raise ValueError(
            f"Thresholds must satisfy 0 <= low <= high <= 1. Received: low={low}, high={high}."
        )
    left, right = np.empty((2, values.shape[1]))
    for units, block in column_blocks(values):
        finite = np.isfinite(block)
        is_finite = None if finite.all() else finite
        count = np.full(block.shape[1], len(block)) if is_finite is None else finite.sum(axis=0)
        left[units] = _share(block < low, is_finite, count)
        right[units] = _share(block > high, is_finite, count)
    return Saturation(left, right)


def _share(
    beyond: NDArray[np.bool_], finite: NDArray[np.bool_] | None, count: NDArray[np.intp]
) -> NDArray[np.float64]:
    if finite is not None:
        beyond &= finite
    matches = beyond.sum(axis=0, dtype=np.int32)
    return np.divide(matches, count, out=np.full(count.shape, np.nan), where=count > 0)
