"""Findings of a recording: associations of units with features, corrected jointly."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from tb_rnnviz import analysis
from tb_rnnviz.core.finding import ASPECTS, Finding, PartialEffect
from tb_rnnviz.core.names import HIDDEN_STATE, QuantityKey
from tb_rnnviz.core.numbers import round_significant
from tb_rnnviz.core.statistics import STATISTICS
from tb_rnnviz.report.describe_finding import (
    DIGITS,
    FeatureAssociation,
    FeatureSeries,
    UnitSeries,
    describe_findings,
    unit_association,
)
from tb_rnnviz.report.swing import Swing
from tb_rnnviz.report.unit_kinds import readable_activity, unit_kinds


@dataclass(frozen=True, eq=False)
class ConsumedText:
    """Tokens that a layer consumed, masked ones left out; its quantities share it.

    Attributes:
        lengths: Tokens of each sequence.
        positions: Index of every token in the whole text, (tokens,).
        tokens: Index of the token at every step among the distinct ones, (tokens,).
        features: Features by name.
        confounds: Properties of the tokens that a partial effect excludes, (tokens, columns).
    """

    lengths: Sequence[int]
    positions: np.ndarray
    tokens: np.ndarray
    features: Mapping[str, FeatureSeries]
    confounds: np.ndarray


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
        aspect: One of `ASPECTS`; `activity` is this aspect of the units.
    """

    key: QuantityKey
    text: ConsumedText
    activity: np.ndarray | Swing
    peaks: np.ndarray
    relevances: Sequence[analysis.Relevance]
    all_kinds: analysis.UnitKinds | None = None
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

    def findings(self, chosen: Sequence[Sequence[analysis.Suggestion]]) -> list[Finding]:
        """Returns the findings on chosen units.

        Args:
            chosen: Units with their neighbours, per feature.
        """
        associations: dict[int, list[FeatureAssociation]] = {}
        for (name, series), relevance, suggested in zip(
            self.text.features.items(), self.relevances, chosen, strict=True
        ):
            partial = self._partial_effects([one.unit for one in suggested], series.values)
            for suggestion in suggested:
                association = unit_association(relevance, suggestion.unit)
                associations.setdefault(suggestion.unit, []).append(
                    FeatureAssociation(
                        name,
                        series,
                        relevance.count,
                        association,
                        suggestion.neighbours,
                        partial.get(suggestion.unit),
                        association.evidence_word,
                    )
                )
        kinds = self._kinds(associations)
        findings: list[Finding] = []
        for unit, entries in associations.items():
            activity = self.activity[:, unit : unit + 1]
            one_unit = UnitSeries(
                self.key,
                unit,
                activity,
                self.text.lengths,
                self.peaks[unit],
                kinds[unit],
                self.aspect,
            )
            findings += describe_findings(one_unit, entries)
        return findings

    def _kinds(self, units: Collection[int]) -> dict[int, str]:
        """Kinds of some units, by unit."""
        if not units:
            return {}
        if self.all_kinds is not None:
            return {unit: str(self.all_kinds.kind[unit]) for unit in units}
        ordered = sorted(units)
        activity = np.concatenate([self.activity[:, unit : unit + 1] for unit in ordered], axis=1)
        kinds = unit_kinds(self.key.quantity, activity, self.text.tokens, self.text.lengths)
        return dict(zip(ordered, kinds.kind.tolist(), strict=True))

    def _partial_effects(
        self, units: Sequence[int], values: np.ndarray
    ) -> dict[int, PartialEffect]:
        """Partial effects of some units of a hidden state, by unit."""
        if not units or self.key.quantity != HIDDEN_STATE or self.aspect != ASPECTS[0]:
            return {}
        activity = np.concatenate([self.activity[:, unit : unit + 1] for unit in units], axis=1)
        residual = analysis.remove_confounds(activity, self.text.confounds, self.text.lengths)
        relevance = analysis.relevance(residual, values, lengths=self.text.lengths)
        return {
            unit: PartialEffect(round_significant(effect, DIGITS), round_significant(p, DIGITS))
            for unit, effect, p in zip(units, relevance.effect, relevance.p, strict=True)
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
