"""In which rhythm units beat, and whether it is the text's."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tb_rnnviz import analysis
from tb_rnnviz.core.statistics import PEAK
from tb_rnnviz.report.numbers import brief, pieces

SPECTRUM_BINS = 128
"""Bins of a spectrum in the log; neighbours are pooled by their maximum."""


def rhythm(
    activity: np.ndarray, lengths: list[int], band: tuple[float, float]
) -> tuple[tuple[np.ndarray, np.ndarray, int], np.ndarray]:
    """The pooled spectrum of every unit and its strongest peak.

    A large activity is transformed some units at a time; a peak's q is over those.
    """
    pooled, peaks = [], []
    for units in pieces(activity):
        spectrum = analysis.spectrum(activity[:, units], lengths=lengths, band=band)
        frequency, amplitude = analysis.pool_spectrum(spectrum, SPECTRUM_BINS)
        pooled.append(amplitude)
        peaks.append(np.stack([getattr(spectrum.peaks, name) for name in PEAK], axis=1))
    bins = len(spectrum.frequency)
    return (frequency, np.concatenate(pooled, axis=1), bins), np.concatenate(peaks)


def described_peak(
    peak: np.ndarray, unit: np.ndarray, feature: np.ndarray, lengths: list[int]
) -> Mapping[str, float] | None:
    """A unit's peak with its coherence with a feature there; `None` where there is no peak.

    Args:
        peak: The row of the unit, the columns of `PEAK`.
        unit: Activity of the unit, (tokens, 1).
        feature: Booleans or numbers, (tokens,).
        lengths: Tokens of each sequence.
    """
    if not np.isfinite(peak[0]):
        return None
    described = {name: brief(value, 4) for name, value in zip(PEAK, peak, strict=True)}
    coherence, _ = analysis.coherence(unit, feature, lengths=lengths).at(peak[:1])
    return described | {"coherence": brief(coherence[0], 4)}
