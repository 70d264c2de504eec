"""Activity of a layer and quantity.

Container: the blobs of the activity; with `unit`, the header and the chunks that contain that unit
only.
"""

from __future__ import annotations

from tb_rnnviz.tensorboard.route import BINARY, QUANTITY, RECORDING, DataRequest, Response, Route


def _respond(request: DataRequest) -> Response:
    query = request.query
    recording, key = query.recording(), query.quantity()
    unit = query.integer("unit") if "unit" in query else None
    return Response(request.log.activity(request.scope, recording, key, unit), BINARY)


ROUTE = Route(_respond, required=(*RECORDING, *QUANTITY), optional=("unit",))
