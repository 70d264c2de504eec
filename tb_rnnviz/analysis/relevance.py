"""How strongly the activity of every unit goes with a feature of the text."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tb_rnnviz.analysis._associations import Measured, measure
from tb_rnnviz.analysis._validation import as_activity, as_feature, as_lengths

_Units = NDArray[np.float64]


def _none() -> _Units:
    return np.empty(0)


@dataclass(frozen=True, eq=False)
class Relevance:
    """How the units of one quantity go with one feature, and what chance gives.

    Args:
        prominence: mean impulse at the tokens that match, (units,), in units of the activity;
            NaN for a numeric feature.
        difference: absolute difference of the two means, (units,), in units of the activity; for a
            numeric feature the change of activity for one standard deviation of the feature.
        score: `prominence + difference`, (units,); `difference` for a numeric feature.
        relevance: `score` by the highest score, (units,), 0 to 1.
        effect: Cohen's d, (units,), positive where the activity is higher at tokens that match,
            or rises with a numeric feature.
        count: number of tokens that match, or that have a number.
        total: number of tokens.
        note: why there is nothing to compare, such as "matches no token"; None otherwise.
        auc: probability that the activity at a token that matches is above that at one that does
            not, ties counting half, (units,), 0 to 1; NaN for a numeric feature.
        correlation: rank correlation, (units,), -1 to 1: `2 auc - 1` of a boolean feature,
            Spearman's of a numeric one.
        z: the tested statistic in standard deviations of its shifts, (units,).
        p: two-sided p-value from `z` and the tail of a distribution, (units,).
        q: rate of false discoveries at which the unit is one, over the units of this call,
            (units,). `joint_q` corrects over many calls.
        p_exact: share of the shifts that do as well, (units,); never below 1 / shifts.
        p_family: share of the shifts at which the best of all units does as well, (units,).
        shifts: number of shifts, no shift among them; 0 where there was nothing to shift.
    """

    prominence: _Units
    difference: _Units
    score: _Units
    relevance: _Units
    effect: _Units
    count: int
    total: int
    note: str | None = None
    auc: _Units = field(default_factory=_none)
    correlation: _Units = field(default_factory=_none)
    z: _Units = field(default_factory=_none)
    p: _Units = field(default_factory=_none)
    q: _Units = field(default_factory=_none)
    p_exact: _Units = field(default_factory=_none)
    p_family: _Units = field(default_factory=_none)
    shifts: int = 0


def relevance(
    activity: ArrayLike, mask: ArrayLike, *, lengths: Sequence[int] | None = None
) -> Relevance:
    """Measures how strongly every unit's activity goes with a feature, and holds it against chance.

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
    where the difference is 0. `auc` is the Mann-Whitney statistic by n_F n_F'.

    Of a numeric feature, `difference` is the slope of the regression of a on the feature times the
    feature's standard deviation, `effect` is 2 r / sqrt(1 - r^2) with Pearson's r (Cohen 1988,
    2.2.6), and `correlation` is Spearman's.

    Chance is the feature shifted round in its text. The statistic is the difference of the means;
    of a numeric feature the covariance of the ranks. One text is shifted by every distance; of
    several, each is shifted within itself by a distance of its own, in 1,000 ways drawn once and
    for all; what differs between sequences only is then no evidence, and a unit or a feature that
    changes between sequences only has p = 1. `z` is the observed statistic by the exact standard
    deviation of the shifted ones. `p` is the normal distribution's tail beyond z. Where the
    skewness expected of the shifted statistics (or what their kurtosis stands for) is above 0.25,
    as for a few matches and a unit that spikes, it is the tail of a gamma distribution with that
    skewness if that is heavier. `q` is p after Benjamini and Hochberg (1995). `p_family` holds
    against the highest |z| of any unit at each shift (Westfall and Young 1993, Resampling-Based
    Multiple Testing).

    A feature that matches no token gives zeros throughout; one that matches every token has a
    prominence, and 0 as difference and effect; so has, without a prominence, a numeric one with
    fewer than two values. All of them set `note`, and have 0.5 as `auc` and 1 as p and q. Values
    that are not finite are left out, an impulse as soon as one of its three values is missing; in
    the shifts they count as the mean of their unit and sequence. A unit with no finite value or
    impulse in F, or no finite value in F', is NaN, and the others are as if it was not there.

    Args:
        activity: array (steps, units), one quantity of one layer.
        mask: booleans (steps,), where the feature matches; or floats (steps,), the values of a
            numeric feature, NaN where it has none. Floats that are all 0 or 1 count as booleans.
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
        >>> result.auc.item(), result.p_exact.item()
        (1.0, 0.25)
    """
    return relevances(activity, [mask], lengths=lengths)[0]


def relevances(
    activity: ArrayLike, masks: Sequence[ArrayLike], *, lengths: Sequence[int] | None = None
) -> list[Relevance]:
    """Measures every unit against many features at once, as `relevance` does one by one.

    The activity is turned round, ranked and transformed once for all of them.

    Args:
        activity: array (steps, units), one quantity of one layer.
        masks: features, each (steps,), booleans or floats; or an array (features, steps).
        lengths: tokens of each sequence where several stand one after the other; one sequence
            by default.

    Returns:
        One `Relevance` a feature, in their order; each `q` is over the units of its feature.

    Raises:
        ValueError: if the shapes do not fit, or the values are no numbers.

    Example:
        >>> spike = [[0.0], [0.0], [1.0], [0.0]]
        >>> found = relevances(spike, [[0, 0, 1, 0], [0, 1, 0, 0]])
        >>> [result.difference.round(2).item() for result in found]
        [1.0, 0.33]
    """
    values = as_activity(activity)
    steps = len(values)
    several = np.ndim(masks[0]) > 0 if len(masks) else True
    if not several:
        raise ValueError(
            f"`masks` must list features of one value per step, (features, {steps}). "
            f"Received: shape {np.shape(masks)}. Use `relevance` for one feature."
        )
    features = [as_feature(mask, steps) for mask in masks]
    measured = measure(values, features, as_lengths(lengths, steps))
    return [_result(*pair) for pair in zip(features, measured, strict=True)]


def _result(feature: NDArray, found: Measured) -> Relevance:
    numeric = feature.dtype != bool
    score = found.difference if numeric else found.prominence + found.difference
    top = np.max(score, where=np.isfinite(score), initial=0.0)
    return Relevance(
        prominence=found.prominence,
        difference=found.difference,
        score=score,
        relevance=score / (top or 1.0),
        effect=found.effect,
        count=int(np.count_nonzero(~np.isnan(feature) if numeric else feature)),
        total=feature.size,
        note=found.note,
        auc=found.auc,
        correlation=found.correlation,
        z=found.z,
        p=found.p,
        q=found.q,
        p_exact=found.p_exact,
        p_family=found.p_family,
        shifts=found.shifts,
    )
