"""States of a recording as points on axes that it shares with other recordings.

Container: a JSON header, and zlib streams: the token of each point, uint32 (points,); the points,
float32 (points, components), row-major, NaN where a state is not finite; and, if `classes` is not
null, the most probable class at the token, int16 (points,), -1 where it is not known.
```json
{"version": 1, "kind": "projection", "step": 7, "method": "pca", "units": 256, "states": 120000,
 "points": 100000, "components": 3, "missing": 0, "fitted": [{"run": "a", "steps": [0, 7]}],
 "fitted_states": 48000, "explained": [0.41, 0.12, 0.08], "explained_here": [0.5, 0.1, 0.1],
 "low": [-3.1, -2.2, -1.9], "high": [3.0, 2.5, 2.1], "classes": null}
```
`fitted` is a JSON list of runs with their steps, `[["a", [0, 7]]]`, of the same probe, at most 16
recordings. The axes are fitted to these and not to the recording itself, so that they are the same
at every step of a run; by default they are those of the recording. Recordings that the log lacks,
or that have another number of units, are left out; `fitted` of the answer has the others.
`method` is `pca`, the default, or `tsne`, which places the recording and `fitted` together, 2,000
states at most. `states` is the number of states that are not masked, of which `points` are
projected, evenly spread. `missing` of these have no point. `explained` is the share of the variance
of the fitted states along each axis, `explained_here` that of the recording's own variance, null
for t-SNE. `low` and `high` are limits of the fitted states.
"""

from __future__ import annotations

import json

from tensorboard import errors

from tb_rnnviz.tensorboard.query import MAX_SHOWN, Query
from tb_rnnviz.tensorboard.references import RecordingRef
from tb_rnnviz.tensorboard.route import BINARY, QUANTITY, RECORDING, DataRequest, Response, Route

METHODS = ["pca", "tsne"]
MAX_FITTED = 16
"""Recordings that axes are fitted to at most."""


def _respond(request: DataRequest) -> Response:
    query, states = request.query, request.analysis.states
    method = query.choice("method", METHODS) if "method" in query else METHODS[0]
    recording, key = query.recording(), query.quantity()
    fitted = _fitted(query) if "fitted" in query else []
    return Response(
        states.projection(request.scope, recording, key, fitted, method), content_type=BINARY
    )


def _fitted(query: Query) -> list[RecordingRef]:
    """Returns the recordings of the parameter `fitted`."""
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


ROUTE = Route(_respond, required=(*RECORDING, *QUANTITY), optional=("fitted", "method"))
