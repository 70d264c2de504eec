"""Explanations of one prediction over the steps of the training.

```json
{"version": 1, "steps": [0, 1], "left_out": [],
 "reach": [{"layer": "lstm", "quantity": "cell_state", "half_life": [2, 5]}],
 "predictions": [null, {"sequence": 0, "step": 412}]}
```
`steps` are at most 24 of the steps that have explanations. `sequence` and `token` name the
prediction; each of `predictions` is as in `/explanations`, null if the step does not explain it. A
`half_life` is at most the number of lags, null if it was not measured. `left_out` are steps that
are damaged.
"""

from __future__ import annotations

from tb_rnnviz.tensorboard.route import GZIP, JSON, PROBE, DataRequest, Response, Route


def _respond(request: DataRequest) -> Response:
    query = request.query
    position = None
    if query.has_value("sequence", "token"):
        position = query.count("sequence"), query.count("token")
    answer = request.log.explanation_history(request.scope, query.probe(), position)
    return Response(answer, JSON, GZIP)


ROUTE = Route(_respond, required=PROBE, optional=("sequence", "token"))
