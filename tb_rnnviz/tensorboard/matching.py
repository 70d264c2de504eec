"""Matching of the units of two recordings of the same tokens."""

from __future__ import annotations

from typing import Any

import numpy as np
from tensorboard import errors

from tb_rnnviz import analysis
from tb_rnnviz.core.numbers import json_number
from tb_rnnviz.tensorboard.logged_activity import LoggedActivity
from tb_rnnviz.tensorboard.logged_text import LoggedText

MAX_VALUES = 1 << 25
"""Values of each recording to match by; a long text is cut to its first tokens."""


def check_same(first: LoggedText, second: LoggedText) -> None:
    """Checks that two recordings are of the same tokens.

    Raises:
        InvalidArgumentError: If they are not.
    """
    if first.key != second.key:
        raise errors.InvalidArgumentError(
            "Units are matched on the same tokens, and these recordings have others. Received: "
            f"{len(first.ids)} tokens in {len(first.lengths)} sequences and {len(second.ids)} in "
            f"{len(second.lengths)}. Choose recordings of one probe with the same text."
        )


def matched(first: LoggedActivity, second: LoggedActivity, *, signed: bool) -> dict[str, Any]:
    """Matches the units of one recording with those of another, see `/matching`.

    Args:
        first: Activity of one recording.
        second: Activity of another, of the same tokens.
        signed: If true, a unit keeps its sign, as within a run.
    """
    shared = first.mask & second.mask
    tokens = max(1, MAX_VALUES // max(first.shape[1], second.shape[1], 1))
    shared[np.flatnonzero(shared)[tokens:]] = False
    result = analysis.match_units(_rows(first, shared), _rows(second, shared), signed=signed)
    return {
        "signed": signed,
        "tokens": int(shared.sum()),
        "other_units": second.shape[1],
        "partner": [int(unit) if unit >= 0 else None for unit in result.partner],
        "correlation": [json_number(value) for value in result.correlation],
        "margin": [json_number(value) for value in result.margin],
        "quality": json_number(result.quality),
    }


def _rows(activity: LoggedActivity, tokens: np.ndarray) -> np.ndarray:
    """Activity (selected tokens, units); `tokens` is a mask over all tokens."""
    rows = tokens[activity.mask]
    end = int(np.flatnonzero(rows).max(initial=-1)) + 1
    return activity[slice(0, end), slice(None)][rows[:end]]
