"""Statistics of every unit of a layer and quantity against every feature.

Container: JSON header `{version, kind, features, statistics, units}`, then one zlib stream, float32
(features, statistics, units).
"""

from __future__ import annotations

from tb_rnnviz.tensorboard.route import BINARY, QUANTITY, RECORDING, DataRequest, Response, Route


def _respond(request: DataRequest) -> Response:
    recording, key = request.query.recording(), request.query.quantity()
    return Response(request.log.relevance(request.scope, recording, key), BINARY)


ROUTE = Route(_respond, required=(*RECORDING, *QUANTITY))
