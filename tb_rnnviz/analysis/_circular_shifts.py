"""Circular shifts of features, the null hypothesis of every association.

A feature is shifted circularly within its text. This preserves the autocorrelation of feature and
activity, which shuffling would destroy, and the number of matches. One Fourier transform gives
the sums over a text, sum f[t] a[t + s], of all shifts s at once.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import fft, sparse

from tb_rnnviz.analysis._equal_lengths import EqualSequences, equal_sequences
from tb_rnnviz.analysis._matrix_product import matrix_product

DRAWS = 1000
"""Shifts drawn for several sequences, the identity included."""

EVERY_SHIFT = 4096
"""Tokens of a single sequence up to which it is shifted by every distance."""

_SEED = 0
_BLOCK_SUMS = 2**17  # sums at a time: 512 KiB stay in a core's cache
_FEATURES_AT_ONCE = 6
_SERIES_AT_ONCE = 16


class ShiftedSums(NamedTuple):
    """Sums of products of units and shifted features, for every shift.

    Args:
        rows: the units.
        features: indices of the features.
        values: array (rows, features, shifts), single precision.
    """

    rows: slice
    features: slice
    values: NDArray[np.float32]


class Spread(NamedTuple):
    """Standard deviations of sums, (units, features).

    Args:
        shifted: over all shifts.
        unrelated: of unrelated series. A circular shift joins the ends of a text, so that the
            sums spread too little in a text that is not much longer than a unit's memory.
    """

    shifted: NDArray[np.float64]
    unrelated: NDArray[np.float64]


class CircularShifts(Protocol):
    """Shifts of features. Series and features have no mean in any sequence.

    Args:
        count: number of shifts, the identity included.
    """

    count: int

    def prepared(self, series: NDArray[np.float32]) -> NDArray:
        """Prepares a series (units, steps) for `spread` and `sums`."""

    def spread(self, prepared: NDArray) -> Spread:
        """Returns the spread of the sums of a series with every feature."""

    def sums(self, prepared: NDArray) -> Iterator[ShiftedSums]:
        """Yields the sums of a series with every feature under every shift."""


def circular_shifts(
    features: NDArray[np.float64], lengths: NDArray[np.intp], *, spaced: bool = False
) -> CircularShifts:
    """Prepares the shifts of features (features, steps) within their sequences.

    Args:
        features: Features without a mean in any sequence.
        lengths: Tokens of each sequence.
        spaced: If true, evenly spaced shifts do for one sequence of more than `EVERY_SHIFT` tokens.
    """
    lengths = lengths[lengths > 0]
    series = features.astype(np.float32)
    if lengths.size > 1:
        return DrawnShifts(series, lengths)
    is_spaced = spaced and series.shape[1] > EVERY_SHIFT
    return SpacedShifts(series) if is_spaced else AllShifts(series)


class AllShifts(CircularShifts):
    """All shifts of a single sequence, as many as it has tokens."""

    def __init__(self, features: NDArray[np.float32]) -> None:
        self.count = self._steps = features.shape[1]
        self._features = np.conj(_transform(features))
        self._power = _two_sided_power(self._features, self._steps)

    def prepared(self, series: NDArray[np.float32]) -> NDArray[np.complex64]:
        return _transform(series)

    def spread(self, prepared: NDArray[np.complex64]) -> Spread:
        power = matrix_product(_power(prepared), self._power.T)
        spread = np.sqrt(power.astype(np.float64)) / max(self._steps, 1)
        return Spread(spread, spread)

    def sums(self, prepared: NDArray[np.complex64]) -> Iterator[ShiftedSums]:
        at_once = min(_FEATURES_AT_ONCE, max(len(self._features), 1))
        size = max(4, _BLOCK_SUMS // max(self.count * at_once, 1))
        for start in range(0, len(prepared) if self.count else 0, size):
            rows = slice(start, min(start + size, len(prepared)))
            for first in range(0, len(self._features), at_once):
                features = slice(first, min(first + at_once, len(self._features)))
                product = prepared[rows, None] * self._features[features]
                yield ShiftedSums(
                    rows, features, fft.irfft(product, n=self.count, axis=2, overwrite_x=True)
                )


class SpacedShifts(AllShifts):
    """Evenly spaced shifts of a single long sequence.

    Their spread is that over all shifts.

    The sums at every b-th shift are the inverse transform of the product of the two transforms
    whose b parts have been added up, b times shorter than the one of all shifts (decimation in
    time, Crochiere and Rabiner 1983, Multirate Digital Signal Processing, 2.3). If the number of
    tokens is no multiple of b, the feature is padded with zeros, and the unit repeats.
    """

    def __init__(self, features: NDArray[np.float32]) -> None:
        super().__init__(features)
        self.spacing = _spacing(self._steps)
        self.count = -(-self._steps // self.spacing)
        self._is_whole = self.count * self.spacing == self._steps
        self._size = self.count
        if not self._is_whole:
            self._size = fft.next_fast_len(2 * self.count, real=True)
            padded = fft.rfft(features, n=self._size * self.spacing, axis=1)
            self._features = np.conj(padded)
        parts = self._parts(self._features) / np.float32(self.spacing)
        self._feature_parts = np.ascontiguousarray(parts.transpose(2, 1, 0))

    def sums(self, prepared: NDArray[np.complex64]) -> Iterator[ShiftedSums]:
        number = len(self._features)
        size = max(1, _BLOCK_SUMS // max(self._size * number, 1))
        for start in range(0, len(prepared), _SERIES_AT_ONCE):
            parts = self._parts(self._extended(prepared[start : start + _SERIES_AT_ONCE]))
            products = np.ascontiguousarray(parts.transpose(2, 0, 1)) @ self._feature_parts
            products = products.transpose(1, 2, 0)
            for first in range(0, len(products), size):
                block = products[first : first + size]
                sums = fft.irfft(block, n=self._size, axis=2)[:, :, : self.count]
                rows = slice(start + first, start + first + len(block))
                yield ShiftedSums(rows, slice(0, number), sums)

    def _extended(self, transform: NDArray[np.complex64]) -> NDArray[np.complex64]:
        """Returns the transform of series that repeat until there are enough tokens."""
        if self._is_whole:
            return transform
        series = fft.irfft(transform, n=self._steps, axis=1)
        repeats = -(-self._size * self.spacing // self._steps)
        return fft.rfft(np.tile(series, repeats)[:, : self._size * self.spacing], axis=1)

    def _parts(self, transform: NDArray[np.complex64]) -> NDArray[np.complex64]:
        """Returns the frequencies that coincide at every b-th token."""
        parts = np.empty((len(transform), self.spacing, self._size // 2 + 1), np.complex64)
        for part in range(self.spacing):
            if 2 * part < self.spacing:
                first = part * self._size
                parts[:, part] = transform[:, first : first + parts.shape[2]]
            else:  # negative frequencies
                last = (self.spacing - part) * self._size + 1
                mirrored = transform[:, last - parts.shape[2] : last]
                np.conj(mirrored[:, ::-1], out=parts[:, part])
        return parts


class DrawnShifts(CircularShifts):
    """`DRAWS` shifts of several sequences, each sequence by its own distance.

    The first shift is the identity; the others are drawn uniformly and independently, with a
    fixed seed.
    """

    def __init__(self, features: NDArray[np.float32], lengths: NDArray[np.intp]) -> None:
        self.count = DRAWS
        self._size = max(1, 2**20 // (DRAWS * max(len(features), 1)))
        self._number, self._features = len(features), features
        distances = _drawn_distances(tuple(lengths.tolist()))
        self._groups = []
        for group in equal_sequences(lengths):
            varies = group.of(features).any(axis=(0, 2))
            if varies.any():
                group = EqualSequences(group.length, group.starts[varies], group.indices[varies])
                self._groups.append((group, distances[group.indices]))

    def prepared(self, series: NDArray[np.float32]) -> NDArray[np.float32]:
        return series

    def spread(self, prepared: NDArray[np.float32]) -> Spread:
        """Returns the exact spread over independent shifts, and that of unrelated series.

        The latter has the variance sum over lags of r_a r_f / (L - |lag|), with the sums of lagged
        products of both series inside a sequence of L tokens (Clifford, Richardson and Hemon 1989,
        Biometrics 45), and is at least the former.
        """
        shifted, unrelated = np.zeros((2, len(prepared), self._number))
        for whole, _ in self._groups:
            length = whole.length
            pairs = length - np.arange(length)
            weight = np.where(pairs < length, 2, 1) / pairs
            for group in whole.parts(len(prepared) + self._number):
                units, features = group.of(prepared), group.of(self._features)
                power = _flat(_two_sided_power(_transform(features), length))
                shifted += matrix_product(_flat(_power(_transform(units))), power.T) / length**2
                products = _flat(weight * _lagged_products(features))
                unrelated += matrix_product(_flat(_lagged_products(units)), products.T)
        return Spread(np.sqrt(shifted), np.sqrt(np.maximum(shifted, unrelated)))

    def sums(self, prepared: NDArray[np.float32]) -> Iterator[ShiftedSums]:
        for start in range(0, len(prepared), self._size):
            rows = slice(start, min(start + self._size, len(prepared)))
            units = prepared[rows]
            total = np.zeros((self.count, self._number * len(units)), dtype=np.float32)
            for whole, drawn in self._groups:
                first = 0
                for group in whole.parts(total.shape[1]):
                    number, length = len(group.starts), group.length
                    features = np.conj(_transform(group.of(self._features))).transpose(1, 2, 0)
                    transform = _transform(group.of(units)).transpose(1, 2, 0)
                    product = features[:, :, :, None] * transform[:, :, None]
                    sums = fft.irfft(product, n=length, axis=1, overwrite_x=True)
                    choice = _chosen_shifts(drawn[first : first + number], length)
                    total += choice @ sums.reshape(number * length, -1)
                    first += number
            by_feature = total.reshape(self.count, self._number, len(units))
            yield ShiftedSums(rows, slice(0, self._number), by_feature.transpose(2, 1, 0))


def _spacing(steps: int) -> int:
    """Returns the distance of spaced shifts.

    The smallest divisor of the number of tokens that leaves at most `EVERY_SHIFT` shifts and at
    least `DRAWS`, so that the shifts are a group; without such a divisor the smallest distance.
    """
    smallest = -(-steps // EVERY_SHIFT)
    divisors = (b for b in range(smallest, steps // DRAWS + 1) if steps % b == 0)
    return next(divisors, smallest)


@lru_cache(maxsize=4)
def _drawn_distances(lengths: tuple[int, ...]) -> NDArray[np.int32]:
    """Returns the distance of every sequence in every draw, (sequences, draws)."""
    rng = np.random.default_rng(_SEED)
    distances = np.empty((len(lengths), DRAWS), np.int32)
    for row, length in zip(distances, lengths, strict=True):
        row[:] = rng.integers(length, size=DRAWS)
    distances[:, 0] = 0
    return distances


def _chosen_shifts(drawn: NDArray[np.integer], length: int) -> sparse.csr_array:
    """Returns a matrix (draws, sequences * length) that adds up the drawn shifts.

    Args:
        drawn: shift of every sequence in every draw, (sequences, draws).
        length: tokens of each sequence.
    """
    sequences, draws = drawn.shape
    columns = drawn.T + length * np.arange(sequences)
    rows = np.arange(0, draws * sequences + 1, sequences)
    ones = np.ones(columns.size, dtype=np.float32)
    return sparse.csr_array((ones, columns.ravel(), rows), shape=(draws, sequences * length))


def _transform(series: NDArray[np.float32]) -> NDArray[np.complex64]:
    if not series.size:
        return np.zeros((*series.shape[:-1], series.shape[-1] // 2 + 1), dtype=np.complex64)
    return fft.rfft(series, axis=-1)


def _lagged_products(series: NDArray[np.float32]) -> NDArray[np.float32]:
    """Returns the sums of lagged products by lag, from 0, (..., steps)."""
    length = series.shape[-1]
    size = fft.next_fast_len(2 * length, real=True)
    power = _power(fft.rfft(series, n=size, axis=-1))
    return fft.irfft(power, n=size, axis=-1)[..., :length]


def _flat(values: NDArray) -> NDArray:
    """Returns the values of every row in one line, (rows, values)."""
    return values.reshape(len(values), -1)


def _power(transform: NDArray[np.complex64]) -> NDArray[np.float32]:
    return transform.real**2 + transform.imag**2


def _two_sided_power(transform: NDArray[np.complex64], length: int) -> NDArray[np.float32]:
    power = 2 * _power(transform)
    power[..., 0] = 0
    if length % 2 == 0:
        power[..., -1] /= 2
    return power
