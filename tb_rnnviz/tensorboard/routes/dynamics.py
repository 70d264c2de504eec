"""Fixed and slow points of a layer on the axes of a projection, and exponents.

```json
{"version": 1, "step": 7, "layer": "lstm", "size": 96, "constant": "zero",
 "counts": {"stable": 8, "unstable": 19, "slow": 0}, "lyapunov": [-0.04, -0.3], "growth": 0.25,
 "note": null, "points": [
 {"kind": "unstable", "at": [0.1, 2.0, 0.3], "ends": [[[0.0, 1.9, 0.3], [0.2, 2.1, 0.3]]],
  "speed": 0, "eigenvalues": [[1.4, 0], [0.5, 0.2]], "time_constants": [null, 1.6]}]}
```
`fitted` is as for `/projection`, and `at` is the point on the same axes, null if the quantity is no
state of the cell. `ends` are the ends of a line through it along each unstable direction, a quarter
of the spread of the visited states to either side. `kind` is `stable`, `unstable` or `slow`.
`eigenvalues` are the largest, real and imaginary part, of a fixed point; `time_constants` are in
steps, null where a mode does not decay. `counts` are of all points, of which the log has up to 64.
`lyapunov` are in nats per step, `growth` is the share of the steps at which a difference may grow.
`size` is how many numbers the state has. `note` is the reason why nothing was measured.
"""

from __future__ import annotations

from tb_rnnviz.tensorboard.fitted_recordings import fitted_recordings
from tb_rnnviz.tensorboard.route import QUANTITY, RECORDING, DataRequest, Response, Route


def _respond(request: DataRequest) -> Response:
    query, scope, dynamics = request.query, request.scope, request.analysis.dynamics
    options = query.recording(), query.quantity(), fitted_recordings(query)
    key = "dynamics", options[1], dynamics.key(scope, *options)
    return Response(request.analysis.cached_json(key, lambda: dynamics.points(scope, *options)))


ROUTE = Route(_respond, required=(*RECORDING, *QUANTITY), optional=("fitted",))
