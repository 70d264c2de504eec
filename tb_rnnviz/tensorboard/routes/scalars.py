"""TensorBoard's scalars and hyper-parameters of the training of a run.

```json
{"version": 1,
 "runs": [{"run": "run1/train", "name": "train",
           "tags": [{"tag": "epoch_loss", "after": null, "steps": [0, 1], "values": [2.3, 1.9],
                     "wall_times": [1700000000.0, 1700000060.0]}]}],
 "hparams": [{"run": "run1", "values": {"units": 256, "optimizer": "adam", "clip": true}}]}
```
`run` is a run of the index. Its training directory is `run` without a trailing `/rnnviz`. The
answer contains every run of TensorBoard that is this directory or inside it, except those inside
the directory of another training. `name` is the path of the run within the directory, "." for the
directory itself. `tags` are all time series of TensorBoard's Scalars tab, including `rnnviz/…`,
with at most 1,000 points each, always including the last one. Values have eight significant digits
and are null if not finite; `wall_times` are in seconds. `hparams` are the session starts of
TensorBoard's HParams tab. Values that are not a number, string or boolean are left out, as are
damaged values.

With `since`, which is `none` or the `cursor` of an earlier answer, the answer also has `cursor`,
and each tag the points after the step `after`; those up to it are as in the earlier answer. `after`
is null if none is continued, and always without `since`. A tag that continues none then has at most
256 points, more of them early ones, always including the last one. A tag that is not listed is no
longer there.
"""

from __future__ import annotations

from tb_rnnviz.tensorboard.route import GZIP, JSON, DataRequest, Response, Route


def _respond(request: DataRequest) -> Response:
    query = request.query
    return Response(
        request.log.scalars(request.scope, query.string("run"), query.since()), JSON, GZIP
    )


ROUTE = Route(_respond, required=("run",), optional=("since",))
