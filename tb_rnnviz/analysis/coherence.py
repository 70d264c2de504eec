"""Coherence of units with a feature: spectral peaks that the text itself explains."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from tb_rnnviz.analysis._false_discovery_rate import benjamini_hochberg
from tb_rnnviz.analysis._segmentation import Segmentation, as_segment
from tb_rnnviz.analysis._unit_blocks import UnitBlock, centre, unit_blocks
from tb_rnnviz.analysis._validation import as_activity, as_feature, as_lengths

SEGMENT = 256
"""Most tokens of a segment by default."""

_LEAST_SEGMENTS = 8  # of the default length in a text


@dataclass(frozen=True, eq=False)
class Coherence:
    """Coherence of the units of one quantity with a feature, by frequency.

    Args:
        frequency: cycles per token, (bins,), from 0.
        value: magnitude-squared coherence, (bins, units), 0 to 1; 0 at f = 0.
        phase: phase of the activity relative to the feature in radians, (bins, units); positive
            where the activity leads.
        p: probability that unrelated series are as coherent, (bins, units); 1 at f = 0.
        segments: equivalent number of independent segments.
    """

    frequency: NDArray[np.float64]
    value: NDArray[np.float64]
    phase: NDArray[np.float64]
    p: NDArray[np.float64]
    segments: float

    @cached_property
    def q(self) -> NDArray[np.float64]:
        """False discovery rate over all units and all bins but f = 0, (bins, units)."""
        q = np.ones(self.p.shape)
        q[1:] = benjamini_hochberg(self.p[1:])
        q[:1][np.isnan(self.p[:1])] = np.nan
        return q

    def at(self, frequency: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Returns value and p of every unit at one frequency each, such as its peak's.

        Args:
            frequency: cycles per token, (units,); the nearest bin but f = 0 is used. NaN gives
                NaN.

        Returns:
            Two arrays (units,), `value` and `p`.

        Raises:
            ValueError: if `frequency` does not have one value per unit.
        """
        frequencies = np.asarray(frequency, dtype=np.float64)
        units = self.value.shape[1]
        if frequencies.shape != (units,):
            raise ValueError(
                f"`frequency` must have one value per unit, shape ({units},). "
                f"Received: shape {frequencies.shape}."
            )
        if self.frequency.size < 2:
            return np.full(units, np.nan), np.full(units, np.nan)
        finite = np.isfinite(frequencies)
        step = self.frequency[1]
        nearest = np.rint(np.where(finite, frequencies, 0) / step).astype(np.intp)
        bins = np.clip(nearest, 1, self.frequency.size - 1), np.arange(units)
        value, p = self.value[bins], self.p[bins]
        return np.where(finite, value, np.nan), np.where(finite, p, np.nan)


