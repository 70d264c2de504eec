"""Digest of every step of a probe, or of one.

JSON: `{"version": 1, "steps": [{"step": 0, "wall_time": …, …}]}`, ordered by step. The other keys
are described in `docs/log_format.md`. `wall_time` is null if it is no time that a clock shows.

With `step`, the answer has this step alone.

With `whole`, a number, digests before the last `whole` steps are brief: they have `"brief": true`,
the keys from which curves over the steps are drawn, of the errors `predicted`, `errors` and
`shares`, and `listed`, numbers of their findings. The answer then has `findings`, in which each
number has `[feature, layer, quantity, unit]`.

Every part of a digest fits the format. If one does not, it is left out, as is a digest that is no
JSON object; the answer then also has `skipped`, notices as in the answer of `/index`. A digest that
was left out in part is among the steps.

With `since`, which is `none` or the `cursor` of an earlier answer, the answer also has `cursor` and
`continues`. If `continues` is true, what the earlier answer had has not changed, and this one has
the steps after it alone.

With `most`, a number, a first answer has so many steps at most, the last ones, if the event files
can be read. It also has `earlier`, the number of steps before them, and `before`, a cursor, `none`
if there are none. With `since` and this cursor as `before`, the next answer has, besides what is
new, the last `most` steps before it.
"""

from __future__ import annotations

from tb_rnnviz.tensorboard.query import NO_CURSOR
from tb_rnnviz.tensorboard.route import GZIP, JSON, PROBE, DataRequest, Response, Route


def _respond(request: DataRequest) -> Response:
    query = request.query
    since = query.since()
    whole = query.count("whole") if "whole" in query else None
    most = query.count("most") if "most" in query else None
    before = query.cursor("before") if "before" in query else NO_CURSOR
    if "step" in query:
        return Response(request.log.digests.of_step(request.scope, query.recording()), JSON, GZIP)
    answer = request.log.digests.of_probe(request.scope, query.probe(), since, whole, most, before)
    return Response(answer, JSON, GZIP)


ROUTE = Route(_respond, required=PROBE, optional=("since", "whole", "most", "before", "step"))
