"""Digest of every step of a probe.

JSON: `{"version": 1, "steps": [{"step": 0, "wall_time": …, …}]}`, ordered by step. The other keys
are described in `docs/log_format.md`.
"""

from __future__ import annotations

from tb_rnnviz.tensorboard.route import GZIP, JSON, PROBE, DataRequest, Response, Route


def _respond(request: DataRequest) -> Response:
    return Response(request.log.digests(request.scope, request.query.probe()), JSON, GZIP)


ROUTE = Route(_respond, required=PROBE)
