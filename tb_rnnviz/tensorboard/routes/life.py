"""Association of one unit with every feature at every step.

```json
{"version": 1, "unit": 41, "steps": [0, 1, 2], "left_out": [], "features": ["space", "newline"],
 "effect": [[0.1, 1.2, 3.1], [0.0, 0.1, 0.1]], "q": [[0.9, 1e-3, 3e-9], [1.0, 1.0, 0.8]]}
```
`effect` and `q` have one list per feature with one number per step, from the relevance in the log:
four significant digits, null if it is not finite. `left_out` are steps that were recorded with
other features.

With `since`, which is `none` or the `cursor` of an earlier answer, the answer also has `cursor` and
`after`: `steps`, `left_out` and the numbers are those after this step, and those up to it are as in
the earlier answer. `after` is null if all are there.
"""

from __future__ import annotations

from tb_rnnviz.tensorboard.route import GZIP, JSON, PROBE, QUANTITY, DataRequest, Response, Route


def _respond(request: DataRequest) -> Response:
    query = request.query
    probe, key, unit = query.probe(), query.quantity(), query.integer("unit")
    return Response(
        request.log.unit_history(request.scope, probe, key, unit, query.since()), JSON, GZIP
    )


ROUTE = Route(_respond, required=(*PROBE, *QUANTITY, "unit"), optional=("since",))
