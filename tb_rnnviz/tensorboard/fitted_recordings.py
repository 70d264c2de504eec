"""Parameter `fitted`: the recordings that the axes of a projection are fitted to."""

from __future__ import annotations

import json

from tensorboard import errors

from tb_rnnviz.tensorboard.query import MAX_SHOWN, Query
from tb_rnnviz.tensorboard.references import RecordingRef

MAX_FITTED = 16
"""Recordings that axes are fitted to at most."""


def fitted_recordings(query: Query) -> list[RecordingRef]:
    """Returns the recordings of the parameter `fitted`, none without it.

    Raises:
        InvalidArgumentError: if it is no JSON list of runs and steps.
    """
    if "fitted" not in query:
        return []
    text, probe = query.string("fitted"), query.string("probe")
    try:
        refs = [RecordingRef(run, probe, step) for run, steps in json.loads(text) for step in steps]
    except (ValueError, TypeError, RecursionError):
        refs = []
    is_valid = all(type(ref.run) is str and type(ref.step) is int for ref in refs)
    if not 1 <= len(refs) <= MAX_FITTED or not is_valid:
        raise errors.InvalidArgumentError(
            f"fitted is a JSON list of runs and their steps, 1 to {MAX_FITTED} recordings, such as "
            f'[["run1", [0, 7]]]. Received: {text[:MAX_SHOWN]!r}'
        )
    return list(dict.fromkeys(refs))
