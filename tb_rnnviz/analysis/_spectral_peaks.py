"""The strongest peak of every unit's spectrum."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import find_peaks

from tb_rnnviz.analysis._false_discovery_rate import benjamini_hochberg


@dataclass(frozen=True, eq=False)
class Peaks:
    """The strongest peak of every unit, each (units,); NaN where there is none.

    Args:
        frequency: where it is, in cycles per token.
        amplitude: its height, in units of the activity.
        prominence: its height over its surroundings, in units of the activity.
        p: chance that red noise is as strong there.
        q: rate of false discoveries at which it is one, over all bins and units of the spectrum.
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
        found, _ = find_peaks(padded)
        found = found[inside[found]]
        if found.size:
            at = found[row[found].argmax()]
            peaks[:, unit] = frequency[at], row[at], _prominence(row[1:], at - 1), p[unit, at]
    return Peaks(*peaks, q=benjamini_hochberg(p[:, 1:], at=peaks[3]))


def _prominence(row: NDArray[np.float64], peak: int) -> float:
    """As `scipy.signal.peak_prominences`, but a side that does not exist sets no base."""
    sides = row[:peak][::-1], row[peak + 1 :]
    bases = [_lowest_before_higher(side, row[peak]) for side in sides if side.size]
    return float(row[peak] - max(bases, default=0.0))


def _lowest_before_higher(side: NDArray[np.float64], height: float) -> float:
    higher = side > height
    end = int(higher.argmax()) if higher.any() else side.size
    return float(side[:end].min())
