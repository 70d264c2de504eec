"""Mean response of every unit to every word of a recording.

Container: a JSON header, and a zlib stream: the mean change of the activity at a word, float32
(words, units), row-major.
```json
{"version": 1, "kind": "words", "step": 7, "units": 128, "words": ["the", "of"], "ids": [4, 9],
 "count": [61, 40], "tokens": 3000, "all_tokens": 3000}
```
The response at a step is h_t - h_(t-1), and the state itself at the first step of a sequence
(`analysis.word_responses`). `words` are the most frequent ones, at most 1,000, and `ids` their
indices in the table of the text. Of a long text, the first `tokens` of `all_tokens` are read. A
signal has no words.
"""

from __future__ import annotations

from tb_rnnviz.tensorboard.route import BINARY, QUANTITY, RECORDING, DataRequest, Response, Route


def _respond(request: DataRequest) -> Response:
    recording, key = request.query.recording(), request.query.quantity()
    answer = request.analysis.words.responses(request.scope, recording, key)
    return Response(answer, content_type=BINARY)


ROUTE = Route(_respond, required=(*RECORDING, *QUANTITY))
