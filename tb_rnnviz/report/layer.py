"""What can be said of a layer as a whole: how long it remembers, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from tb_rnnviz import analysis
from tb_rnnviz.recording import LayerActivity
from tb_rnnviz.report.numbers import brief, pieces

STATE = "hidden_state"

UNITS_NAMED = 50
"""Units that a finding of the doctor names at most."""


def memory_of(layer: LayerActivity) -> tuple[str, np.ndarray] | None:
    """How long the units of a layer remember, by what the gate permits and what the state does.

    Returns:
        The quantity it belongs to, the retain gate or the state, and float32 (2, units), tokens,
        the rows of `MEMORY`, NaN where there is no such gate. `None` without either.
    """
    gate = next((name for name in layer if layer.roles[name] == "retain"), None)
    state = STATE if STATE in layer else None
    if gate is None and state is None:
        return None
    if gate and state and layer.width(gate) != layer.width(state):
        gate = None
    rows = np.full((2, layer.width(gate or state)), np.nan, np.float32)
    lengths = [int(n) for n in layer.mask.sum(axis=1) if n]
    for row, name in enumerate((gate, state)):
        if name is None:
            continue
        activity, mask = layer.consumed(name)
        for units in pieces(activity) if mask.any() else ():
            part = activity[:, units]
            rows[row, units] = (
                analysis.autocorrelation_time(part, lengths=lengths)
                if name == state
                else analysis.time_constant(part)
            )
    return gate or state, rows


def memory_summary(quantity: str, rows: np.ndarray) -> dict[str, Any]:
    """The median memory by each route, in tokens, and the units of which the routes disagree.

    Args:
        quantity: What the rows belong to.
        rows: What `memory_of` gave, (2, units).
    """
    summary: dict[str, Any] = {"quantity": quantity, "gate": None, "autocorrelation": None}
    for name, row in zip(("gate", "autocorrelation"), rows, strict=True):
        if not np.isnan(row).all():
            summary[name] = brief(np.nanmedian(row), 4)
    profile = analysis.memory_profile(gate=rows[0], autocorrelation=rows[1])
    return summary | {"units": rows.shape[1], "disagree": int(profile.disagree.sum())}


def doctor_of(layer: LayerActivity) -> list[dict[str, Any]]:
    """What the doctor finds wrong with a layer, as entries of the digest.

    A layer that is read a few units at a time is not examined.
    """
    quantities: Mapping[str, np.ndarray] = {name: layer.consumed(name)[0] for name in layer}
    if not all(isinstance(activity, np.ndarray) for activity in quantities.values()):
        return []
    lengths = [int(n) for n in layer.mask.sum(axis=1) if n]
    case = analysis.Case(layer.path, quantities, layer.roles, lengths=lengths)
    return [
        {
            **asdict(finding),
            "units": list(finding.units[:UNITS_NAMED]),
            "concerned": len(finding.units) or layer.units,
        }
        for finding in analysis.examine(case)
    ]
