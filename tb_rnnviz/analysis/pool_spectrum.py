"""Pooling of the bins of a spectrum, for storing and drawing."""

import numpy as np
from numpy.typing import NDArray

from tb_rnnviz.analysis.spectrum import Spectrum


def pool_spectrum(
    spectrum: Spectrum, most: int = 128
) -> tuple[NDArray[np.float64], NDArray[np.floating]]:
    """Pools neighbouring bins by their maximum, which preserves every peak.

    Groups hold the same number of bins, or one more; the last group holds the last bin.

    Args:
        spectrum: the result of `spectrum`.
        most: maximum number of bins; 128 by default. A spectrum with fewer is returned as it is.

    Returns:
        The centre of each group in cycles per token, (groups,), and its highest amplitude,
        (groups, units).

    Raises:
        ValueError: if `most` is below 1.

    Example:
        >>> from tb_rnnviz.analysis import spectrum
        >>> frequency, amplitude = pool_spectrum(spectrum([[1.0], [-1.0]] * 4), most=2)
        >>> frequency.tolist(), amplitude[:, 0].tolist()
        ([0.0625, 0.375], [0.0, 1.0])
    """
    if most < 1:
        raise ValueError(f"`most` must be at least 1. Received: most={most}.")
    bins = spectrum.frequency.size
    if bins <= most:
        return spectrum.frequency, spectrum.amplitude
    edges = np.arange(most + 1) * bins // most
    frequency = (spectrum.frequency[edges[:-1]] + spectrum.frequency[edges[1:] - 1]) / 2
    return frequency, np.maximum.reduceat(spectrum.amplitude.T, edges[:-1], axis=1).T
