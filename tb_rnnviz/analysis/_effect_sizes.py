"""Effect sizes of units for boolean and numeric features."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tb_rnnviz.analysis._matrix_product import matrix_product
from tb_rnnviz.analysis._ranks import mid_ranks
from tb_rnnviz.analysis._unit_blocks import UnitBlock

EFFECT_FLOOR = 1e-6
"""Least pooled standard deviation, as a share of the sum of the absolute means."""

LEAST_UNEXPLAINED = 1e-12
"""Least share of the variance that a feature leaves, so that effects are finite."""


class EffectSizes(NamedTuple):
    """Effect sizes, arrays (units, features), NaN where they are undefined.

    `relevance` defines them.
    """

    prominence: NDArray[np.float64]
    difference: NDArray[np.float64]
    effect: NDArray[np.float64]
    auc: NDArray[np.float64]
    correlation: NDArray[np.float64]


def no_effect_sizes(units: int, *, numeric: bool) -> EffectSizes:
    """Effect sizes (units,) of a feature that cannot be tested."""
    sizes = EffectSizes(*(np.zeros(units) for _ in EffectSizes._fields))
    sizes.auc[:] = 0.5
    if numeric:
        sizes.prominence[:] = sizes.auc[:] = np.nan
    return sizes


def boolean_effect_sizes(
    block: UnitBlock,
    masks: NDArray[np.float64],
    ranks: NDArray[np.float64],
    lengths: NDArray[np.intp],
) -> EffectSizes:
    """Computes effect sizes for boolean features that match at least one token.

    Args:
        block: units of an activity.
        masks: zeros and ones (features, steps).
        ranks: ranks of the block's values, from `mid_ranks`.
        lengths: tokens of each sequence.

    Returns:
        The `EffectSizes`.
    """
    prominence = _prominence(block, masks, lengths)
    matches_all = masks.all(axis=1)
    inside, outside = _counts(block.finite, masks, len(block.values))
    undefined = (inside == 0) | ((outside == 0) & ~matches_all)

    values = block.values
    offset = _mean(values, block.finite)
    values = values - offset
    if block.finite is not None:
        values[~block.finite] = 0
    mean_inside = matrix_product(values, masks.T)
    mean_outside = (values.sum(axis=1, keepdims=True) - mean_inside) / np.maximum(outside, 1)
    mean_inside /= np.maximum(inside, 1)
    mean_outside[np.broadcast_to(matches_all, mean_outside.shape)] = 0
    difference = np.where(matches_all, 0.0, mean_inside - mean_outside)
    squares = np.einsum("ut,ut->u", values, values)[:, None]
    squares = squares - inside * mean_inside**2 - outside * mean_outside**2
    centre = offset + block.origin[:, None]
    means = mean_inside + centre, mean_outside + centre
    effect = cohens_d(difference, squares, inside + outside, means)

    pairs = np.maximum(inside * outside, 1)
    auc = (matrix_product(ranks, masks.T) - inside * (inside - 1) / 2) / pairs
    auc[np.broadcast_to(matches_all, auc.shape)] = 0.5
    for effect_size in (prominence, difference, effect, auc):
        effect_size[undefined] = np.nan
    return EffectSizes(prominence, np.abs(difference), effect, auc, 2 * auc - 1)


def _mean(values: NDArray[np.float64], finite: NDArray[np.bool_] | None) -> NDArray[np.float64]:
    """Returns the mean of every row, (units, 1), of the values that are not missing."""
    count = values.shape[1] if finite is None else finite.sum(axis=1, keepdims=True)
    return values.sum(axis=1, keepdims=True) / np.maximum(count, 1)


def _counts(
    finite: NDArray[np.bool_] | None, masks: NDArray[np.float64], units: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Counts the values inside and outside every mask, each (units, features)."""
    if finite is None:
        inside = np.broadcast_to(masks.sum(axis=1), (units, len(masks)))
        return inside, masks.shape[1] - inside
    present = finite.astype(np.float64)
    inside = matrix_product(present, masks.T)
    return inside, present.sum(axis=1, keepdims=True) - inside


def cohens_d(
    difference: NDArray[np.float64],
    squares: NDArray[np.float64],
    count: NDArray[np.float64],
    means: tuple[NDArray[np.float64], NDArray[np.float64]],
) -> NDArray[np.float64]:
    """Computes Cohen's d, as `relevance` defines it.

    Args:
        difference: mean inside less mean outside.
        squares: sum of the squared deviations from these means.
        count: values inside and outside.
        means: the two means, of the activity itself.
    """
    pooled = np.sqrt(np.maximum(squares, 0) / np.maximum(count - 2, 1))
    floor = EFFECT_FLOOR * (np.abs(means[0]) + np.abs(means[1]))
    return difference / np.maximum(np.maximum(pooled, floor), np.finfo(np.float64).tiny)


def cohens_f(r: NDArray[np.float64]) -> NDArray[np.float64]:
    """Computes Cohen's f with its sign, r / sqrt(1 - r^2), from correlations.

    Twice that is the effect of a numeric feature (Cohen 1988, Statistical Power Analysis, ch. 9).
    """
    return r / np.sqrt(np.maximum(1 - r**2, LEAST_UNEXPLAINED))


