"""Swing of a quantity, computed where it is sliced."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tb_rnnviz import analysis
from tb_rnnviz.analysis._validation import OutOfCoreActivity


class Swing:
    """Swing (tokens, units) of an activity, computed for some units at a time.

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

    def __getitem__(self, index: tuple[slice, slice]) -> np.ndarray:
        rows, units = index
        return analysis.swing(self._activity[:, units], lengths=self._lengths)[rows]
