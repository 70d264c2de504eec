"""Fixed points, exponents and time constants of layers over the steps.

```json
{"version": 1, "steps": [0, 1], "left_out": [], "layers": [
 {"layer": "lstm", "stable": [1, 8], "unstable": [0, 19], "slow": [2, 0],
  "lyapunov": [-0.9, -0.04], "time_constant": [3.1, 20.5]}]}
```
`steps` are at most 24 of the steps that have dynamics. `stable`, `unstable` and `slow` count
points, `lyapunov` is the largest exponent in nats per step, `time_constant` the longest one of a
stable point in steps; each is null where it is not known. `left_out` are steps that are damaged.
"""

from __future__ import annotations

from tb_rnnviz.tensorboard.route import PROBE, DataRequest, Response, Route


def _respond(request: DataRequest) -> Response:
    probe, scope, dynamics = request.query.probe(), request.scope, request.analysis.dynamics
    key = "dynamics_history", dynamics.history_key(scope, probe)
    return Response(request.analysis.cached_json(key, lambda: dynamics.history(scope, probe)))


ROUTE = Route(_respond, required=PROBE)
