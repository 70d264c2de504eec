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

from tb_rnnviz.tensorboard.fitted_recordings import fitted_recordings
from tb_rnnviz.tensorboard.route import BINARY, QUANTITY, RECORDING, DataRequest, Response, Route

METHODS = ["pca", "tsne"]


def _respond(request: DataRequest) -> Response:
    query, states = request.query, request.analysis.states
    method = query.choice("method", METHODS) if "method" in query else METHODS[0]
    recording, key = query.recording(), query.quantity()
    fitted = fitted_recordings(query)
    return Response(
        states.projection(request.scope, recording, key, fitted, method), content_type=BINARY
    )


ROUTE = Route(_respond, required=(*RECORDING, *QUANTITY), optional=("fitted", "method"))
