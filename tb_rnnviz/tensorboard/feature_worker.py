"""The process that looks for typed features, and may be stopped while it does.

Python cannot interrupt a regular expression, but it can end a process. This one knows features
and texts, and nothing of TensorBoard. It reads from standard input until that ends, as it does
with TensorBoard.
"""

from __future__ import annotations

import os
import signal
import sys
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import BinaryIO

import numpy as np

from tb_rnnviz.features import Feature, PartOfSpeech, Regex, Text
from tb_rnnviz.features.columns import as_columns
from tb_rnnviz.tensorboard.feature_pipe import receive, send
from tb_rnnviz.tensorboard.parse_feature import parse, parts, shortened

TEXTS = 4
"""Texts that are kept, with the parts of speech that were found in them."""

_REFUSED = (ValueError, TypeError, ArithmeticError, RecursionError, MemoryError)


def serve(source: BinaryIO, sink: BinaryIO) -> None:
    """Answers until there is nothing more to read."""
    texts: OrderedDict[str, Text] = OrderedDict()
    send(sink, {"says": "ready"})
    while True:
        try:
            message, payloads = receive(source)
        except EOFError:
            return
        key = message["text"]
        if message["do"] == "read":
            texts[key] = _text(message, payloads[0])
            if len(texts) > TEXTS:
                texts.popitem(last=False)
        elif key not in texts:
            send(sink, {"says": "text wanted"})
        else:
            texts.move_to_end(key)
            arrays = [np.frombuffer(payload, "<f4") for payload in payloads]
            columns = dict(zip(message["columns"], arrays, strict=True))
            send(sink, *_look(texts[key], columns, message, lambda: send(sink, {"says": "slow"})))


def _text(message: Mapping, ids: bytes) -> Text:
    """The text, with its running text joined."""
    tokens = [message["table"][i] for i in np.frombuffer(ids, "<u4")]
    ends = np.cumsum([0, *message["lengths"]])
    text = Text([tokens[a:b] for a, b in zip(ends[:-1], ends[1:], strict=True)])
    _ = text.running
    return text


def _look(
    text: Text, columns: Mapping[str, np.ndarray], message: Mapping, passed: Callable[[], None]
) -> tuple[dict, bytes]:
    """Looks for a feature: regular expressions first, within the limit, then what may take long."""
    try:
        with _Alarm(message["limit"]):
            feature = parse(message["feature"])
            for part in parts(feature):
                if isinstance(part, Regex):
                    part.values(text)
        passed()
        text.columns = as_columns(columns, len(text.flat))
        return _found(feature, text)
    except _REFUSED as error:
        sentence = str(error) or type(error).__name__
        return {"says": "refused", "sentence": shortened(sentence)}, b""


def _found(feature: Feature, text: Text) -> tuple[dict, bytes]:
    """What the feature is, and its values; or why it has none, as a recording's digest says."""
    answer = {"says": "found", "name": feature.name, "kind": feature.kind, "spec": feature.spec()}
    answer |= {"note": None, "tagger": None, "type": None}
    try:
        values = np.asarray(feature.values(text))
    except (ImportError, LookupError, ValueError) as error:
        return answer | {"note": shortened(str(error))}, b""
    if any(isinstance(part, PartOfSpeech) for part in parts(feature)):
        answer["tagger"] = text.tagger
    type_ = "u1" if values.dtype == bool else "<f8"
    return answer | {"type": type_}, values.astype(type_).tobytes()


class _Alarm:
    """Ends the process when nobody is left to end it; where the system has alarms."""

    def __init__(self, seconds: float):
        self._seconds = 2 * seconds + 1

    def __enter__(self) -> None:
        self._set(self._seconds)

    def __exit__(self, *_: object) -> None:
        self._set(0)

    def _set(self, seconds: float) -> None:
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_REAL, seconds)


def main() -> None:
    """Serves standard input and output; whatever else is printed goes to the error output."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sink = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    serve(sys.stdin.buffer, sink)


if __name__ == "__main__":
    main()
