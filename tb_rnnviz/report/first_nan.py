"""First value of a recording that is not a number."""

from __future__ import annotations

from typing import Any

import numpy as np

from tb_rnnviz.recording import Recording
from tb_rnnviz.report.match_features import text_of
from tb_rnnviz.report.types import Report
from tb_rnnviz.report.value_range import unit_slices


def first_nan(recording: Recording, report: Report) -> dict[str, Any] | None:
    """Finds the first value that is not a number, by token and then by layer.

    Args:
        recording: A recording with tokens.
        report: Its report, whose ranges say where values are missing.

    Returns:
        Step, layer, quantity, unit, token and the token's text (empty for a signal), an entry of
        the digest; `None` if every value is a number.
    """
    first: tuple[int, int, str, str, int] | None = None
    for rank, (layer, quantity) in enumerate(report.peaks):
        if not report.digest.ranges[layer][quantity]["missing"]:
            continue
        activity, mask = recording[layer].flat(quantity)
        for units in unit_slices(activity):
            is_nan = np.isnan(activity[:, units]) & mask[:, None]
            if is_nan.any():
                token, unit = map(int, np.unravel_index(is_nan.argmax(), is_nan.shape))
                candidate = token, rank, layer, quantity, units.start + unit
                first = candidate if first is None else min(first, candidate)
    if first is None:
        return None
    token, _, layer, quantity, unit = first
    text = text_of(recording, {}).flat[token]
    location = {"layer": layer, "quantity": quantity, "unit": unit, "token": token}
    return {"step": recording.step, **location, "text": text}
