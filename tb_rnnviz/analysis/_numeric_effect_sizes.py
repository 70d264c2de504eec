"""What units have to do with numeric features: slopes and rank correlations."""

import numpy as np
from numpy.typing import NDArray

from tb_rnnviz.analysis._effect_sizes import Measures
from tb_rnnviz.analysis._ranks import mid_ranks
from tb_rnnviz.analysis._unit_blocks import Block

_UNEXPLAINED = 1e-12  # smallest share of variance left, so that effects are finite


def numeric_measures(
    block: Block, features: NDArray[np.float64], ranks: NDArray[np.float64]
) -> Measures:
    """Measures some units against numeric features that take at least two values.

    Args:
        block: the units.
        features: array (features, steps), NaN where a feature is missing.
        ranks: those of the block's values, from `mid_ranks`.

    Returns:
        The `Measures`, NaN where a unit has nothing to measure; no prominence, no area.
    """
    shape = len(block.values), len(features)
    nothing = np.full(shape, np.nan)
    slope, linear, ranked = (np.empty(shape) for _ in range(3))
    for i, feature in enumerate(features):
        defined = ~np.isnan(feature)
        for units, kept in _complete(block, defined):
            values, numbers = block.values[units][:, kept], feature[kept]
            linear[units, i], deviation = _pearson(values, numbers)
            slope[units, i] = np.abs(linear[units, i]) * deviation
            own = ranks[units] if kept.all() else mid_ranks(values)
            ranked[units, i], _ = _pearson(own, mid_ranks(numbers[None])[0])
    left = np.sqrt(np.maximum(1 - linear**2, _UNEXPLAINED))
    return Measures(nothing, slope, 2 * linear / left, nothing, ranked)


def _complete(
    block: Block, defined: NDArray[np.bool_]
) -> list[tuple[NDArray[np.intp], NDArray[np.bool_]]]:
    """Groups units by the steps at which both they and the feature have a value."""
    everyone = np.arange(len(block.values))
    if block.finite is None:
        return [(everyone, defined)]
    gaps = (~block.finite & defined).any(axis=1)
    alone = [(unit[None], defined & block.finite[unit]) for unit in everyone[gaps]]
    return [(everyone[~gaps], defined), *alone]


def _pearson(
    values: NDArray[np.float64], numbers: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Gives correlations of rows with numbers, and the rows' standard deviations.

    The correlation is 0 where rows or numbers have one value only, NaN where there is none.
    """
    count = numbers.size
    if not count or not len(values):
        return np.full(len(values), np.nan), np.full(len(values), np.nan)
    values = values - values[:, :1]
    values -= values.mean(axis=1, keepdims=True)
    numbers = numbers - numbers[0]
    numbers -= numbers.mean()
    deviation = np.sqrt(np.einsum("ut,ut->u", values, values) / count)
    scale = deviation * np.sqrt(numbers @ numbers / count) * count
    r = np.divide(values @ numbers, scale, out=np.zeros(len(values)), where=scale > 0)
    return np.clip(r, -1, 1), deviation
