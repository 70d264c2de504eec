"""What a unit does before, at and after a feature."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from tb_rnnviz.analysis._circular_shifts import shifts_of
from tb_rnnviz.analysis._false_discovery_rate import benjamini_hochberg
from tb_rnnviz.analysis._unit_blocks import Block, centre, unit_blocks
from tb_rnnviz.analysis._validation import as_activity, as_lengths, as_mask

LABELS = ("none", "anticipating", "reacting", "holding")
"""What a unit can do."""

LEVEL = 0.05
"""Largest q at which a unit does something."""

_BAND = 1.959963984540054  # standard deviations that hold 0.95 of a normal distribution


@dataclass(frozen=True, eq=False)
class LaggedResponse:
    """Mean activity around the tokens that match a feature.

    Args:
        lag: tokens after the one that matches, (2 lags + 1,), negative before it.
        mean: mean activity, (2 lags + 1, units), in units of the activity.
        low: lower end of the band that holds 0.95 of what chance gives, in the shape of `mean`.
        high: its upper end.
        count: tokens that match and have a token of their sequence at the lag, (2 lags + 1,).
        p: chance that any lag is as far out, (units,).
        q: rate of false discoveries at which the unit's response is one, (units,).
        label: one of `LABELS` for each unit, (units,).
        note: why there is nothing to see; None otherwise.
    """

    lag: NDArray[np.intp]
    mean: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    count: NDArray[np.intp]
    p: NDArray[np.float64]
    q: NDArray[np.float64]
    label: NDArray[np.str_]
    note: str | None = None


def lagged_response(
    activity: ArrayLike,
    mask: ArrayLike,
    lags: int = 10,
    lengths: Sequence[int] | None = None,
) -> LaggedResponse:
    """Averages the activity of every unit around the tokens that match a feature.

    The band is around the mean of the unit (of several sequences, those that the tokens are from),
    1.96 standard deviations of the mean over the shifted feature to either side, the null of
    `relevance`: exact at lags that no end of a sequence cuts, and wider by the root of the tokens
    left out at the others. `p` is the smallest tail of
    a normal distribution at any lag times the number of lags (Bonferroni), `q` corrects over
    units (Benjamini and Hochberg 1995).

    A unit with q above `LEVEL` = 0.05 is labelled none. Of the others, the deviation from
    the mean has its largest magnitude at one lag, and stays on that side with half of
    that magnitude or more for a run of lags around it. The unit is

    * anticipating, where the run begins before lag 0: it moves ahead of the token;
    * holding, where it begins at lag 0 or later and lasts to the last lag;
    * reacting, where it begins at lag 0 or later and ends before the last lag.

    A feature whose matches stand together is itself foreseeable, and what follows it from one match
    to the next reads as anticipating; look at the first token of each stretch to tell them apart.

    Args:
        activity: array (steps, units), one quantity of one layer.
        mask: booleans (steps,), where the feature matches.
        lags: largest lag to either side, in tokens, at least 0.
        lengths: tokens of each sequence where several stand one after the other; one sequence
            by default. They add up to `steps`.

    Returns:
        A `LaggedResponse`. Values that are not finite are left out. Means and bands are NaN at
        lags that no match has, and for units with no finite value.

    Raises:
        ValueError: if the shapes do not fit, or `lags` is no number of tokens.

    Example:
        >>> import numpy as np
        >>> mask = np.random.default_rng(0).random(2000) < 0.02
        >>> noise = np.random.default_rng(1).normal(size=(2000, 3))
        >>> noise[:, 1] += 3 * np.roll(mask, 1)
        >>> noise[:, 2] += 3 * np.roll(mask, -2)
        >>> lagged_response(noise, mask, lags=5).label.tolist()
        ['none', 'reacting', 'anticipating']
    """
    values = as_activity(activity)
    steps, units = values.shape
    matches = as_mask(mask, steps)
    sequences = as_lengths(lengths, steps)
    if isinstance(lags, bool) or not isinstance(lags, int | np.integer) or lags < 0:
        raise ValueError(
            f"`lags` must be a number of tokens, an integer of at least 0. Received: {lags!r}."
        )
    lag = np.arange(-lags, lags + 1)
    shifted = _shifted(matches, lag, sequences)
    own = Block(slice(0, 1), matches[None].astype(np.float64), None, np.zeros(1))
    centre(own, sequences)
    shifts = shifts_of(own.values, sequences)

    mean, deviation, width = np.empty((3, units, lag.size))
    for block in unit_blocks(values):
        there = np.ones_like(block.values) if block.finite is None else block.finite.astype(float)
        count = there @ shifted.T
        mean[block.units] = _ratio(block.values @ shifted.T, count) + block.origin[:, None]
        centre(block, sequences)
        deviation[block.units] = _ratio(block.values @ shifted.T, count)
        scale = np.abs(block.values).max(axis=1, initial=0)[:, None]
        scaled = block.values / np.where(scale > 0, scale, 1)
        spread = shifts.spread(scaled.astype(np.float32)).unrelated * scale
        width[block.units] = _ratio(spread, np.sqrt(count * max(matches.sum(), 1)))
    middle = mean - deviation
    p = _p(deviation, width)
    q = benjamini_hochberg(p)
    return LaggedResponse(
        lag=lag,
        mean=mean.T,
        low=(middle - _BAND * width).T,
        high=(middle + _BAND * width).T,
        count=shifted.sum(axis=1).astype(np.intp),
        p=p,
        q=q,
        label=_labels(deviation, lag, q),
        note=None if matches.any() else "matches no token",
    )


def _shifted(
    matches: NDArray[np.bool_], lag: NDArray[np.intp], lengths: NDArray[np.intp]
) -> NDArray[np.float64]:
    """Gives where the tokens stand that follow a match by each lag, (lags, steps)."""
    sequence = np.repeat(np.arange(lengths.size), lengths)
    at = np.flatnonzero(matches)
    shifted = np.zeros((lag.size, matches.size))
    for row, distance in zip(shifted, lag.tolist(), strict=True):
        there = at + distance
        inside = (there >= 0) & (there < matches.size)
        inside[inside] = sequence[there[inside]] == sequence[at[inside]]
        row[there[inside]] = 1
    return shifted


def _ratio(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.divide(a, b, out=np.full(np.broadcast_shapes(a.shape, b.shape), np.nan), where=b > 0)


def _p(deviation: NDArray[np.float64], width: NDArray[np.float64]) -> NDArray[np.float64]:
    """Gives the smallest two-sided tail over lags times their number, (units,)."""
    known = np.isfinite(deviation) & np.isfinite(width)
    z = np.divide(
        np.abs(deviation), width, out=np.zeros(width.shape), where=known & (width > 0)
    ).max(axis=1, initial=0)
    p = np.minimum(special.erfc(z / np.sqrt(2)) * np.maximum(known.sum(axis=1), 1), 1)
    p[np.isnan(deviation).all(axis=1)] = np.nan
    return p


def _labels(
    deviation: NDArray[np.float64], lag: NDArray[np.intp], q: NDArray[np.float64]
) -> NDArray[np.str_]:
    labels = np.full(len(deviation), LABELS[0], dtype=f"<U{max(map(len, LABELS))}")
    for unit in np.flatnonzero(q <= LEVEL):
        row = deviation[unit]
        peak = int(np.nanargmax(np.abs(row)))
        beyond = row * np.sign(row[peak]) >= abs(row[peak]) / 2
        outside = np.flatnonzero(~beyond)
        begin = outside[outside < peak].max(initial=-1) + 1
        end = outside[outside > peak].min(initial=lag.size) - 1
        if lag[begin] < 0:
            labels[unit] = "anticipating"
        else:
            labels[unit] = "holding" if end == lag.size - 1 else "reacting"
    return labels
