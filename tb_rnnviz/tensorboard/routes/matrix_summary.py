"""Numbers of each head of a matrix at every step.

```json
{"version": 1, "steps": [0, 1], "left_out": [],
 "statistics": {"entropy": [[0.91, 0.85], [0.4, 0.38]], "monotonicity": [[null, 0.1], [0.8, 0.9]],
                "diagonal_mass": [[0.2, 0.2], [0.6, 0.7]],
                "diagonal_chance": [[0.19, 0.19], [0.19, 0.19]]}}
```
`statistics` has one list per number and step, with a value for each head, the mean over the
sequences: four significant digits, null if it is not defined. `docs/matrices.md` has the formulas.
`left_out` are steps whose values are damaged.

With `since`, which is `none` or the `cursor` of an earlier answer, the answer also has `cursor` and
`after`: `steps`, `left_out` and the numbers are those after this step, and those up to it are as in
the earlier answer. `after` is null if all are there.
"""

from __future__ import annotations

from tb_rnnviz.tensorboard.route import GZIP, JSON, PROBE, DataRequest, Response, Route


def _respond(request: DataRequest) -> Response:
    query = request.query
    probe, name = query.probe(), query.string("matrix")
    summary = request.log.matrix_summary(request.scope, probe, name, query.since())
    return Response(summary, JSON, GZIP)


ROUTE = Route(_respond, required=(*PROBE, "matrix"), optional=("since",))
