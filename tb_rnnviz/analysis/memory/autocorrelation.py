"""How long the activity of a unit resembles itself."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.fft import irfft, next_fast_len, rfft

from tb_rnnviz.analysis._validation import as_activity, as_lengths

_BLOCK = 2**21  # values in double precision at a time


def autocorrelation_time(
    activity: ArrayLike, *, lengths: Sequence[int] | None = None, longest: int | None = None
) -> NDArray[np.float64]:
    """Gives the lag at which the autocorrelation of every unit falls to 1/e.

    That is -1 / ln(phi) for a first-order autoregressive unit with coefficient phi, so that it
    compares with `time_constant`. The autocorrelation at a lag is the mean product of deviations
    from the unit's mean over all pairs of tokens of that distance within a sequence, by the
    variance; between the last lag above 1/e and the first below it is interpolated linearly.

    Values that are not finite are left out, with the pairs that they are in.

    Args:
        activity: array (steps, units).
        lengths: tokens of each sequence; one sequence by default.
        longest: the largest lag that is looked at; half of the longest sequence by default.

    Returns:
        Tokens (units,): infinity where the autocorrelation stays above 1/e up to the largest lag,
        NaN for a unit that is constant or has fewer than two finite values.

    Raises:
        ValueError: if an argument does not fit.

    Example:
        >>> wave = np.cos(2 * np.pi * np.arange(1000) / 40)[:, None]
        >>> autocorrelation_time(wave).round(1).tolist()
        [7.6]
    """
    values = as_activity(activity)
    bounds = as_lengths(lengths, len(values))
    most = int(bounds.max(initial=0)) // 2 if longest is None else longest
    if most < 0:
        raise ValueError(f"`longest` must be at least 0. Received: longest={longest}.")
    most = min(most, max(int(bounds.max(initial=0)) - 1, 0))
    found = np.full(values.shape[1], np.nan)
    width = max(1, _BLOCK // max(len(values), 1))
    for start in range(0, values.shape[1], width):
        part = slice(start, start + width)
        found[part] = _falls_below(_autocorrelation(values[:, part], bounds, most))
    return found


def _autocorrelation(
    activity: NDArray, lengths: NDArray[np.intp], most: int
) -> NDArray[np.float64]:
    """Mean products by the variance, (most + 1, units); NaN where there is no pair."""
    finite = np.isfinite(activity)
    count = finite.sum(axis=0)
    values = np.where(finite, activity, 0).astype(np.float64)
    mean = values.sum(axis=0) / np.maximum(count, 1)
    values = np.where(finite, values - mean, 0.0)
    size = np.abs(mean) + np.abs(values).max(axis=0, initial=0.0)
    constant = np.abs(values).max(axis=0, initial=0.0) <= 1e-7 * size
    products = np.zeros((most + 1, values.shape[1]))
    pairs = np.zeros((most + 1, 1 if finite.all() else values.shape[1]))
    for part in np.split(np.arange(len(values)), np.cumsum(lengths)[:-1]):
        reach = min(most, len(part) - 1)
        if reach < 0:
            continue
        products[: reach + 1] += _products(values[part], reach)
        if finite.all():
            pairs[: reach + 1, 0] += len(part) - np.arange(reach + 1)
        else:
            pairs[: reach + 1] += np.rint(_products(finite[part].astype(np.float64), reach))
    with np.errstate(divide="ignore", invalid="ignore"):
        covariance = products / pairs
        correlation = covariance / covariance[0]
    correlation[:, constant | (count < 2)] = np.nan
    return correlation


def _products(values: NDArray[np.float64], reach: int) -> NDArray[np.float64]:
    """Sums of v[t] v[t + k] for k = 0 ... reach, by one transform."""
    size = next_fast_len(len(values) + reach, real=True)
    transform = rfft(values, size, axis=0)
    power = transform.real**2 + transform.imag**2
    return irfft(power, size, axis=0)[: reach + 1]


def _falls_below(correlation: NDArray[np.float64]) -> NDArray[np.float64]:
    """The lag, between two, at which each column falls to 1/e."""
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
