"""Share of the variance of a unit around its strongest spectral peak."""

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from tb_rnnviz.analysis._equal_lengths import equal_sequences
from tb_rnnviz.analysis._spectral_peaks import Peaks
from tb_rnnviz.analysis.spectrum import spectrum

_BAND = 0.15  # of the frequency of a peak, to either side


def peak_statistics(
    series: NDArray[np.float64], lengths: NDArray[np.intp], known: Peaks | None
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Returns period, share of the variance around it, and q, each (units,)."""
    peaks = known or spectrum(series.T, lengths=lengths.tolist()).peaks
    longest = int(lengths.max(initial=0))
    power = np.zeros((len(series), longest // 2 + 1 if longest else 0))
    for whole in equal_sequences(lengths):
        for group in whole.parts(len(series)) if whole.length > 1 else ():
            part = group.of(series)
            transform = fft.rfft(part - part.mean(axis=2, keepdims=True), n=longest, axis=2)
            power += (transform.real**2 + transform.imag**2).sum(axis=1)
    overall, around = power.sum(axis=1), _power_around(power, peaks.frequency, longest)
    share = np.divide(around, overall, out=np.zeros(overall.shape), where=overall > 0)
    period = np.divide(
        1.0,
        peaks.frequency,
        out=np.full(overall.shape, np.nan),
        where=np.isfinite(peaks.frequency) & (peaks.frequency > 0),
    )
    return period, share, peaks.q


def _power_around(
    power: NDArray[np.float64], peaks: NDArray[np.float64], longest: int
) -> NDArray[np.float64]:
    """Returns the sum of the power (units, bins) in the bins near a peak, (units,)."""
    frequency = np.arange(power.shape[1]) / max(longest, 1)
    width = np.maximum(_BAND * peaks, 1 / max(longest, 1))
    begin = np.maximum(np.searchsorted(frequency, peaks - width) - 1, 0)
    end = np.searchsorted(frequency, peaks + width, side="right") + 1
    around = np.zeros(len(power))
    for unit in np.flatnonzero(np.isfinite(peaks)):
        bins = slice(begin[unit], end[unit])
        near = np.abs(frequency[bins] - peaks[unit]) <= width[unit]
        around[unit] = power[unit, bins][near].sum()
    return around
