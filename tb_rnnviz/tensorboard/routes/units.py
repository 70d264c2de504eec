"""Numbers of every unit at every step.

Container: blob 0 is the header `{"version": 1, "kind": "units", "what": …, "steps": […],
"left_out": […], "rows": […], "units": 256}`, blob 1 one zlib stream, float32 (steps, rows, units),
NaN where there is no number. `what` is a kind of small value of `docs/log_format.md`:

| `what` | `rows` |
|---|---|
| `saturation` | `left`, `right`: share of tokens below 0.1 and above 0.9; of a gate |
| `memory` | the memory time scales as named in the log, `gate` and `autocorrelation`, in tokens; \
of a layer's retain gate, or of the hidden state if there is none |
| `ranges` | `low`, `high`: 0.005 and 0.995 quantile of the unit; of a log without ranges, \
computed at a sample of its steps |
| `peaks` | `frequency`, `amplitude`, `prominence`, `p`, `q` of the strongest spectral peak |

`steps` are all steps, including those without activity. `left_out` are steps
whose number of units or rows differs from the last one that has these rows.

With `since`, which is `none` or the `cursor` of an earlier answer, the header also has `cursor` and
`after`: `steps`, `left_out` and the numbers are those after this step, and those up to it are as in
the earlier answer. `after` is null if all are there. Ranges that are computed have none of them.
"""

from __future__ import annotations

from tb_rnnviz.log_format.unit_rows import ROWS
from tb_rnnviz.tensorboard.route import BINARY, PROBE, QUANTITY, DataRequest, Response, Route


def _respond(request: DataRequest) -> Response:
    query = request.query
    probe, key, kind = query.probe(), query.quantity(), query.choice("what", list(ROWS))
    return Response(request.log.units(request.scope, probe, key, kind, query.since()), BINARY)


ROUTE = Route(_respond, required=(*PROBE, *QUANTITY, "what"), optional=("since",))
