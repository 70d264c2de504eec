"""What changed since a probe was read before: which unit is which, and since when a link stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from tb_rnnviz import analysis
from tb_rnnviz.core.names import HIDDEN_STATE, QuantityKey
from tb_rnnviz.core.statistics import SIGNIFICANT, STATISTICS
from tb_rnnviz.recording import Recording
from tb_rnnviz.report import Report


class History:
    """The recordings of one probe, from one process, as far as the next one needs them.

    Example:
        >>> history = History()
        >>> q = np.array([0.5, 0.01])
        >>> [history.since(("lstm", HIDDEN_STATE), "space", q, step).tolist() for step in (3, 4)]
        [[nan, 3.0], [nan, 3.0]]
    """

    def __init__(self) -> None:
        self._states: dict[str, np.ndarray] = {}
        self._since: dict[tuple[QuantityKey, str], np.ndarray] = {}

    def add(self, recording: Recording, report: Report) -> Report:
        """Adds `matching` and `emergence` to the digest, and remembers this recording."""
        if recording.step is None:
            return report
        return report.with_digest(
            matching=dict(self._matching(recording)),
            emergence=tuple(self._emergence(report, recording.step)),
        )

    def since(self, place: QuantityKey, feature: str, q: np.ndarray, step: int) -> np.ndarray:
        """The first step from which on the link of each unit has been significant, (units,)."""
        before = self._since.get((place, feature))
        if before is None or before.shape != q.shape:
            before = np.full(q.shape, np.nan)
        begun = np.where(np.isnan(before), step, before)
        self._since[place, feature] = np.where(q <= SIGNIFICANT, begun, np.nan)
        return self._since[place, feature]

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

    def _emergence(self, found: Report, step: int) -> list[dict[str, Any]]:
        earliest: dict[str, dict[str, Any]] = {}
        row = STATISTICS.index("q")
        for (layer, quantity), array in found.relevance.items():
            for feature, statistics in zip(found.features, array, strict=True):
                since = self.since((layer, quantity), feature, statistics[row], step)
                if np.isnan(since).all():
                    continue
                unit = int(np.lexsort((statistics[row], since))[0])  # of several the surest
                entry = {"feature": feature, "step": int(since[unit]), "layer": layer}
                entry |= {"quantity": quantity, "unit": unit}
                if feature not in earliest or entry["step"] < earliest[feature]["step"]:
                    earliest[feature] = entry
        return list(earliest.values())
