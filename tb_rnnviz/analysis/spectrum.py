"""Amplitude spectrum of every unit, tested against red noise."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tb_rnnviz.analysis._false_discovery_rate import benjamini_hochberg
from tb_rnnviz.analysis._red_noise import RedNoise, lag_one_autocorrelation
from tb_rnnviz.analysis._segmentation import Segmentation, as_method, as_segment, squared_magnitude
from tb_rnnviz.analysis._spectral_peaks import Peaks, strongest_peaks
from tb_rnnviz.analysis._unit_blocks import UnitBlock, centre, for_each_block
from tb_rnnviz.analysis._validation import as_activity, as_lengths

SEGMENT = 256
"""Tokens of a segment of Welch's method by default."""


@dataclass(frozen=True, eq=False)
class Spectrum:
    """Amplitudes of the units of one quantity by frequency, with p-values.

    Args:
        frequency: cycles per token, (bins,), from 0; up to 0.5 if the length is even.
        amplitude: one-sided amplitude, (bins, units), in units of the activity.
        p: probability that red noise with the unit's autocorrelation reaches the amplitude,
            (bins, units); 1 at f = 0.
        band: lowest and highest frequency of a peak.
    """

    frequency: NDArray[np.float64]
    amplitude: NDArray[np.floating]
    p: NDArray[np.float32]
    band: tuple[float, float] = (0.0, 0.5)

    @cached_property
    def q(self) -> NDArray[np.float64]:
        """False discovery rate over all units and all bins but f = 0, (bins, units)."""
        q = np.ones(self.p.shape)
        q[1:] = benjamini_hochberg(self.p[1:])
        q[:1][np.isnan(self.p[:1])] = np.nan
        return q

    @cached_property
    def peaks(self) -> Peaks:
        """The strongest spectral peak of every unit inside the band."""
        return strongest_peaks(self.frequency, self.amplitude.T, self.p.T, *self.band)


