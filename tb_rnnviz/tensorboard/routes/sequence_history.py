"""Decisions of a classifier over the steps of the training.

```json
{"version": 1, "classes": ["negative", "positive"], "steps": [0, 1], "left_out": [],
 "accuracy": [0.5, 0.75], "decision": [0.4, 0.6], "confusion": [[1, 1, 1, 1], [2, 0, 1, 1]],
 "first_learned": [0, 1, null, 0], "forgotten": [0, 0, 0, 1]}
```
`accuracy` is the share of the sequences with a label that are predicted right, `decision` the mean
share of a sequence that is read before the decision, `confusion` the number of sequences by label
(rows) and prediction (columns), row after row. `first_learned` is the first step at which each
sequence is predicted right, null if there is none, and `forgotten` the number of recorded steps at
which it is wrong after it was right. `left_out` are steps that are damaged, or whose sequences or
classes are others than those of the last step.
"""

from __future__ import annotations

import json

from tb_rnnviz.tensorboard.references import ANSWER_VERSION
from tb_rnnviz.tensorboard.route import PROBE, DataRequest, Response, Route


def _respond(request: DataRequest) -> Response:
    history = request.analysis.sequences.history(request.scope, request.query.probe())
    return Response(json.dumps({"version": ANSWER_VERSION, **history}, allow_nan=False))


ROUTE = Route(_respond, required=PROBE)
