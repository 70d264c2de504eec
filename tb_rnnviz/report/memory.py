"""Memory time scales of a layer, from its retain gate and from its hidden state."""

from __future__ import annotations

from typing import Any

import numpy as np

from tb_rnnviz import analysis
from tb_rnnviz.core.names import HIDDEN_STATE, RETAIN
from tb_rnnviz.core.numbers import round_significant
from tb_rnnviz.core.statistics import MEMORY
from tb_rnnviz.recording import LayerActivity
from tb_rnnviz.report.value_range import unit_slices


def layer_memory(layer: LayerActivity) -> tuple[str, np.ndarray] | None:
    """Memory time scales of the units of a layer.

    Returns:
        The quantity that they belong to, the retain gate or else the hidden state, and float32
        (rows, units) in tokens, the rows of `MEMORY`, NaN for the row of a missing quantity.
        `None` for a layer that has neither.
    """
    gate = next((name for name in layer if layer.roles[name] == RETAIN), None)
    state = HIDDEN_STATE if HIDDEN_STATE in layer else None
    quantity = gate or state
    if quantity is None:
        return None
    if gate and state and layer.width(gate) != layer.width(state):
        gate, quantity = None, state
    rows = np.full((len(MEMORY), layer.width(quantity)), np.nan, np.float32)
    for row, name in enumerate((gate, state)):
        if name is None:
            continue
        activity, mask = layer.consumed(name)
        for units in unit_slices(activity) if mask.any() else ():
            values = activity[:, units]
            rows[row, units] = (
                analysis.autocorrelation_time(values, lengths=layer.consumed_lengths)
                if name == state
                else analysis.time_constant(values)
            )
    return quantity, rows


def memory_summary(quantity: str, rows: np.ndarray) -> dict[str, Any]:
    """Median memory time scales of a layer, and how many units they disagree for.

    Args:
        quantity: The quantity that the rows belong to.
        rows: Time scales in tokens (rows, units), as `layer_memory` returns them.

    Returns:
        An entry of `memory` in a digest.
    """
    summary: dict[str, Any] = {"quantity": quantity, **dict.fromkeys(MEMORY)}
    for name, row in zip(MEMORY, rows, strict=True):
        if not np.isnan(row).all():
            summary[name] = round_significant(np.nanmedian(row), 4)
    profile = analysis.memory_profile(gate=rows[0], autocorrelation=rows[1])
    return summary | {"units": rows.shape[1], "disagree": int(profile.disagree.sum())}
