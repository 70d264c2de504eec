"""Report of a recording: its digest, and the arrays that the log stores beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from tb_rnnviz.core.digest import Digest
from tb_rnnviz.core.names import HIDDEN_STATE, QuantityKey
from tb_rnnviz.core.statistics import STATISTICS


@dataclass(frozen=True, eq=False)
class Report:
    """Results for one recording.

    Attributes:
        digest: Findings, diagnoses and summaries.
        features: Values of the features by name, booleans or numbers (tokens,).
        relevance: Statistics by quantity, float32 (features, statistics, units), the rows of
            `STATISTICS`.
        peaks: Spectral peaks by quantity, float32 (units, columns), the columns of `PEAK`.
        saturation: By gate, float32 (2, units): shares of tokens below 0.1 and above 0.9.
        unit_ranges: Robust ranges of the units by quantity, float32 (2, units), the rows of
            `UNIT_RANGE`.
        memory: Memory time scales by retain gate, or by hidden state in a layer without one,
            float32 (rows, units), the rows of `MEMORY`.
        spectra: Pooled spectra by quantity: frequency (groups,), amplitude (groups, units), and
            the number of bins before pooling.
        matrices: Numbers of each head by matrix, float32 (statistics, heads), the rows of
            `MATRIX_STATISTICS`.
    """

    digest: Digest
    features: Mapping[str, np.ndarray]
    relevance: Mapping[QuantityKey, np.ndarray] = field(default_factory=dict)
    peaks: Mapping[QuantityKey, np.ndarray] = field(default_factory=dict)
    saturation: Mapping[QuantityKey, np.ndarray] = field(default_factory=dict)
    unit_ranges: Mapping[QuantityKey, np.ndarray] = field(default_factory=dict)
    memory: Mapping[QuantityKey, np.ndarray] = field(default_factory=dict)
    spectra: Mapping[QuantityKey, tuple[np.ndarray, np.ndarray, int]] = field(default_factory=dict)
    matrices: Mapping[str, np.ndarray] = field(default_factory=dict)

    def with_digest(self, **changes: Any) -> Report:
        """Returns the report with attributes of its digest replaced.

        Example:
            >>> report = Report(Digest(tokens=1, sequences=1), {})
            >>> report.with_digest(causal_note="no targets").digest.causal_note
            'no targets'
        """
        return replace(self, digest=replace(self.digest, **changes))


def highest_scores(report: Report) -> dict[str, float]:
    """Highest score of a hidden state by feature, for the Scalars tab.

    Relevance is relative to the highest score, so that its own maximum is always one.
    """
    scores: dict[str, list[float]] = {name: [] for name in report.features}
    for (_, quantity), array in report.relevance.items():
        if quantity == HIDDEN_STATE:
            for name, rows in zip(report.features, array, strict=True):
                scores[name] += rows[STATISTICS.index("score")].tolist()
    return {
        name: max(finite)
        for name, values in scores.items()
        if (finite := [value for value in values if np.isfinite(value)])
    }
