"""Quantiles of the responses at one word, or of one unit.

```json
{"version": 1, "step": 7, "word": 4, "mean": [0.2, -0.1], "actual": [0.3, -0.1],
 "quantiles": [[0.0, -0.3], [0.1, -0.2], [0.2, -0.1], [0.3, 0.0], [0.4, 0.1]]}
```
With `of=word`, `index` is that of a word in the table of the text, and `mean` and each of the
`quantiles` (9, 25, 50, 75 and 91 %) have a value for every unit. With `of=token`, the word is that
of this token of the text, and `actual` is the change of every unit there. With `of=unit`, they have
a value for every word of `/words`, and `word` is null.
"""

from __future__ import annotations

from tb_rnnviz.tensorboard.route import QUANTITY, RECORDING, DataRequest, Response, Route

OF = ["word", "unit", "token"]


def _respond(request: DataRequest) -> Response:
    query, scope, words = request.query, request.scope, request.analysis.words
    recording, key = query.recording(), query.quantity()
    of, index = query.choice("of", OF), query.count("index")
    cache_key = "word_spread", words.key(scope, recording, key), of, index
    return Response(
        request.analysis.cached_json(
            cache_key, lambda: words.spread(scope, recording, key, of, index)
        )
    )


ROUTE = Route(_respond, required=(*RECORDING, *QUANTITY, "of", "index"))
