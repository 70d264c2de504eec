"""Steps of a layer's state: their length, and the units that made them."""

from __future__ import annotations

from typing import Any

import numpy as np

from tb_rnnviz.core.names import QuantityKey, is_state
from tb_rnnviz.core.numbers import json_number
from tb_rnnviz.tensorboard.logged_activity import LoggedActivity

TOP_UNITS = 5
"""Units that are listed for each step."""


def step_lengths(activity: LoggedActivity, key: QuantityKey) -> np.ndarray:
    """Returns the distance of every state from the one before it, float32 (tokens,).

    A state begins at zero, so that the first step of a sequence has a length; of other quantities
    it is NaN. Masked tokens are NaN.
    """
    starts = _starts(activity)
    squares = np.zeros(len(activity), np.float64)
    for block in activity.blocks:
        values = activity.decode(block)[0]
        squares += np.square(_differences(values, starts)).sum(axis=1)
    if not is_state(key.quantity):
        squares[starts] = np.nan
    whole = np.full(len(activity.mask), np.nan, np.float32)
    whole[activity.mask] = np.sqrt(squares)
    return whole


def steps_of_sequence(
    activity: LoggedActivity, key: QuantityKey, distances: np.ndarray, first: int, end: int
) -> dict[str, Any]:
    """Returns the steps of one sequence, see `/sequence`.

    Args:
        activity: Activity of a layer and quantity.
        key: The layer and quantity.
        distances: `step_lengths` of it.
        first: First token of the sequence.
        end: End of its tokens.
    """
    largest = float(np.nanmax(distances, initial=0.0)) or 1.0
    inside = activity.mask[first:end]
    begin = int(activity.mask[:first].sum())
    rows = activity[begin : begin + int(inside.sum()), :]
    squares = np.square(_differences(rows, np.array([0], int)[: len(rows)]).astype(np.float64))
    if len(squares) and not is_state(key.quantity):
        squares[0] = np.nan
    top = min(TOP_UNITS, rows.shape[1])
    units = np.argsort(-squares, axis=1, kind="stable")[:, :top]
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = np.take_along_axis(squares, units, 1) / squares.sum(axis=1, keepdims=True)
    listed_units: list[list[int]] = [[] for _ in range(end - first)]
    listed_shares: list[list[float | None]] = [[] for _ in range(end - first)]
    for row, token in enumerate(np.flatnonzero(inside)):
        if np.isfinite(shares[row]).all():
            listed_units[token] = units[row].tolist()
            listed_shares[token] = [json_number(share, 4) for share in shares[row]]
    return {
        "largest": json_number(largest, 4),
        "distance": [json_number(value, 4) for value in distances[first:end] / largest],
        "units": listed_units,
        "shares": listed_shares,
    }


def _starts(activity: LoggedActivity) -> np.ndarray:
    """First rows of the sequences among the tokens that are not masked."""
    return np.cumsum([0, *activity.lengths])[:-1].astype(int)


def _differences(values: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """Differences of consecutive rows, the first of a sequence from zero."""
    differences = np.diff(values, axis=0, prepend=0)
    differences[starts] = values[starts]
    return differences
