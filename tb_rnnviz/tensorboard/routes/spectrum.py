"""Amplitude spectra of a layer and quantity.

Container: the blobs of the spectrum.
"""

from __future__ import annotations

from tb_rnnviz.tensorboard.route import BINARY, QUANTITY, RECORDING, DataRequest, Response, Route


def _respond(request: DataRequest) -> Response:
    recording, key = request.query.recording(), request.query.quantity()
    return Response(request.log.spectrum(request.scope, recording, key), BINARY)


ROUTE = Route(_respond, required=(*RECORDING, *QUANTITY))
