"""Goes through an activity once and measures every unit against every feature."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tb_rnnviz.analysis._effect_sizes import Measures, boolean_measures
from tb_rnnviz.analysis._false_discovery_rate import benjamini_hochberg
from tb_rnnviz.analysis._null_distribution import Null, ShiftNull
from tb_rnnviz.analysis._numeric_effect_sizes import numeric_measures
from tb_rnnviz.analysis._ranks import mid_ranks
from tb_rnnviz.analysis._unit_blocks import Block, centre, unit_blocks


@dataclass
class Measured:
    """What there is to say about one feature, each (units,)."""

    prominence: NDArray[np.float64]
    difference: NDArray[np.float64]
    effect: NDArray[np.float64]
    auc: NDArray[np.float64]
    correlation: NDArray[np.float64]
    z: NDArray[np.float64]
    p: NDArray[np.float64]
    q: NDArray[np.float64]
    p_exact: NDArray[np.float64]
    p_family: NDArray[np.float64]
    shifts: int = 0
    note: str | None = None


def measure(
    activity: NDArray, features: list[NDArray], lengths: NDArray[np.intp]
) -> list[Measured]:
    """Measures every unit against every feature.

    Args:
        activity: array (steps, units).
        features: booleans or floats (steps,), NaN where missing.
        lengths: tokens of each sequence.

    Returns:
        One `Measured` a feature.
    """
    notes = [_note(feature) for feature in features]
    results = [_nothing(activity.shape[1], *pair) for pair in zip(features, notes, strict=True)]
    kinds = [
        _Kind(features, _places(features, notes, numeric=False), lengths),
        _Kind(features, _places(features, notes, numeric=True), lengths, numeric=True),
    ]
    everywhere = [i for i, note in enumerate(notes) if note == "matches every token"]
    prominent = np.array([features[i] for i in everywhere], dtype=np.float64)
    if not everywhere and not any(kind.places for kind in kinds):
        return results
    for block in unit_blocks(activity):
        ranks = mid_ranks(block.values, block.finite)
        if everywhere:
            found = boolean_measures(block, prominent, ranks, lengths)
            for column, i in enumerate(everywhere):
                for name, values in found._asdict().items():
                    getattr(results[i], name)[block.units] = values[:, column]
        for kind in kinds:
            if kind.places:
                kind.add(block, ranks)
    for kind in kinds:
        if kind.places:
            kind.finish(results)
    return results


@dataclass
class _Kind:
    """The boolean features that there is something to compare for, or the numeric ones."""

    features: list[NDArray]
    places: list[int]
    lengths: NDArray[np.intp]
    numeric: bool = False
    measures: list[Measures] = field(default_factory=list)

    def __post_init__(self) -> None:
        if not self.places:
            return
        self.rows = np.array([self.features[i] for i in self.places], dtype=np.float64)
        centred = _ranked(self.rows) if self.numeric else _plain(self.rows)
        centre(centred, self.lengths)
        self.null = ShiftNull(centred.values, self.lengths)

    def add(self, block: Block, ranks: NDArray[np.float64]) -> None:
        if self.numeric:
            self.measures.append(numeric_measures(block, self.rows, ranks))
            series = ranks.copy()
        else:
            self.measures.append(boolean_measures(block, self.rows, ranks, self.lengths))
            series = block.values.copy()
        series = block._replace(values=series)
        centre(series, self.lengths)
        self.null.add(series.values)

    def finish(self, results: list[Measured]) -> None:
        null: Null = self.null.result()
        for row, i in enumerate(self.places):
            result = results[i]
            for name in Measures._fields:
                parts = [getattr(found, name)[:, row] for found in self.measures]
                setattr(result, name, np.concatenate([np.empty(0), *parts]))
            missing = np.isnan(result.difference)
            for name in ("z", "p", "p_exact", "p_family"):
                setattr(result, name, np.where(missing, np.nan, getattr(null, name)[row]))
            result.q = benjamini_hochberg(result.p)
            result.shifts = null.shifts


def _places(features: list[NDArray], notes: list[str | None], *, numeric: bool) -> list[int]:
    return [
        i
        for i, (feature, note) in enumerate(zip(features, notes, strict=True))
        if note is None and (feature.dtype != bool) is numeric
    ]


def _note(feature: NDArray) -> str | None:
    if feature.dtype == bool:
        if not feature.any():
            return "matches no token"
        return "matches every token" if feature.all() else None
    numbers = feature[~np.isnan(feature)]
    if not numbers.size:
        return "has no value at any token"
    return "has the same value at every token" if np.ptp(numbers) == 0 else None


def _nothing(units: int, feature: NDArray, note: str | None) -> Measured:
    zeros = [np.zeros(units) for _ in range(3)]
    halves = np.full(units, 0.5)
    ones = [np.ones(units) for _ in range(4)]
    result = Measured(*zeros, halves, np.zeros(units), np.zeros(units), *ones, note=note)
    if feature.dtype != bool:
        result.prominence[:] = result.auc[:] = np.nan
    return result


def _plain(rows: NDArray[np.float64]) -> Block:
    return Block(slice(0, len(rows)), rows.copy(), None, rows[:, 0])


def _ranked(rows: NDArray[np.float64]) -> Block:
    finite = ~np.isnan(rows)
    return Block(slice(0, len(rows)), mid_ranks(rows, finite), finite, rows[:, 0])
