"""Which unit of one recording is which unit of another."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import linear_sum_assignment

from tb_rnnviz.analysis._validation import as_activity
from tb_rnnviz.analysis.matching.correlation import correlation


@dataclass(frozen=True, eq=False)
class Matching:
    """Pairs of units, one of each recording, by the units of the first.

    Args:
        partner: the unit of the second recording that a unit of the first is matched with,
            (units,); -1 where it has none, as the second has fewer.
        correlation: of the two, (units,), -1 to 1; NaN without partner.
        margin: how much the magnitude of the correlation exceeds that with any other unit of
            either recording, (units,); at most 0 where a better partner was given to another unit,
            infinity where there is no other, NaN without partner.
        unmatched: units of the second recording without partner, ascending.
        quality: mean magnitude of the correlation of all pairs, 0 to 1; NaN without a pair.
    """

    partner: NDArray[np.intp]
    correlation: NDArray[np.float64]
    margin: NDArray[np.float64]
    unmatched: NDArray[np.intp]
    quality: float

    def follow(self, values: ArrayLike) -> NDArray:
        """Puts rows of the second recording, one a unit, where their partners stand in the first.

        Args:
            values: array whose first axis are the units of the second recording.

        Returns:
            Array whose first axis are the units of the first; NaN where one has no partner.
        """
        rows = np.asarray(values)
        if len(rows) != np.count_nonzero(self.partner >= 0) + self.unmatched.size:
            raise ValueError(
                "`values` must have one row per unit of the second recording, "
                f"{np.count_nonzero(self.partner >= 0) + self.unmatched.size}. "
                f"Received: {len(rows)}."
            )
        found = self.partner >= 0
        if found.all():
            return rows[self.partner]
        followed = np.full((found.size, *rows.shape[1:]), np.nan)
        followed[found] = rows[self.partner[found]]
        return followed


def match_units(first: ArrayLike, second: ArrayLike, *, signed: bool = True) -> Matching:
    """Matches the units of two recordings of the same probe.

    Units are paired so that the sum of the correlations of their activity is largest, an optimal
    assignment (Li, Yosinski, Clune, Lipson and Hopcroft 2016, arXiv:1511.07543, section 3). Every
    unit gets a partner if there are enough, however poor; `correlation` and `margin` say how good
    it is. Values that are not finite count as their unit's mean; a unit that is constant
    correlates with none.

    Args:
        first: activity (steps, units) of one quantity.
        second: activity (steps, other units) of the same quantity at another epoch or of another
            run, for the same tokens.
        signed: whether a unit must keep its sign, as over the epochs of a run; if false, magnitudes
            are matched, as over runs, where a unit may as well be learnt upside down. True by
            default.

    Returns:
        A `Matching`.

    Raises:
        ValueError: if the numbers of steps differ.

    Example:
        >>> a = np.array([[0.0, 1.0], [1.0, 1.0], [0.0, 0.0]])
        >>> match_units(a, a[:, ::-1]).partner.tolist()
        [1, 0]
    """
    ours, theirs = as_activity(first, "first"), as_activity(second, "second")
    if len(ours) != len(theirs):
        raise ValueError(
            "Units are matched on the same tokens. Received: "
            f"{len(ours)} steps in `first`, {len(theirs)} in `second`. Record one probe with both."
        )
    similar = correlation(ours, theirs)
    strength = similar if signed else np.abs(similar)
    rows, columns = linear_sum_assignment(strength, maximize=True)

    units, others = similar.shape
    partner = np.full(units, -1, np.intp)
    matched, margin = np.full(units, np.nan), np.full(units, np.nan)
    partner[rows] = columns
    matched[rows] = similar[rows, columns]
    rivals = strength.copy()
    rivals[rows, columns] = -np.inf
    best_in_row = rivals.max(axis=1, initial=-np.inf)[rows]
    best_in_column = rivals.max(axis=0, initial=-np.inf)[columns]
    margin[rows] = strength[rows, columns] - np.maximum(best_in_row, best_in_column)
    return Matching(
        partner=partner,
        correlation=matched,
        margin=margin,
        unmatched=np.setdiff1d(np.arange(others), columns),
        quality=float(np.mean(np.abs(matched[rows]))) if rows.size else float("nan"),
    )
