"""Findings of a recording: associations of units with features, corrected jointly."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from tb_rnnviz import analysis
from tb_rnnviz.analysis.context import TokenContexts
from tb_rnnviz.analysis.relevance import ComputedStatistics, FeatureTests
from tb_rnnviz.core.finding import ASPECTS, PartialEffect
from tb_rnnviz.core.names import HIDDEN_STATE, QuantityKey
from tb_rnnviz.core.numbers import round_significant
from tb_rnnviz.core.statistics import STATISTICS
from tb_rnnviz.report.describe_finding import (
    DIGITS,
    FeatureAssociation,
    FeatureSeries,
    UnitSeries,
    unit_association,
)
from tb_rnnviz.report.swing import Swing
from tb_rnnviz.report.unit_kinds import readable_activity, unit_kinds

TAIL_ONLY = ComputedStatistics(shares=False, within=False, q=False)
"""Statistics of a partial effect."""


@dataclass(frozen=True, eq=False)
class ConsumedText:
    """Tokens that a layer consumed, masked ones left out; its quantities share it.

    Attributes:
        lengths: Tokens of each sequence.
        positions: Index of every token in the whole text, (tokens,).
        tokens: Index of the token at every step among the distinct ones, (tokens,).
        features: Features by name.
        confounds: Properties of the tokens that a partial effect excludes, (tokens, columns).
        tests: Tests of units for the features.
        contexts: Contexts of the tokens, which kinds of units depend on.
    """

    lengths: Sequence[int]
    positions: np.ndarray
    tokens: np.ndarray
    features: Mapping[str, FeatureSeries]
    confounds: np.ndarray
    tests: FeatureTests
    contexts: TokenContexts


@dataclass(frozen=True, eq=False)
class QuantityStatistics:
    """Associations of all units of a quantity with every feature.

    Attributes:
        key: Layer and quantity.
        text: The tokens that the layer consumed.
        activity: Activity (tokens, units), without masked tokens.
        peaks: Spectral peaks (units, columns), the columns of `PEAK`; NaN of a swing.
        relevances: Relevance of the units, one per feature.
        all_kinds: Kinds of all units of a state, otherwise `None`.
        known_peaks: The peaks, if they are of a finite activity and at all frequencies, as kinds of
            units need them; otherwise `None`.
        aspect: One of `ASPECTS`; `activity` is this aspect of the units.
    """

    key: QuantityKey
    text: ConsumedText
    activity: np.ndarray | Swing
    peaks: np.ndarray
    relevances: Sequence[analysis.Relevance]
    all_kinds: analysis.UnitKinds | None = None
    known_peaks: np.ndarray | None = None
    aspect: str = ASPECTS[0]

    @property
    def kinds(self) -> analysis.UnitKinds:
        """Kinds of all units of a state."""
        if self.all_kinds is None:
            raise ValueError(f"{self.key} is no state; the kinds of its units are unknown.")
        return self.all_kinds

    def readable_activity(self, units: slice) -> np.ndarray:
        """Activity (tokens, units) of some units; cell states through tanh."""
        return readable_activity(self.key.quantity, self.activity, units)

    def relevance_array(self) -> np.ndarray:
        """Returns the statistics, float32 (features, statistics, units)."""
        rows = [[getattr(one, name) for name in STATISTICS] for one in self.relevances]
        return np.array(rows, np.float32)

    def associations(
        self, chosen: Sequence[Sequence[analysis.Suggestion]]
    ) -> list[FeatureAssociation]:
        """Returns the associations of chosen units, to be described as findings.

        Args:
            chosen: Units with their neighbours, per feature.
        """
        kinds = self._kinds({each.unit for suggested in chosen for each in suggested})
        partial = self._partial_effects(chosen)
        units: dict[int, UnitSeries] = {}
        entries: dict[int, list[FeatureAssociation]] = {}
        for row, (name, series) in enumerate(self.text.features.items()):
            relevance = self.relevances[row]
            for suggestion in chosen[row]:
                unit = suggestion.unit
                if unit not in units:
                    units[unit] = self._unit_series(unit, kinds[unit])
                association = unit_association(relevance, unit)
                entries.setdefault(unit, []).append(
                    FeatureAssociation(
                        units[unit],
                        name,
                        series,
                        relevance.count,
                        association,
                        suggestion.neighbours,
                        partial.get((row, unit)),
                        association.evidence_word,
                    )
                )
        return [entry for of_unit in entries.values() for entry in of_unit]

    def _unit_series(self, unit: int, kind: str) -> UnitSeries:
        return UnitSeries(
            self.key,
            unit,
            self.activity,
            unit,
            self.text.lengths,
            self.peaks[unit],
            kind,
            self.aspect,
        )

    def _kinds(self, units: Collection[int]) -> dict[int, str]:
        """Kinds of some units, by unit."""
        if not units:
            return {}
        if self.all_kinds is not None:
            return {unit: str(self.all_kinds.kind[unit]) for unit in units}
        ordered = sorted(units)
        activity = np.concatenate([self.activity[:, unit : unit + 1] for unit in ordered], axis=1)
        peaks = None if self.known_peaks is None else self.known_peaks[ordered]
        kinds = unit_kinds(self.key.quantity, activity, self.text.contexts, peaks)
        return dict(zip(ordered, kinds.kind.tolist(), strict=True))

    def _partial_effects(
        self, chosen: Sequence[Sequence[analysis.Suggestion]]
    ) -> dict[tuple[int, int], PartialEffect]:
        """Partial effects of chosen units of a hidden state, by feature and unit."""
        units = sorted({each.unit for suggested in chosen for each in suggested})
        if not units or self.key.quantity != HIDDEN_STATE or self.aspect != ASPECTS[0]:
            return {}
        activity = np.concatenate([self.activity[:, unit : unit + 1] for unit in units], axis=1)
        residual = analysis.remove_confounds(activity, self.text.confounds, self.text.lengths)
        relevances = self.text.tests.relevances(residual, TAIL_ONLY)
        columns = {unit: column for column, unit in enumerate(units)}
        return {
            (row, each.unit): PartialEffect(
                round_significant(relevances[row].effect[columns[each.unit]], DIGITS),
                round_significant(relevances[row].p[columns[each.unit]], DIGITS),
            )
            for row, suggested in enumerate(chosen)
            for each in suggested
        }


def correct_jointly(
    relevances: Sequence[analysis.Relevance],
) -> tuple[list[analysis.Relevance], int]:
    """Replaces q and `within_q` by the false discovery rates over all tests together.

    Args:
        relevances: Relevance of any features and quantities; those with a note were not tested.

    Returns:
        The same with their new q, 1 where nothing was tested, and `within_q`; and the number of
        plain tests.
    """
    tested = [one for one in relevances if one.note is None]
    joint = analysis.joint_q([one.p for one in tested])
    within = analysis.joint_q([one.within_p for one in tested])
    rates = iter(zip(joint.q, within.q, strict=True))
    corrected = []
    for one in relevances:
        q, within_q = (np.ones_like(one.score), one.within_q) if one.note else next(rates)
        corrected.append(replace(one, q=q, within_q=within_q))
    return corrected, joint.tests


def correct_quantities(
    quantities: Sequence[QuantityStatistics],
) -> tuple[list[QuantityStatistics], int]:
    """As `correct_jointly`, over all quantities and features."""
    corrected, tests = correct_jointly([one for each in quantities for one in each.relevances])
    rest = iter(corrected)
    return [
        replace(each, relevances=[next(rest) for _ in each.relevances]) for each in quantities
    ], tests
