"""Runs, probes, steps, layers and quantities of the log.

```json
{"version": 1,
 "runs": [{"run": "run1/rnnviz", "name": "run1", "wall_time": 1700000000.0,
           "probes": [{"probe": "novel", "generated": false, "axis": "epoch", "parent": null,
                       "steps_of": null, "signal": false, "classes": null, "explained": null,
                       "dynamics": null,
                       "steps": [0, 1, 2],
                       "written": [1699999980.0, 1699999990.0, 1700000000.0],
                       "layers": [{"layer": "lstm", "cell": "LSTM", "units": 256,
                                   "quantities": [{"quantity": "hidden_state", "role": null}]}],
                       "matrices": [{"matrix": "attention", "rows": "target", "columns": "source",
                                     "heads": 8}]}]}],
 "notices": ["…"],
 "skipped": [{"run": "run1/rnnviz", "tag": "activity/novel/lstm/cell_state", "step": null,
              "text": "…"}]}
```
`axis` is the meaning of the steps, `"epoch"`, `"batch"` or `"once"`. A probe with a `parent` is
another axis of that probe, such as the source of a pair; `steps_of` is the name of the axis, null
for plain tokens. `signal` is true if the steps have values in the place of tokens. `classes` is the
number of classes of a classifier whose prediction at every step is logged, or null. `explained` are
the steps at which predictions are explained, `dynamics` those with fixed points, each null if there
are none. `steps` are all that have large values and
that TensorBoard has read, or those that it holds in memory if the event files cannot be read. Every
route has what was written at one of them. `written` are the times at which each of these steps was
written, in seconds or null: the same step with another time is another recording, for instance
because the run was deleted and trained again. Every route accepts such a time, or a `generation`,
as `written` (and `other_written`) in its query and ignores it, so that the address of a recording
can contain it. `units` is the number of units at the first step; digests have it for each step.
`matrices` are those of the probe: their names, the axes of rows and columns (empty if rows or
columns have names of their own or are numbered), and the number of heads, null if there are none.
`wall_time` is the time of the newest event of the run in seconds, null if no event has a time that
a clock shows. `name` is `run` without a trailing `/rnnviz` ("." if nothing is left). Runs are
sorted by name. `notices` are sentences for the user about data that were skipped, because their
metadata are damaged or of a newer version. `skipped` has one notice for each of these sentences:
its run; its tag, null for all that is of a newer version; its step, null for all steps; and the
sentence. A run of which nothing can be read is only there.

With `since`, which is `none` or the `cursor` of an earlier answer, the answer also has `cursor`,
and does not grow with the number of steps. Each probe then has `after`: `steps`, `written`,
`explained` and `dynamics` are those after this step, and those up to it are as in the earlier
answer; `after` is null if all are there. `steps`, `explained` and `dynamics` are then lists of
steps and of ranges, each with its first step, the number of steps, and their distance: `[[0, 3, 1],
7]` are 0, 1, 2 and 7. `written` are the times of the last of these steps, 32 at most. Steps before
them are told apart by `generation`, a string that changes whenever a step that was there before is
written again; it is null, and all times are there, if the event files cannot be read.
"""

from __future__ import annotations

import hashlib

from tb_rnnviz.tensorboard.route import GZIP, JSON, DataRequest, Response, Route


def _respond(request: DataRequest) -> Response:
    content = request.log.index.encoded(request.scope, request.query.since())
    return Response(content, JSON, GZIP, etag=hashlib.sha256(content).hexdigest())


ROUTE = Route(_respond, optional=("since",))
