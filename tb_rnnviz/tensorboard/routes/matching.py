"""Match of each unit of a recording in another recording.

```json
{"version": 1, "step": 0, "other_step": 2, "signed": true, "tokens": 1000, "other_units": 256,
 "partner": [3, null], "correlation": [0.98, null], "margin": [0.4, null], "quality": 0.91}
```
Indexed by the units of the first recording, as computed by `analysis.match_units`. `other_layer` is
`layer` by default. Units keep their sign within a run; between runs, `signed` is false and
magnitudes are matched. `partner` is null if the other recording has no unit left; `margin` is also
null if there was no alternative. `tokens` is the number of tokens used: for long texts, the first
ones, up to 2^25 values. Recordings of different tokens are rejected with 400.
"""

from __future__ import annotations

from tb_rnnviz.tensorboard.references import RecordingRef
from tb_rnnviz.tensorboard.route import OTHER, QUANTITY, RECORDING, DataRequest, Response, Route


def _respond(request: DataRequest) -> Response:
    query = request.query
    recording, key = query.recording(), query.quantity()
    other = RecordingRef(query.string("other_run"), recording.probe, query.step("other_step"))
    layer = query.string("other_layer") if "other_layer" in query else key.layer
    other_key = key._replace(layer=layer)
    return Response(request.analysis.matching(request.scope, recording, key, other, other_key))


ROUTE = Route(_respond, required=(*RECORDING, *QUANTITY, *OTHER), optional=("other_layer",))
