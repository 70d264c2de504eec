"""In which rhythms the activity of every unit beats."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tb_rnnviz.analysis._false_discovery_rate import benjamini_hochberg
from tb_rnnviz.analysis._red_noise import RedNoise, lag_one
from tb_rnnviz.analysis._segmentation import Segments, as_method, as_segment, squared
from tb_rnnviz.analysis._spectral_peaks import Peaks, strongest_peaks
from tb_rnnviz.analysis._unit_blocks import Block, centre, for_blocks
from tb_rnnviz.analysis._validation import as_activity, as_lengths

SEGMENT = 256
"""Tokens of a segment of Welch's method by default."""


@dataclass(frozen=True, eq=False)
class Spectrum:
    """Amplitudes of the units of one quantity by frequency, and what chance gives.

    Args:
        frequency: cycles per token, (bins,), from 0; up to 0.5 where the length is even.
        amplitude: one-sided amplitude, (bins, units), in units of the activity.
        p: chance that red noise like the unit's reaches the amplitude, (bins, units); 1 at f = 0.
        band: frequencies between which peaks are looked for.
    """

    frequency: NDArray[np.float64]
    amplitude: NDArray[np.floating]
    p: NDArray[np.float32]
    band: tuple[float, float] = (0.0, 0.5)

    @cached_property
    def q(self) -> NDArray[np.float64]:
        """Rate of false discoveries at which each bin is one, over all bins and units but f = 0."""
        q = np.ones(self.p.shape)
        q[1:] = benjamini_hochberg(self.p[1:])
        q[:1][np.isnan(self.p[:1])] = np.nan
        return q

    @cached_property
    def peaks(self) -> Peaks:
        """The strongest peak of every unit inside the band."""
        return strongest_peaks(self.frequency, self.amplitude.T, self.p.T, *self.band)


def spectrum(
    activity: ArrayLike,
    *,
    lengths: Sequence[int] | None = None,
    band: tuple[float, float] = (0.0, 0.5),
    method: str = "periodogram",
    segment: int | None = None,
) -> Spectrum:
    """Gives the one-sided amplitude spectrum of every unit, tested, and its strongest peak.

    The mean is taken out. For a sequence of L tokens with transform X, the amplitude at f = k / L
    is 2 |X[k]| / L, and |X[k]| / L at f = 0.5 (Oppenheim and Schafer, Discrete-Time Signal
    Processing, chapter 8): a cosine of amplitude A at bin k has amplitude A there, for every
    k = 1 ... L / 2. The bin f = 0 is present and 0.

    Several sequences are transformed on their own, each without its own mean, on the frequencies
    of the longest (shorter ones padded with zeros, and scaled by their own length), and averaged
    in power, weighted by length: A² = sum L_s A_s² / sum L_s. Sequences of one length, and a single
    sequence, are exact.

    With `method="welch"` every sequence is cut into segments, half of each over the next, each
    without its own mean, under Hann's window and scaled by it (Welch 1967, IEEE Trans. Audio
    Electroacoust. 15). The bins are those of a segment: fewer, and steadier. A cosine at a bin
    keeps its amplitude. A sequence shorter than a segment is one segment, padded with zeros.

    A value that is not finite is replaced by the mean of its unit and sequence, and so adds
    nothing. A unit with no finite value has NaN for every amplitude.

    `p` holds every bin against red noise, an AR(1) process with the unit's own autocorrelation
    from one token to the next and the spectrum that it has in a text of this length, fitted to
    what is left without lines. The power by that spectrum is chi-square with 2 degrees of freedom
    for every independent segment (half as many at f = 0.5), by an estimate with freedom
    of its own: an F distribution. A unit that never moves has p = 1.

    A peak is a local maximum as `scipy.signal.find_peaks` finds it, at the last bin too, and never
    at f = 0. Its prominence is its height over the higher of the lowest amplitudes on either side,
    up to a higher bin or the end of the spectrum, f = 0 left out.

    Args:
        activity: array (steps, units), one quantity of one layer.
        lengths: tokens of each sequence where several stand one after the other; one sequence
            by default. They add up to `steps`.
        band: lowest and highest frequency of a peak in cycles per token, both included.
        method: "periodogram" takes sequences whole, "welch" in segments.
        segment: tokens of a segment of Welch's method, 256 by default, never more than the longest
            sequence has.

    Returns:
        A `Spectrum`; amplitudes in the precision of the activity, single at least, computed in
        double.

    Raises:
        ValueError: if the shapes do not fit, unless 0 <= band[0] <= band[1] <= 0.5, or if the
            method or the segment is none.

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
    whole = as_method(method) == "periodogram"
    if whole and segment is not None:
        raise ValueError(
            f"`segment` goes with method='welch'. Received: segment={segment!r} with "
            "method='periodogram', which takes sequences whole."
        )
    segments = Segments(sequences, None if whole else as_segment(segment, sequences, SEGMENT))
    noise = RedNoise(segments, sequences)
    bins = segments.frequency.size
    amplitude = np.empty((units, bins), dtype=np.result_type(values.dtype, np.float32))
    p = np.empty((units, bins), dtype=np.float32)

    def fill(block: Block) -> None:
        present = centre(block, sequences)
        square, lag = lag_one(block.values, sequences)
        power, number, weight = _power(block.values, present, segments)
        variance = np.where(square > 0, square, 1)[:, None] / max(steps, 1)
        density = np.empty(power.shape, dtype=np.float32)
        np.divide(power, variance * np.maximum(number, 1), out=density, casting="same_kind")
        p[block.units] = noise.p(density, lag)
        p[block.units][weight[:, 0] == 0] = np.nan
        amplitude[block.units] = _amplitude(power, weight, segments.size)

    for_blocks(fill, values)
    return Spectrum(segments.frequency, amplitude.T, p.T, edges)


def _power(
    values: NDArray[np.float64], present: NDArray[np.bool_], segments: Segments
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Gives power densities summed over segments, (units, bins), the segments' number and weight.

    Number and weight, (units, 1), are of the segments in which a unit has a value; a window weighs
    as much as its sum squared by its length.
    """
    power = np.zeros((len(values), segments.size // 2 + 1))
    number, weight = np.zeros((len(values), 1)), np.zeros((len(values), 1))
    for stretch, transform in segments.transforms(values):
        length, there = stretch.window.size, present[:, stretch.sequence, None]
        power += squared(transform).sum(axis=1) / length
        weight += there * (stretch.number * stretch.window.sum() ** 2 / length)
        number += there * (stretch.number if length > 1 else 0)
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
