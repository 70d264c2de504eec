"""The words of a report, and the report itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tb_rnnviz.core.names import HIDDEN_STATE, QuantityKey
from tb_rnnviz.core.statistics import STATISTICS


@dataclass
class Report:
    """Everything found in one recording.

    Attributes:
        digest: What fits into a page: counts, suggested units, ranges (`docs/log_format.md`).
        features: By feature, one value a token, boolean or number, (tokens,).
        relevance: By place, float32 (features, statistics, units).
        peaks: By place, float32 (units, 5), the columns of `PEAK`.
        saturation: By place of a gate, float32 (2, units).
        memory: By place of a retain gate, or of the hidden state where there is none, float32
            (2, units), the rows of `MEMORY`.
        spectra: By place, the pooled spectrum: frequency (groups,), amplitude (groups, units),
            and the number of bins before pooling.
    """

    digest: dict[str, Any]
    features: dict[str, np.ndarray]
    relevance: dict[QuantityKey, np.ndarray] = field(default_factory=dict)
    peaks: dict[QuantityKey, np.ndarray] = field(default_factory=dict)
    saturation: dict[QuantityKey, np.ndarray] = field(default_factory=dict)
    memory: dict[QuantityKey, np.ndarray] = field(default_factory=dict)
    spectra: dict[QuantityKey, tuple[np.ndarray, np.ndarray, int]] = field(default_factory=dict)


def highest_scores(found: Report) -> dict[str, float]:
    """By feature, the highest score of a hidden state: prominence + difference, not divided by it.

    Relevance itself is relative, so that its highest value is always one.
    """
    scores = {name: [] for name in found.features}
    for (_, quantity), rows in found.relevance.items():
        if quantity == HIDDEN_STATE:
            for name, row in zip(found.features, rows, strict=True):
                scores[name] += row[STATISTICS.index("score")].tolist()
    return {
        name: max(finite)
        for name, values in scores.items()
        if (finite := [value for value in values if np.isfinite(value)])
    }
