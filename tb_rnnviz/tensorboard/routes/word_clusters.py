"""Co-clusters of the words and units of a recording.

```json
{"version": 1, "step": 7, "clusters": 2, "words": [0, 1, -1], "units": [1, 0, 0],
 "strength": [[0.4, -0.01], [0.02, 0.3]], "stability": 0.91, "null": 0.08, "fewest": 3}
```
`words` and `units` have the cluster of each word of `/words` and of each unit, -1 for none: words
that occur less than 3 times have none, unless nearly all do; `fewest` is the smallest count of a
word that has one. `strength` is the mean response of the units of a cluster (columns) to the words
of a cluster (rows), null if one of them is empty. `stability` and `null` are those of
`analysis.co_clusters`, from 10 resamples, or `resamples` if that
is less; null with 0, which answers several times as fast. `clusters` are
as many as asked for, or as can be. `mode` is that of `analysis.co_clusters`, `abs` by default.
With `like_run` and `like_step`, clusters are numbered as the most similar ones of that recording,
if it has such clusters.
"""

from __future__ import annotations

from tensorboard import errors

from tb_rnnviz.tensorboard.references import RecordingRef
from tb_rnnviz.tensorboard.route import QUANTITY, RECORDING, DataRequest, Response, Route

MAX_CLUSTERS = 40
MODES = ["abs", "positive", "negative", "raw"]


def _respond(request: DataRequest) -> Response:
    query, scope, words = request.query, request.scope, request.analysis.words
    recording, key = query.recording(), query.quantity()
    clusters = query.count("clusters")
    if not 2 <= clusters <= MAX_CLUSTERS:
        raise errors.InvalidArgumentError(
            f"clusters is from 2 to {MAX_CLUSTERS}. Received: {clusters}"
        )
    mode = query.choice("mode", MODES) if "mode" in query else MODES[0]
    resamples = query.count("resamples") if "resamples" in query else None
    like = None
    if "like_run" in query or "like_step" in query:
        run, probe = query.strings("like_run", "probe")
        like = RecordingRef(run, probe, query.step("like_step"))
    keys = [words.key(scope, recording, key)]
    if like is not None:
        keys.append(words.key_or_none(scope, like, key))
    is_same_run = like is not None and like.run == recording.run
    return Response(
        request.analysis.cached_json(
            ("word_clusters", *keys, is_same_run, clusters, mode, resamples),
            lambda: words.clusters(
                scope, recording, key, clusters, mode=mode, resamples=resamples, like=like
            ),
        )
    )


ROUTE = Route(
    _respond,
    required=(*RECORDING, *QUANTITY, "clusters"),
    optional=("mode", "resamples", "like_run", "like_step"),
)
