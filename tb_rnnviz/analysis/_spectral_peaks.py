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
    padded = np.full(frequency.size + 1, -np.inf)  # `find_peaks` never takes the last bin
    for unit, row in enumerate(amplitude):
        padded[:-1] = row
        bins, _ = find_peaks(padded)
        bins = bins[inside[bins]]
        if bins.size:
            peak = bins[row[bins].argmax()]
            prominence = _prominence(row[1:], peak - 1)
            peaks[:, unit] = frequency[peak], row[peak], prominence, p[unit, peak]
    positions, heights, prominences, p_values = peaks
    q = benjamini_hochberg(p[:, 1:], subset=p_values)
    return Peaks(positions, heights, prominences, p_values, q)


def _prominence(row: NDArray[np.float64], peak: int) -> float:
    """Computes a prominence as SciPy does, except that an empty side sets no base."""
    sides = row[:peak][::-1], row[peak + 1 :]
    bases = [_lowest_before_higher(side, row[peak]) for side in sides if side.size]
    return float(row[peak] - max(bases, default=0.0))


def _lowest_before_higher(side: NDArray[np.float64], height: float) -> float:
    """Returns the lowest value of a side, up to the first one above the height."""
    higher = side > height
    end = int(higher.argmax()) if higher.any() else side.size
    return float(side[:end].min())
