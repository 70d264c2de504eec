"""Explanations of predictions at one step, and the reach of the gradient.

```json
{"version": 1, "step": 7, "method": "integrated_gradients", "channels": [], "predictions": [
  {"sequence": 0, "step": 412, "first": 213, "reason": "loss", "explained": "e", "predicted": "e",
   "target": "a", "loss": 3.1, "score": 7.2, "change": 6.9, "gap": 0.002, "values": [0.01, -0.2],
   "units": {"lstm": [[17, 0.4], [3, -0.2]]}}],
 "reach": [{"layer": "lstm", "quantity": "cell_state", "by_lag": [1, 0.8], "slope": -0.2,
            "half_life": 4}],
 "targets": 16, "note": null, "reach_note": null}
```
Of a prediction, `step` is the step in its sequence, `first` the first step of the sequence that
was read for it, and `values` has the part of each step from `first` on in the score, of a signal
step by step with a number for each of the `channels`. The parts sum to `change` but for the
relative `gap`, null for a method without a sum. `reason` is `loss`, `label`, `spread` or
`feature`. `units` are the strongest units of each layer with gradient times activity. `by_lag` is
the norm of the gradient k steps before a target relative to that at the target, `half_life` the
first lag below one half, null if there is none. `note` and `reach_note` are reasons for what is
missing.
"""

from __future__ import annotations

from tb_rnnviz.tensorboard.route import GZIP, JSON, RECORDING, DataRequest, Response, Route


def _respond(request: DataRequest) -> Response:
    return Response(request.log.explanations(request.scope, request.query.recording()), JSON, GZIP)


ROUTE = Route(_respond, required=RECORDING)
