"""Step at which each unit's association with each feature emerged.

```json
{"version": 1, "steps": [0, 1, 2], "left_out": [],
 "features": [{"feature": "space", "first": 1,
               "units": [{"unit": 41, "step": 1}, {"unit": 3, "step": 2}]}]}
```
`step` is the first step from which on the q of the unit is at most 0.05 at every later step, as
computed by `analysis.emergence`. Units that did not emerge are left out; `first` is null if none
did. `left_out` are steps that were recorded with other features.
"""

from __future__ import annotations

from tb_rnnviz.tensorboard.route import PROBE, QUANTITY, DataRequest, Response, Route


def _respond(request: DataRequest) -> Response:
    probe, key = request.query.probe(), request.query.quantity()
    return Response(request.analysis.emergence(request.scope, probe, key))


ROUTE = Route(_respond, required=(*PROBE, *QUANTITY))
