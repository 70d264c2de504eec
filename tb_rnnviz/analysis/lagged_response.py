"""Lagged response: the mean activity of units before, at and after a feature."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from tb_rnnviz.analysis._circular_shifts import circular_shifts
from tb_rnnviz.analysis._false_discovery_rate import benjamini_hochberg
from tb_rnnviz.analysis._matrix_product import matrix_product
from tb_rnnviz.analysis._tokens import first_tokens, steps_at_lag
from tb_rnnviz.analysis._unit_blocks import UnitBlock, centre, unit_blocks
from tb_rnnviz.analysis._validation import as_activity, as_lags, as_lengths, as_mask
from tb_rnnviz.core.statistics import SIGNIFICANT

LABELS = ("none", "anticipating", "reacting", "holding")
"""Kinds of responses."""

ALIGNMENTS = ("onset", "end")
"""Tokens of a stretch of matches that a response can be aligned at."""

LEAST_STRETCH = 2.0
"""Least mean length of stretches of matches that are aligned at their onsets."""

_BAND = 1.959963984540054  # standard deviations of the 0.95 interval of a normal distribution


@dataclass(frozen=True, eq=False)
class LaggedResponse:
    """Mean activity around the tokens that match a feature.

    Args:
        lag: tokens after the matching token, (2 lags + 1,), negative before it.
        mean: mean activity, (2 lags + 1, units), in units of the activity.
        low: lower end of the 0.95 band of the null distribution, in the shape of `mean`.
        high: upper end of that band.
        count: events whose sequence has a token at the lag, (2 lags + 1,).
        p: p-value of the largest deviation over all lags, (units,).
        q: false discovery rate of the unit's response over the units, (units,).
        label: one of `LABELS` for each unit, (units,).
        note: reason why there is no response, such as "matches no token", or None.
        at: token at lag 0: "match", or the "onset" or "end" of a stretch of matches.
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
    at: str = "match"


