"""Matches of a typed feature, and the units associated with it.

`feature` is one feature of any kind (`docs/features.md`) as JSON or YAML of at most 10,000
characters: a mapping, or a list with one mapping. It is never a path, no kind reads a file, and
YAML aliases are rejected. Without `layer` and `quantity`, everything that was recorded at the step
is tested. `top` is the largest number of units to return, 0 to 50, by default 50. With 0 no unit is
tested, but the data for the test are loaded, so that the next feature is answered sooner.
```json
{"version": 1, "step": 7, "name": "space", "kind": "literal",
 "spec": {"name": "space", "kind": "literal", "text": " "},
 "count": 161, "note": null, "tagger": null, "tests": 512, "recorded": false,
 "units": [{"feature": "space", "layer": "lstm", "quantity": "hidden_state", "unit": 41,
            "neighbours": [40, 42], "…": 0}],
 "values": {"type": "bits", "tokens": 1000, "data": "IoEIkA…"}}
```
`units` are findings as in the `hypotheses` of a digest (`docs/log_format.md`), strongest first:
every statistic, `peak` from the log together with the coherence at its frequency, and `response`,
for gates, too; `controlled` and `causal` are null. They are computed from the activity in the log,
8-bit by default. `q` is corrected over the `tests` of this answer, one per tested unit, and not
over features that were typed before. With `recorded`, the feature is one of the recording, the
units are its findings in the log, and `tests` and `q` are over all features of the recording.
`neighbours` are the neighbouring units by index. Numbers that
are not finite are null.

`note` explains why there are no units: "matches no token", "matches every token", or the reason why
the feature could not be evaluated, such as a missing tagger; `values` is null in the last case.
Activities that are damaged are not tested; the answer then also has `skipped`, notices as in the
answer of `/index`. If all of them are, the status is 404 with the damage.

`values.data` is base64. For `"bits"`, it has one bit per token, the first one in the highest bit of
its byte; for `"float32"`, little-endian numbers, NaN if a token has none. Kinds that read a column
can use `probability` (that of the token, predicted one step earlier; missing at the first token of
a sequence) and any other one-dimensional float array in `text/<probe>`.

An invalid feature is rejected with 400 and the error message from Python. Parsing a feature and
matching its regular expressions may take 2 seconds, everything else, such as tagging, 60 seconds. A
request that takes longer is stopped with 400; other routes answer in the meantime.
"""

from __future__ import annotations

from tensorboard import errors

from tb_rnnviz.tensorboard.route import QUANTITY, RECORDING, DataRequest, Response, Route

MAX_FEATURE = 10_000
"""Maximum number of characters of a feature."""

MAX_UNITS, DEFAULT_UNITS = 50, 50
"""Number of units that are associated with a feature: maximum and default."""


def _respond(request: DataRequest) -> Response:
    query = request.query
    recording, feature = query.recording(), query.string("feature")
    if len(feature) > MAX_FEATURE:
        raise errors.InvalidArgumentError(
            f"A feature has at most {MAX_FEATURE} characters. Received: {len(feature)}"
        )
    key = query.quantity() if query.has_value("layer", "quantity") else None
    top = query.integer("top") if "top" in query else DEFAULT_UNITS
    if not 0 <= top <= MAX_UNITS:
        raise errors.InvalidArgumentError(f"top is 0 to {MAX_UNITS}. Received: {top}")
    return Response(request.analysis.feature(request.scope, recording, key, feature, top))


ROUTE = Route(_respond, required=(*RECORDING, "feature"), optional=(*QUANTITY, "top"))
