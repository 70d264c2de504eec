"""Kinds of units without a feature: switch, counter, rhythm, detector, echo."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tb_rnnviz.analysis._peak_share import peak_statistics
from tb_rnnviz.analysis._spectral_peaks import Peaks
from tb_rnnviz.analysis._tokens import first_tokens
from tb_rnnviz.analysis._unit_blocks import row_parts
from tb_rnnviz.analysis._validation import as_activity, as_lengths
from tb_rnnviz.analysis.context import TokenContexts

KINDS = ("switch", "counter", "rhythm", "detector", "echo", "mixed", "dead")
"""Kinds of units."""

ORDERS = (1, 2)
"""Numbers of last tokens whose explained share decides."""

LEAST_RANGE = 1e-3
"""Range of a dead unit at most, as a share of its magnitude or of 1."""

ECHO = 0.75
"""Least share of the variance of an echo that the last token explains."""

EXPLAINED = 0.6
"""Share of the variance that the last tokens explain, at most; not of an echo."""

SEPARATION = 0.8
"""Least share of variance between the states of a switch; 0.64 of normal noise."""

DWELL = 6.0
"""Least mean number of tokens that a switch stays in a state."""

RAMP = 0.8
"""Least share of a counter's variance that the tokens since its reset explain."""

RAMP_LENGTH = 5.0
"""Least mean number of tokens between the resets of a counter."""

RESETS = 5
"""Least number of resets of a counter."""

SHARP_SHARE = 0.1
"""Share of the tokens at which a detector is on, at most."""

SHARP_LENGTH = 3.0
"""Mean number of tokens that a detector is on, at most."""

SHARP_SIZE = 4.0
"""Least excess kurtosis of a detector; 0 of a normal distribution."""

ONSETS = 3
"""Least number of times that a switch is on, and that a detector is."""

PEAK_Q = 0.01
"""False discovery rate of the spectral peak of a rhythm, at most."""

PEAK_SHARE = 0.3
"""Least share of the variance of a rhythm around its spectral peak."""

_LEAST_PERIODS = 10  # periods of a rhythm in the longest sequence
_JUMP = 0.1  # of the range between quantiles: least size of a reset
_NOISE = 5.2  # median absolute changes, 3.5 standard deviations of normal noise: the same
_LEAST_STAYS = 5  # stays of a switch in a state
_LEAST_STEPS = 30  # tokens below which nothing tells an echo from chance


@dataclass(frozen=True, eq=False)
class UnitKinds:
    """Kind of every unit, and the numbers that decide, each (units,).

    Args:
        kind: one of `KINDS`.
        range: highest less lowest value, in units of the activity.
        echo: share of the variance that the last token explains.
        explained: share that the last 2 tokens explain.
        separation: share of the variance between the two states of the best threshold.
        dwell: mean number of tokens in one of these states.
        on_share: share of the tokens in the rarer state.
        on_length: mean number of tokens in the rarer state.
        onsets: number of times that the rarer state begins.
        kurtosis: excess kurtosis.
        ramp: share of the variance that the number of tokens since the last reset explains.
        ramp_length: mean number of tokens between resets.
        resets: number of resets.
        period: period of the strongest spectral peak in tokens; NaN without one.
        peak_share: share of the variance within 15 % of the frequency of that peak.
        peak_q: false discovery rate of the peak against red noise.
    """

    kind: NDArray[np.str_]
    range: NDArray[np.float64]
    echo: NDArray[np.float64]
    explained: NDArray[np.float64]
    separation: NDArray[np.float64]
    dwell: NDArray[np.float64]
    on_share: NDArray[np.float64]
    on_length: NDArray[np.float64]
    onsets: NDArray[np.intp]
    kurtosis: NDArray[np.float64]
    ramp: NDArray[np.float64]
    ramp_length: NDArray[np.float64]
    resets: NDArray[np.intp]
    period: NDArray[np.float64]
    peak_share: NDArray[np.float64]
    peak_q: NDArray[np.float64]


