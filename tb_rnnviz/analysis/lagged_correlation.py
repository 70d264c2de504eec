"""Lagged correlation: units that follow a number, or that it follows."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tb_rnnviz.analysis._circular_shifts import circular_shifts
from tb_rnnviz.analysis._false_discovery_rate import benjamini_hochberg
from tb_rnnviz.analysis._matrix_product import matrix_product
from tb_rnnviz.analysis._ranks import mid_ranks
from tb_rnnviz.analysis._tokens import steps_at_lag
from tb_rnnviz.analysis._unit_blocks import UnitBlock, centre, unit_blocks
from tb_rnnviz.analysis._validation import as_activity, as_lags, as_lengths
from tb_rnnviz.core.statistics import SIGNIFICANT

ORDERS = ("none", "ahead", "together", "behind")
"""Positions of a unit in time, relative to a number."""

_BAND = 1.959963984540054  # standard deviations of the 0.95 interval of a normal distribution
_TIE = 1e-6


@dataclass(frozen=True, eq=False)
class LaggedCorrelation:
    """Rank correlation of units with a number, by lag.

    Args:
        lag: steps of the unit after those of the number, (2 lags + 1,), negative before them.
        correlation: Spearman's correlation, (2 lags + 1, units); NaN where it is not defined.
        low: lower end of the 0.95 band of the null distribution, in the same shape.
        high: upper end of that band.
        strongest: lag of the largest absolute correlation, (units,).
        p: share of the shifts whose strongest lag is as strong, (units,).
        q: false discovery rate over the units, (units,).
        order: one of `ORDERS` for each unit, (units,).
    """

    lag: NDArray[np.intp]
    correlation: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    strongest: NDArray[np.intp]
    p: NDArray[np.float64]
    q: NDArray[np.float64]
    order: NDArray[np.str_]


def lagged_correlation(
    activity: ArrayLike,
    series: ArrayLike,
    lags: int = 10,
    lengths: Sequence[int] | None = None,
) -> LaggedCorrelation:
    """Correlates every unit with a number at the best of several lags.

    Spearman's correlation of the unit at t + lag and the number at t, both relative to their mean
    in the sequence, over the steps that have both. Series that vary slowly correlate by chance, so
    that the null distribution is that of circular shifts of the number within its sequences, which
    keep the autocorrelation of both. `p` compares the strongest of all lags with the strongest of
    the same lags under every shift of more than twice the lags (for several sequences, under 999
    drawn ones), so that no correction for the number of lags is needed. The band is 1.96 standard
    deviations under shifts.

    Args:
        activity: array (steps, units), one quantity of one layer.
        series: numbers (steps,), NaN where missing; or booleans.
        lags: largest lag to either side in steps, at least 0; 10 by default.
        lengths: steps of each sequence, if several are concatenated; one sequence by default.

    Returns:
        A `LaggedCorrelation`. A unit with q above 0.05 has the order "none"; the others are
        "ahead" of the number, "together" with it or "behind" it by the sign of the strongest lag.

    Raises:
        ValueError: if the shapes do not fit, or `lags` is not an integer of at least 0.

    Example:
        >>> import numpy as np
        >>> load = np.random.default_rng(0).normal(size=1000)
        >>> units = np.random.default_rng(1).normal(size=(1000, 3))
        >>> units[3:, 1] += load[:-3]
        >>> units[:, 2] -= load
        >>> result = lagged_correlation(units, load)
        >>> result.order.tolist(), result.strongest[1:].tolist()
        (['none', 'behind', 'together'], [3, 0])
    """
    values = as_activity(activity)
    return LaggedNumber(series, len(values), lags, lengths).correlation(values)


class LaggedNumber:
    """Numbers that activity is correlated with at several lags.

    See `lagged_correlation`.

    It prepares once what the correlations of any number of units share.

    Args:
        series: numbers (steps,), NaN where missing; or booleans.
        steps: number of steps.
        lags: largest lag to either side, at least 0.
        lengths: steps of each sequence; one sequence by default.

    Raises:
        ValueError: as `lagged_correlation` does.
    """

    def __init__(
        self,
        series: ArrayLike,
        steps: int,
        lags: int = 10,
        lengths: Sequence[int] | None = None,
    ) -> None:
        numbers = np.asarray(series, np.float64)
        if numbers.shape != (steps,):
            raise ValueError(
                f"`series` must have one number per step of the activity, shape ({steps},). "
                f"Received: shape {numbers.shape}."
            )
        self._lag = as_lags(lags)
        self._lengths = as_lengths(lengths, steps)
        finite = np.isfinite(numbers)[None]
        ranks = mid_ranks(np.where(finite, numbers, 0.0), None if finite.all() else finite)
        centred = UnitBlock(slice(0, 1), ranks, finite, np.zeros(1))
        centre(centred, self._lengths)
        self._lagged = np.zeros((self._lag.size, steps))
        self._present = np.zeros(self._lagged.shape)
        sequence = np.repeat(np.arange(self._lengths.size), self._lengths)
        for row, lag in enumerate(self._lag.tolist()):
            source, target = steps_at_lag(np.arange(steps), lag, sequence)
            self._lagged[row, target] = centred.values[0, source]
            self._present[row, target] = finite[0, source]
        self._shifts = circular_shifts(self._lagged, self._lengths)
        # A single sequence has all shifts in order: those near 0 have the lags of no shift, too.
        near = 2 * lags if np.count_nonzero(self._lengths) <= 1 else 0
        self._shifted = slice(1 + near, max(self._shifts.count - near, 1 + near))

    def correlation(self, activity: NDArray, *, jointly: bool = True) -> LaggedCorrelation:
        """Correlates the activity (steps, units) of every unit.

        Args:
            activity: the activity.
            jointly: if false, every unit is judged alone, with its p as q.
        """
        units = activity.shape[1]
        correlation, width = np.full((2, units, self._lag.size), np.nan)
        p = np.full(units, np.nan)
        for block in unit_blocks(activity):
            finite = np.ones(block.values.shape, bool) if block.finite is None else block.finite
            ranked = block._replace(values=mid_ranks(block.values, block.finite))
            centre(ranked, self._lengths)
            sums = matrix_product(ranked.values, self._lagged.T)
            squares = matrix_product(ranked.values**2, self._present.T)
            squares *= matrix_product(finite.astype(np.float64), (self._lagged**2).T)
            scale = np.sqrt(squares)
            defined = scale > 0
            correlation[block.units] = np.divide(
                sums, scale, out=np.full(sums.shape, np.nan), where=defined
            )
            largest = np.abs(ranked.values).max(axis=1, initial=0)[:, None]
            single = (ranked.values / np.where(largest > 0, largest, 1)).astype(np.float32)
            prepared = self._shifts.prepared(single)
            spread = self._shifts.spread(prepared).unrelated * largest
            width[block.units] = np.divide(
                spread, scale, out=np.full(sums.shape, np.nan), where=defined
            )
            p[block.units] = self._p(prepared, scale / np.where(largest > 0, largest, 1))
        p[np.isnan(correlation).all(axis=1)] = np.nan
        q = benjamini_hochberg(p) if jointly else p
        magnitude = np.abs(np.nan_to_num(correlation))
        strongest = self._lag[magnitude.argmax(axis=1)] if self._lag.size else np.zeros(units, int)
        return LaggedCorrelation(
            lag=self._lag,
            correlation=correlation.T,
            low=-_BAND * width.T,
            high=_BAND * width.T,
            strongest=strongest,
            p=p,
            q=q,
            order=_orders(strongest, q),
        )

    def _p(self, prepared: NDArray, scale: NDArray[np.float64]) -> NDArray[np.float64]:
        """Share of the shifts whose strongest lag is as strong as that of no shift."""
        inverse = np.divide(1, scale, out=np.zeros(scale.shape), where=scale > 0)
        highest = np.zeros((len(scale), self._shifts.count), np.float32)
        for rows, lags, sums in self._shifts.sums(prepared):
            magnitude = np.abs(sums * inverse[rows, lags, None].astype(np.float32))
            np.maximum(highest[rows], magnitude.max(axis=1), out=highest[rows])
        observed, shifted = highest[:, :1] * (1 - _TIE), highest[:, self._shifted]
        return (1 + np.count_nonzero(shifted >= observed, axis=1)) / (1 + shifted.shape[1])


def _orders(strongest: NDArray[np.intp], q: NDArray[np.float64]) -> NDArray[np.str_]:
    orders = np.full(len(q), ORDERS[0], dtype=f"<U{max(map(len, ORDERS))}")
    is_known = q <= SIGNIFICANT
    orders[is_known & (strongest < 0)] = "ahead"
    orders[is_known & (strongest == 0)] = "together"
    orders[is_known & (strongest > 0)] = "behind"
    return orders
