"""Windows of a probe: the last steps before chosen predictions, as sequences."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tb_rnnviz.probe import Probe


@dataclass(frozen=True, eq=False)
class Windows:
    """Windows of a probe, one for each chosen prediction.

    Attributes:
        probe: A probe whose sequences are the windows.
        first: First step of each window in its sequence, integers (windows,).
        at: Step of the prediction in each window, integers (windows,).
    """

    probe: Probe
    first: np.ndarray
    at: np.ndarray

    @property
    def is_chosen(self) -> np.ndarray:
        """True at the steps of the predictions, booleans (windows, steps)."""
        chosen = np.zeros((len(self.at), max(self.probe.lengths)), bool)
        chosen[np.arange(len(self.at)), self.at] = True
        return chosen


def windows_of(
    model: Any, probe: Probe, positions: Sequence[tuple[int, int]], window: int
) -> Windows:
    """Cuts windows that end with a step, and all have the same length if they can.

    A prediction near the beginning of its sequence has the first steps of the sequence as its
    window, with steps behind the prediction. Sequences are whole if the model reads one length
    alone, if they are pairs, and if a layer splits texts into tokens.

    Args:
        model: The model.
        probe: The probe, with ids.
        positions: Sequence and step of each prediction.
        window: Largest number of steps.

    Example:
        >>> probe = Probe("text", [3, 1, 4, 1, 5], targets=[1, 4, 1, 5, 9])
        >>> windows = windows_of(None, probe, [(0, 4), (0, 1)], 3)
        >>> [part.tolist() for part in windows.probe.inputs], windows.at.tolist()
        ([[4, 1, 5], [3, 1, 4]], [2, 1])
    """
    is_whole = probe.is_text or probe.is_pair or _has_fixed_length(model)
    rows = [row for row, _ in positions]
    sizes = [probe.lengths[row] if is_whole else min(window, probe.lengths[row]) for row in rows]
    steps = np.array([step for _, step in positions], np.int64)
    first = np.zeros_like(steps) if is_whole else np.maximum(0, steps + 1 - np.array(sizes))
    parts = [
        (row, slice(start, start + size))
        for row, start, size in zip(rows, first, sizes, strict=True)
    ]
    cut = copy.copy(probe)
    cut.inputs = [_cut(probe.inputs[row], part, probe.lengths[row]) for row, part in parts]
    cut.sequences = [probe.sequences[row][part] for row, part in parts]
    cut.lengths = tuple(map(int, sizes))
    cut.strings = probe.strings and [
        probe.strings[row] if probe.is_text else probe.strings[row][part] for row, part in parts
    ]
    cut.tokens = probe.tokens and [probe.tokens[row][part] for row, part in parts]
    if probe.targets is not None:
        cut.targets = [probe.targets[row][part] for row, part in parts]
    return Windows(cut, first, steps - first)


def _cut(sequence: Any, part: slice, length: int) -> Any:
    """Cuts every array that has the steps of the sequence."""
    if isinstance(sequence, Mapping):
        return {key: _cut(each, part, length) for key, each in sequence.items()}
    if isinstance(sequence, np.ndarray):
        return sequence[part] if sequence.ndim and len(sequence) == length else sequence
    return tuple(_cut(each, part, length) for each in sequence)


def _has_fixed_length(model: Any) -> bool:
    shapes = [tensor.shape for tensor in getattr(model, "inputs", None) or ()]
    return any(len(shape) > 1 and shape[1] is not None for shape in shapes)
