"""Schema of the statistics of units, score, significance, order of strength."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from math import nan

import numpy as np
from numpy.typing import ArrayLike, NDArray

SIGNIFICANT = 0.05
"""False discovery rate q up to which an association is significant."""

EVIDENCE = ("memory", "both", "echo")
"""Words for the evidence of a significant association, the strongest first."""

MEMORY_SHARE = 0.5
"""Least effect within equal tokens of a memory, as a share of the plain effect."""

PEAK = ("frequency", "amplitude", "prominence", "p", "q")
"""Columns of a peaks array (units, columns); p and q are against red noise."""

UNIT_RANGE = ("low", "high")
"""Rows of an array of ranges (rows, units): the 0.005 and 0.995 quantile."""

MEMORY = ("gate", "autocorrelation")
"""Rows of a memory array: time scales of retain gate and state, in tokens."""

MATRIX_STATISTICS = ("entropy", "monotonicity", "diagonal_mass", "diagonal_chance")
"""Rows of the summary of a matrix (rows, heads); see `analysis.attention_summary`."""


@dataclass(frozen=True)
class StatisticInfo:
    """Storage and display of a statistic.

    Attributes:
        label: Name for readers, the same as in the tab.
        number_format: Format specification of its numbers in a table of findings.
        in_table: If true, tables of findings have a column for it.
        is_row: True for a row of a relevance array, with a number for every unit.
        is_stored: True if the log stores the row; other rows follow from stored ones.
    """

    label: str
    number_format: str
    in_table: bool
    is_row: bool
    is_stored: bool


def _row(label: str, number_format: str = ".3g", *, in_table: bool = False) -> float:
    """A statistic with a row of its own in the log."""
    return _field(StatisticInfo(label, number_format, in_table, is_row=True, is_stored=True))


def _derived_row(label: str, number_format: str = ".3g", *, in_table: bool = False) -> float:
    """A statistic that `relative_score` computes from stored rows."""
    return _field(StatisticInfo(label, number_format, in_table, is_row=True, is_stored=False))


def _finding_only(label: str, number_format: str = ".3g", *, in_table: bool = False) -> float:
    """A statistic of findings that a relevance array lacks."""
    return _field(StatisticInfo(label, number_format, in_table, is_row=False, is_stored=False))


def _field(info: StatisticInfo) -> float:
    return field(default=nan, metadata={"info": info})


@dataclass(frozen=True, kw_only=True)
class Association:
    """Strength of the association of one unit with one feature; NaN where unknown.

    Its fields are the schema of the statistics: their order is that of the rows of a relevance
    array (features, statistics, units), `analysis.Relevance` has an array under each name, and a
    finding has each as an attribute and as a key in JSON.

    Attributes:
        prominence: Mean impulse at the tokens that match, in units of the activity; NaN for a
            numeric feature.
        difference: Absolute difference of the mean activities, in units of the activity.
        score: Prominence and difference of the activity in standard deviations of the unit, see
            `standard_score`; in units of the activity in logs of earlier versions.
        relevance: The score divided by the highest score of all units of the quantity, 0 to 1.
        effect: Effect size, Cohen's d, with its sign.
        auc: Area under the ROC curve, 0 to 1; NaN for a numeric feature.
        p: p-value of the association, from the tail of a distribution.
        q: False discovery rate over everything that was tested together.
        p_family: Share of the shifts at which the best of all units does as well.
        within: Effect size within equal tokens, with its sign; NaN for a feature that is a function
            of the token, and where the tokens are unknown.
        within_q: False discovery rate of `within` over everything that was tested together.
        p_exact: Share of the shifts at which this unit does as well; at least 1 / shifts.
    """

    prominence: float = _row("prominence")
    difference: float = _row("difference")
    score: float = _row("score")
    relevance: float = _derived_row("relevance")
    effect: float = _row("effect", "+.3g", in_table=True)
    auc: float = _row("AUC", in_table=True)
    p: float = _row("p", ".2g")
    q: float = _row("q", ".2g", in_table=True)
    p_family: float = _row("p_family", ".2g", in_table=True)
    within: float = _row("within", "+.3g", in_table=True)
    within_q: float = _row("within q", ".2g", in_table=True)
    p_exact: float = _finding_only("p_exact", ".2g")

    @property
    def is_significant(self) -> bool:
        """True if `q` or `within_q` is at most `SIGNIFICANT`."""
        return self.q <= SIGNIFICANT or self.within_q <= SIGNIFICANT

    @property
    def evidence_word(self) -> str | None:
        """One of `EVIDENCE`, None if it is not significant; see `evidence_rank`.

        It is "echo" as well if the tokens are unknown.
        """
        rank = int(evidence_rank(self.effect, self.q, self.within, self.within_q))
        return EVIDENCE[rank] if rank < len(EVIDENCE) else None

    @property
    def strength(self) -> float:
        """Absolute effect that decides the order of associations of equal evidence."""
        return float(evidence_size(self.effect, self.q, self.within, self.within_q))


STATISTIC_INFO: dict[str, StatisticInfo] = {
    entry.name: entry.metadata["info"] for entry in fields(Association)
}
"""Storage and display of each statistic, by its name."""

ASSOCIATION = tuple(STATISTIC_INFO)
"""Statistics of a finding."""

STATISTICS = tuple(name for name, info in STATISTIC_INFO.items() if info.is_row)
"""Rows of a relevance array (features, statistics, units), one number per unit."""

DERIVED = tuple(name for name in STATISTICS if not STATISTIC_INFO[name].is_stored)
"""Rows of a relevance array that follow from its other rows."""


def score(prominence: ArrayLike, difference: ArrayLike) -> NDArray:
    """Score of units for a feature: prominence + difference.

    Both are in units of the activity. A numeric feature has no prominence, NaN; its score is the
    difference. After the relevance heatmap of J. Dahlberg.

    Example:
        >>> score([0.5, np.nan], [0.25, 0.25])
        array([0.75, 0.25])
    """
    prominence = np.asarray(prominence)
    return np.where(np.isnan(prominence), 0, prominence) + np.asarray(difference)


def standard_score(score: ArrayLike, deviation: ArrayLike) -> NDArray[np.float64]:
    """Score of standardised activity, so that no scale of a unit ranks units.

    Args:
        score: Score (units,) in units of the activity.
        deviation: Standard deviation of the activity of each unit, (units,).

    Returns:
        The score divided by the deviation; 0 for a unit that is constant.

    Example:
        >>> standard_score([3.0, 0.0], [1.5, 0.0])
        array([2., 0.])
    """
    scores, deviations = np.asarray(score, float), np.asarray(deviation, float)
    varies = ~(deviations <= 0)
    return np.where(varies, scores / np.where(varies, deviations, 1), scores * 0)


def relative_score(score: ArrayLike) -> NDArray:
    """Relevance of units: the score divided by the highest score.

    The highest is that of the finite scores along the last axis. Scores that are all 0 stay 0.

    Example:
        >>> relative_score([[0.75, 0.5, np.nan], [0, 0, 0]]).round(3)
        array([[1.   , 0.667,   nan],
               [0.   , 0.   , 0.   ]])
    """
    score = np.asarray(score)
    highest = np.max(score, axis=-1, where=np.isfinite(score), initial=0.0, keepdims=True)
    return score / np.where(highest == 0, 1.0, highest)


def evidence_rank(
    effect: ArrayLike, q: ArrayLike, within: ArrayLike, within_q: ArrayLike
) -> NDArray[np.intp]:
    """Ranks associations by evidence: memory, both, echo, none.

    0, memory: the effect within equal tokens is significant, has the sign of the plain effect and
    at least `MEMORY_SHARE` of its size. 1, both: it is significant otherwise. 2, echo: only the
    plain effect is. 3: neither is.

    Args:
        effect: Effect sizes.
        q: Their false discovery rates.
        within: Effect sizes within equal tokens, NaN where there is none.
        within_q: Their false discovery rates.

    Example:
        >>> effects, within = [2, 4, 4, 1], [2.5, 1, 0.1, 0]
        >>> evidence_rank(effects, [0.01, 0.01, 0.01, 0.4], within, [0.01, 0.02, 1, 1])
        array([0, 1, 2, 3])
    """
    effect, q, within, within_q = (
        np.asarray(each, float) for each in (effect, q, within, within_q)
    )
    remembers = _remembers(within, within_q)
    is_memory = np.sign(effect) * within >= MEMORY_SHARE * np.abs(effect)
    rank = np.where(q <= SIGNIFICANT, 2, 3)
    return np.where(remembers, np.where(is_memory, 0, 1), rank)


def evidence_size(
    effect: ArrayLike, q: ArrayLike, within: ArrayLike, within_q: ArrayLike
) -> NDArray[np.float64]:
    """Absolute effect within equal tokens if that is significant, else the plain one.

    It is -1 where there is none.

    Example:
        >>> evidence_size([2, -4, np.nan], [0.01, 0.01, 1], [2.5, 1, np.nan], [0.01, 0.2, 1])
        array([ 2.5,  4. , -1. ])
    """
    size = np.abs(np.where(_remembers(within, within_q), within, effect))
    return np.where(np.isfinite(size), size, -1.0)


def _remembers(within: ArrayLike, within_q: ArrayLike) -> NDArray[np.bool_]:
    """True where there is an effect within equal tokens and it is significant."""
    return np.isfinite(np.asarray(within, float)) & (np.asarray(within_q, float) <= SIGNIFICANT)


def strength_order(
    effect: ArrayLike,
    q: ArrayLike,
    within: ArrayLike | None = None,
    within_q: ArrayLike | None = None,
) -> NDArray[np.intp]:
    """Indices of associations, the strongest first: by evidence, then by size.

    Those of equal strength keep their order; those without an effect come last.

    Args:
        effect: Effect sizes (associations,), NaN where there is none.
        q: False discovery rates (associations,).
        within: Effect sizes within equal tokens (associations,); without them, significant
            associations come first and then the absolute effect decides.
        within_q: Their false discovery rates (associations,).

    Example:
        >>> strength_order([0.4, -2.0, 3.0, np.nan], [0.01, 0.001, 0.2, np.nan])
        array([1, 0, 2, 3])
        >>> strength_order([0.4, -2.0], [0.01, 0.001], [0.4, np.nan], [0.01, np.nan])
        array([0, 1])
    """
    unknown = np.full(np.shape(effect), np.nan)
    values = (
        effect,
        q,
        unknown if within is None else within,
        unknown if within_q is None else within_q,
    )
    return np.lexsort([-evidence_size(*values), evidence_rank(*values)])