def unit_kinds(
    activity: ArrayLike, ids: ArrayLike, *, lengths: Sequence[int] | None = None
) -> UnitKinds:
    """Gives every unit a kind, without any feature.

    The first that applies is the kind of a unit:

    * dead: its range is at most 0.001 of its magnitude, or of 1.
    * echo: the last token explains at least 0.75 of its variance, by `context`, in a text of 30
      tokens or more.
    * detector: on at no more than 0.1 of the tokens, for 3 tokens or fewer at a time, with an
      excess kurtosis of at least 4, and 3 times or more.
    * switch: two states with at least 0.8 of the variance between them, in which it stays 5 times
      or more, 3 times or more in the rarer one, for 6 tokens or more on average and for more than 3
      in the rarer one. They are those of the threshold with the largest variance between the two
      sides (Otsu 1979, IEEE Trans. SMC 9, 62-66); a state ends where the activity has come two
      thirds of the way to the other one.
    * counter: it ramps and resets. The number of tokens since the last reset explains at least
      0.8 of its variance, with 5 resets and 5 tokens between them. A reset is a step against the
      direction of the ramp, of at least a tenth of the range (the 0.02 to the 0.98 quantile) and
      5.2 times the median absolute deviation of all steps.
    * rhythm: a spectral peak above red noise with q of at most 0.01, with at least 0.3 of the
      variance within 15 % of its frequency and 10 periods in the longest sequence.
    * mixed: everything else.

    A counter, detector or rhythm of which the last 2 tokens explain more than 0.6 is mixed: it
    recognises what was just read. So is a switch of which the last token explains more than 0.6;
    the last two often tell the state of a text, such as a comment, without being remembered.

    Args:
        activity: array (steps, units), one quantity of one layer.
        ids: tokens (steps,), integers or strings.
        lengths: tokens of each sequence, if several are concatenated; one sequence by default.
            They sum to `steps`.

    Returns:
        A `UnitKinds`. A value that is not finite counts as the mean of its unit.

    Raises:
        ValueError: if the shapes do not fit, or the values are not numbers.

    Example:
        >>> import numpy as np
        >>> rng = np.random.default_rng(0)
        >>> ids = rng.integers(0, 20, 2000)
        >>> switch = np.cumsum(rng.random(2000) < 0.02) % 2
        >>> counter = np.arange(2000) % 37
        >>> echo = rng.normal(size=20)[ids]
        >>> activity = np.stack([switch, counter, echo, np.zeros(2000)], axis=1)
        >>> unit_kinds(activity, ids).kind.tolist()
        ['switch', 'counter', 'echo', 'dead']
    """
    values = as_activity(activity)
    return kinds_in_contexts(values, TokenContexts(ids, len(values), ORDERS, lengths=lengths))


def kinds_in_contexts(
    activity: NDArray, contexts: TokenContexts, peaks: Peaks | None = None
) -> UnitKinds:
    """Gives every unit a kind, as `unit_kinds` does, with contexts of `ORDERS`.

    Args:
        activity: array (steps, units), one quantity of one layer.
        contexts: contexts of the tokens of the text.
        peaks: spectral peaks of the same activity at all frequencies, if they are known.
    """
    steps = len(activity)
    sequences = contexts.lengths
    echo, explained = contexts.context(activity).explained
    series = _rows(activity)
    first = first_tokens(sequences, steps)
    span = np.ptp(series, axis=1) if steps else np.zeros(len(series))
    size = np.abs(series).max(axis=1, initial=0)
    is_dead = span <= LEAST_RANGE * np.maximum(size, 1)
    centred = _centred(series)
    states, ramps = _states_and_ramps(centred, first)
    period, peak_share, peak_q = peak_statistics(series, sequences, peaks)
    result = UnitKinds(
        kind=np.full(len(series), "mixed", dtype=f"<U{max(map(len, KINDS))}"),
        range=span,
        echo=echo,
        explained=explained,
        separation=states.separation,
        dwell=states.dwell,
        on_share=states.on_share,
        on_length=states.on_length,
        onsets=states.onsets,
        kurtosis=_kurtosis(centred),
        ramp=ramps.share,
        ramp_length=ramps.length,
        resets=ramps.resets,
        period=period,
        peak_share=peak_share,
        peak_q=peak_q,
    )
    _name(result, is_dead, steps, int(sequences.max(initial=0)))
    return result


