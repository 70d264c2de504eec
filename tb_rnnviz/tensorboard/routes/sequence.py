"""One sequence of a classifier step by step: predictions, and steps of the state.

```json
{"version": 1, "step": 7, "sequence": 3, "classes": ["negative", "positive"],
 "probability": [[0.5, 0.5], [0.1, 0.9]], "largest": 2.31, "distance": [0.2, 0.91],
 "units": [[3, 7], [12, 3]], "shares": [[0.4, 0.2], [0.6, 0.1]]}
```
`probability` has a list for each step, with a number for each class. `distance` is the Euclidean
distance of the state of the layer and quantity from that of the step before, divided by `largest`,
the largest one of the probe; the first step of a state begins at zero, that of another quantity is
null. `units` are the units that changed most at each step, at most five, and `shares` the shares of
the squared distance that they made. Steps that were not read are null.
"""

from __future__ import annotations

from tb_rnnviz.tensorboard.route import QUANTITY, RECORDING, DataRequest, Response, Route


def _respond(request: DataRequest) -> Response:
    query, scope, analysis = request.query, request.scope, request.analysis
    recording, layer_key, index = query.recording(), query.quantity(), query.integer("sequence")
    key = "sequence", analysis.sequences.key(scope, recording), layer_key, index
    return Response(
        analysis.cached_json(
            key, lambda: analysis.sequences.sequence(scope, recording, layer_key, index)
        )
    )


ROUTE = Route(_respond, required=(*RECORDING, *QUANTITY, "sequence"))
