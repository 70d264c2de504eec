"""Spectra of units and their strongest peaks, pooled for the log."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tb_rnnviz import analysis
from tb_rnnviz.core.statistics import PEAK
from tb_rnnviz.report.value_range import unit_slices

SPECTRUM_BINS = 128
"""Bins of a spectrum in the log; neighbours are pooled by their maximum."""


def spectral_peaks(
    activity: np.ndarray, lengths: Sequence[int], band: tuple[float, float]
) -> tuple[tuple[np.ndarray, np.ndarray, int], np.ndarray]:
    """Pooled spectrum and strongest spectral peak of every unit.

    A large activity is transformed some units at a time; the q of a peak is over those.

    Args:
        activity: Activity (tokens, units).
        lengths: Tokens of each sequence.
        band: Lowest and highest frequency of a peak, cycles per token.

    Returns:
        The spectrum, frequency (groups,), amplitude (groups, units) and the number of bins before
        pooling; and the peaks (units, columns), the columns of `PEAK`.
    """
    pooled, peaks = [], []
    for units in unit_slices(activity):
        spectrum = analysis.spectrum(activity[:, units], lengths=lengths, band=band)
        frequency, amplitude = analysis.pool_spectrum(spectrum, SPECTRUM_BINS)
        pooled.append(amplitude)
        peaks.append(np.stack([getattr(spectrum.peaks, name) for name in PEAK], axis=1))
    bins = len(spectrum.frequency)
    return (frequency, np.concatenate(pooled, axis=1), bins), np.concatenate(peaks)
