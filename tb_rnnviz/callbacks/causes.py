"""Whether suggested units are used: what the model loses without them, beside their relevance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain, zip_longest
from typing import Any

import keras
import numpy as np

from tb_rnnviz import analysis
from tb_rnnviz.capture.ablation import ablate
from tb_rnnviz.core.statistics import SIGNIFICANT
from tb_rnnviz.recording import Probe, Recording, leading
from tb_rnnviz.report import Report

STATE = "hidden_state"

UNITS = 6
"""Units that are held at one recording, the strongest of each feature first."""

TOKENS = 512
"""Tokens of the probe that are read without them."""

NUMBERS = ("effect", "low", "high", "on", "off")

HOW = "mean"
"""What they are held at."""


def add_causes(model: keras.Model, probe: Probe, recording: Recording, found: Report) -> None:
    """Adds to the findings on hidden states what holding the unit costs the model.

    The change in loss when the unit is held at its mean, on the feature's tokens and on the rest:
    `causal` of a hypothesis (`docs/log_format.md`). Where the model does not allow it, the digest
    says why in `causal_note`.
    """
    try:
        _add(model, probe, recording, found)
    except Exception as error:
        found.digest["causal_note"] = f"{type(error).__name__}: {error}"


def _add(model: keras.Model, probe: Probe, recording: Recording, found: Report) -> None:
    if probe.targets is None or found.digest["loss"] is None:
        return
    standing = [
        entry
        for entry in found.digest["hypotheses"]
        if entry["quantity"] == STATE and entry["q"] <= SIGNIFICANT
    ]
    units = _fairly(standing)[:UNITS]
    if not units:
        return
    part = probe.beginning(TOKENS)
    layers = [recording[path].beginning(part, [STATE]) for path, _ in units]
    known = Recording(layers, part.lengths)
    # As many each time, so that they are compiled once.
    held = [*units, *[units[-1]] * (UNITS - len(units))]
    change = ablate(model, part, held, HOW, recording=known).change
    for entry in standing:
        feature, unit = found.features[entry["feature"]], (entry["layer"], entry["unit"])
        if feature.dtype == bool and unit in units:
            mask = feature[: sum(part.lengths)]
            entry["causal"] = _effect(change[units.index(unit)], mask, part)


def _fairly(entries: Sequence[Mapping[str, Any]]) -> list[tuple[str, int]]:
    """Layer and unit of findings: the strongest of each feature, then the second ones, …"""
    by_feature: dict[str, list[tuple[str, int]]] = {}
    for entry in entries:
        by_feature.setdefault(entry["feature"], []).append((entry["layer"], entry["unit"]))
    in_turn = chain.from_iterable(zip_longest(*by_feature.values()))
    return list(dict.fromkeys(unit for unit in in_turn if unit is not None))


def _effect(change: np.ndarray, mask: np.ndarray, probe: Probe) -> dict[str, Any]:
    predictions = "of" if _continues(probe) else "at"
    effect = analysis.causal_effect(change, mask, probe.lengths, predictions=predictions)
    numbers = {name: float(f"{getattr(effect, name)[0]:.6g}") for name in NUMBERS}
    return {**numbers, "count": effect.count, "how": HOW, "tokens": sum(probe.lengths)}


def _continues(probe: Probe) -> bool:
    """Whether the target of a token is the token behind it."""
    return all(
        leading(ids).ndim == 1 and np.array_equal(target[:-1], leading(ids)[1:])
        for ids, target in zip(probe.inputs, probe.targets, strict=True)
    )
