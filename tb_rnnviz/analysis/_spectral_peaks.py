"""Spectral peaks: the strongest one of every unit, with its prominence."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import find_peaks

from tb_rnnviz.analysis._false_discovery_rate import benjamini_hochberg


@dataclass(frozen=True, eq=False)
class Peaks:
    """The strongest spectral peak of every unit, each (units,); NaN if there is none.

    Args:
        frequency: frequency of the peak in cycles per token; its inverse is the period.
        amplitude: height of the peak, in units of the activity.
        prominence: height above the surrounding minima, in units of the activity.
        p: probability that red noise reaches this amplitude at this frequency.
        q: false discovery rate over all bins and units of the spectrum.
    """

    frequency: NDArray[np.float64]
    amplitude: NDArray[np.float64]
    prominence: NDArray[np.float64]
    p: NDArray[np.float64]
    q: NDArray[np.float64]


def strongest_peaks(
    frequency: NDArray[np.float64], amplitude: NDArray, p: NDArray, low: float, high: float
) -> Peaks:
    """Finds the highest local maximum between two frequencies.

    Args:
        frequency: cycles per token, (bins,), the first one 0.
        amplitude: array (units, bins).
        p: p-values of the same shape.
        low: lowest frequency of a peak.
        high: highest frequency of a peak.

    Returns:
        The `Peaks` of the units.
    """
    peaks = np.full((4, len(amplitude)), np.nan)
    inside = (frequency >= low) & (frequency <= high)
    position = _highest_local_maxima(amplitude, inside)
    units = np.flatnonzero(position >= 0)
    if units.size:
        bins = position[units]
        peaks[0, units], peaks[1, units] = frequency[bins], amplitude[units, bins]
        peaks[2, units] = _prominences(amplitude[units, 1:], bins - 1)
        peaks[3, units] = p[units, bins]
    positions, heights, prominences, p_values = peaks
    q = benjamini_hochberg(p[:, 1:], subset=p_values)
    return Peaks(positions, heights, prominences, p_values, q)


def _highest_local_maxima(amplitude: NDArray, inside: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Returns the bin of the highest local maximum of every row, -1 without one.

    Args:
        amplitude: array (units, bins); the last bin may be a maximum, the first one may not.
        inside: true at the bins that count, (bins,).
    """
    units, bins = amplitude.shape
    position = np.full(units, -1)
    if bins < 2:
        return position
    rises = np.zeros((units, bins + 1), bool)
    np.greater(amplitude[:, 1:], amplitude[:, :-1], out=rises[:, 1:-1])
    levels = (amplitude[:, 1:] == amplitude[:, :-1]).any(axis=1)
    # A maximum rises from the bin before and does not rise to the one after.
    is_peak = rises[:, :-1] & ~rises[:, 1:] & inside
    heights = np.where(is_peak, amplitude, -np.inf)
    highest = heights.argmax(axis=1)
    has_peak = is_peak.any(axis=1)
    position[has_peak] = highest[has_peak]
    padded = np.full(bins + 1, -np.inf)  # `find_peaks` never takes the last bin
    for unit in np.flatnonzero(levels | ~np.isfinite(amplitude).all(axis=1)):
        padded[:-1] = amplitude[unit]
        plateaus, _ = find_peaks(padded)
        plateaus = plateaus[inside[plateaus]]
        position[unit] = plateaus[amplitude[unit, plateaus].argmax()] if plateaus.size else -1
    return position


def _prominences(rows: NDArray, peaks: NDArray[np.intp]) -> NDArray[np.float64]:
    """Computes prominences as SciPy does, except that an empty side sets no base.

    Args:
        rows: array (units, bins).
        peaks: bin of the peak of every row, (units,).
    """
    bins = np.arange(rows.shape[1])
    height = np.take_along_axis(rows, peaks[:, None], axis=1)
    higher = rows > height
    at_left, at_right = bins < peaks[:, None], bins > peaks[:, None]
    first = np.where(higher & at_left, bins, -1).max(axis=1, keepdims=True) + 1
    end = np.where(higher & at_right, bins, bins.size).min(axis=1, keepdims=True)
    left = np.where(at_left & (bins >= first), rows, np.inf).min(axis=1)
    right = np.where(at_right & (bins < end), rows, np.inf).min(axis=1)
    # An empty side has the base inf; without any side, the base is 0.
    left[peaks == 0], right[peaks == bins.size - 1] = -np.inf, -np.inf
    base = np.maximum(left, right)
    return height[:, 0] - np.where(base == -np.inf, 0.0, base)