def _name(numbers: UnitKinds, is_dead: NDArray[np.bool_], steps: int, longest: int) -> None:
    """Writes the kinds, the last condition first."""
    with np.errstate(invalid="ignore"):
        is_new = ~(numbers.explained > EXPLAINED)
        is_rhythm = (
            (numbers.peak_q <= PEAK_Q)
            & (numbers.peak_share >= PEAK_SHARE)
            & (numbers.period * _LEAST_PERIODS <= longest)
        )
        is_detector = (
            (numbers.on_share <= SHARP_SHARE)
            & (numbers.on_length <= SHARP_LENGTH)
            & (numbers.kurtosis >= SHARP_SIZE)
            & (numbers.onsets >= ONSETS)
        )
        is_counter = (
            (numbers.ramp >= RAMP)
            & (numbers.ramp_length >= RAMP_LENGTH)
            & (numbers.resets >= RESETS)
        )
        is_switch = (
            (numbers.separation >= SEPARATION)
            & (numbers.dwell >= DWELL)
            & (numbers.dwell * _LEAST_STAYS <= steps)
            & (numbers.on_length > SHARP_LENGTH)
            & (numbers.onsets >= ONSETS)
        )
        is_echo = (numbers.echo >= ECHO) & (steps >= _LEAST_STEPS)
    numbers.kind[is_rhythm & is_new] = "rhythm"
    numbers.kind[is_counter & is_new] = "counter"
    numbers.kind[is_switch & ~(numbers.echo > EXPLAINED)] = "switch"
    numbers.kind[is_detector & is_new] = "detector"
    numbers.kind[is_echo] = "echo"
    numbers.kind[is_dead] = "dead"


def _rows(activity: NDArray) -> NDArray[np.float64]:
    """Returns the series of the units in contiguous rows, (units, steps).

    Values that are not finite are replaced by the mean of their unit.
    """
    series = np.ascontiguousarray(np.asarray(activity, np.float64).T)
    finite = np.isfinite(series)
    if finite.all():
        return series
    count = np.maximum(finite.sum(axis=1, keepdims=True), 1)
    means = np.where(finite, series, 0).sum(axis=1, keepdims=True) / count
    return np.where(finite, series, means)


def _kurtosis(centred: NDArray[np.float64]) -> NDArray[np.float64]:
    """Returns the excess kurtosis of centred rows, (units,); 0 of a constant unit."""
    if not centred.shape[1]:
        return np.zeros(len(centred))
    largest = np.maximum(np.abs(centred).max(axis=1, keepdims=True), np.finfo(float).tiny)
    square = (centred / largest) ** 2
    variance = square.mean(axis=1)
    fourth = np.einsum("ut,ut->u", square, square) / centred.shape[1]
    return np.divide(fourth, variance**2, out=np.full(variance.shape, 3.0), where=variance > 0) - 3


def _centred(series: NDArray[np.float64]) -> NDArray[np.float64]:
    return series - series.mean(axis=1, keepdims=True) if series.size else series


def on_states(activity: ArrayLike, *, lengths: Sequence[int] | None = None) -> NDArray[np.bool_]:
    """Returns the tokens at which units are on: in the rarer of their two states.

    The states are those of a switch in `unit_kinds`.

    Args:
        activity: array (steps, units), one quantity of one layer.
        lengths: tokens of each sequence, if several are concatenated; one sequence by default.

    Returns:
        Booleans (steps, units).

    Raises:
        ValueError: if the shapes do not fit, or the values are not numbers.

    Example:
        >>> on_states([[0.1], [0.0], [0.1], [0.9], [1.0], [0.6], [0.0]])[:, 0].astype(int).tolist()
        [0, 0, 0, 1, 1, 1, 0]
    """
    values = as_activity(activity)
    first = first_tokens(as_lengths(lengths, len(values)), len(values))
    centred = _centred(_rows(values))
    return _two_states(centred, np.sort(centred, axis=1), first).is_on.T


