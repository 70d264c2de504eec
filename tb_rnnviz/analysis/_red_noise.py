"""Red noise, the null hypothesis of a spectrum.

A process a[t] = rho a[t-1] + noise is not periodic, and yet has more power at low frequencies.
Its parameters are estimated for each unit, and every bin of the unit's spectrum is tested against
it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import fft, special

from tb_rnnviz.analysis._segmentation import Segmentation, two_sided_counts

_LINE_LEVEL = 0.001  # probability, over all bins of a unit, to take noise for a line
_MOST_FITS = 12
_CONVERGED = 1e-3  # change of rho from one fit to the next
_LARGE_SHARE = 0.1  # share of the variance in one bin
_ISOLATED = 20.0  # ratio of a bin to the mean of its neighbours
_FEW_BINS = 8  # too few to have neighbours
_SMALL_REST = 0.5  # share of the variance that is not in lines
_ROUNDING = 1e-9  # share of the variance that is rounding error


def lag_one_autocorrelation(
    values: NDArray[np.float64], lengths: NDArray[np.intp]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Returns sums of squares and lag-1 autocorrelations in sequences, each (units,)."""
    square = np.einsum("ut,ut->u", values, values)
    product = np.einsum("ut,ut->u", values[:, 1:], values[:, :-1])
    ends = np.cumsum(lengths[lengths > 0])[:-1]
    product -= (values[:, ends] * values[:, ends - 1]).sum(axis=1)
    return square, np.divide(product, square, out=np.zeros(len(values)), where=square > 0)


