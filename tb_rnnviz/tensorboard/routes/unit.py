"""One unit and every feature of the recording.

```json
{"version": 1, "step": 7, "unit": 41, "tests": 18432,
 "hypotheses": [{"feature": "space", "layer": "lstm", "quantity": "hidden_state", "unit": 41,
                 "neighbours": [40, 42], "…": 0}]}
```
`hypotheses` are findings as in a digest (`docs/log_format.md`), one per feature, strongest first.
Features that match no token or every token are left out. If the digest of the step contains the
finding, it is returned unchanged. The others have the statistics of the relevance in the log, as in
`/relevance`; `peak` from the log together with the coherence; `response`, for a state and a boolean
feature, computed from the activity in the log; and null as `p_exact`, which the log lacks,
`controlled` and `causal`. For a numeric feature, `response` is null, and the coherence is known
only if it is in the digest, because the values of the feature are not in the log. `tests` is the
number of tests of `q`, that of the digest.

If the log has no relevance of these features at the step, the statistics of the boolean features
are computed from the activity, with `q` corrected over the `tests` of this answer. `relevance` and
`p_family` are null in this case, because they refer to all units.
"""

from __future__ import annotations

from tb_rnnviz.tensorboard.route import QUANTITY, RECORDING, DataRequest, Response, Route


def _respond(request: DataRequest) -> Response:
    query = request.query
    recording, key, unit = query.recording(), query.quantity(), query.integer("unit")
    return Response(request.analysis.unit(request.scope, recording, key, unit))


ROUTE = Route(_respond, required=(*RECORDING, *QUANTITY, "unit"))
