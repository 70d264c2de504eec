"""Kinds of the units of a quantity."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tb_rnnviz import analysis
from tb_rnnviz.core.names import CELL_STATE
from tb_rnnviz.report.value_range import unit_slices


def unit_kinds(
    quantity: str, activity: np.ndarray, tokens: np.ndarray, lengths: Sequence[int]
) -> np.ndarray:
    """Returns the kind of every unit, (units,); cell states are read through tanh.

    A large activity is read some units at a time; the q of a rhythm is over those.

    Args:
        quantity: Name of the quantity.
        activity: Activity (tokens, units), without masked tokens.
        tokens: Index of the token at every step, (tokens,).
        lengths: Tokens of each sequence.
    """
    kinds = [np.empty(0, dtype="<U8")]
    for units in unit_slices(activity):
        values = activity[:, units]
        if quantity == CELL_STATE:
            values = np.tanh(values)
        kinds.append(analysis.unit_kinds(values, tokens, lengths=lengths).kind)
    return np.concatenate(kinds)
