"""The strongest peak of every unit's spectrum."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray
from scipy.signal import find_peaks


@dataclass(frozen=True, eq=False)
class Peaks:
    """The strongest peak of every unit, each (units,); NaN where there is none.

    Args:
        frequency: where it is, in cycles per token.
        amplitude: its height, in units of the activity.
        prominence: its height over its surroundings, in units of the activity.
    """

    frequency: NDArray[np.float64]
    amplitude: NDArray[np.float64]
    prominence: NDArray[np.float64]

    @classmethod
    def joined(cls, parts: Sequence["Peaks"]) -> "Peaks":
        """Puts the peaks of blocks of units one after the other."""
        names = [field.name for field in fields(cls)]
        return cls(*(np.concatenate([np.empty(0), *(getattr(p, n) for p in parts)]) for n in names))


def strongest_peaks(
    frequency: NDArray[np.float64], amplitude: NDArray[np.float64], low: float, high: float
) -> Peaks:
    """Finds the highest local maximum between two frequencies.

    Args:
        frequency: cycles per token, (bins,), the first one 0.
        amplitude: array (units, bins).
        low: lowest frequency of a peak.
        high: highest frequency of a peak.

    Returns:
        The `Peaks` of the units.
    """
    peaks = np.full((3, len(amplitude)), np.nan)
    inside = (frequency >= low) & (frequency <= high)
    padded = np.full(frequency.size + 1, -np.inf)  # `find_peaks` never takes the last bin
    for unit, row in enumerate(amplitude):
        padded[:-1] = row
        found, _ = find_peaks(padded)
        found = found[inside[found]]
        if found.size:
            peak = found[row[found].argmax()]
            peaks[:, unit] = frequency[peak], row[peak], _prominence(row[1:], peak - 1)
    return Peaks(*peaks)


def _prominence(row: NDArray[np.float64], peak: int) -> float:
    """As `scipy.signal.peak_prominences`, but a side that does not exist sets no base."""
    sides = row[:peak][::-1], row[peak + 1 :]
    bases = [_lowest_before_higher(side, row[peak]) for side in sides if side.size]
    return float(row[peak] - max(bases, default=0.0))


def _lowest_before_higher(side: NDArray[np.float64], height: float) -> float:
    higher = side > height
    end = int(higher.argmax()) if higher.any() else side.size
    return float(side[:end].min())