@dataclass
class RedNoise:
    """Test of the bins of spectra against red noise.

    Args:
        segmentation: segments of the text.
        lengths: tokens of each sequence.
    """

    segmentation: Segmentation
    lengths: NDArray[np.intp]

    def __post_init__(self) -> None:
        lengths = self.lengths[self.lengths > 1]
        self.tokens = max(int(lengths.sum()), 1)
        self.mean = max(self.tokens / max(lengths.size, 1), 8.0)
        self.harmonic = 1 / (1 / lengths).mean() if lengths.size else 1.0
        self.half = np.sin(np.pi * self.segmentation.frequency).astype(np.float32) ** 2
        self.counts = two_sided_counts(self.segmentation.size)
        self.window = np.ones(2)
        if not self.segmentation.whole:
            self.window = _window_autocorrelation(self.segmentation)

    def p(
        self, density: NDArray[np.float32], autocorrelation: NDArray[np.float64]
    ) -> NDArray[np.float32]:
        """Returns p-values of power densities.

        rho is the lag-1 autocorrelation without its bias (Kendall 1954, Biometrika 41), the level
        is that of the mean of the bins. Lines, bins that exceed the fit, are left out and the rest
        is fitted again, because a line would pass for redness (compare Mann and Lees 1996,
        Climatic Change 33).

        Args:
            density: mean power density of the segments divided by the variance, (units, bins),
                single precision.
            autocorrelation: from `lag_one_autocorrelation`, (units,).

        Returns:
            p-values (units, bins); 1 at frequency 0.
        """
        if density.shape[1] < 2:
            return np.ones_like(density)
        rho = self._unbiased(autocorrelation)
        level = self._scaled(self._expected(rho), density)
        p = self._tail(density, level, rho)
        isolated = self._isolated(density)
        lines = (p < _LINE_LEVEL / (density.shape[1] - 1)) | isolated
        rows = np.flatnonzero(lines.any(axis=1))
        if rows.size:
            level = np.where(isolated[rows], 0, level[rows])
            p[rows] = self._p_without_lines(
                density[rows], level, lines[rows], autocorrelation[rows]
            )
        return p

    def _isolated(self, density: NDArray[np.float32]) -> NDArray[np.bool_]:
        """Detects bins with a large share of the variance whose neighbours have little.

        Such a bin can bend the fit so far that it passes for redness itself. It must exceed both a
        flat spectrum and the steepest one, that of a random walk.
        """
        isolated = np.zeros(density.shape, dtype=bool)
        high = density > _LARGE_SHARE * self.segmentation.size / self.counts
        rows = np.flatnonzero(high.any(axis=1))
        if rows.size and density.shape[1] > _FEW_BINS:
            for floor in (density[rows, 1:], density[rows, 1:] * self.half[1:]):
                high[rows, 1:] &= floor > _ISOLATED * _mean_of_neighbours(floor)
            isolated[rows, 1:] = high[rows, 1:]
        return isolated

    def _p_without_lines(
        self,
        density: NDArray[np.float32],
        level: NDArray[np.float32],
        lines: NDArray[np.bool_],
        autocorrelation: NDArray[np.float64],
    ) -> NDArray[np.float32]:
        """Refits with the level of the last fit in place of the lines until it converges."""
        cosine = 1 - 2 * self.half
        last_rho = autocorrelation
        for _ in range(_MOST_FITS):
            rest = np.where(lines, level, density) * (self.counts / self.segmentation.size)
            rest_variance = np.maximum(rest.sum(axis=1), _ROUNDING)
            # The measured autocorrelation is linear, that of the bins is circular. With a strong
            # line the two differ by more than a weak rest has, so that the circular one is used;
            # for noise with a long memory the linear one is better.
            circular = (rest @ cosine) / (rest_variance * self.window[1])
            of_lines = (density * (self.counts / self.segmentation.size) - rest) @ cosine
            linear = (autocorrelation - of_lines) / rest_variance
            rho = self._unbiased(np.where(rest_variance > _SMALL_REST, linear, circular))
            level = self._scaled(self._expected(rho), density, lines)
            p = self._tail(density, level, rho)
            all_lines = lines | (p < _LINE_LEVEL / (density.shape[1] - 1))
            is_same = (all_lines == lines).all()
            if is_same and np.allclose(rho, last_rho, rtol=0, atol=_CONVERGED):
                break
            lines, last_rho = all_lines, rho
        return p

    def _unbiased(self, autocorrelation: NDArray[np.float64]) -> NDArray[np.float64]:
        most = 1 - 1 / max(self.mean, 2)
        return np.clip((autocorrelation + 1 / self.mean) / (1 - 4 / self.mean), -most, most)

    def _expected(self, rho: NDArray[np.float64]) -> NDArray[np.float32]:
        """Returns the expected density of red noise of variance 1, (units, bins).

        For a finite text it is the sum over lags of rho^|lag| w[lag] cos(2 pi f lag), with w the
        autocorrelation of the window. For a whole sequence of n tokens, w = 1 - |lag| / n, that is

            (1 - rho^2) / d - 2 (1 - rho^n) rho ((1 + rho^2) cos - 2 rho) / (n d^2)

        at the frequencies k / n, with d = 1 + rho^2 - 2 rho cos(2 pi f). For sequences of several
        lengths, n is their harmonic mean.
        """
        if not self.segmentation.whole:
            red = np.abs(rho[:, None]) ** np.arange(self.segmentation.size)
            red[:, 1::2] *= np.sign(rho)[:, None]
            series = red * self.window
            return (2 * fft.rfft(series, axis=1).real - series[:, :1]).astype(np.float32)
        n = self.harmonic
        ends = 2 * (1 - np.sign(rho) ** round(n) * np.abs(rho) ** n) * rho / n
        r, e = rho.astype(np.float32)[:, None], ends.astype(np.float32)[:, None]
        denominator = self._denominator(r)
        density = self.half * (2 * (1 + r**2) * e)
        density -= e * (1 - r) ** 2
        density /= denominator
        density += 1 - r**2
        density /= denominator
        return density

    def _denominator(self, rho: NDArray[np.float32]) -> NDArray[np.float32]:
        """Returns d = 1 + rho^2 - 2 rho cos(2 pi f) without cancellation."""
        denominator = self.half * (4 * rho)
        denominator += (1 - rho) ** 2
        return denominator

    def _scaled(
        self,
        level: NDArray[np.float32],
        density: NDArray[np.float32],
        lines: NDArray[np.bool_] | None = None,
    ) -> NDArray[np.float32]:
        """Scales a level so that the mean ratio of density to level is 1 outside lines."""
        ratio = density / level
        ratio[:, 0] = 0
        count: int | NDArray[np.intp] = density.shape[1] - 1
        if lines is not None:
            ratio[lines] = 0
            count = np.maximum((~lines[:, 1:]).sum(axis=1, keepdims=True), 1)
        level *= (ratio.sum(axis=1, keepdims=True, dtype=np.float64) / count).astype(np.float32)
        return np.maximum(level, np.float32(_ROUNDING), out=level)

    def _tail(
        self, density: NDArray[np.float32], level: NDArray[np.float32], rho: NDArray[np.float64]
    ) -> NDArray[np.float32]:
        """Returns the probability that red noise is as dense, given an estimated level.

        The mean of k independent densities is chi-square with 2 k degrees of freedom, k at the
        last frequency of an even length. The estimate in the denominator has the relative variance
        v = 2 / T + (2 (cos - rho) / d)^2 (1 - rho^2) / T, the first order of its logarithm in
        level and rho; the ratio is then F-distributed with 2 k and 2 / v degrees of freedom.
        """
        ratio = density / level
        r = rho.astype(np.float32)[:, None]
        variance = (1 - r) - 2 * self.half
        variance /= self._denominator(r)
        variance *= variance
        variance *= 4 * (1 - r**2) / np.float32(self.tokens)
        variance += np.float32(2 / self.tokens)
        k = max(self.segmentation.independent, 1.0)
        if k == 1:
            p = ratio * variance
            np.log1p(p, out=p)
            p /= variance
            np.negative(p, out=p)
            np.exp(p, out=p)
        else:
            p = special.fdtrc(2 * k, 2 / variance.astype(np.float64), ratio).astype(np.float32)
        if self.segmentation.size % 2 == 0:
            p[:, -1] = special.fdtrc(k, 2 / variance[:, -1].astype(np.float64), ratio[:, -1])
        p[:, 0] = 1
        return p


def _mean_of_neighbours(density: NDArray[np.float32]) -> NDArray[np.float32]:
    """Returns the mean of the bins two and three away on either side, if they exist."""
    total, count = np.zeros_like(density), np.zeros(density.shape[1], dtype=np.float32)
    for distance in (2, 3):
        total[:, distance:] += density[:, :-distance]
        total[:, :-distance] += density[:, distance:]
        count[distance:] += 1
        count[:-distance] += 1
    return total / count


def _window_autocorrelation(segmentation: Segmentation) -> NDArray[np.float64]:
    """Returns the mean autocorrelation of the windows by lag, (size,), 1 at lag 0."""
    total, number = np.zeros(segmentation.size), 0
    by_length: dict[int, NDArray[np.float64]] = {}
    for segments in segmentation.sequences:
        length = segments.window.size
        if length == 1:
            continue
        if length not in by_length:
            power = np.abs(fft.rfft(segments.window, n=2 * length)) ** 2
            by_length[length] = fft.irfft(power, n=2 * length)[:length] / length
        segment_count = segments.number * len(segments.sequences.starts)
        total[:length] += segment_count * by_length[length]
        number += segment_count
    return total / max(number, 1)
