"""Associations of all units with all features, in one pass over an activity."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tb_rnnviz.analysis._effect_sizes import (
    EffectSizes,
    boolean_effect_sizes,
    no_effect_sizes,
    numeric_effect_sizes,
)
from tb_rnnviz.analysis._false_discovery_rate import benjamini_hochberg
from tb_rnnviz.analysis._null_distribution import NullDistribution, ShiftTests
from tb_rnnviz.analysis._ranks import mid_ranks
from tb_rnnviz.analysis._unit_blocks import UnitBlock, centre

MATCHES_NO_TOKEN = "matches no token"
"""Note of a boolean feature that cannot be tested."""

MATCHES_EVERY_TOKEN = "matches every token"
"""Note of a boolean feature that has a prominence, but nothing to compare with."""


@dataclass(frozen=True)
class ComputedStatistics:
    """Statistics of tests that take time of their own; those left out are NaN.

    Args:
        shares: if true, the shares of all shifts, `p_exact` and `p_family`.
        within: if true, the statistics within equal tokens, where the tokens are known.
        q: if true, false discovery rates over the units of each feature.
    """

    shares: bool = True
    within: bool = True
    q: bool = True


@dataclass
class AssociationStatistics:
    """Effect sizes and null statistics of all units for one feature, each (units,).

    `Relevance` defines them.
    """

    effect_sizes: EffectSizes
    z: NDArray[np.float64]
    p: NDArray[np.float64]
    q: NDArray[np.float64]
    p_exact: NDArray[np.float64]
    p_family: NDArray[np.float64]
    shifts: int = 0
    note: str | None = None


class AssociationTests:
    """Features that units are tested for, prepared once for any activities.

    Args:
        features: booleans or floats (steps,), NaN where missing.
        lengths: tokens of each sequence.
    """

    def __init__(self, features: list[NDArray], lengths: NDArray[np.intp]) -> None:
        self.features, self.lengths = features, lengths
        self.notes = [_note(feature) for feature in features]
        self.groups = [
            _FeatureGroup(features, indices, lengths, numeric)
            for numeric in (False, True)
            if (indices := _testable(features, self.notes, numeric=numeric))
        ]
        self.constant = [i for i, note in enumerate(self.notes) if note == MATCHES_EVERY_TOKEN]
        self.constant_masks = np.array([features[i] for i in self.constant], dtype=np.float64)


class Associations:
    """Associations of the units of one activity, accumulated over blocks of units.

    Args:
        tests: the features.
        units: number of units.
        options: statistics that are computed.
    """

    def __init__(self, tests: AssociationTests, units: int, options: ComputedStatistics) -> None:
        self._tests = tests
        self._results = [
            _no_association(units, *pair) for pair in zip(tests.features, tests.notes, strict=True)
        ]
        self._groups = [_GroupAssociations(group, options) for group in tests.groups]

    def add(self, block: UnitBlock, ranks: NDArray[np.float64]) -> None:
        """Computes the associations of more units, with the ranks of their values."""
        tests = self._tests
        if tests.constant:
            sizes = boolean_effect_sizes(block, tests.constant_masks, ranks, tests.lengths)
            for column, i in enumerate(tests.constant):
                for name, values in sizes._asdict().items():
                    getattr(self._results[i].effect_sizes, name)[block.units] = values[:, column]
        for group in self._groups:
            group.add(block, ranks)

    def statistics(self) -> list[AssociationStatistics]:
        """Returns the `AssociationStatistics` of each feature."""
        for group in self._groups:
            group.write_statistics(self._results)
        return self._results


@dataclass
class _FeatureGroup:
    """Testable features of one kind.

    Args:
        features: all features, of both kinds.
        indices: indices of the features of the group.
        lengths: tokens of each sequence.
        numeric: if true, the features are numeric, otherwise boolean.
    """

    features: list[NDArray]
    indices: list[int]
    lengths: NDArray[np.intp]
    numeric: bool

    def __post_init__(self) -> None:
        self.rows = np.array([self.features[i] for i in self.indices], dtype=np.float64)
        centred = _rank_block(self.rows) if self.numeric else _value_block(self.rows)
        centre(centred, self.lengths)
        self.null = NullDistribution(centred.values, self.lengths)


class _GroupAssociations:
    """Associations with the features of one kind, accumulated over blocks of units."""

    def __init__(self, group: _FeatureGroup, options: ComputedStatistics) -> None:
        self._corrects = options.q
        self._group = group
        self._effect_sizes: list[EffectSizes] = []
        self._shifts = ShiftTests(group.null, shares=options.shares)

    def add(self, block: UnitBlock, ranks: NDArray[np.float64]) -> None:
        group = self._group
        if group.numeric:
            self._effect_sizes.append(numeric_effect_sizes(block, group.rows, ranks))
            series = ranks.copy()
        else:
            self._effect_sizes.append(boolean_effect_sizes(block, group.rows, ranks, group.lengths))
            series = block.values.copy()
        centred = block._replace(values=series)
        centre(centred, group.lengths)
        self._shifts.add(centred.values)

    def write_statistics(self, results: list[AssociationStatistics]) -> None:
        null = self._shifts.statistics()
        for row, i in enumerate(self._group.indices):
            result = results[i]
            columns = {
                name: [getattr(block, name)[:, row] for block in self._effect_sizes]
                for name in EffectSizes._fields
            }
            result.effect_sizes = EffectSizes(
                **{name: np.concatenate([np.empty(0), *parts]) for name, parts in columns.items()}
            )
            undefined = np.isnan(result.effect_sizes.difference)
            for name in ("z", "p", "p_exact", "p_family"):
                setattr(result, name, np.where(undefined, np.nan, getattr(null, name)[row]))
            unknown = np.full_like(result.p, np.nan)
            result.q = benjamini_hochberg(result.p) if self._corrects else unknown
            result.shifts = null.shifts


def _testable(features: list[NDArray], notes: list[str | None], *, numeric: bool) -> list[int]:
    """Returns the indices of the features of one kind that vary."""
    return [
        i
        for i, (feature, note) in enumerate(zip(features, notes, strict=True))
        if note is None and (feature.dtype != bool) is numeric
    ]


def _note(feature: NDArray) -> str | None:
    """Returns the reason why a feature cannot be tested, None if it can."""
    if feature.dtype == bool:
        if not feature.any():
            return MATCHES_NO_TOKEN
        return MATCHES_EVERY_TOKEN if feature.all() else None
    numbers = feature[~np.isnan(feature)]
    if not numbers.size:
        return "has no value at any token"
    return "has the same value at every token" if np.ptp(numbers) == 0 else None


def _no_association(units: int, feature: NDArray, note: str | None) -> AssociationStatistics:
    return AssociationStatistics(
        effect_sizes=no_effect_sizes(units, numeric=feature.dtype != bool),
        z=np.zeros(units),
        p=np.ones(units),
        q=np.ones(units),
        p_exact=np.ones(units),
        p_family=np.ones(units),
        note=note,
    )


def _value_block(rows: NDArray[np.float64]) -> UnitBlock:
    return UnitBlock(slice(0, len(rows)), rows.copy(), None, rows[:, 0])


def _rank_block(rows: NDArray[np.float64]) -> UnitBlock:
    finite = ~np.isnan(rows)
    return UnitBlock(slice(0, len(rows)), mid_ranks(rows, finite), finite, rows[:, 0])
