"""What units have to do with boolean features: means, impulses, ranks."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tb_rnnviz.analysis._unit_blocks import Block

EFFECT_FLOOR = 1e-6
"""Smallest pooled standard deviation, as a share of the sum of the two absolute means."""


class Measures(NamedTuple):
    """Arrays (units, features); `relevance` says what they mean."""

    prominence: NDArray[np.float64]
    difference: NDArray[np.float64]
    effect: NDArray[np.float64]
    auc: NDArray[np.float64]
    correlation: NDArray[np.float64]


def boolean_measures(
    block: Block,
    masks: NDArray[np.float64],
    ranks: NDArray[np.float64],
    lengths: NDArray[np.intp],
) -> Measures:
    """Measures some units against features that match at least one token.

    Args:
        block: the units.
        masks: zeros and ones (features, steps).
        ranks: those of the block's values, from `mid_ranks`.
        lengths: tokens of each sequence.

    Returns:
        The `Measures`, NaN where a unit has nothing to measure.
    """
    prominence = _prominence(block, masks, lengths)
    everywhere = masks.all(axis=1)
    inside, outside = _counts(block.finite, masks, len(block.values))
    missing = (inside == 0) | ((outside == 0) & ~everywhere)

    values = block.values
    offset = _mean(values, block.finite)
    values = values - offset
    if block.finite is not None:
        values[~block.finite] = 0
    within = values @ masks.T
    without = (values.sum(axis=1, keepdims=True) - within) / np.maximum(outside, 1)
    within /= np.maximum(inside, 1)
    without[np.broadcast_to(everywhere, without.shape)] = 0
    signed = np.where(everywhere, 0.0, within - without)
    square = np.einsum("ut,ut->u", values, values)[:, None]
    square = square - inside * within**2 - outside * without**2
    centre = offset + block.origin[:, None]
    effect = _cohens_d(signed, square, inside + outside, (within + centre, without + centre))

    pairs = np.maximum(inside * outside, 1)
    auc = (ranks @ masks.T - inside * (inside - 1) / 2) / pairs
    auc[np.broadcast_to(everywhere, auc.shape)] = 0.5
    for measure in (prominence, signed, effect, auc):
        measure[missing] = np.nan
    return Measures(prominence, np.abs(signed), effect, auc, 2 * auc - 1)


def _mean(values: NDArray[np.float64], finite: NDArray[np.bool_] | None) -> NDArray[np.float64]:
    """Gives the mean of every row, (units, 1); missing values are 0 and do not count."""
    count = values.shape[1] if finite is None else finite.sum(axis=1, keepdims=True)
    return values.sum(axis=1, keepdims=True) / np.maximum(count, 1)


def _counts(
    finite: NDArray[np.bool_] | None, masks: NDArray[np.float64], units: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    if finite is None:
        inside = np.broadcast_to(masks.sum(axis=1), (units, len(masks)))
        return inside, masks.shape[1] - inside
    there = finite.astype(np.float64)
    inside = there @ masks.T
    return inside, there.sum(axis=1, keepdims=True) - inside


def _cohens_d(
    signed: NDArray[np.float64],
    square: NDArray[np.float64],
    count: NDArray[np.float64],
    means: tuple[NDArray[np.float64], NDArray[np.float64]],
) -> NDArray[np.float64]:
    spread = np.sqrt(np.maximum(square, 0) / np.maximum(count - 2, 1))
    floor = EFFECT_FLOOR * (np.abs(means[0]) + np.abs(means[1]))
    return signed / np.maximum(np.maximum(spread, floor), np.finfo(np.float64).tiny)


def _prominence(
    block: Block, masks: NDArray[np.float64], lengths: NDArray[np.intp]
) -> NDArray[np.float64]:
    values, there = block.values, block.finite
    first, last = _ends(lengths)
    after = np.minimum(first + 1, last)
    before = np.maximum(last - 1, first)

    impulse = 2 * values
    impulse[:, 1:] -= values[:, :-1]
    impulse[:, :-1] -= values[:, 1:]
    impulse[:, first] = 2 * (values[:, first] - values[:, after])
    impulse[:, last] = 2 * (values[:, last] - values[:, before])
    np.abs(impulse, out=impulse)
    if there is None:
        return impulse @ masks.T / masks.sum(axis=1)
    whole = there.copy()
    whole[:, 1:] &= there[:, :-1]
    whole[:, :-1] &= there[:, 1:]
    whole[:, first] = there[:, first] & there[:, after]
    whole[:, last] = there[:, last] & there[:, before]
    impulse[~whole] = 0
    count = whole.astype(np.float64) @ masks.T
    total = impulse @ masks.T
    return np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)


def _ends(lengths: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Gives the first and the last step of every sequence that has one."""
    lengths = lengths[lengths > 0]
    ends = np.cumsum(lengths)
    return ends - lengths, ends - 1