def _prominence(
    block: UnitBlock, masks: NDArray[np.float64], lengths: NDArray[np.intp]
) -> NDArray[np.float64]:
    values, finite = block.values, block.finite
    first, last = _ends(lengths)
    after_first = np.minimum(first + 1, last)
    before_last = np.maximum(last - 1, first)

    impulse = 2 * values
    impulse[:, 1:] -= values[:, :-1]
    impulse[:, :-1] -= values[:, 1:]
    impulse[:, first] = 2 * (values[:, first] - values[:, after_first])
    impulse[:, last] = 2 * (values[:, last] - values[:, before_last])
    np.abs(impulse, out=impulse)
    if finite is None:
        return matrix_product(impulse, masks.T) / masks.sum(axis=1)
    is_complete = finite.copy()
    is_complete[:, 1:] &= finite[:, :-1]
    is_complete[:, :-1] &= finite[:, 1:]
    is_complete[:, first] = finite[:, first] & finite[:, after_first]
    is_complete[:, last] = finite[:, last] & finite[:, before_last]
    impulse[~is_complete] = 0
    count = matrix_product(is_complete.astype(np.float64), masks.T)
    total = matrix_product(impulse, masks.T)
    return np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)


def _ends(lengths: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Returns the first and the last step of every sequence that is not empty."""
    lengths = lengths[lengths > 0]
    ends = np.cumsum(lengths)
    return ends - lengths, ends - 1


def numeric_effect_sizes(
    block: UnitBlock, features: NDArray[np.float64], ranks: NDArray[np.float64]
) -> EffectSizes:
    """Computes effect sizes for numeric features with at least two distinct values.

    Args:
        block: units of an activity.
        features: array (features, steps), NaN where a feature is missing.
        ranks: ranks of the block's values, from `mid_ranks`.

    Returns:
        The `EffectSizes`; prominence and AUC are NaN.
    """
    shape = len(block.values), len(features)
    undefined = np.full(shape, np.nan)
    slope, pearson, spearman = (np.empty(shape) for _ in range(3))
    for rows, defined in equal_rows(~np.isnan(features)):
        for units, complete in complete_cases(block, defined):
            cases = np.ix_(units, rows)
            values, numbers, unit_ranks = block.values, features[rows], ranks
            if units.size < len(values):
                values, unit_ranks = values[units], ranks[units]
            if not complete.all():
                values, numbers = values[:, complete], numbers[:, complete]
                unit_ranks = mid_ranks(values)
            pearson[cases], deviation = _pearson(values, numbers)
            slope[cases] = np.abs(pearson[cases]) * deviation
            spearman[cases], _ = _pearson(unit_ranks, mid_ranks(numbers))
    return EffectSizes(undefined, slope, 2 * cohens_f(pearson), undefined, spearman)


def complete_cases(
    block: UnitBlock, defined: NDArray[np.bool_]
) -> list[tuple[NDArray[np.intp], NDArray[np.bool_]]]:
    """Groups units by the steps at which both they and the feature have a value."""
    units = np.arange(len(block.values))
    if block.finite is None:
        return [(units, defined)]
    has_gaps = (~block.finite & defined).any(axis=1)
    single_units = [(unit[None], defined & block.finite[unit]) for unit in units[has_gaps]]
    return [(units[~has_gaps], defined), *single_units]


def equal_rows(
    rows: NDArray[np.bool_],
) -> list[tuple[NDArray[np.intp], NDArray[np.bool_]]]:
    """Groups the indices of equal rows (rows, steps), each group with its row."""
    groups: dict[bytes, list[int]] = {}
    for index, row in enumerate(rows):
        groups.setdefault(row.tobytes(), []).append(index)
    return [(np.array(indices), rows[indices[0]]) for indices in groups.values()]


def _pearson(
    values: NDArray[np.float64], numbers: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Correlates units (units, steps) with numbers (features, steps).

    Returns:
        The correlations (units, features), 0 where either is constant, and the standard deviation
        of the units (units, 1); NaN if there is no value.
    """
    shape, count = (len(values), len(numbers)), numbers.shape[1]
    if not count or not len(values):
        return np.full(shape, np.nan), np.full((len(values), 1), np.nan)
    values, numbers = _centred(values), _centred(numbers)
    deviation = _deviation(values)[:, None]
    scale = deviation * _deviation(numbers) * count
    products = matrix_product(values, numbers.T)
    r = np.divide(products, scale, out=np.zeros(shape), where=scale > 0)
    return np.clip(r, -1, 1), deviation


def _centred(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Returns rows less their mean, exactly 0 where they are constant."""
    rows = rows - rows[:, :1]
    rows -= rows.mean(axis=1, keepdims=True)
    return rows


def _deviation(centred: NDArray[np.float64]) -> NDArray[np.float64]:
    """Returns the standard deviation of rows without a mean, (rows,)."""
    return np.sqrt(np.einsum("ut,ut->u", centred, centred) / centred.shape[1])
