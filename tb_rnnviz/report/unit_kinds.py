"""Kinds of the units of a quantity."""

from __future__ import annotations

from dataclasses import fields

import numpy as np

from tb_rnnviz import analysis
from tb_rnnviz.analysis._spectral_peaks import Peaks
from tb_rnnviz.analysis.context import TokenContexts
from tb_rnnviz.analysis.unit_kinds import kinds_in_contexts
from tb_rnnviz.core.names import CELL_STATE
from tb_rnnviz.report.swing import Swing
from tb_rnnviz.report.value_range import unit_slices


def readable_activity(quantity: str, activity: np.ndarray | Swing, units: slice) -> np.ndarray:
    """Activity (tokens, units) of some units; cell states through tanh.

    Args:
        quantity: Name of the quantity.
        activity: Activity (tokens, units), without masked tokens.
        units: The units.
    """
    values = activity[:, units]
    return np.tanh(values) if quantity == CELL_STATE else values


def unit_kinds(
    quantity: str,
    activity: np.ndarray,
    contexts: TokenContexts,
    peaks: np.ndarray | None = None,
) -> analysis.UnitKinds:
    """Kinds of all units; cell states are read through tanh.

    A large activity is read some units at a time; the q of a rhythm is over those.

    Args:
        quantity: Name of the quantity.
        activity: Activity (tokens, units), without masked tokens.
        contexts: Contexts of the tokens of the text, of `ORDERS`.
        peaks: Spectral peaks (units, columns) of a finite activity at all frequencies, the columns
            of `PEAK`. Defaults to unknown.
    """
    if quantity == CELL_STATE:
        peaks = None
    parts = [
        kinds_in_contexts(
            readable_activity(quantity, activity, units),
            contexts,
            None if peaks is None else Peaks(*peaks[units].T),
        )
        for units in unit_slices(activity)
    ]
    return analysis.UnitKinds(
        **{
            number.name: np.concatenate([getattr(part, number.name) for part in parts])
            for number in fields(analysis.UnitKinds)
        }
    )
