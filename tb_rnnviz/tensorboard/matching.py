"""Which unit of one recording is which unit of another."""

from __future__ import annotations

from typing import Any

import numpy as np
from tensorboard import errors

from tb_rnnviz import analysis
from tb_rnnviz.core.numbers import json_number
from tb_rnnviz.tensorboard.logged_activity import LoggedActivity
from tb_rnnviz.tensorboard.logged_text import LoggedText

MOST_VALUES = 1 << 25
"""Values of each recording that units are matched by; of long texts the first tokens."""


def check_same(first: LoggedText, second: LoggedText) -> None:
    """Raises an InvalidArgumentError unless two recordings are of the same tokens."""
    if first.key != second.key:
        raise errors.InvalidArgumentError(
            "Units are matched on the same tokens, and these recordings have others. Received: "
            f"{len(first.ids)} tokens in {len(first.lengths)} sequences and {len(second.ids)} in "
            f"{len(second.lengths)}. Choose recordings of one probe with the same text."
        )


def matched(first: LoggedActivity, second: LoggedActivity, *, signed: bool) -> dict[str, Any]:
    """The units of the second recording that those of the first are, as `http_api.md` says.

    Args:
        first: One recording's activity.
        second: Another's, of the same tokens.
        signed: Whether a unit keeps its sign, as within a run.
    """
    both = first.mask & second.mask
    most = max(1, MOST_VALUES // max(first.shape[1], second.shape[1], 1))
    both[np.flatnonzero(both)[most:]] = False
    found = analysis.match_units(_rows(first, both), _rows(second, both), signed=signed)
    return {
        "signed": signed,
        "tokens": int(both.sum()),
        "other_units": second.shape[1],
        "partner": [int(unit) if unit >= 0 else None for unit in found.partner],
        "correlation": [json_number(value) for value in found.correlation],
        "margin": [json_number(value) for value in found.margin],
        "quality": json_number(found.quality),
    }


def _rows(activity: LoggedActivity, wanted: np.ndarray) -> np.ndarray:
    rows = wanted[activity.mask]
    last = int(np.flatnonzero(rows).max(initial=-1)) + 1
    return activity[slice(0, last), slice(None)][rows[:last]]
