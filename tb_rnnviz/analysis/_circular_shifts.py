"""What chance gives: a feature against activity at every place but its own.

A feature is shifted round in its text. That keeps the rhythm and the clusters of both, which a
shuffled feature loses, and it keeps the number of matches. Sums over a text, sum f[t] a[t + s],
come out for all shifts s at once by one Fourier transform.
"""

from collections.abc import Iterator
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import fft

DRAWS = 1000
"""Shifts of several sequences, the one that was observed among them."""

_SEED = 0
_BLOCK = 2**18  # sums at a time: 1 MiB stays in a core's cache


class Sums(NamedTuple):
    """Sums under every shift, of some units with one feature.

    Args:
        rows: which of the units.
        feature: index of the feature.
        values: array (rows, shifts), single precision.
    """

    rows: slice
    feature: int
    values: NDArray[np.float32]


class Spread(NamedTuple):
    """Standard deviations of sums, (units, features).

    Args:
        shifted: over all shifts.
        unrelated: of unrelated series. Shifted round, a text is cut and joined at its ends; in
            one that is not much longer than a unit remembers, the sums then spread too little.
    """

    shifted: NDArray[np.float64]
    unrelated: NDArray[np.float64]


class Shifts(Protocol):
    """Ways to shift features. Series and features have no mean in any sequence.

    Args:
        count: number of shifts, no shift among them.
    """

    count: int

    def spread(self, series: NDArray[np.float32]) -> Spread:
        """Gives how far sums of a series (units, steps) with every feature spread."""

    def sums(self, series: NDArray[np.float32]) -> Iterator[Sums]:
        """Gives the sums of a series (units, steps) with every feature under every shift."""


def shifts_of(features: NDArray[np.float64], lengths: NDArray[np.intp]) -> Shifts:
    """Prepares the shifts of features (features, steps) in their sequences."""
    lengths = lengths[lengths > 0]
    series = features.astype(np.float32)
    return AllShifts(series) if lengths.size <= 1 else DrawnShifts(series, lengths)


class AllShifts:
    """All shifts of one text, as many as it has tokens."""

    def __init__(self, features: NDArray[np.float32]) -> None:
        self.count = features.shape[1]
        self._features = np.conj(_transform(features))
        self._power = _two_sided_power(self._features, self.count)

    def spread(self, series: NDArray[np.float32]) -> Spread:
        power = _power(_transform(series)) @ self._power.T
        spread = np.sqrt(power.astype(np.float64)) / max(self.count, 1)
        return Spread(spread, spread)

    def sums(self, series: NDArray[np.float32]) -> Iterator[Sums]:
        size = max(4, _BLOCK // max(self.count, 1))
        for start in range(0, len(series) if self.count else 0, size):
            rows = slice(start, min(start + size, len(series)))
            transform = _transform(series[rows])
            for i, feature in enumerate(self._features):
                product = transform * feature
                yield Sums(rows, i, fft.irfft(product, n=self.count, axis=1, overwrite_x=True))


class DrawnShifts:
    """Shifts of several texts: `DRAWS` of them, each text by a distance of its own.

    The first is no shift, the others are drawn evenly and independently, always the same ones.
    """

    def __init__(self, features: NDArray[np.float32], lengths: NDArray[np.intp]) -> None:
        self.count = DRAWS
        rng = np.random.default_rng(_SEED)
        self._size = max(1, 4 * _BLOCK // (DRAWS * max(len(features), 1)))
        self._number, self._features = len(features), features
        self._parts = []
        end = 0
        for length in lengths.tolist():
            part = slice(end, end + length)
            end += length
            distances = rng.integers(length, size=DRAWS)
            distances[0] = 0
            if features[:, part].any():
                transform = np.conj(_transform(features[:, part]))
                self._parts.append((part, length, distances, transform))

    def spread(self, series: NDArray[np.float32]) -> Spread:
        """Gives the exact spread over independent shifts, and that of unrelated series.

        The latter has the variance sum over lags of r_a r_f / (L - |lag|), with the sums of lagged
        products of both series inside a sequence of L tokens (Clifford, Richardson and Hemon 1989,
        Biometrics 45), and is never taken as the smaller one.
        """
        shifted, unrelated = np.zeros((2, len(series), self._number))
        for part, length, _, features in self._parts:
            own = _transform(series[:, part])
            shifted += _power(own) @ _two_sided_power(features, length).T / length**2
            pairs = length - np.arange(length)
            weight = np.where(pairs < length, 2, 1) / pairs
            lagged = _lagged(series[:, part])
            unrelated += lagged @ (weight * _lagged(self._features[:, part])).T
        return Spread(np.sqrt(shifted), np.sqrt(np.maximum(shifted, unrelated)))

    def sums(self, series: NDArray[np.float32]) -> Iterator[Sums]:
        for start in range(0, len(series), self._size):
            rows = slice(start, min(start + self._size, len(series)))
            chosen = series[rows].T
            # Units last: a shift then takes one contiguous row after the other.
            total = np.zeros((self._number, self.count, chosen.shape[1]), dtype=np.float32)
            for part, length, distances, features in self._parts:
                transform = fft.rfft(chosen[part], axis=0)
                product = features[:, :, None] * transform
                sums = fft.irfft(product, n=length, axis=1, overwrite_x=True)
                for i in range(self._number):
                    total[i] += sums[i][distances]
            for i in range(self._number):
                yield Sums(rows, i, total[i].T)


def _transform(series: NDArray[np.float32]) -> NDArray[np.complex64]:
    if not series.size:
        return np.zeros((len(series), series.shape[1] // 2 + 1), dtype=np.complex64)
    return fft.rfft(series, axis=1)


def _lagged(series: NDArray[np.float32]) -> NDArray[np.float32]:
    """Gives the sums of products by lag, from 0, (rows, steps)."""
    length = series.shape[1]
    size = fft.next_fast_len(2 * length, real=True)
    power = _power(fft.rfft(series, n=size, axis=1))
    return fft.irfft(power, n=size, axis=1)[:, :length]


def _power(transform: NDArray[np.complex64]) -> NDArray[np.float32]:
    return transform.real**2 + transform.imag**2


def _two_sided_power(transform: NDArray[np.complex64], length: int) -> NDArray[np.float32]:
    power = 2 * _power(transform)
    power[:, 0] = 0
    if length % 2 == 0:
        power[:, -1] /= 2
    return power
