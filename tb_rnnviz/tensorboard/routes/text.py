"""Tokens of a recording with everything that belongs to them.

Container: the blobs of `text/<probe>`.
"""

from __future__ import annotations

from tb_rnnviz.tensorboard.route import BINARY, RECORDING, DataRequest, Response, Route


def _respond(request: DataRequest) -> Response:
    return Response(request.log.text(request.scope, request.query.recording()), BINARY)


ROUTE = Route(_respond, required=RECORDING)
