"""Autocorrelation time of the activity of units."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.fft import irfft, next_fast_len, rfft

from tb_rnnviz.analysis._equal_lengths import equal_sequences
from tb_rnnviz.analysis._validation import as_activity, as_lengths

_BLOCK_VALUES = 2**21  # values in double precision at a time


def autocorrelation_time(
    activity: ArrayLike, *, lengths: Sequence[int] | None = None, longest: int | None = None
) -> NDArray[np.float64]:
    """Computes the lag at which the autocorrelation of every unit falls to 1/e.

    This is -1 / ln(phi) for a first-order autoregressive unit with coefficient phi, so that it is
    comparable to `time_constant`. The autocorrelation at a lag is the mean product of deviations
    from the unit's mean, over all pairs of tokens at that distance within a sequence, divided by
    the variance. It is interpolated linearly between the last lag above 1/e and the first below.

    Values that are not finite are left out, with their pairs.

    Args:
        activity: array (steps, units).
        lengths: tokens of each sequence; one sequence by default.
        longest: the largest lag; half of the longest sequence by default.

    Returns:
        Tokens (units,): infinity if the autocorrelation stays above 1/e up to the largest lag,
        NaN for a unit that is constant or has fewer than two finite values.

    Raises:
        ValueError: if an argument does not fit.

    Example:
        >>> wave = np.cos(2 * np.pi * np.arange(1000) / 40)[:, None]
        >>> autocorrelation_time(wave).round(1).tolist()
        [7.6]
    """
    values = as_activity(activity)
    sequences = as_lengths(lengths, len(values))
    most = int(sequences.max(initial=0)) // 2 if longest is None else longest
    if most < 0:
        raise ValueError(f"`longest` must be at least 0. Received: longest={longest}.")
    most = min(most, max(int(sequences.max(initial=0)) - 1, 0))
    times = np.full(values.shape[1], np.nan)
    width = max(1, _BLOCK_VALUES // max(len(values), 1))
    for start in range(0, values.shape[1], width):
        units = slice(start, start + width)
        times[units] = _crossing(_autocorrelation(values[:, units], sequences, most))
    return times


def _autocorrelation(
    activity: NDArray, lengths: NDArray[np.intp], most: int
) -> NDArray[np.float64]:
    """Returns autocorrelations by lag, (most + 1, units); NaN where there is no pair."""
    finite = np.isfinite(activity)
    count = finite.sum(axis=0)
    values = np.where(finite, activity, 0).astype(np.float64)
    mean = values.sum(axis=0) / np.maximum(count, 1)
    values = np.where(finite, values - mean, 0.0)
    magnitude = np.abs(mean) + np.abs(values).max(axis=0, initial=0.0)
    is_constant = np.abs(values).max(axis=0, initial=0.0) <= 1e-7 * magnitude
    products = np.zeros((most + 1, values.shape[1]))
    pairs = np.zeros((most + 1, 1 if finite.all() else values.shape[1]))
    is_complete = bool(finite.all())
    for group in equal_sequences(lengths):
        longest = min(most, group.length - 1)
        lags = np.arange(longest + 1)
        if is_complete:
            pairs[: longest + 1, 0] += len(group.starts) * (group.length - lags)
        for part in group.parts(values.shape[1]):
            products[: longest + 1] += _lagged_products(part.of(values.T), longest)
            if not is_complete:
                present = part.of(finite.T).astype(np.float64)
                pairs[: longest + 1] += np.rint(_lagged_products(present, longest))
    with np.errstate(divide="ignore", invalid="ignore"):
        covariance = products / pairs
        correlation = covariance / covariance[0]
    correlation[:, is_constant | (count < 2)] = np.nan
    return correlation


def _lagged_products(values: NDArray[np.float64], longest: int) -> NDArray[np.float64]:
    """Returns the sums of v[t] v[t + k] for k = 0 ... longest, (longest + 1, units).

    Args:
        values: series (units, sequences, length).
        longest: the longest lag.
    """
    size = next_fast_len(values.shape[2] + longest, real=True)
    transform = rfft(values, size, axis=2)
    power = (transform.real**2 + transform.imag**2).sum(axis=1)
    return irfft(power, size, axis=1)[:, : longest + 1].T


def _crossing(correlation: NDArray[np.float64]) -> NDArray[np.float64]:
    """Returns the interpolated lag at which each column falls to 1/e."""
    level = np.exp(-1)
    below = correlation < level
    first = np.argmax(below, axis=0)
    units = np.arange(correlation.shape[1])
    before = correlation[np.maximum(first - 1, 0), units]
    after = correlation[first, units]
    with np.errstate(divide="ignore", invalid="ignore"):
        lag = first - 1 + (before - level) / (before - after)
    lag[~below.any(axis=0)] = np.inf
    lag[~np.isfinite(correlation[0])] = np.nan
    return lag
