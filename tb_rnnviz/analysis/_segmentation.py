"""Stretches of text that are transformed on their own, and the windows over them."""

from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import fft

METHODS = ("periodogram", "welch")


class Stretch(NamedTuple):
    """Segments of one length in one sequence.

    Args:
        sequence: index of the sequence.
        start: first token of the first segment.
        number: how many there are.
        window: their window, (length,), with a mean square of 1.
    """

    sequence: int
    start: int
    number: int
    window: NDArray[np.float64]


class Segments:
    """How a text is cut.

    A periodogram takes every sequence whole. Welch's method takes segments of one size, half of
    each over the next, under Hann's window; a shorter sequence is one segment.

    Args:
        lengths: tokens of each sequence.
        size: tokens of a segment; None takes sequences whole, without a window.
    """

    def __init__(self, lengths: NDArray[np.intp], size: int | None) -> None:
        longest = int(lengths.max(initial=0))
        self.size = longest if size is None else min(size, longest)
        self.whole = size is None
        self.hop = max(1, self.size if self.whole else self.size - self.size // 2)
        self.stretches: list[Stretch] = []
        end = 0
        for i, length in enumerate(lengths.tolist()):
            own = min(length, self.size)
            if own:
                number = 1 + (length - own) // self.hop
                window = np.ones(own) if self.whole else _hann(own)
                self.stretches.append(Stretch(i, end, number, window))
            end += length

    @property
    def frequency(self) -> NDArray[np.float64]:
        """Frequencies of the bins in cycles per token, (bins,)."""
        return np.arange(self.size // 2 + 1) / max(self.size, 1)

    @cached_property
    def independent(self) -> float:
        """As many independent segments as carry the same information.

        For K segments whose windows overlap, K / (1 + 2 sum (1 - m / K) c[m]^2) with c[m] the
        correlation of the windows m hops apart (Percival and Walden 1993, Spectral Analysis for
        Physical Applications, equation 292b).
        """
        return sum(self._independent(stretch) for stretch in self.stretches)

    def _independent(self, stretch: Stretch) -> float:
        window, length = stretch.window, stretch.window.size
        if length == 1:
            return 0.0  # a single token is its own mean
        shared = 0.0
        for m in range(1, min(stretch.number, -(-length // self.hop))):
            overlap = window[m * self.hop :] @ window[: length - m * self.hop] / length
            shared += (1 - m / stretch.number) * overlap**2
        return stretch.number / (1 + 2 * shared)

    def transforms(
        self, values: NDArray[np.float64]
    ) -> Iterator[tuple[Stretch, NDArray[np.complex128]]]:
        """Transforms series (rows, steps), a stretch at a time, (rows, segments, bins).

        Every segment loses its own mean, and gets its window. The squares by the length are then
        a power density: white noise has its variance at every frequency.
        """
        for stretch in self.stretches:
            length = stretch.window.size
            end = stretch.start + (stretch.number - 1) * self.hop + length
            part = values[:, stretch.start : end]
            if self.whole:
                yield stretch, fft.rfft(part, n=self.size, axis=1)[:, None]
                continue
            cut = np.lib.stride_tricks.sliding_window_view(part, length, axis=1)[:, :: self.hop]
            cut = cut - cut.mean(axis=2, keepdims=True)
            cut *= stretch.window
            yield stretch, fft.rfft(cut, n=self.size, axis=2, overwrite_x=True)


def squared(transform: NDArray[np.complex128]) -> NDArray[np.float64]:
    """Gives squared magnitudes, (..., bins); the transform itself is lost."""
    parts = transform.view(np.float64)
    parts *= parts
    return parts[..., ::2] + parts[..., 1::2]


def two_sided(size: int) -> NDArray[np.float64]:
    """Gives how many bins of a full transform each bin of a one-sided one stands for."""
    number = np.full(size // 2 + 1, 2.0)
    number[0] = 1
    if size % 2 == 0:
        number[-1] = 1
    return number


def as_segment(segment: int | None, lengths: NDArray[np.intp], default: int) -> int:
    """Gives the size of Welch's segments, no more than the longest sequence has tokens."""
    if segment is None:
        return max(default, 1)
    if isinstance(segment, bool) or not isinstance(segment, int | np.integer) or segment < 2:
        raise ValueError(
            "`segment` must be a number of tokens, an integer of at least 2. "
            f"Received: {segment!r}."
        )
    return int(min(segment, lengths.max(initial=2)))


def as_method(method: str) -> str:
    """Checks the name of a method."""
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
