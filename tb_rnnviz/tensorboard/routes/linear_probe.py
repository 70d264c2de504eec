"""Feature or label that a linear model reads from the states of a layer.

```json
{"version": 1, "step": 7, "target": "space", "states": 2000, "groups": "blocks",
 "classes": ["False", "True"], "chance": 0.5, "score": 0.99, "control": 0.61, "selectivity": 0.38,
 "unit": 41, "unit_score": 0.97}
```
`feature` is the name of a boolean feature in the log, or a feature in JSON or YAML. Without it, the
labels of the sequences are read from the last state of each. The numbers are those of
`analysis.linear_probe`: `score` is cross-validated over whole sequences, or over blocks of the text
if there are few sequences (`groups`). It is the mean recall over `classes`, or R² of a number, with
null as `classes`. Of a long text, `states` are read, evenly spread.
"""

from __future__ import annotations

from tb_rnnviz.tensorboard.route import QUANTITY, RECORDING, DataRequest, Response, Route


def _respond(request: DataRequest) -> Response:
    query, scope, analysis = request.query, request.scope, request.analysis
    recording, key = query.recording(), query.quantity()
    feature = query.string("feature") if "feature" in query else None
    blobs = analysis.recordings.locate(scope, recording, key)
    cache_key = "linear_probe", blobs.text.key, blobs.activities[key].key, feature
    return Response(
        analysis.cached_json(
            cache_key, lambda: analysis.states.linear_probe(scope, recording, key, feature)
        )
    )


ROUTE = Route(_respond, required=(*RECORDING, *QUANTITY), optional=("feature",))
