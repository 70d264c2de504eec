"""Unit matching: optimal assignment of the units of two recordings."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import linear_sum_assignment

from tb_rnnviz.analysis._validation import as_activity
from tb_rnnviz.analysis.matching.correlation import correlation


@dataclass(frozen=True, eq=False)
class Matching:
    """Pairs of units of two recordings, by the units of the first.

    Args:
        partner: unit of the second recording that a unit of the first is matched with, (units,);
            -1 without one, if the second recording has fewer units.
        correlation: correlation of the pair, (units,), -1 to 1; NaN without a partner.
        margin: difference between the magnitude of that correlation and the largest one with any
            other unit of either recording, (units,); at most 0 if a better partner was assigned to
            another unit, infinity if there is no other unit, NaN without a partner.
        unmatched: units of the second recording without a partner, ascending.
        quality: mean magnitude of the correlation of all pairs, 0 to 1; NaN without a pair.
    """

    partner: NDArray[np.intp]
    correlation: NDArray[np.float64]
    margin: NDArray[np.float64]
    unmatched: NDArray[np.intp]
    quality: float

    def follow(self, values: ArrayLike) -> NDArray:
        """Reorders rows of the second recording to the units of the first.

        Args:
            values: array with one row per unit of the second recording.

        Returns:
            Array with one row per unit of the first recording; NaN without a partner.

        Raises:
            ValueError: if `values` has another number of rows.
        """
        rows = np.asarray(values)
        if len(rows) != np.count_nonzero(self.partner >= 0) + self.unmatched.size:
            raise ValueError(
                "`values` must have one row per unit of the second recording, "
                f"{np.count_nonzero(self.partner >= 0) + self.unmatched.size}. "
                f"Received: {len(rows)}."
            )
        is_matched = self.partner >= 0
        if is_matched.all():
            return rows[self.partner]
        reordered = np.full((is_matched.size, *rows.shape[1:]), np.nan)
        reordered[is_matched] = rows[self.partner[is_matched]]
        return reordered


def match_units(first: ArrayLike, second: ArrayLike, *, signed: bool = True) -> Matching:
    """Matches the units of two recordings of the same probe.

    The assignment maximises the sum of the correlations of paired units (Li, Yosinski, Clune,
    Lipson and Hopcroft 2016, arXiv:1511.07543, section 3). Every unit gets a partner if there are
    enough, however poor; `correlation` and `margin` measure its quality. Values that are not
    finite count as their unit's mean; a constant unit correlates with none.

    Args:
        first: activity (steps, units) of one quantity.
        second: activity (steps, other units) of the same quantity at another epoch or of another
            run, for the same tokens.
        signed: if true, correlations must be positive, as between the epochs of a run; if false,
            magnitudes are matched, as between runs, where a unit may be learnt with the opposite
            sign. True by default.

    Returns:
        A `Matching`.

    Raises:
        ValueError: if the numbers of steps differ.

    Example:
        >>> a = np.array([[0.0, 1.0], [1.0, 1.0], [0.0, 0.0]])
        >>> match_units(a, a[:, ::-1]).partner.tolist()
        [1, 0]
    """
    a, b = as_activity(first, "first"), as_activity(second, "second")
    if len(a) != len(b):
        raise ValueError(
            "Units are matched on the same tokens. Received: "
            f"{len(a)} steps in `first`, {len(b)} in `second`. Record one probe with both."
        )
    correlations = correlation(a, b)
    strength = correlations if signed else np.abs(correlations)
    rows, columns = linear_sum_assignment(strength, maximize=True)

    units, others = correlations.shape
    partner = np.full(units, -1, np.intp)
    of_pair, margin = np.full(units, np.nan), np.full(units, np.nan)
    partner[rows] = columns
    of_pair[rows] = correlations[rows, columns]
    rivals = strength.copy()
    rivals[rows, columns] = -np.inf
    best_in_row = rivals.max(axis=1, initial=-np.inf)[rows]
    best_in_column = rivals.max(axis=0, initial=-np.inf)[columns]
    margin[rows] = strength[rows, columns] - np.maximum(best_in_row, best_in_column)
    return Matching(
        partner=partner,
        correlation=of_pair,
        margin=margin,
        unmatched=np.setdiff1d(np.arange(others), columns),
        quality=float(np.mean(np.abs(of_pair[rows]))) if rows.size else float("nan"),
    )
