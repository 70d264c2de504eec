"""What stands beside the numbers of a unit: its rhythm, and how it moves around a feature."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from tb_rnnviz import analysis
from tb_rnnviz.core.names import QuantityKey
from tb_rnnviz.core.statistics import PEAK
from tb_rnnviz.report.findings import LAGS
from tb_rnnviz.tensorboard.numbers import number


def named(feature: str, place: QuantityKey, unit: int, units: int) -> dict[str, Any]:
    """Which unit of how many, and for which feature."""
    layer, quantity = place
    return {
        "feature": feature,
        "layer": layer,
        "quantity": quantity,
        "unit": unit,
        "neighbours": [i for i in (unit - 1, unit + 1) if 0 <= i < units],
    }


def peak_of(row: np.ndarray | None, coherence: float = math.nan) -> dict[str, Any] | None:
    """A unit's peak in the log, (columns,), and its coherence with a feature, where it is known."""
    if row is None or not np.isfinite(row[0]):
        return None
    described = {column: number(value) for column, value in zip(PEAK, row, strict=False)}
    return described | {"coherence": number(coherence)}


def peaks(
    series: np.ndarray, feature: np.ndarray, lengths: Sequence[int], rows: np.ndarray | None
) -> list[dict[str, Any] | None]:
    """The peaks of units in the log with the coherence of unit and feature there.

    Args:
        series: Units, (tokens, units).
        feature: Booleans or numbers, (tokens,).
        lengths: Tokens of each sequence.
        rows: What the log says of their peaks, (units, columns), where it does.
    """
    if rows is None:
        return [None] * series.shape[1]
    together, _ = analysis.coherence(series, feature, lengths=lengths).at(rows[:, 0])
    return [peak_of(row, one) for row, one in zip(rows, together, strict=True)]


def peak_for_each(
    unit: np.ndarray,
    features: Sequence[np.ndarray],
    lengths: Sequence[int],
    row: np.ndarray | None,
) -> list[dict[str, Any] | None]:
    """The peak of one unit, (tokens,), with its coherence with many features, each (tokens,).

    Coherence is the same from either side: the unit's series is held against all of them at once.
    """
    if row is None or not features or not np.isfinite(row[0]):
        return [None] * len(features)
    found = analysis.coherence(np.stack(features, axis=1), unit, lengths=lengths)
    together, _ = found.at(np.full(len(features), row[0]))
    return [peak_of(row, one) for one in together]


def responses(
    series: np.ndarray, feature: np.ndarray, lengths: Sequence[int]
) -> list[dict[str, Any] | None]:
    """How units (tokens, units) move around a boolean feature; `None` for numbers."""
    if feature.dtype != bool:
        return [None] * series.shape[1]
    response = analysis.lagged_response(series, feature, LAGS, lengths)
    return [
        {
            "label": str(response.label[unit]),
            "p": number(response.p[unit]),
            "mean": [number(value, 3) for value in response.mean[:, unit]],
            "low": number(response.low[LAGS, unit], 3),
            "high": number(response.high[LAGS, unit], 3),
        }
        for unit in range(series.shape[1])
    ]
