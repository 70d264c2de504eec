"""Schema of the statistics of units, score, significance, order of strength."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from math import nan

import numpy as np
from numpy.typing import ArrayLike, NDArray

SIGNIFICANT = 0.05
"""False discovery rate q up to which an association is significant."""

PEAK = ("frequency", "amplitude", "prominence", "p", "q")
"""Columns of a peaks array (units, columns); p and q are against red noise."""

UNIT_RANGE = ("low", "high")
"""Rows of an array of ranges (rows, units): the 0.005 and 0.995 quantile."""

MEMORY = ("gate", "autocorrelation")
"""Rows of a memory array: time scales of retain gate and state, in tokens."""


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
    """A statistic that `score` and `relative_score` compute from stored rows."""
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
        score: See `score`.
        relevance: The score divided by the highest score of all units of the quantity, 0 to 1.
        effect: Effect size, Cohen's d, with its sign.
        auc: Area under the ROC curve, 0 to 1; NaN for a numeric feature.
        p: p-value of the association, from the tail of a distribution.
        q: False discovery rate over everything that was tested together.
        p_family: Share of the shifts at which the best of all units does as well.
        p_exact: Share of the shifts at which this unit does as well; at least 1 / shifts.
    """

    prominence: float = _row("prominence")
    difference: float = _row("difference")
    score: float = _derived_row("score")
    relevance: float = _derived_row("relevance")
    effect: float = _row("effect", "+.3g", in_table=True)
    auc: float = _row("AUC", in_table=True)
    p: float = _row("p", ".2g")
    q: float = _row("q", ".2g", in_table=True)
    p_family: float = _row("p_family", ".2g", in_table=True)
    p_exact: float = _finding_only("p_exact", ".2g")

    @property
    def is_significant(self) -> bool:
        """True if q is at most `SIGNIFICANT`."""
        return self.q <= SIGNIFICANT


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


def strength_order(effect: ArrayLike, q: ArrayLike) -> NDArray[np.intp]:
    """Indices of associations, the strongest first.

    Significant ones come first, then the absolute effect decides. Those of equal strength keep
    their order; those without an effect come last.

    Args:
        effect: Effect sizes (associations,), NaN where there is none.
        q: False discovery rates (associations,).

    Example:
        >>> strength_order([0.4, -2.0, 3.0, np.nan], [0.01, 0.001, 0.2, np.nan])
        array([1, 0, 2, 3])
    """
    effect, q = np.asarray(effect, float), np.asarray(q, float)
    size = np.where(np.isfinite(effect), np.abs(effect), -1.0)
    return np.lexsort([-size, ~(q <= SIGNIFICANT)])