def counter_resets(
    activity: ArrayLike, *, lengths: Sequence[int] | None = None
) -> NDArray[np.bool_]:
    """Returns the tokens at which units reset as a counter does in `unit_kinds`.

    Args:
        activity: array (steps, units), one quantity of one layer.
        lengths: tokens of each sequence, if several are concatenated; one sequence by default.

    Returns:
        Booleans (steps, units).

    Raises:
        ValueError: if the shapes do not fit, or the values are not numbers.

    Example:
        >>> ramps = np.tile([0.0, 1.0, 2.0, 3.0, 4.0], 3)[:, None]
        >>> np.flatnonzero(counter_resets(ramps)[:, 0]).tolist()
        [5, 10]
    """
    values = as_activity(activity)
    first = first_tokens(as_lengths(lengths, len(values)), len(values))
    centred = _centred(_rows(values))
    return _ramps(centred, np.sort(centred, axis=1), first).is_reset.T


class _States(NamedTuple):
    """The two states of units, each (units,); `UnitKinds` defines them.

    `is_on` is (units, steps), true in the rarer state.
    """

    separation: NDArray[np.float64]
    dwell: NDArray[np.float64]
    on_share: NDArray[np.float64]
    on_length: NDArray[np.float64]
    onsets: NDArray[np.intp]
    is_on: NDArray[np.bool_]


def _two_states(
    centred: NDArray[np.float64], ordered: NDArray[np.float64], first: NDArray[np.bool_]
) -> _States:
    """Divides the activity of every unit into two states.

    Args:
        centred: rows without a mean, (units, steps).
        ordered: the same, each row in ascending order.
        first: true at the first token of every sequence, (steps,).
    """
    units, steps = centred.shape
    if steps < 2:
        unknown = np.full(units, np.nan)
        off = np.zeros((units, steps), bool)
        return _States(unknown, unknown, unknown, unknown, np.zeros(units, np.intp), off)
    below = np.cumsum(ordered, axis=1)[:, :-1]
    count = np.arange(1, steps)
    between = below**2 / (count * (steps - count))  # over the variance, as the mean is 0
    split = between.argmax(axis=1)
    rows = np.arange(units)
    squares = np.einsum("ut,ut->u", centred, centred)
    variance = np.maximum(squares / steps, np.finfo(float).tiny)
    separation = np.minimum(between[rows, split] / variance, 1)
    low = (below[rows, split] / (split + 1))[:, None]
    high = (-below[rows, split] / (steps - split - 1))[:, None]
    state = np.zeros((units, steps), np.int8)
    state[centred >= low + (high - low) * 2 / 3] = 1
    state[centred <= low + (high - low) / 3] = -1
    state[:, first] = np.where(centred[:, first] > (low + high) / 2, 1, -1)
    last_known = np.where(state != 0, np.arange(steps, dtype=np.int32), 0)
    np.maximum.accumulate(last_known, axis=1, out=last_known)
    state = np.take_along_axis(state, last_known, axis=1)
    changes = (state[:, 1:] != state[:, :-1]) | first[1:]
    dwell = steps / (1 + changes.sum(axis=1))
    is_on = state == np.where((state > 0).mean(axis=1) <= 0.5, 1, -1)[:, None]
    on = is_on.sum(axis=1)
    begins = is_on[:, 0].astype(int) + (is_on[:, 1:] & changes).sum(axis=1)
    return _States(separation, dwell, on / steps, on / np.maximum(begins, 1), begins, is_on)


def _states_and_ramps(
    centred: NDArray[np.float64], first: NDArray[np.bool_]
) -> tuple[_States, "_Ramps"]:
    """Returns `_two_states` and `_ramps` of every unit, a few units at a time."""
    states, ramps = [], []
    for rows in list(row_parts(centred)) or [slice(None)]:
        ordered = np.sort(centred[rows], axis=1)
        states.append(_two_states(centred[rows], ordered, first))
        ramps.append(_ramps(centred[rows], ordered, first))
    return (
        _States(*(np.concatenate(parts) for parts in zip(*states, strict=True))),
        _Ramps(*(np.concatenate(parts) for parts in zip(*ramps, strict=True))),
    )


