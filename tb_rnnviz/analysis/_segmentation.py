"""Segmentation of sequences for periodograms and Welch's method, with windows."""

from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from tb_rnnviz.analysis._equal_lengths import EqualSequences, equal_sequences

METHODS = ("periodogram", "welch")


class SequenceSegments(NamedTuple):
    """The segments of sequences of one length, all with one window.

    Args:
        sequences: the sequences.
        number: number of segments of each sequence.
        window: their window, (length,), with a mean square of 1.
    """

    sequences: EqualSequences
    number: int
    window: NDArray[np.float64]


class Segmentation:
    """Segments of the sequences of a text.

    A periodogram takes every sequence as a whole. Welch's method takes Hann-windowed segments of
    one size that overlap by half; a shorter sequence is one segment.

    Args:
        lengths: tokens of each sequence.
        size: tokens of a segment; None takes whole sequences, without a window.
    """

    def __init__(self, lengths: NDArray[np.intp], size: int | None) -> None:
        longest = int(lengths.max(initial=0))
        self.size = longest if size is None else min(size, longest)
        self.whole = size is None
        self.hop = max(1, self.size if self.whole else self.size - self.size // 2)
        self.sequences: list[SequenceSegments] = []
        for group in equal_sequences(lengths):
            segment = min(group.length, self.size)
            number = 1 + (group.length - segment) // self.hop
            window = np.ones(segment) if self.whole else _hann(segment)
            self.sequences.append(SequenceSegments(group, number, window))

    @property
    def frequency(self) -> NDArray[np.float64]:
        """Frequencies of the bins in cycles per token, (bins,)."""
        return np.arange(self.size // 2 + 1) / max(self.size, 1)

    @cached_property
    def independent(self) -> float:
        """Equivalent number of independent segments.

        For K segments whose windows overlap, K / (1 + 2 sum (1 - m / K) c[m]^2) with c[m] the
        correlation of the windows m hops apart (Percival and Walden 1993, Spectral Analysis for
        Physical Applications, equation 292b).
        """
        return sum(
            len(segments.sequences.starts) * self._independent(segments)
            for segments in self.sequences
        )

    def _independent(self, segments: SequenceSegments) -> float:
        window, length = segments.window, segments.window.size
        if length == 1:
            return 0.0  # a single token is its own mean
        shared = 0.0
        for m in range(1, min(segments.number, -(-length // self.hop))):
            overlap = float(window[m * self.hop :] @ window[: length - m * self.hop]) / length
            shared += (1 - m / segments.number) * overlap**2
        return segments.number / (1 + 2 * shared)

    def transforms(
        self, values: NDArray[np.float64]
    ) -> Iterator[tuple[SequenceSegments, NDArray[np.complex128]]]:
        """Transforms series (rows, steps) by length; yields (rows, segments, bins).

        The segments of a sequence follow each other.

        The mean of every segment is subtracted before its window is applied. The squared
        magnitude divided by the length is a power density: white noise has its variance at every
        frequency.
        """
        for segments in self.sequences:
            for group in segments.sequences.parts(len(values)):
                part = segments._replace(sequences=group)
                sequences = group.of(values)
                if self.whole:
                    yield part, fft.rfft(sequences, n=self.size, axis=2)
                    continue
                length = segments.window.size
                windows = np.lib.stride_tricks.sliding_window_view(sequences, length, axis=2)
                windows = windows[:, :, :: self.hop].reshape(len(values), -1, length)
                windows = windows - windows.mean(axis=2, keepdims=True)
                windows *= segments.window
                yield part, fft.rfft(windows, n=self.size, axis=2, overwrite_x=True)

    def transform_at(
        self, values: NDArray[np.float64], segments: SequenceSegments, bins: NDArray[np.intp]
    ) -> NDArray[np.complex128]:
        """Transforms every series (rows, steps) at one bin of its own, (rows, segments).

        The segments are windows, those of a part that `transforms` yields.
        """
        length = segments.window.size
        sequences = segments.sequences.of(values)
        windows = np.lib.stride_tricks.sliding_window_view(sequences, length, axis=2)
        windows = windows[:, :, :: self.hop].reshape(len(values), -1, length)
        angle = -2 * np.pi * ((bins[:, None] * np.arange(length)) % max(self.size, 1)) / self.size
        waves = segments.window * np.stack([np.cos(angle), np.sin(angle)])
        real, imaginary = np.einsum("usl,pul->pus", windows, waves)
        means = windows.mean(axis=2)
        real -= means * waves[0].sum(axis=1)[:, None]
        imaginary -= means * waves[1].sum(axis=1)[:, None]
        return real + 1j * imaginary


def squared_magnitude(transform: NDArray[np.complex128]) -> NDArray[np.float64]:
    """Returns squared magnitudes, (..., bins), and overwrites the transform."""
    parts = transform.view(np.float64)
    parts *= parts
    return parts[..., ::2] + parts[..., 1::2]


def two_sided_counts(size: int) -> NDArray[np.float64]:
    """Returns the number of bins of the full transform per bin of the one-sided one."""
    number = np.full(size // 2 + 1, 2.0)
    number[0] = 1
    if size % 2 == 0:
        number[-1] = 1
    return number


def as_segment(segment: int | None, lengths: NDArray[np.intp], default: int) -> int:
    """Returns the size of Welch's segments, at most that of the longest sequence."""
    if segment is None:
        return max(default, 1)
    if isinstance(segment, bool) or not isinstance(segment, int | np.integer) or segment < 2:
        raise ValueError(
            "`segment` must be a number of tokens, an integer of at least 2. "
            f"Received: {segment!r}."
        )
    return int(min(segment, lengths.max(initial=2)))


def as_method(method: str) -> str:
    """Returns the name of a method after checking it."""
    if method not in METHODS:
        raise ValueError(
            f"`method` must be one of {', '.join(map(repr, METHODS))}. Received: {method!r}."
        )
    return method


def _hann(length: int) -> NDArray[np.float64]:
    if length <= 2:
        return np.ones(length)
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(length) / length)
    return window * np.sqrt(length / (window @ window))
