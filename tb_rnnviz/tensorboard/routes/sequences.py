"""Decisions of a classifier about every sequence of a recording.

```json
{"version": 1, "step": 7, "classes": ["negative", "positive"], "method": "head",
 "lengths": [12, 9], "labels": [1, 0], "prediction": [1, 1], "probability": [0.93, 0.61],
 "decision": [4, 0], "shares": [0.05, 0.1], "accuracy": [0.5, 0.52]}
```
`labels`, `prediction` and `decision` have an integer for each sequence: its class, the most
probable class at its end, and its decision time, the step counted from 0 from which the prediction
never changes. They are -1 if a sequence has no label that is a class, or if the steps were not
read. `probability` is that of the prediction, null if there is none. `accuracy` is the share of the
sequences with a label that are predicted right after each of `shares` of their steps, null if there
are none. `method` is `"head"` or `"prefix"`, see `docs/classifiers.md`.
"""

from __future__ import annotations

from tb_rnnviz.tensorboard.route import RECORDING, DataRequest, Response, Route


def _respond(request: DataRequest) -> Response:
    recording, scope, analysis = request.query.recording(), request.scope, request.analysis
    key = "sequences", analysis.sequences.key(scope, recording)
    return Response(analysis.cached_json(key, lambda: analysis.sequences.table(scope, recording)))


ROUTE = Route(_respond, required=RECORDING)
