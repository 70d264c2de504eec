"""Matrix of a sequence, such as attention scores, or a part of it.

Container: a JSON header, and one zlib stream of float32 (rows, columns), row-major.
```json
{"version": 1, "kind": "matrix", "step": 7, "sequence": 0, "head": null, "heads": 8,
 "sequences": 64, "recorded": [1000, 12, 30],
 "rows": {"axis": "target", "first": 0, "end": 12, "size": 12, "length": 10, "names": null},
 "columns": {"axis": "source", "first": 0, "end": 30, "size": 30, "length": 28, "names": null}}
```
`matrix` is a name in the index. `sequence` is 0 by default. `head` is the index of a head, or
`mean`, the default: the mean of all heads. `first_row`, `end_row`, `first_column` and `end_column`
limit the answer to a range, the end excluded; by default it is the whole matrix. `heads` is null
for a matrix without heads. `recorded` are the sequences, rows and columns of the recording, of
which the log has the first `sequences` and `size`. `length` counts what is not masked. `names` are
those of the range, null if rows or columns are the steps of an axis, or numbered.
"""

from __future__ import annotations

from tb_rnnviz.tensorboard.logged_matrix import MatrixPart, Range
from tb_rnnviz.tensorboard.query import Query
from tb_rnnviz.tensorboard.route import BINARY, RECORDING, DataRequest, Response, Route

MEAN = "mean"


def _respond(request: DataRequest) -> Response:
    query = request.query
    head = None
    if "head" in query and query.string("head") != MEAN:
        head = query.integer("head", f"an integer or {MEAN!r}")
    part = MatrixPart(
        query.integer("sequence") if "sequence" in query else 0,
        head,
        _range(query, "row"),
        _range(query, "column"),
    )
    recording, name = query.recording(), query.string("matrix")
    return Response(request.log.matrix(request.scope, recording, name, part), BINARY)


def _range(query: Query, name: str) -> Range:
    first, end = f"first_{name}", f"end_{name}"
    return (
        query.integer(first) if first in query else 0,
        query.integer(end) if end in query else None,
    )


ROUTE = Route(
    _respond,
    required=(*RECORDING, "matrix"),
    optional=("sequence", "head", "first_row", "end_row", "first_column", "end_column"),
)
