"""Whether a unit beats in the rhythm of the text, or in one of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from tb_rnnviz.analysis._false_discovery_rate import benjamini_hochberg
from tb_rnnviz.analysis._segmentation import Segments, as_segment
from tb_rnnviz.analysis._unit_blocks import Block, centre, unit_blocks
from tb_rnnviz.analysis._validation import as_activity, as_feature, as_lengths

SEGMENT = 256
"""Tokens of a segment by default, at most."""

_SEGMENTS = 8  # times that the default segment goes into the text, at least


@dataclass(frozen=True, eq=False)
class Coherence:
    """How closely the units of one quantity keep step with a feature, by frequency.

    Args:
        frequency: cycles per token, (bins,), from 0.
        value: magnitude-squared coherence, (bins, units), 0 to 1; 0 at f = 0.
        phase: phase of the activity against the feature in radians, (bins, units), positive where
            the activity comes first.
        p: chance that unrelated series are as coherent, (bins, units); 1 at f = 0.
        segments: number of independent segments that this rests on.
    """

    frequency: NDArray[np.float64]
    value: NDArray[np.float64]
    phase: NDArray[np.float64]
    p: NDArray[np.float64]
    segments: float

    @cached_property
    def q(self) -> NDArray[np.float64]:
        """Rate of false discoveries at which each bin is one, over all bins and units but f = 0."""
        q = np.ones(self.p.shape)
        q[1:] = benjamini_hochberg(self.p[1:])
        q[:1][np.isnan(self.p[:1])] = np.nan
        return q

    def at(self, frequency: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Gives value and p of every unit at a frequency of its own, such as that of its peak.

        Args:
            frequency: cycles per token, (units,); the nearest bin counts, never that of f = 0.
                NaN gives NaN.

        Returns:
            Two arrays (units,), `value` and `p`.
        """
        wanted = np.asarray(frequency, dtype=np.float64)
        units = self.value.shape[1]
        if wanted.shape != (units,):
            raise ValueError(
                f"`frequency` must have one value per unit, shape ({units},). "
                f"Received: shape {wanted.shape}."
            )
        if self.frequency.size < 2:
            return np.full(units, np.nan), np.full(units, np.nan)
        known = np.isfinite(wanted)
        step = self.frequency[1]
        nearest = np.rint(np.where(known, wanted, 0) / step).astype(np.intp)
        bins = np.clip(nearest, 1, self.frequency.size - 1), np.arange(units)
        value, p = self.value[bins], self.p[bins]
        return np.where(known, value, np.nan), np.where(known, p, np.nan)


def coherence(
    activity: ArrayLike,
    feature: ArrayLike,
    *,
    lengths: Sequence[int] | None = None,
    segment: int | None = None,
) -> Coherence:
    """Gives the coherence of every unit with a feature's own series, and what chance gives.

    A text has rhythms, so that a unit that peaks in its spectrum may only follow them. With X the
    transforms of a unit and Y those of the feature (1 where it matches, 0 elsewhere, or its
    numbers) over segments as in `spectrum(..., method="welch")`, the coherence is

        |sum X conj(Y)|^2 / (sum |X|^2 sum |Y|^2)

    (Carter, Knapp and Nuttall 1973, IEEE Trans. Audio Electroacoust. 21). Of K independent segments
    of unrelated series it exceeds C with probability (1 - C)^(K - 1), at f = 0.5 with that of
    a beta distribution with 1 / 2 and (K - 1) / 2; K takes the overlap into account. With one
    segment everything is coherent, and p is 1.

    Values that are not finite count as the mean of their unit and sequence. A unit that never
    moves, and a feature that matches nowhere or everywhere, have coherence 0 and p = 1; a unit with
    no finite value is NaN.

    Args:
        activity: array (steps, units), one quantity of one layer.
        feature: booleans or floats (steps,).
        lengths: tokens of each sequence where several stand one after the other; one sequence
            by default. They add up to `steps`.
        segment: tokens of a segment; by default an eighth of the text, at most 256 and never more
            than the longest sequence has.

    Returns:
        A `Coherence`.

    Raises:
        ValueError: if the shapes do not fit, or the segment is none.

    Example:
        >>> import numpy as np
        >>> t = np.arange(400)
        >>> noise = np.random.default_rng(0).normal(size=(400, 2))
        >>> noise[:, 1] += t % 4 == 1
        >>> result = coherence(noise, t % 4 == 0)
        >>> value, p = result.at([0.25, 0.25])
        >>> (p < 0.01).tolist()
        [False, True]
    """
    values = as_activity(activity)
    steps, units = values.shape
    series = as_feature(feature, steps, "feature").astype(np.float64)
    sequences = as_lengths(lengths, steps)
    longest = int(sequences.max(initial=0))
    default = min(SEGMENT, max(steps // _SEGMENTS, min(16, longest)), longest)
    segments = Segments(sequences, as_segment(segment, sequences, default))

    there = np.isfinite(series)[None]
    own = Block(slice(0, 1), np.where(there, series, 0), there, np.zeros(1))
    centre(own, sequences)
    feature_transforms = [transform[0] for _, transform in segments.transforms(own.values)]

    bins = segments.frequency.size
    value, phase = np.zeros((2, units, bins))
    for block in unit_blocks(values):
        present = centre(block, sequences).any(axis=1)
        cross = np.zeros((len(block.values), bins), dtype=complex)
        square, feature_square = np.zeros(cross.shape), np.zeros(bins)
        pairs = zip(segments.transforms(block.values), feature_transforms, strict=True)
        for (stretch, transform), other in pairs:
            length = stretch.window.size
            cross += np.einsum("usk,sk->uk", transform, other.conj()) / length
            square += (transform.real**2 + transform.imag**2).sum(axis=1) / length
            feature_square += (other.real**2 + other.imag**2).sum(axis=0) / length
        both = square * feature_square
        shared = cross.real**2 + cross.imag**2
        part = np.divide(shared, both, out=np.zeros(both.shape), where=both > 0)
        part[~present] = np.nan
        value[block.units] = np.minimum(part, 1)
        phase[block.units] = np.angle(cross)
    value[:, 0] = np.where(np.isnan(value[:, 0]), np.nan, 0)
    p = _tail(value, segments)
    return Coherence(segments.frequency, value.T, phase.T, p.T, segments.independent)


def _tail(value: NDArray[np.float64], segments: Segments) -> NDArray[np.float64]:
    others = segments.independent - 1
    if others <= 0:
        return np.where(np.isnan(value), np.nan, 1.0)
    p = (1 - value) ** others
    if segments.size % 2 == 0:
        p[:, -1] = special.betaincc(0.5, others / 2, value[:, -1])
    p[:, 0] = np.where(np.isnan(value[:, 0]), np.nan, 1)
    return p