def lagged_response(
    activity: ArrayLike,
    mask: ArrayLike,
    lags: int = 10,
    lengths: Sequence[int] | None = None,
    at: str = "onset",
) -> LaggedResponse:
    """Averages the activity of every unit around the tokens that match a feature.

    Matches that stand together are one event: if the stretches of consecutive matches have a mean
    length of 2 tokens or more, the response is aligned at the first token of each stretch, its
    onset, or with `at="end"` at the last one; otherwise at every match. Every other token of a
    comment is no beginning of it.

    The band is centred on the mean of the unit (with several sequences, the means of the sequences
    that the events are from) and extends 1.96 standard deviations of the mean under circular
    shifts of the events to either side, the null distribution of `relevance`. It is exact at lags
    that no end of a sequence truncates; at the others it is wider by the square root of the ratio
    of all events to those that remain. `p` is the smallest normal tail at any lag, times the
    number of lags (Bonferroni); `q` corrects over units (Benjamini and Hochberg 1995).

    A unit with q above 0.05 is labelled "none". For the others, the run of lags around
    the largest deviation at which the deviation keeps its sign and at least half of
    its magnitude decides. The deviation is from the mean of the unit; with stretches, from its
    mean outside of them, before the onset over the tokens since the stretch before, and after it
    over the tokens of the stretch itself. The unit is

    * anticipating if the run begins before lag 0: it moves ahead of the event;
    * holding if the run begins at lag 0 or later and extends to the last lag: with stretches, to
      the last lag that half of the stretches reach;
    * reacting if the run begins at lag 0 or later and ends before.

    Args:
        activity: array (steps, units), one quantity of one layer.
        mask: booleans (steps,), True where the feature matches.
        lags: largest lag to either side in tokens, at least 0; 10 by default.
        lengths: tokens of each sequence, if several are concatenated; one sequence by default.
            They sum to `steps`.
        at: "onset" or "end", the token of a stretch that stands at lag 0; "onset" by default.

    Returns:
        A `LaggedResponse`. Values that are not finite are left out. Means and bands are NaN at
        lags that no match has, and for units without a finite value.

    Raises:
        ValueError: if the shapes do not fit, `lags` is not an integer of at least 0, or `at` is
            another word.

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
    return ResponseEvents(mask, len(values), lags, lengths, at).response(values)


class ResponseEvents:
    """Events of a feature that activity is averaged around, see `lagged_response`.

    It prepares once what the responses of any number of units share.

    Args:
        mask: booleans (steps,), True where the feature matches.
        steps: number of tokens.
        lags: largest lag to either side in tokens, at least 0.
        lengths: tokens of each sequence; one sequence by default.
        at: one of `ALIGNMENTS`.

    Raises:
        ValueError: as `lagged_response` does.
    """

    def __init__(
        self,
        mask: ArrayLike,
        steps: int,
        lags: int = 10,
        lengths: Sequence[int] | None = None,
        at: str = "onset",
    ) -> None:
        self._matches = as_mask(mask, steps)
        self._lengths = as_lengths(lengths, steps)
        self._lag = as_lags(lags)
        if at not in ALIGNMENTS:
            raise ValueError(
                f"`at` must be one of {', '.join(map(repr, ALIGNMENTS))}. Received: {at!r}."
            )
        events, stretches = _events(self._matches, self._lengths, at)
        self.at = "match" if stretches is None else at
        self._lagged = _lagged_masks(events, self._lag, self._lengths)
        self._own = None
        if self.at == "onset" and stretches is not None:
            self._own = _own_masks(self._lagged, self._lag, self._matches, stretches)
        feature = UnitBlock(slice(0, 1), events[None].astype(np.float64), None, np.zeros(1))
        centre(feature, self._lengths)
        self._shifts = circular_shifts(feature.values, self._lengths)
        self._events = max(int(events.sum()), 1)

    def response(self, activity: NDArray, *, jointly: bool = True) -> LaggedResponse:
        """Averages the activity (steps, units) of every unit around the events.

        Args:
            activity: the activity.
            jointly: if false, every unit is judged alone, with its p as q.
        """
        lagged, own = self._lagged, self._own
        outside = (~self._matches).astype(np.float64)[None]
        mean, deviation, width, shape = np.empty((4, activity.shape[1], self._lag.size))
        for block in unit_blocks(activity):
            count = _count(block.finite, lagged)
            sums = matrix_product(block.values, lagged.T)
            mean[block.units] = _ratio(sums, count) + block.origin[:, None]
            centre(block, self._lengths)
            deviation[block.units] = _ratio(matrix_product(block.values, lagged.T), count)
            if own is None:
                shape[block.units] = deviation[block.units]
            else:
                sums, rest = (matrix_product(block.values, masks.T) for masks in (own, outside))
                shape[block.units] = _ratio(sums, _count(block.finite, own))
                shape[block.units] -= _ratio(rest, _count(block.finite, outside))
            scale = np.abs(block.values).max(axis=1, initial=0)[:, None]
            scaled = block.values / np.where(scale > 0, scale, 1)
            prepared = self._shifts.prepared(scaled.astype(np.float32))
            spread = self._shifts.spread(prepared).unrelated * scale
            width[block.units] = _ratio(spread, np.sqrt(count * self._events))
        centres = mean - deviation
        p = _p(deviation, width)
        q = benjamini_hochberg(p) if jointly else p
        return LaggedResponse(
            lag=self._lag,
            mean=mean.T,
            low=(centres - _BAND * width).T,
            high=(centres + _BAND * width).T,
            count=lagged.sum(axis=1).astype(np.intp),
            p=p,
            q=q,
            label=_labels(shape, self._lag, q),
            note=None if self._matches.any() else "matches no token",
            at=self.at,
        )


def _events(
    matches: NDArray[np.bool_], lengths: NDArray[np.intp], at: str
) -> tuple[NDArray[np.bool_], NDArray[np.intp] | None]:
    """Returns the tokens where a response is aligned, and the stretch of each token.

    The stretches are None if matches stand alone. Otherwise a token belongs to the stretch that
    began last, and a token before the first one, or before the first one of its sequence, to -1.
    """
    first = first_tokens(lengths, matches.size)
    onsets = matches.copy()
    onsets[1:] &= ~matches[:-1] | first[1:]
    if matches.all() or matches.sum() < LEAST_STRETCH * max(onsets.sum(), 1):
        return matches, None
    stretches = np.cumsum(onsets) - 1
    if at == "onset":
        return onsets, stretches
    ends = matches.copy()
    ends[:-1] &= ~matches[1:] | first[1:]
    return ends, stretches


def _own_masks(
    lagged: NDArray[np.float64],
    lag: NDArray[np.intp],
    matches: NDArray[np.bool_],
    stretches: NDArray[np.intp],
) -> NDArray[np.float64]:
    """Restricts lagged masks to the gap before an onset and the stretch after it.

    A lag that fewer than half of the stretches reach has no token.
    """
    own = lagged.copy()
    steps = np.arange(matches.size)
    onsets = np.flatnonzero(lagged[lag == 0][0])
    for row, distance in zip(own, lag.tolist(), strict=True):
        if distance < 0:
            row[matches] = 0
            onset = np.clip(steps - distance, 0, matches.size - 1)
            # Between the token and the onset, no other stretch begins.
            row[stretches[onset] != stretches + 1] = 0
        else:
            row[~matches] = 0
            onset = np.clip(steps - distance, 0, matches.size - 1)
            row[stretches[onset] != stretches] = 0
            if row.sum() < onsets.size / 2:
                row[:] = 0
    return own


def _lagged_masks(
    matches: NDArray[np.bool_], lag: NDArray[np.intp], lengths: NDArray[np.intp]
) -> NDArray[np.float64]:
    """Returns masks of the tokens that follow a match by each lag, (lags, steps)."""
    sequence = np.repeat(np.arange(lengths.size), lengths)
    steps = np.flatnonzero(matches)
    masks = np.zeros((lag.size, matches.size))
    for mask, distance in zip(masks, lag.tolist(), strict=True):
        mask[steps_at_lag(steps, distance, sequence)[1]] = 1
    return masks


def _count(finite: NDArray[np.bool_] | None, masks: NDArray[np.float64]) -> NDArray[np.float64]:
    """Returns the number of values in every mask, (units, masks), or (1, masks)."""
    if finite is None:
        return masks.sum(axis=1)[None]
    return matrix_product(finite.astype(np.float64), masks.T)


def _ratio(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.divide(a, b, out=np.full(np.broadcast_shapes(a.shape, b.shape), np.nan), where=b > 0)


def _p(deviation: NDArray[np.float64], width: NDArray[np.float64]) -> NDArray[np.float64]:
    """Returns the smallest two-sided tail over lags times their number, (units,)."""
    defined = np.isfinite(deviation) & np.isfinite(width)
    z = np.divide(
        np.abs(deviation), width, out=np.zeros(width.shape), where=defined & (width > 0)
    ).max(axis=1, initial=0)
    p = np.minimum(special.erfc(z / np.sqrt(2)) * np.maximum(defined.sum(axis=1), 1), 1)
    p[np.isnan(deviation).all(axis=1)] = np.nan
    return p


def _labels(
    deviation: NDArray[np.float64], lag: NDArray[np.intp], q: NDArray[np.float64]
) -> NDArray[np.str_]:
    labels = np.full(len(deviation), LABELS[0], dtype=f"<U{max(map(len, LABELS))}")
    for unit in np.flatnonzero(q <= SIGNIFICANT):
        known = np.isfinite(deviation[unit])
        row, lag_of = deviation[unit][known], lag[known]
        if not row.size:
            continue
        peak = int(np.argmax(np.abs(row)))
        in_run = row * np.sign(row[peak]) >= abs(row[peak]) / 2
        outside = np.flatnonzero(~in_run)
        begin = outside[outside < peak].max(initial=-1) + 1
        end = outside[outside > peak].min(initial=row.size) - 1
        if lag_of[begin] < 0:
            labels[unit] = "anticipating"
        else:
            labels[unit] = "holding" if end == row.size - 1 else "reacting"
    return labels
