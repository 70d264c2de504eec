"""Evidence beyond one recording: ablation effects, unit matching, emergence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import keras
import numpy as np

from tb_rnnviz import analysis
from tb_rnnviz.capture.ablation import ablate
from tb_rnnviz.core.finding import AblationEffect
from tb_rnnviz.core.names import HIDDEN_STATE, QuantityKey
from tb_rnnviz.core.numbers import round_significant
from tb_rnnviz.core.statistics import SIGNIFICANT, STATISTICS
from tb_rnnviz.core.targets import CLASSES
from tb_rnnviz.features import Feature
from tb_rnnviz.probe import NEXT, SEQUENCE, Probe
from tb_rnnviz.recording import Recording
from tb_rnnviz.report import Report, association_screen, match_features, text_of
from tb_rnnviz.write_recording import CapturedRecording

ABLATED_UNITS = 6
"""Units that are ablated at one recording, the strongest of each feature first."""

ABLATED_TOKENS = 512
"""Tokens of the probe that are read with a unit ablated."""

ABLATED_SEQUENCES, ABLATED_SEQUENCE_TOKENS = 64, 4096
"""Most sequences with a class that are read with a unit ablated, and their tokens."""

ABLATION_VALUE = "mean"
"""Value of an ablated unit."""

EFFECT_NUMBERS = ("effect", "low", "high", "on", "off")


@dataclass(frozen=True, eq=False)
class AblatedUnits:
    """Changes in loss when units are ablated, one at a time.

    Attributes:
        units: Layer and unit of each row.
        change: Change in loss, nats (units, tokens of the probe).
        probe: Part of the probe that was read, `None` if none was.
        note: Reason why nothing was ablated, `None` if there is none.
    """

    units: tuple[tuple[str, int], ...] = ()
    change: np.ndarray = field(default_factory=lambda: np.zeros((0, 0)))
    probe: Probe | None = None
    note: str | None = None


class UnitAblation:
    """Reads the beginning of a probe with units of hidden states ablated.

    The units are chosen by `association_screen`, since the model is at hand before the findings
    are known. Features are matched once, because the text of a probe stays.
    """

    def __init__(self) -> None:
        self._matched: tuple[Any, Mapping[str, np.ndarray]] | None = None

    def measure(
        self,
        model: keras.Model,
        probe: Probe,
        captured: CapturedRecording,
        features: Sequence[Feature],
    ) -> AblatedUnits | None:
        """Ablates units; if the model does not allow it, the result has the reason.

        Returns:
            The changes in loss; `None` if there are no targets, or no unit that goes with a
            feature.
        """
        try:
            return self._measure(model, probe, captured, features)
        except Exception as error:
            return AblatedUnits(note=f"{type(error).__name__}: {error}")

    def _measure(
        self,
        model: keras.Model,
        probe: Probe,
        captured: CapturedRecording,
        features: Sequence[Feature],
    ) -> AblatedUnits | None:
        recording = captured.recording
        if probe.targets is None:
            return None
        if captured.loss is None or recording.outputs_misaligned is not None:
            return AblatedUnits(note=captured.loss_note or recording.outputs_misaligned)
        if probe.target_kind not in CLASSES:
            return AblatedUnits(note="units are ablated where the model predicts classes or tokens")
        values = self._matches(recording, features)
        units = association_screen(recording, values)[:ABLATED_UNITS]
        if not units:
            return None
        part = _ablated_part(probe)
        layers = [recording[path].beginning(part.lengths, [HIDDEN_STATE]) for path, _ in units]
        plain = Recording(layers, part.lengths)
        # As many units each time, so that they are compiled once.
        ablated = [*units, *[units[-1]] * (ABLATED_UNITS - len(units))]
        change = ablate(model, part, ablated, ABLATION_VALUE, recording=plain).change
        return AblatedUnits(tuple(units), change[: len(units)], part)

    def _matches(
        self, recording: Recording, features: Sequence[Feature]
    ) -> Mapping[str, np.ndarray]:
        """Values of the features by name."""
        key = recording.tokens, recording.lengths.tolist(), features
        if self._matched is None or self._matched[0] != key:
            values, _ = match_features(features, text_of(recording))
            self._matched = key, values
        return self._matched[1]


def add_ablation_effects(ablated: AblatedUnits | None, report: Report) -> Report:
    """Adds ablation effects to the significant findings on hidden states.

    An ablation effect is the change in loss when the unit is held at its mean, on the feature's
    tokens minus the others. If there is none, the digest has the reason in `causal_note`.
    """
    if ablated is None:
        return report
    if ablated.probe is None:
        return report.with_digest(causal_note=ablated.note)
    rows = {unit: row for row, unit in enumerate(ablated.units)}
    tokens = sum(ablated.probe.lengths)
    findings = []
    for finding in report.digest.findings:
        row = rows.get((finding.layer, finding.unit))
        is_candidate = finding.quantity == HIDDEN_STATE and finding.q <= SIGNIFICANT
        matches = report.features[finding.feature]
        if row is not None and is_candidate and matches.dtype == bool:
            effect = _ablation_effect(ablated.change[row], matches[:tokens], ablated.probe)
            finding = replace(finding, ablation=effect)
        findings.append(finding)
    return report.with_digest(findings=tuple(findings))


def _ablated_part(probe: Probe) -> Probe:
    """The part of a probe that is read with a unit ablated.

    Classes of sequences need many of them, and each to its end, where the class is.
    """
    if probe.target_kind != SEQUENCE:
        return probe.beginning(ABLATED_TOKENS)
    ends = np.cumsum(probe.lengths)
    number = max(
        1, min(ABLATED_SEQUENCES, int(np.searchsorted(ends, ABLATED_SEQUENCE_TOKENS, side="right")))
    )
    return probe.beginning(int(max(ABLATED_TOKENS, ends[:number][-1])))


def _ablation_effect(change: np.ndarray, mask: np.ndarray, probe: Probe) -> AblationEffect:
    """Ablation effect on a feature: on tokens, or on sequences that have it."""
    predictions, lengths = "of" if probe.target_kind == NEXT else "at", list(probe.lengths)
    if probe.target_kind == SEQUENCE:
        lengths = [length for length in lengths if length]
        ends = np.cumsum(lengths)
        change = change[ends - 1]
        mask = np.logical_or.reduceat(mask, ends - np.asarray(lengths, int))
        lengths = [1] * len(lengths)
    effect = analysis.causal_effect(change, mask, lengths, predictions=predictions)
    numbers = {name: round_significant(getattr(effect, name)[0]) for name in EFFECT_NUMBERS}
    return AblationEffect(
        **numbers, count=effect.count, how=ABLATION_VALUE, tokens=sum(probe.lengths)
    )


class CrossEpochEvidence:
    """Comparison of the recordings of one probe with earlier ones of the same process.

    Example:
        >>> evidence = CrossEpochEvidence()
        >>> key, q = QuantityKey("lstm", HIDDEN_STATE), np.array([0.5, 0.01])
        >>> [evidence.significant_since(key, "space", q, step).tolist() for step in (3, 4)]
        [[nan, 3.0], [nan, 3.0]]
    """

    def __init__(self) -> None:
        self._states: dict[str, np.ndarray] = {}
        self._since: dict[tuple[QuantityKey, str], np.ndarray] = {}
        self._last_step: int | None = None

    def add(self, recording: Recording, report: Report) -> Report:
        """Adds `matching` and `emergence` to the digest, and remembers this recording.

        A step that is not after the last one replaces earlier recordings, which are forgotten.
        """
        if recording.step is None:
            return report
        if self._last_step is not None and recording.step <= self._last_step:
            self._states, self._since = {}, {}
        self._last_step = recording.step
        return report.with_digest(
            matching=dict(self._matching(recording)),
            emergence=tuple(self._emergence(report, recording.step)),
        )

    def significant_since(
        self, key: QuantityKey, feature: str, q: np.ndarray, step: int
    ) -> np.ndarray:
        """Returns the first step of the present run of significant steps, float (units,).

        Args:
            key: Layer and quantity.
            feature: Name of the feature.
            q: False discovery rates at this step, (units,).
            step: This step.
        """
        before = self._since.get((key, feature))
        if before is None or before.shape != q.shape:
            before = np.full(q.shape, np.nan)
        since = np.where(np.isnan(before), step, before)
        self._since[key, feature] = np.where(q <= SIGNIFICANT, since, np.nan)
        return self._since[key, feature]

    def _matching(self, recording: Recording) -> Iterator[tuple[str, dict[str, Any]]]:
        for path in recording.layers:
            if HIDDEN_STATE not in recording[path]:
                continue
            state, _ = recording[path].consumed(HIDDEN_STATE)
            if not isinstance(state, np.ndarray):
                continue
            before, self._states[path] = self._states.get(path), state.copy()
            if before is None or before.shape != state.shape:
                continue
            match = analysis.match_units(before, state)
            moved = match.partner != np.arange(match.partner.size)
            yield path, {"quality": float(f"{match.quality:.4g}"), "moved": int(moved.sum())}

    def _emergence(self, report: Report, step: int) -> list[Mapping[str, Any]]:
        """By feature, the unit that has been significant for the longest time."""
        earliest: dict[str, dict[str, Any]] = {}
        row = STATISTICS.index("q")
        for (layer, quantity), array in report.relevance.items():
            key = QuantityKey(layer, quantity)
            for feature, statistics in zip(report.features, array, strict=True):
                since = self.significant_since(key, feature, statistics[row], step)
                if np.isnan(since).all():
                    continue
                unit = int(np.lexsort((statistics[row], since))[0])  # of several the lowest q
                entry = {"feature": feature, "step": int(since[unit]), "layer": layer}
                entry |= {"quantity": quantity, "unit": unit}
                if feature not in earliest or entry["step"] < earliest[feature]["step"]:
                    earliest[feature] = entry
        return list(earliest.values())
