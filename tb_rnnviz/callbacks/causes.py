"""Whether suggested units are used: what the model loses without them, beside their relevance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain, zip_longest

import keras
import numpy as np

from tb_rnnviz import analysis
from tb_rnnviz.capture.ablation import ablate
from tb_rnnviz.core.finding import AblationEffect, Finding
from tb_rnnviz.core.names import HIDDEN_STATE
from tb_rnnviz.core.numbers import round_significant
from tb_rnnviz.core.statistics import SIGNIFICANT
from tb_rnnviz.recording import Probe, Recording, leading
from tb_rnnviz.report import Report

UNITS = 6
"""Units that are held at one recording, the strongest of each feature first."""

TOKENS = 512
"""Tokens of the probe that are read without them."""

NUMBERS = ("effect", "low", "high", "on", "off")

HOW = "mean"
"""What they are held at."""


def add_causes(model: keras.Model, probe: Probe, recording: Recording, report: Report) -> Report:
    """Adds ablation effects to the significant findings on hidden states.

    An ablation effect is the change in loss when the unit is held at its mean, on the feature's
    tokens minus the others. If the model does not allow it, the digest has the reason in
    `causal_note`.
    """
    try:
        return _add(model, probe, recording, report)
    except Exception as error:
        return report.with_digest(causal_note=f"{type(error).__name__}: {error}")


def _add(model: keras.Model, probe: Probe, recording: Recording, report: Report) -> Report:
    if probe.targets is None or report.digest.loss is None:
        return report
    candidates = [
        finding
        for finding in report.digest.findings
        if finding.quantity == HIDDEN_STATE and finding.q <= SIGNIFICANT
    ]
    units = _in_turn(candidates)[:UNITS]
    if not units:
        return report
    part = probe.beginning(TOKENS)
    layers = [recording[path].beginning(part, [HIDDEN_STATE]) for path, _ in units]
    known = Recording(layers, part.lengths)
    # As many each time, so that they are compiled once.
    ablated = [*units, *[units[-1]] * (UNITS - len(units))]
    change = ablate(model, part, ablated, HOW, recording=known).change
    findings = []
    for finding in report.digest.findings:
        feature, unit = report.features[finding.feature], (finding.layer, finding.unit)
        if finding in candidates and feature.dtype == bool and unit in units:
            mask = feature[: sum(part.lengths)]
            effect = _effect(change[units.index(unit)], mask, part)
            finding = replace(finding, ablation=effect)
        findings.append(finding)
    return report.with_digest(findings=tuple(findings))


def _in_turn(findings: Sequence[Finding]) -> list[tuple[str, int]]:
    """Layer and unit of findings: the strongest of each feature, then the second ones, …"""
    by_feature: dict[str, list[tuple[str, int]]] = {}
    for finding in findings:
        by_feature.setdefault(finding.feature, []).append((finding.layer, finding.unit))
    in_turn = chain.from_iterable(zip_longest(*by_feature.values()))
    return list(dict.fromkeys(unit for unit in in_turn if unit is not None))


def _effect(change: np.ndarray, mask: np.ndarray, probe: Probe) -> AblationEffect:
    predictions = "of" if _continues(probe) else "at"
    effect = analysis.causal_effect(change, mask, probe.lengths, predictions=predictions)
    numbers = {name: round_significant(getattr(effect, name)[0]) for name in NUMBERS}
    return AblationEffect(**numbers, count=effect.count, how=HOW, tokens=sum(probe.lengths))


def _continues(probe: Probe) -> bool:
    """Whether the target of a token is the token behind it."""
    return all(
        leading(ids).ndim == 1 and np.array_equal(target[:-1], leading(ids)[1:])
        for ids, target in zip(probe.inputs, probe.targets, strict=True)
    )
