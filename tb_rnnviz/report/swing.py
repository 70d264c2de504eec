"""Swing of a quantity, computed once, or where it is sliced if it is large."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from tb_rnnviz import analysis
from tb_rnnviz.analysis._validation import OutOfCoreActivity
from tb_rnnviz.report.value_range import VALUES_AT_ONCE


class Swing:
    """Swing (tokens, units) of an activity, a large one for some units at a time.

    Args:
        activity: Activity (tokens, units) without masked tokens.
        lengths: Tokens of each sequence.

    Attributes:
        shape: Number of tokens and of units.
    """

    dtype = np.dtype(np.float64)

    def __init__(self, activity: np.ndarray | OutOfCoreActivity, lengths: Sequence[int]) -> None:
        self._activity, self._lengths = activity, lengths
        self.shape = activity.shape
        is_small = math.prod(activity.shape) <= VALUES_AT_ONCE
        self._swing = self._computed(slice(None)) if is_small else None

    def __getitem__(self, index: tuple[slice, slice]) -> np.ndarray:
        rows, units = index
        return self._computed(units)[rows] if self._swing is None else self._swing[rows, units]

    def _computed(self, units: slice) -> np.ndarray:
        return analysis.swing(self._activity[:, units], lengths=self._lengths)
