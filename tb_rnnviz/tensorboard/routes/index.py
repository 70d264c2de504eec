"""Runs, probes, steps, layers and quantities of the log.

```json
{"version": 1,
 "runs": [{"run": "run1/rnnviz", "name": "run1", "wall_time": 1700000000.0,
           "probes": [{"probe": "novel", "generated": false, "axis": "epoch", "steps": [0, 1, 2],
                       "layers": [{"layer": "lstm", "cell": "LSTM", "units": 256,
                                   "quantities": [{"quantity": "hidden_state", "role": null}]}]}]}],
 "notices": ["…"]}
```
`axis` is the meaning of the steps, `"epoch"` or `"batch"`. `steps` are those whose large values
TensorBoard still holds. `wall_time` is the time of the newest event of the run in seconds. `name`
is `run` without a trailing `/rnnviz` ("." if nothing is left). Runs are sorted by name. `notices`
are sentences for the user, for instance about skipped data of a newer version.
"""

from __future__ import annotations

from tb_rnnviz.tensorboard.route import GZIP, JSON, DataRequest, Response, Route


def _respond(request: DataRequest) -> Response:
    return Response(request.log.index_json(request.scope), JSON, GZIP)


ROUTE = Route(_respond)
