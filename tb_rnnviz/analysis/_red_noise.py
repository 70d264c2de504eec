"""Red noise, the null of a spectrum: what a unit that only remembers would beat with.

A process a[t] = rho a[t-1] + noise has no rhythm, and yet more power at low frequencies. Each
unit's own one is estimated, and every bin of its spectrum is held against it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import fft, special

from tb_rnnviz.analysis._segmentation import Segments, two_sided

_LINE = 0.001  # chance, over all bins of a unit, to take noise for a line
_ROUNDS = 12
_SETTLED = 1e-3  # change of rho from one fit to the next
_PART = 0.1  # of the variance in one bin
_ALONE = 20.0  # times the mean of the bins beside it
_FEW = 8  # bins, too few to have others beside them
_LITTLE = 0.5  # of the variance, left by lines
_ROUNDING = 1e-9  # of the variance: what is below is rounding


def lag_one(
    values: NDArray[np.float64], lengths: NDArray[np.intp]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Gives sums of squares and the autocorrelation at lag 1 inside sequences, each (units,)."""
    square = np.einsum("ut,ut->u", values, values)
    product = np.einsum("ut,ut->u", values[:, 1:], values[:, :-1])
    ends = np.cumsum(lengths[lengths > 0])[:-1]
    product -= (values[:, ends] * values[:, ends - 1]).sum(axis=1)
    return square, np.divide(product, square, out=np.zeros(len(values)), where=square > 0)