def coherence(
    activity: ArrayLike,
    feature: ArrayLike,
    *,
    lengths: Sequence[int] | None = None,
    segment: int | None = None,
) -> Coherence:
    """Computes and tests the coherence of every unit with the series of a feature.

    A text is periodic in part, and a unit with a spectral peak may only follow it. With X the
    transforms of a unit and Y those of the feature (1 where it matches, 0 elsewhere, or its
    numbers) over segments as in `spectrum(..., method="welch")`, the coherence is

        |sum X conj(Y)|^2 / (sum |X|^2 sum |Y|^2)

    (Carter, Knapp and Nuttall 1973, IEEE Trans. Audio Electroacoust. 21). Over K independent
    segments of unrelated series it exceeds C with probability (1 - C)^(K - 1), at f = 0.5 with
    that of a beta distribution with parameters 1 / 2 and (K - 1) / 2; K accounts for the overlap.
    A single segment is always coherent, and p is 1.

    Values that are not finite count as the mean of their unit and sequence. A constant unit, and a
    feature that matches nowhere or everywhere, have coherence 0 and p = 1; a unit without a finite
    value is NaN.

    Args:
        activity: array (steps, units), one quantity of one layer.
        feature: booleans or floats (steps,).
        lengths: tokens of each sequence, if several are concatenated; one sequence by default.
            They sum to `steps`.
        segment: tokens of a segment, at most the length of the longest sequence; by default an
            eighth of the text, at most 256.

    Returns:
        A `Coherence`.

    Raises:
        ValueError: if the shapes do not fit, or the segment is invalid.

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
    segmentation = _segmentation(sequences, segment)

    finite = np.isfinite(series)[None]
    centred = UnitBlock(slice(0, 1), np.where(finite, series, 0), finite, np.zeros(1))
    centre(centred, sequences)
    bins = segmentation.frequency.size
    value, phase = np.zeros((2, units, bins))
    for block in unit_blocks(values):
        has_values = centre(block, sequences).any(axis=1)
        cross = np.zeros((len(block.values), bins), dtype=complex)
        power, feature_power = np.zeros(cross.shape), np.zeros(bins)
        both = np.concatenate([centred.values, block.values])
        for segments, transforms in segmentation.transforms(both):
            other, transform = transforms[0], transforms[1:]
            length = segments.window.size
            cross += np.einsum("usk,sk->uk", transform, other.conj()) / length
            power += (transform.real**2 + transform.imag**2).sum(axis=1) / length
            feature_power += (other.real**2 + other.imag**2).sum(axis=0) / length
        powers = power * feature_power
        cross_power = cross.real**2 + cross.imag**2
        squared = np.divide(cross_power, powers, out=np.zeros(powers.shape), where=powers > 0)
        squared[~has_values] = np.nan
        value[block.units] = np.minimum(squared, 1)
        phase[block.units] = np.angle(cross)
    value[:, 0] = np.where(np.isnan(value[:, 0]), np.nan, 0)
    p = _p(value, segmentation)
    return Coherence(segmentation.frequency, value.T, phase.T, p.T, segmentation.independent)


def coherence_at(
    activity: NDArray,
    features: NDArray,
    frequency: NDArray[np.float64],
    *,
    lengths: Sequence[int] | None = None,
) -> NDArray[np.float64]:
    """Computes the `coherence` of units with features, at a frequency per unit.

    It is `coherence(...).at(frequency)` without the transforms at all other frequencies.

    Args:
        activity: array (steps, units), one quantity of one layer.
        features: booleans or floats (steps, features).
        frequency: cycles per token, (units,); NaN for a unit without one.
        lengths: tokens of each sequence, if several are concatenated; one sequence by default.

    Returns:
        The coherence (units, features), 0 to 1; NaN for a unit without a frequency or a finite
        value, and for a feature without one.

    Example:
        >>> t = np.arange(400)
        >>> unit = np.cos(np.pi * t / 2)[:, None]
        >>> features = np.stack([t % 4 == 0, t % 5 == 0], axis=1)
        >>> coherence_at(unit, features, np.array([0.25])).round(2)
        array([[1., 0.]])
    """
    steps, units = activity.shape
    sequences = as_lengths(lengths, steps)
    segmentation = _segmentation(sequences, None)
    if segmentation.size < 2:
        return np.full((units, features.shape[1]), np.nan)
    known = np.isfinite(frequency)
    step = segmentation.frequency[1]
    bins = np.rint(np.where(known, frequency, 0) / step).astype(np.intp)
    bins = np.clip(bins, 1, segmentation.size // 2)
    unit_rows, has_unit = _centred_rows(activity, sequences)
    feature_rows, has_feature = _centred_rows(features, sequences)
    cross = np.zeros((units, len(feature_rows)), complex)
    power, feature_power = np.zeros((units, 1)), np.zeros(cross.shape)
    for segments, transform in segmentation.transforms(feature_rows):
        at_bins = transform[:, :, bins]
        of_units = segmentation.transform_at(unit_rows, segments, bins)
        scale = segments.window.size
        cross += np.einsum("us,fsu->uf", of_units, at_bins.conj()) / scale
        power[:, 0] += (of_units.real**2 + of_units.imag**2).sum(axis=1) / scale
        feature_power += (at_bins.real**2 + at_bins.imag**2).sum(axis=1).T / scale
    powers = power * feature_power
    cross_power = cross.real**2 + cross.imag**2
    squared = np.divide(cross_power, powers, out=np.zeros(powers.shape), where=powers > 0)
    squared[~(known & has_unit)] = np.nan
    squared[:, ~has_feature] = np.nan
    return np.minimum(squared, 1)


def _segmentation(lengths: NDArray[np.intp], segment: int | None) -> Segmentation:
    """Returns segments of a size, or of the default size."""
    longest, steps = int(lengths.max(initial=0)), int(lengths.sum())
    default = min(SEGMENT, max(steps // _LEAST_SEGMENTS, min(16, longest)), longest)
    return Segmentation(lengths, as_segment(segment, lengths, default))


def _centred_rows(
    columns: NDArray, lengths: NDArray[np.intp]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Returns columns as rows, centred by sequence, and true for those with values."""
    rows = np.ascontiguousarray(columns.T, np.float64)
    finite = np.isfinite(rows)
    rows[~finite] = 0
    centre(UnitBlock(slice(0, len(rows)), rows, finite, np.zeros(len(rows))), lengths)
    return rows, np.asarray(finite.any(axis=1))


def _p(value: NDArray[np.float64], segmentation: Segmentation) -> NDArray[np.float64]:
    others = segmentation.independent - 1
    if others <= 0:
        return np.where(np.isnan(value), np.nan, 1.0)
    p = (1 - value) ** others
    if segmentation.size % 2 == 0:
        p[:, -1] = special.betaincc(0.5, others / 2, value[:, -1])
    p[:, 0] = np.where(np.isnan(value[:, 0]), np.nan, 1)
    return p
