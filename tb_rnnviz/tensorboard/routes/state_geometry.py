"""Dimension, spread and speed of the states of every layer of a recording.

```json
{"version": 1, "step": 7, "damaged": [], "states": [
 {"layer": "lstm", "quantity": "hidden_state", "units": 256, "states": 2000, "all_states": 2000,
  "dimension": 12.4, "components": 31, "spread": 4.1, "speed": 3.3}]}
```
As computed by `analysis.state_geometry`: `dimension` is the participation ratio, null if all states
are equal; `components` is the number of principal components for 90 % of the variance; `spread` is
the root mean square distance from the mean state, `speed` the mean distance of consecutive states
of a sequence, null if there are none. They count the first `states` of `all_states`, up to 2^23
values. Gates and other quantities that are no states are not among them. `damaged` lists quantities
that could not be read.
"""

from __future__ import annotations

from tb_rnnviz.tensorboard.route import RECORDING, DataRequest, Response, Route


def _respond(request: DataRequest) -> Response:
    recording, scope, analysis = request.query.recording(), request.scope, request.analysis
    key = "state_geometry", analysis.states.geometry_key(scope, recording)
    return Response(analysis.cached_json(key, lambda: analysis.states.geometry(scope, recording)))


ROUTE = Route(_respond, required=RECORDING)
