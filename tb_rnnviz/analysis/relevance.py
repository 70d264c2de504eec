"""How strongly the activity of every unit goes with a feature of the text."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tb_rnnviz.analysis._inputs import as_activity, as_lengths, as_mask
from tb_rnnviz.analysis._moments import Moments, moments, row_blocks

EFFECT_FLOOR = 1e-6
"""Smallest pooled standard deviation, as a share of the sum of the two absolute means."""


@dataclass(frozen=True, eq=False)
class Relevance:
    """How the units of one quantity go with one feature.

    Args:
        prominence: mean impulse at the tokens that match, (units,), in units of the activity.
        difference: absolute difference of the two means, (units,), in units of the activity.
        score: `prominence + difference`, (units,).
        relevance: `score` by the highest score, (units,), 0 to 1.
        effect: Cohen's d, (units,), positive where the activity is higher at tokens that match.
        count: number of tokens that match.
        total: number of tokens.
        note: why there is nothing to compare, "matches no token" or "matches every token";
            None otherwise.
    """

    prominence: NDArray[np.float64]
    difference: NDArray[np.float64]
    score: NDArray[np.float64]
    relevance: NDArray[np.float64]
    effect: NDArray[np.float64]
    count: int
    total: int
    note: str | None = None


def relevance(
    activity: ArrayLike, mask: ArrayLike, *, lengths: Sequence[int] | None = None
) -> Relevance:
    """Measures how strongly every unit's activity goes with a feature.

    With F the tokens that match, F' the others and a the activity of a unit, after
    J. Dahlberg's relevance heatmap:

        prominence = mean over F of |2 a[t] - a[t-1] - a[t+1]|
        difference = |mean over F of a - mean over F' of a|
        score      = prominence + difference
        relevance  = score / highest score of all units

    At the two ends of a sequence the missing neighbour is the mirrored one; a sequence of one
    token has no impulse, 0. `effect` is Cohen's d (1988, Statistical Power Analysis, 2.5.1),
    the signed difference by the standard deviation pooled within F and F',
    sqrt((SS_F + SS_F') / (n_F + n_F' - 2)). That is taken as at least `EFFECT_FLOOR` = 1e-6 times
    (|mean over F| + |mean over F'|), so that the effect is finite, between -1e6 and 1e6; it is 0
    where the difference is 0.

    A feature that matches no token gives zeros throughout; one that matches every token has a
    prominence, and 0 as difference and effect. Both set `note`. Values that are not finite are
    left out, an impulse as soon as one of its three values is missing; a unit with no finite value
    or impulse in F, or no finite value in F', is NaN, and the others are as if it was not there.

    Args:
        activity: array (steps, units), one quantity of one layer.
        mask: booleans (steps,), where the feature matches.
        lengths: tokens of each sequence where several stand one after the other; one sequence
            by default. They add up to `steps`.

    Returns:
        A `Relevance` in double precision.

    Raises:
        ValueError: if the shapes do not fit, or the values are no numbers.

    Example:

    >>> spike = [[0.0], [0.0], [1.0], [0.0]]
    >>> result = relevance(spike, [False, False, True, False])
    >>> result.prominence.item(), result.difference.item(), result.count
    (2.0, 1.0, 1)
    """
    values = as_activity(activity)
    steps, units = values.shape
    matches = as_mask(mask, steps)
    sequences = as_lengths(lengths, steps)
    inside, outside = np.flatnonzero(matches), np.flatnonzero(~matches)
    if not inside.size:
        zeros = [np.zeros(units) for _ in range(5)]
        return Relevance(*zeros, count=0, total=steps, note="matches no token")

    prominence = _prominence(values, inside, sequences)
    origin = np.where(np.isfinite(values[0]), values[0], 0.0).astype(np.float64)
    within = moments(values, inside, origin)
    if outside.size:
        without, note = moments(values, outside, origin), None
    else:
        without, note = within, "matches every token"
    signed = within.mean - without.mean
    difference = np.abs(signed)
    score = prominence + difference
    top = np.max(score, where=np.isfinite(score), initial=0.0)
    return Relevance(
        prominence=prominence,
        difference=difference,
        score=score,
        relevance=score / (top or 1.0),
        effect=_cohens_d(signed, within, without, origin),
        count=inside.size,
        total=steps,
        note=note,
    )


def _prominence(
    activity: NDArray, inside: NDArray[np.intp], lengths: NDArray[np.intp]
) -> NDArray[np.float64]:
    ends = np.cumsum(lengths)
    sequence = np.searchsorted(ends, inside, side="right")
    last = ends[sequence] - 1
    first = ends[sequence] - lengths[sequence]
    left = np.where(inside > first, inside - 1, np.minimum(first + 1, last))
    right = np.where(inside < last, inside + 1, np.maximum(last - 1, first))

    units = activity.shape[1]
    total, count = np.zeros(units), np.zeros(units, dtype=np.int64)
    for block in row_blocks(inside.size, units):
        impulse = activity[inside[block]].astype(np.float64)
        with np.errstate(invalid="ignore"):
            impulse *= 2
            impulse -= activity[left[block]]
            impulse -= activity[right[block]]
            np.abs(impulse, out=impulse)
            fresh = impulse.sum(axis=0)
        if np.isfinite(fresh).all():
            total += fresh
            count += len(impulse)
        else:
            finite = np.isfinite(impulse)
            total += impulse.sum(axis=0, where=finite)
            count += finite.sum(axis=0)
    return np.divide(total, count, out=np.full(units, np.nan), where=count > 0)


def _cohens_d(
    signed: NDArray[np.float64],
    within: Moments,
    without: Moments,
    origin: NDArray[np.float64],
) -> NDArray[np.float64]:
    freedom = np.maximum(within.count + without.count - 2, 1)
    spread = np.sqrt((within.squares + without.squares) / freedom)
    floor = EFFECT_FLOOR * (np.abs(within.mean + origin) + np.abs(without.mean + origin))
    spread = np.maximum(np.maximum(spread, floor), np.finfo(np.float64).tiny)
    return signed / spread
