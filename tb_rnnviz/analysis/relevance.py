"""Relevance: the association of every unit with a feature of the text."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tb_rnnviz.analysis._associations import (
    Associations,
    AssociationStatistics,
    AssociationTests,
    ComputedStatistics,
)
from tb_rnnviz.analysis._ranks import mid_ranks
from tb_rnnviz.analysis._tokens import as_token_ids
from tb_rnnviz.analysis._unit_blocks import unit_blocks
from tb_rnnviz.analysis._validation import (
    OutOfCoreActivity,
    as_activity,
    as_feature,
    as_lengths,
)
from tb_rnnviz.analysis._within_tokens import WithinAssociations, WithinStatistics, WithinTests
from tb_rnnviz.core.statistics import relative_score, score

_Units = NDArray[np.float64]


def _empty() -> _Units:
    return np.empty(0)


@dataclass(frozen=True, eq=False)
class Relevance:
    """Association of the units of one quantity with one feature.

    Args:
        prominence: mean impulse at the matching tokens, (units,), in units of the activity; NaN
            for a numeric feature.
        difference: absolute difference of the two means, (units,), in units of the activity; for
            a numeric feature the change of activity per standard deviation of the feature.
        score: `prominence + difference`, (units,); `difference` for a numeric feature.
        relevance: `score` divided by the highest score, (units,), 0 to 1.
        effect: effect size, Cohen's d, (units,); positive if the activity is higher at matching
            tokens, or increases with a numeric feature.
        count: number of tokens that match, or at which a numeric feature has a value.
        total: number of tokens.
        note: reason why the feature cannot be tested, such as "matches no token", or None.
        auc: probability that the activity at a matching token is higher than at another token,
            ties counting half, (units,), 0 to 1; NaN for a numeric feature.
        correlation: rank correlation, (units,), -1 to 1: `2 auc - 1` for a boolean feature,
            Spearman's for a numeric one.
        z: test statistic, in standard deviations of its null distribution, (units,).
        p: two-sided p-value from the tail of a distribution beyond `z`, (units,).
        q: false discovery rate over the units of this call, (units,). `joint_q` corrects over
            several calls.
        p_exact: share of the shifts at which the unit scores at least as high, (units,); at least
            1 / shifts.
        p_family: share of the shifts at which the best of all units scores at least as high,
            (units,).
        shifts: number of shifts that the shares count, the identity included; 0 if the feature
            cannot be tested.
        within: effect size within equal tokens, (units,): memory, not an echo of the token. NaN
            if the tokens are not known, and for a feature that is a function of the token.
        within_p: two-sided p-value of `within`, (units,).
        within_q: false discovery rate of `within` over the units of this call, (units,).
    """

    prominence: _Units
    difference: _Units
    score: _Units
    relevance: _Units
    effect: _Units
    count: int
    total: int
    note: str | None = None
    auc: _Units = field(default_factory=_empty)
    correlation: _Units = field(default_factory=_empty)
    z: _Units = field(default_factory=_empty)
    p: _Units = field(default_factory=_empty)
    q: _Units = field(default_factory=_empty)
    p_exact: _Units = field(default_factory=_empty)
    p_family: _Units = field(default_factory=_empty)
    shifts: int = 0
    within: _Units = field(default_factory=_empty)
    within_p: _Units = field(default_factory=_empty)
    within_q: _Units = field(default_factory=_empty)


def relevance(
    activity: ArrayLike,
    mask: ArrayLike,
    *,
    lengths: Sequence[int] | None = None,
    tokens: ArrayLike | None = None,
) -> Relevance:
    """Computes and tests the association of every unit with a feature.

    With F the matching tokens, F' the other tokens and a the activity of a unit, after
    J. Dahlberg's relevance heatmap:

        prominence = mean over F of |2 a[t] - a[t-1] - a[t+1]|
        difference = |mean over F of a - mean over F' of a|
        score      = prominence + difference
        relevance  = score / highest score of all units

    At the ends of a sequence the missing neighbour is replaced by the mirrored one; a sequence of
    one token has impulse 0. `effect` is Cohen's d (1988, Statistical Power Analysis, 2.5.1), the
    signed difference divided by the standard deviation pooled within F and F',
    sqrt((SS_F + SS_F') / (n_F + n_F' - 2)). The latter is at least `EFFECT_FLOOR` = 1e-6 times
    (|mean over F| + |mean over F'|), so that the effect is finite, between -1e6 and 1e6; it is 0
    if the difference is 0. `auc` is the Mann-Whitney statistic divided by n_F n_F'.

    For a numeric feature, `difference` is the slope of the regression of a on the feature times
    the feature's standard deviation, `effect` is 2 r / sqrt(1 - r^2) with Pearson's r (Cohen 1988,
    2.2.6), and `correlation` is Spearman's.

    The null distribution comes from circular shifts of the feature along its text. The test
    statistic is the difference of the means; for a numeric feature the covariance of the ranks. A
    single sequence is shifted by every distance; if it has more than 4,096 tokens, `p_exact` and
    `p_family` count at most 4,096 evenly spaced ones. Several sequences are each shifted by their
    own distance, in 1,000 combinations that are drawn once; differences between sequences are then
    no evidence, and a unit or feature that varies between sequences only has p = 1. `z` is the
    observed statistic divided by the exact standard deviation of the shifted ones, and `p` the
    tail of the normal distribution beyond it. If the shifted statistics have an expected skewness
    above 0.25 (or a kurtosis that corresponds to it), as with few matches and a unit that spikes,
    `p` is the tail of a gamma distribution with that skewness if it is heavier. `q` is the false
    discovery rate after Benjamini and Hochberg (1995). `p_family` compares with the highest |z| of
    any unit at each shift (Westfall and Young 1993, Resampling-Based Multiple Testing).

    With `tokens`, `within` is the effect that remains among the occurrences of the same token:
    unit and feature are both taken relative to their means over these. It is the weighted mean of
    the differences of all tokens, divided by the standard deviation within equal tokens and equal
    values of the feature; for a numeric feature 2 r / sqrt(1 - r^2) with the correlation r of the
    two deviations. `within_p` is from the shifts of the feature's deviations. A unit that is a
    function of the token has 0, and a feature that is one, such as "is a digit", has NaN: nothing
    is left of it, and what goes with it is an echo.

    A feature that matches no token gives zeros throughout; one that matches every token has a
    prominence, and 0 as difference and effect; a numeric feature with fewer than two distinct
    values has 0 as difference and effect. All of them set `note`, and have 0.5 as `auc` and 1 as p
    and q. Values that are not finite are left out, an impulse if any of its three values is
    missing; under shifts they count as the mean of their unit and sequence. A unit without a
    finite value or impulse in F, or without a finite value in F', is NaN and does not influence
    the others.

    Args:
        activity: array (steps, units), one quantity of one layer.
        mask: booleans (steps,), True where the feature matches; or floats (steps,), the values of
            a numeric feature, NaN where it has none. Floats that are all 0 or 1 count as booleans.
        lengths: tokens of each sequence, if several are concatenated; one sequence by default.
            They sum to `steps`.
        tokens: the tokens (steps,), integers or strings; None leaves `within` out.

    Returns:
        A `Relevance` in double precision.

    Raises:
        ValueError: if the shapes do not fit, or the values are not numbers.

    Example:
        >>> spike = [[0.0], [0.0], [1.0], [0.0]]
        >>> result = relevance(spike, [False, False, True, False])
        >>> result.prominence.item(), result.difference.item(), result.count
        (2.0, 1.0, 1)
        >>> result.auc.item(), result.p_exact.item()
        (1.0, 0.25)
        >>> relevance(spike, [0, 0, 1, 0], tokens=["a", "a", "b", "a"]).within.item()
        nan
    """
    return relevances(activity, [mask], lengths=lengths, tokens=tokens)[0]


def relevances(
    activity: ArrayLike | OutOfCoreActivity,
    masks: Sequence[ArrayLike],
    *,
    lengths: Sequence[int] | None = None,
    tokens: ArrayLike | None = None,
) -> list[Relevance]:
    """Computes the `relevance` of every unit to many features in one pass.

    The activity is transposed, ranked and transformed once for all features.

    Args:
        activity: array (steps, units), one quantity of one layer; or an object with `shape` and
            `dtype` whose slices are such arrays, for what is larger than memory.
        masks: features, each (steps,), booleans or floats; or an array (features, steps).
        lengths: tokens of each sequence, if several are concatenated; one sequence by default.
        tokens: the tokens (steps,), integers or strings; None leaves `within` out.

    Returns:
        The `Relevance` of each feature, in their order; each `q` is over the units of its
        feature.

    Raises:
        ValueError: if the shapes do not fit, or the values are not numbers.

    Example:
        >>> spike = [[0.0], [0.0], [1.0], [0.0]]
        >>> results = relevances(spike, [[0, 0, 1, 0], [0, 1, 0, 0]])
        >>> [result.difference.round(2).item() for result in results]
        [1.0, 0.33]
    """
    values = as_activity(activity)
    tests = FeatureTests(masks, values.shape[0], lengths=lengths, tokens=tokens)
    return tests.relevances(values)


EVERYTHING = ComputedStatistics()
"""All statistics."""


class FeatureTests:
    """Features that units are tested for, see `relevances`.

    It prepares once what the tests of any number of quantities share.

    Args:
        masks: features, each (steps,), booleans or floats; or an array (features, steps).
        steps: number of steps.
        lengths: tokens of each sequence, if several are concatenated; one sequence by default.
        tokens: the tokens (steps,), integers or strings; None leaves `within` out.

    Raises:
        ValueError: as `relevances` does.

    Example:
        >>> tests = FeatureTests([[0, 0, 1, 0]], steps=4)
        >>> spike = np.array([[0.0], [0.0], [1.0], [0.0]])
        >>> [tests.relevances(sign * spike)[0].effect.item() > 0 for sign in (1, -1)]
        [True, False]
    """

    def __init__(
        self,
        masks: Sequence[ArrayLike],
        steps: int,
        *,
        lengths: Sequence[int] | None = None,
        tokens: ArrayLike | None = None,
    ) -> None:
        if len(masks) and not np.ndim(masks[0]):
            raise ValueError(
                f"`masks` must list features of one value per step, (features, {steps}). "
                f"Received: shape {np.asarray(masks).shape}. Use `relevance` for one feature."
            )
        self._features = [as_feature(mask, steps) for mask in masks]
        sequences = as_lengths(lengths, steps)
        self._plain = AssociationTests(self._features, sequences)
        self._within = None
        if tokens is not None:
            ids = as_token_ids(tokens, steps, "tokens")
            self._within = WithinTests(self._features, ids, sequences)

    def relevances(
        self,
        activity: NDArray | OutOfCoreActivity,
        computed: ComputedStatistics = EVERYTHING,
    ) -> list[Relevance]:
        """Returns the `Relevance` of each feature.

        Args:
            activity: array (steps, units), or an object with slices that are such arrays.
            computed: statistics that are computed; all by default.
        """
        units = activity.shape[1]
        plain = Associations(self._plain, units, computed)
        among_equal = None
        if computed.within and self._within is not None:
            among_equal = WithinAssociations(self._within, units)
        for block in unit_blocks(activity) if self._features else ():
            ranks = mid_ranks(block.values, block.finite)
            plain.add(block, ranks)
            if among_equal is not None:
                among_equal.add(block, ranks)
        unknown = np.full(units, np.nan)
        of_tokens = (
            [WithinStatistics(unknown, unknown, unknown)] * len(self._features)
            if among_equal is None
            else among_equal.statistics(q=computed.q)
        )
        parts = zip(self._features, plain.statistics(), of_tokens, strict=True)
        return [_relevance(*each) for each in parts]


def _relevance(
    feature: NDArray, statistics: AssociationStatistics, within: WithinStatistics
) -> Relevance:
    is_numeric = feature.dtype != bool
    sizes = statistics.effect_sizes
    scores = score(sizes.prominence, sizes.difference)
    if not is_numeric:
        scores[np.isnan(sizes.prominence)] = np.nan
    return Relevance(
        **sizes._asdict(),
        score=scores,
        relevance=relative_score(scores),
        count=int(np.count_nonzero(~np.isnan(feature) if is_numeric else feature)),
        total=feature.size,
        note=statistics.note,
        z=statistics.z,
        p=statistics.p,
        q=statistics.q,
        p_exact=statistics.p_exact,
        p_family=statistics.p_family,
        shifts=statistics.shifts,
        within=within.within,
        within_p=within.within_p,
        within_q=within.within_q,
    )