@dataclass
class RedNoise:
    """Tests the bins of spectra against red noise.

    Args:
        segments: how the text was cut.
        lengths: tokens of each sequence.
    """

    segments: Segments
    lengths: NDArray[np.intp]

    def __post_init__(self) -> None:
        lengths = self.lengths[self.lengths > 1]
        self.tokens = max(int(lengths.sum()), 1)
        self.mean = max(self.tokens / max(lengths.size, 1), 8.0)
        self.harmonic = 1 / (1 / lengths).mean() if lengths.size else 1.0
        self.half = np.sin(np.pi * self.segments.frequency).astype(np.float32) ** 2
        self.number = two_sided(self.segments.size)
        self.window = np.ones(2) if self.segments.whole else _autocorrelation(self.segments)

    def p(self, density: NDArray[np.float32], lag: NDArray[np.float64]) -> NDArray[np.float32]:
        """Gives p-values of power densities.

        rho comes from the autocorrelation `lag`, less its bias (Kendall 1954, Biometrika 41), the
        level from the mean of the bins. Bins that stand out as lines are taken out of both
        and the rest is fitted again, as a line would else pass for redness (compare Mann and Lees
        1996, Climatic Change 33).

        Args:
            density: mean power density of the segments by the variance, (units, bins), single.
            lag: what `lag_one` gave, (units,).

        Returns:
            p-values (units, bins); 1 at frequency 0.
        """
        if density.shape[1] < 2:
            return np.ones_like(density)
        rho = self._unbiased(lag)
        level = self._scaled(self._expected(rho), density)
        p = self._tail(density, level, rho)
        alone = self._alone(density)
        lines = (p < _LINE / (density.shape[1] - 1)) | alone
        rows = np.flatnonzero(lines.any(axis=1))
        if rows.size:
            level = np.where(alone[rows], 0, level[rows])
            p[rows] = self._without_lines(density[rows], level, lines[rows], lag[rows])
        return p

    def _alone(self, density: NDArray[np.float32]) -> NDArray[np.bool_]:
        """Tells bins that hold a good part of the variance while those around them do not.

        One of them can bend the fit so far that it passes for redness itself. It has to
        stand out of a level floor as well as of the steepest one, that of a random walk.
        """
        alone = np.zeros(density.shape, dtype=bool)
        high = density > _PART * self.segments.size / self.number
        rows = np.flatnonzero(high.any(axis=1))
        if rows.size and density.shape[1] > _FEW:
            for floor in (density[rows, 1:], density[rows, 1:] * self.half[1:]):
                high[rows, 1:] &= floor > _ALONE * _beside(floor)
            alone[rows, 1:] = high[rows, 1:]
        return alone

    def _without_lines(
        self,
        density: NDArray[np.float32],
        level: NDArray[np.float32],
        lines: NDArray[np.bool_],
        lag: NDArray[np.float64],
    ) -> NDArray[np.float32]:
        """Fits again with the last fit's level in place of the lines, until nothing changes."""
        cosine = 1 - 2 * self.half
        last = lag
        for _ in range(_ROUNDS):
            rest = np.where(lines, level, density) * (self.number / self.segments.size)
            left = np.maximum(rest.sum(axis=1), _ROUNDING)
            # `lag` goes from end to end and the bins go round. Of a strong line that differs by
            # more than a weak rest has; of noise that remembers nearly all, it is the better one.
            round_ends = (rest @ cosine) / (left * self.window[1])
            line = (density * (self.number / self.segments.size) - rest) @ cosine
            own = np.where(left > _LITTLE, (lag - line) / left, round_ends)
            rho = self._unbiased(own)
            level = self._scaled(self._expected(rho), density, lines)
            p = self._tail(density, level, rho)
            both = lines | (p < _LINE / (density.shape[1] - 1))
            if (both == lines).all() and np.allclose(rho, last, rtol=0, atol=_SETTLED):
                break
            lines, last = both, rho
        return p

    def _unbiased(self, lag: NDArray[np.float64]) -> NDArray[np.float64]:
        most = 1 - 1 / max(self.mean, 2)
        return np.clip((lag + 1 / self.mean) / (1 - 4 / self.mean), -most, most)

    def _expected(self, rho: NDArray[np.float64]) -> NDArray[np.float32]:
        """Gives the mean density of red noise of variance 1, (units, bins).

        The finite text is in it: sum over lags of rho^|lag| w[lag] cos(2 pi f lag), with w the
        autocorrelation of the window. For a whole sequence of n tokens, w = 1 - |lag| / n, that is

            (1 - rho^2) / d - 2 (1 - rho^n) rho ((1 + rho^2) cos - 2 rho) / (n d^2)

        at the frequencies k / n, with d = 1 + rho^2 - 2 rho cos(2 pi f). Sequences of several
        lengths have the harmonic mean for n.
        """
        if not self.segments.whole:
            red = np.abs(rho[:, None]) ** np.arange(self.segments.size)
            red[:, 1::2] *= np.sign(rho)[:, None]
            series = red * self.window
            return (2 * fft.rfft(series, axis=1).real - series[:, :1]).astype(np.float32)
        n = self.harmonic
        ends = 2 * (1 - np.sign(rho) ** round(n) * np.abs(rho) ** n) * rho / n
        r, e = rho.astype(np.float32)[:, None], ends.astype(np.float32)[:, None]
        fall = self._fall(r)
        density = self.half * (2 * (1 + r**2) * e)
        density -= e * (1 - r) ** 2
        density /= fall
        density += 1 - r**2
        density /= fall
        return density

    def _fall(self, rho: NDArray[np.float32]) -> NDArray[np.float32]:
        """Gives 1 + rho^2 - 2 rho cos(2 pi f) without cancellation."""
        fall = self.half * (4 * rho)
        fall += (1 - rho) ** 2
        return fall

    def _scaled(
        self,
        level: NDArray[np.float32],
        density: NDArray[np.float32],
        lines: NDArray[np.bool_] | None = None,
    ) -> NDArray[np.float32]:
        """Scales a level so that the mean ratio of density to it is 1, lines left out."""
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
        """Gives the chance that red noise is as dense, at an estimated level.

        The mean of k independent densities is chi-square with 2 k degrees of freedom, k at the
        last frequency of an even length. The estimate in the denominator varies as well, by
        v = 2 / T + (2 (cos - rho) / d)^2 (1 - rho^2) / T, the first order of its logarithm in
        level and rho; that makes the ratio F-distributed with 2 k and 2 / v degrees of freedom.
        """
        ratio = density / level
        r = rho.astype(np.float32)[:, None]
        vary = (1 - r) - 2 * self.half
        vary /= self._fall(r)
        vary *= vary
        vary *= 4 * (1 - r**2) / np.float32(self.tokens)
        vary += np.float32(2 / self.tokens)
        k = max(self.segments.independent, 1.0)
        if k == 1:
            p = ratio * vary
            np.log1p(p, out=p)
            p /= vary
            np.negative(p, out=p)
            np.exp(p, out=p)
        else:
            p = special.fdtrc(2 * k, 2 / vary.astype(np.float64), ratio).astype(np.float32)
        if self.segments.size % 2 == 0:
            p[:, -1] = special.fdtrc(k, 2 / vary[:, -1].astype(np.float64), ratio[:, -1])
        p[:, 0] = 1
        return p


def _beside(density: NDArray[np.float32]) -> NDArray[np.float32]:
    """Gives the mean of the bins two and three away to either side, where there are any."""
    total, count = np.zeros_like(density), np.zeros(density.shape[1], dtype=np.float32)
    for away in (2, 3):
        total[:, away:] += density[:, :-away]
        total[:, :-away] += density[:, away:]
        count[away:] += 1
        count[:-away] += 1
    return total / count


def _autocorrelation(segments: Segments) -> NDArray[np.float64]:
    """Gives the mean autocorrelation of the windows by lag, (size,), 1 at lag 0."""
    total, number = np.zeros(segments.size), 0
    known: dict[int, NDArray[np.float64]] = {}
    for stretch in segments.stretches:
        length = stretch.window.size
        if length == 1:
            continue
        if length not in known:
            power = np.abs(fft.rfft(stretch.window, n=2 * length)) ** 2
            known[length] = fft.irfft(power, n=2 * length)[:length] / length
        total[:length] += stretch.number * known[length]
        number += stretch.number
    return total / max(number, 1)