def spectrum(
    activity: ArrayLike,
    *,
    lengths: Sequence[int] | None = None,
    band: tuple[float, float] = (0.0, 0.5),
    method: str = "periodogram",
    segment: int | None = None,
) -> Spectrum:
    """Computes and tests the amplitude spectrum of every unit, and its peaks.

    The mean is subtracted. For a sequence of L tokens with transform X, the one-sided amplitude at
    f = k / L is 2 |X[k]| / L, and |X[k]| / L at f = 0.5 (Oppenheim and Schafer, Discrete-Time
    Signal Processing, chapter 8): a cosine of amplitude A at bin k has amplitude A there, for
    every k = 1 ... L / 2. The bin f = 0 is present and 0.

    Several sequences are transformed separately, each without its mean, at the frequencies of the
    longest (shorter ones are padded with zeros, and scaled by their own length). Their power is
    averaged, weighted by length: A² = sum L_s A_s² / sum L_s. This is exact for a single sequence
    and for sequences of one length.

    With `method="welch"` every sequence is split into Hann-windowed segments that overlap by half,
    each without its mean, and amplitudes are scaled by the window (Welch 1967, IEEE Trans. Audio
    Electroacoust. 15). The bins are those of a segment: fewer, with a smaller variance. A cosine
    at a bin keeps its amplitude. A sequence shorter than a segment is one segment, padded with
    zeros.

    A value that is not finite is replaced by the mean of its unit and sequence. A unit without a
    finite value has NaN amplitudes.

    `p` compares every bin with red noise, an AR(1) process with the unit's own lag-1
    autocorrelation and the spectrum that such a process has in a text of this length, fitted with
    spectral lines left out. The power divided by that spectrum is chi-square with 2 degrees of
    freedom per independent segment (1 at f = 0.5), divided by an estimate with degrees of freedom
    of its own: an F distribution. A constant unit has p = 1.

    A peak is a local maximum by `scipy.signal.find_peaks`, including the last bin and excluding
    f = 0. Its prominence is its height above the higher of the lowest amplitudes on either side,
    up to a higher bin or the end of the spectrum, f = 0 excluded.

    Args:
        activity: array (steps, units), one quantity of one layer.
        lengths: tokens of each sequence, if several are concatenated; one sequence by default.
            They sum to `steps`.
        band: lowest and highest frequency of a peak in cycles per token, both included; all
            frequencies by default.
        method: "periodogram" for whole sequences (default), "welch" for segments.
        segment: tokens of a segment of Welch's method, at most the length of the longest
            sequence; 256 by default.

    Returns:
        A `Spectrum`. Amplitudes are computed in double precision and stored in the precision of
        the activity, at least single.

    Raises:
        ValueError: if the shapes do not fit, unless 0 <= band[0] <= band[1] <= 0.5, or if the
            method or the segment is invalid.

    Example:
        >>> import numpy as np
        >>> wave = 0.5 * np.cos(2 * np.pi * 0.25 * np.arange(32))
        >>> result = spectrum(wave[:, None])
        >>> result.frequency[[0, 8, 16]].tolist(), result.amplitude[[0, 8, 16], 0].round(6).tolist()
        ([0.0, 0.25, 0.5], [0.0, 0.5, 0.0])
        >>> result.peaks.frequency.item(), result.peaks.q.item() < 0.001
        (0.25, True)
    """
    values = as_activity(activity)
    steps, units = values.shape
    sequences = as_lengths(lengths, steps)
    edges = _as_band(band)
    is_periodogram = as_method(method) == "periodogram"
    if is_periodogram and segment is not None:
        raise ValueError(
            f"`segment` goes with method='welch'. Received: segment={segment!r} with "
            "method='periodogram', which takes sequences whole."
        )
    size = None if is_periodogram else as_segment(segment, sequences, SEGMENT)
    segmentation = Segmentation(sequences, size)
    red_noise = RedNoise(segmentation, sequences)
    bins = segmentation.frequency.size
    amplitude = np.empty((units, bins), dtype=np.result_type(values.dtype, np.float32))
    p = np.empty((units, bins), dtype=np.float32)

    def fill(block: UnitBlock) -> None:
        has_values = centre(block, sequences)
        square, autocorrelation = lag_one_autocorrelation(block.values, sequences)
        power, number, weight = _power(block.values, has_values, segmentation)
        variance = np.where(square > 0, square, 1)[:, None] / max(steps, 1)
        density = np.empty(power.shape, dtype=np.float32)
        np.divide(power, variance * np.maximum(number, 1), out=density, casting="same_kind")
        p[block.units] = red_noise.p(density, autocorrelation)
        p[block.units][weight[:, 0] == 0] = np.nan
        amplitude[block.units] = _amplitude(power, weight, segmentation.size)

    for_each_block(fill, values)
    return Spectrum(segmentation.frequency, amplitude.T, p.T, edges)


def _power(
    values: NDArray[np.float64], has_values: NDArray[np.bool_], segmentation: Segmentation
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Sums power densities over segments.

    Args:
        values: array (units, steps).
        has_values: booleans (units, sequences).
        segmentation: the segments.

    Returns:
        The summed densities, (units, bins), and the number and weight, each (units, 1), of the
        segments in which a unit has a value. The weight of a window is its squared sum divided by
        its length.
    """
    power = np.zeros((len(values), segmentation.size // 2 + 1))
    number, weight = np.zeros((len(values), 1)), np.zeros((len(values), 1))
    for segments, transform in segmentation.transforms(values):
        length = segments.window.size
        counts = has_values[:, segments.sequences.indices].sum(axis=1, keepdims=True)
        power += squared_magnitude(transform).sum(axis=1) / length
        weight += counts * (segments.number * segments.window.sum() ** 2 / length)
        number += counts * (segments.number if length > 1 else 0)
    return power, number, weight


def _amplitude(
    power: NDArray[np.float64], weight: NDArray[np.float64], size: int
) -> NDArray[np.float64]:
    with np.errstate(divide="ignore", invalid="ignore"):
        power *= 4 / weight
    if size % 2 == 0:
        power[:, -1] /= 4
    power[:, 0] *= 0
    return np.sqrt(power, out=power)


def _as_band(band: tuple[float, float]) -> tuple[float, float]:
    edges = np.asarray(band)
    if edges.shape != (2,) or edges.dtype.kind not in "fiu" or not 0 <= edges[0] <= edges[1] <= 0.5:
        raise ValueError(
            "`band` must be two frequencies in cycles per token, (low, high) with "
            f"0 <= low <= high <= 0.5. Received: {band!r}."
        )
    return float(edges[0]), float(edges[1])
