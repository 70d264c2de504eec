"""In which rhythms the activity of every unit beats."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import fft

from tb_rnnviz.analysis._inputs import as_activity, as_lengths
from tb_rnnviz.analysis._peaks import Peaks, strongest_peaks

_BLOCK = 2**21  # values transformed at a time


@dataclass(frozen=True, eq=False)
class Spectrum:
    """Amplitudes of the units of one quantity by frequency.

    Args:
        frequency: cycles per token, (bins,), from 0; up to 0.5 where the length is even.
        amplitude: one-sided amplitude, (bins, units), in units of the activity.
        peaks: the strongest peak of every unit inside the band.
    """

    frequency: NDArray[np.float64]
    amplitude: NDArray[np.floating]
    peaks: Peaks


def spectrum(
    activity: ArrayLike,
    *,
    lengths: Sequence[int] | None = None,
    band: tuple[float, float] = (0.0, 0.5),
) -> Spectrum:
    """Gives the one-sided amplitude spectrum of every unit, and its strongest peak.

    The mean is taken out. For a sequence of L tokens with transform X, the amplitude at f = k / L
    is 2 |X[k]| / L, and |X[k]| / L at f = 0.5 (Oppenheim and Schafer, Discrete-Time Signal
    Processing, chapter 8): a cosine of amplitude A at bin k has amplitude A there, for every
    k = 1 ... L / 2. The bin f = 0 is present and 0.

    Several sequences are transformed on their own, each without its own mean, on the frequencies
    of the longest (shorter ones padded with zeros, and scaled by their own length), and averaged
    in power, weighted by length: A² = sum L_s A_s² / sum L_s. Sequences of one length, and a single
    sequence, are exact.

    A value that is not finite is replaced by the mean of its unit and sequence, and so adds
    nothing. A unit with no finite value has NaN for every amplitude.

    A peak is a local maximum as `scipy.signal.find_peaks` finds it, at the last bin too, and never
    at f = 0. Its prominence is its height over the higher of the lowest amplitudes on either side,
    up to a higher bin or the end of the spectrum, f = 0 left out.

    Args:
        activity: array (steps, units), one quantity of one layer.
        lengths: tokens of each sequence where several stand one after the other; one sequence
            by default. They add up to `steps`.
        band: lowest and highest frequency of a peak in cycles per token, both included.

    Returns:
        A `Spectrum`; amplitudes in the precision of the activity, single at least, computed in
        double.

    Raises:
        ValueError: if the shapes do not fit, or unless 0 <= band[0] <= band[1] <= 0.5.

    Example:

    >>> import numpy as np
    >>> wave = 0.5 * np.cos(2 * np.pi * 0.25 * np.arange(8))
    >>> result = spectrum(wave[:, None])
    >>> result.frequency.tolist()
    [0.0, 0.125, 0.25, 0.375, 0.5]
    >>> result.amplitude[:, 0].round(6).tolist()
    [0.0, 0.0, 0.5, 0.0, 0.0]
    >>> result.peaks.frequency.item()
    0.25
    """
    values = as_activity(activity)
    steps, units = values.shape
    sequences = as_lengths(lengths, steps)
    low, high = _as_band(band)

    longest = int(sequences.max(initial=0))
    frequency = np.arange(longest // 2 + 1) / max(longest, 1)
    kind = np.result_type(values.dtype, np.float32)
    amplitude = np.empty((units, frequency.size), dtype=kind)
    found = []
    size = max(1, _BLOCK // max(longest, 1))
    for start in range(0, units, size):
        block = _amplitude(values[:, start : start + size], sequences, longest)
        amplitude[start : start + size] = block
        found.append(strongest_peaks(frequency, block, low, high))
    return Spectrum(frequency, amplitude.T, Peaks.joined(found))


def _amplitude(activity: NDArray, lengths: NDArray[np.intp], longest: int) -> NDArray[np.float64]:
    """Gives the amplitudes (units, bins) of a few units."""
    units = activity.shape[1]
    power = np.zeros((units, longest // 2 + 1))
    weight = np.zeros((units, 1))
    end = 0
    for length in lengths[lengths > 0].tolist():
        values, present = _centred(activity[end : end + length])
        end += length
        transform = fft.rfft(values, n=longest, axis=1, overwrite_x=True)
        part = transform.real**2
        part += transform.imag**2
        part *= 4 / length
        power += part
        weight += length * present
    if longest % 2 == 0:
        power[:, -1] /= 4
    power[:, 0] = 0
    with np.errstate(invalid="ignore"):
        power /= weight
    return np.sqrt(power, out=power)


def _centred(activity: NDArray) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Gives (units, steps) without the mean, and which units have a finite value, (units, 1)."""
    # Two copies: leaving long rows and turning round at once is four times as slow.
    values = np.array(np.ascontiguousarray(activity).T, dtype=np.float64, order="C")
    finite = np.isfinite(values)
    if finite.all():
        values -= values[:, :1].copy()  # a constant unit becomes exactly 0
        values -= values.mean(axis=1, keepdims=True)
        return values, np.ones((len(values), 1), dtype=bool)
    values[~finite] = np.nan
    values -= np.take_along_axis(values, finite.argmax(axis=1)[:, None], axis=1)
    count = finite.sum(axis=1, keepdims=True)
    values -= values.sum(axis=1, where=finite, keepdims=True) / np.maximum(count, 1)
    values[~finite] = 0
    return values, count > 0


def _as_band(band: tuple[float, float]) -> tuple[float, float]:
    edges = np.asarray(band)
    if edges.shape != (2,) or edges.dtype.kind not in "fiu" or not 0 <= edges[0] <= edges[1] <= 0.5:
        raise ValueError(
            "`band` must be two frequencies in cycles per token, (low, high) with "
            f"0 <= low <= high <= 0.5. Received: {band!r}."
        )
    return float(edges[0]), float(edges[1])