class _Ramps(NamedTuple):
    """Ramps in the direction that explains more of a unit, each (units,).

    `UnitKinds` defines them; `is_reset` is (units, steps).
    """

    share: NDArray[np.float64]
    length: NDArray[np.float64]
    resets: NDArray[np.intp]
    is_reset: NDArray[np.bool_]


def _ramps(
    centred: NDArray[np.float64], ordered: NDArray[np.float64], first: NDArray[np.bool_]
) -> _Ramps:
    """Returns the ramps of every unit, rising or falling; see `_two_states`."""
    units, steps = centred.shape
    if steps < 2:
        none = np.zeros((units, steps), bool)
        return _Ramps(np.zeros(units), np.zeros(units), np.zeros(units, np.intp), none)
    falls, rises = _resets(centred, ordered, first)
    # A single sequence without a reset has no two tokens at equal distances.
    rising, falling = np.zeros((2, units))
    for share, resets, sign in ((rising, falls, 1), (falling, rises, -1)):
        rows = resets.any(axis=1) | (first.sum() > 1)
        share[rows] = _explained_by_ramps(sign * centred[rows], resets[rows] | first)
    is_reset = np.where((rising >= falling)[:, None], falls, rises)
    begins = is_reset.sum(axis=1) + first.sum()
    length = steps / np.maximum(begins, 1)
    return _Ramps(np.maximum(rising, falling), length, is_reset.sum(axis=1), is_reset)


def _explained_by_ramps(
    centred: NDArray[np.float64], begins: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Returns the explained share of the variance, (units,).

    Args:
        centred: rows without a mean, (units, steps).
        begins: true where a ramp begins, (units, steps).
    """
    units, steps = centred.shape
    index = np.arange(steps, dtype=np.int32)
    since = index - np.maximum.accumulate(begins * index, axis=1)
    # The mean at every number of tokens since a reset, in one count over all units.
    longest = int(since.max(initial=0)) + 1
    cell = (since + np.intp(longest) * np.arange(units)[:, None]).ravel()
    count = np.bincount(cell, minlength=longest * units).reshape(units, longest)
    sums = np.bincount(cell, centred.ravel(), longest * units).reshape(units, longest)
    counted = count > 1
    between = np.where(counted, sums**2 / np.maximum(count, 1), 0).sum(axis=1)
    means = np.where(counted, sums / np.maximum(count, 1), np.nan)
    with np.errstate(invalid="ignore"):
        steps_up = np.where(np.isfinite(np.diff(means)), np.diff(means), 0)
    steps_up *= count[:, 1:]
    moved = np.maximum(np.abs(steps_up).sum(axis=1), np.finfo(float).tiny)
    rising = np.clip(steps_up.sum(axis=1) / moved, 0, 1)
    variance = np.maximum(np.einsum("ut,ut->u", centred, centred), np.finfo(float).tiny)
    # A ramp that never resets is explained by its own position: count cells once.
    excess = counted.sum(axis=1) / steps
    share = np.clip((between / variance - excess) / np.maximum(1 - excess, 1e-9), 0, 1)
    return np.where(rising >= 0.5, share, 0)


def _resets(
    series: NDArray[np.float64], ordered: NDArray[np.float64], first: NDArray[np.bool_]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Returns the resets of rising and of falling ramps, each (units, steps)."""
    low, high = (_quantile(ordered, share) for share in (0.02, 0.98))
    changes = np.diff(series, axis=1)
    middle = _quantile(np.sort(changes, axis=1), 0.5)[:, None]
    noise = _quantile(np.sort(np.abs(changes - middle), axis=1), 0.5)
    least = np.maximum(_JUMP * (high - low), _NOISE * noise)[:, None]
    falls, rises = np.zeros((2, *series.shape), bool)
    falls[:, 1:], rises[:, 1:] = changes < -least, changes > least
    falls[:, first] = rises[:, first] = False
    return falls, rises


def _quantile(ordered: NDArray[np.float64], share: float) -> NDArray[np.float64]:
    """Returns the linear quantile of rows in ascending order, (rows,)."""
    position = share * (ordered.shape[1] - 1)
    below = int(position)
    above = min(below + 1, ordered.shape[1] - 1)
    return ordered[:, below] + (position - below) * (ordered[:, above] - ordered[:, below])
