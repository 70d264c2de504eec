"""Program of the process that evaluates features; it may be killed at any moment.

Python cannot interrupt a regular expression, but it can kill a process. The process imports the
features and nothing of TensorBoard. It reads from standard input until that ends, which it does
when TensorBoard ends.
"""

from __future__ import annotations

import os
import signal
import sys
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

try:
    import resource
except ImportError:  # Windows has no limits of resources.
    resource = None  # type: ignore[assignment]

from tb_rnnviz.features import Feature, PartOfSpeech, Regex, Text
from tb_rnnviz.features.token_columns import checked_columns
from tb_rnnviz.tensorboard.feature_pipe import receive, send
from tb_rnnviz.tensorboard.parse_feature import parse_feature, parts, shorten

MAX_TEXTS = 4
"""Number of texts that are kept together with their parts of speech."""

MEMORY_BYTES = 1 << 30
"""Memory that features and the columns of a text may take, on top of the texts."""

STATISTICS = Path("/proc/self/statm")
"""Sizes of this process in pages, where the system has them."""

_REJECTED = (ValueError, TypeError, ArithmeticError, RecursionError, MemoryError)


def serve(source: BinaryIO, sink: BinaryIO) -> None:
    """Answers messages until the source ends."""
    texts: OrderedDict[str, Text] = OrderedDict()
    send(sink, {"status": "ready"})
    while True:
        try:
            message, payloads = receive(source)
        except EOFError:
            return
        key = message["text"]
        if message["do"] == "read text":
            limit_memory(None)
            texts[key] = _read_text(message, payloads[0])
            if len(texts) > MAX_TEXTS:
                texts.popitem(last=False)
            limit_memory(MEMORY_BYTES)
        elif key not in texts:
            send(sink, {"status": "unknown text"})
        else:
            texts.move_to_end(key)
            arrays = [np.frombuffer(payload, "<f4") for payload in payloads]
            columns = {
                name: array > 0 if name in message["booleans"] else array
                for name, array in zip(message["columns"], arrays, strict=True)
            }
            try:
                feature = _parse(message, texts[key])
                send(sink, {"status": "parsed"})
                answer, values = _evaluate(feature, texts[key], columns)
            except _REJECTED as error:
                answer, values = {"status": "rejected", "message": _message(error)}, b""
            send(sink, answer, values)


def limit_memory(size: int | None) -> None:
    """Limits the memory of this process, where the system can.

    Args:
        size: Bytes that it may take more than now, `None` for no limit.
    """
    if resource is None or not STATISTICS.exists():
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = hard
    if size is not None:
        limit = int(STATISTICS.read_text().split()[0]) * resource.getpagesize() + size
        if hard != resource.RLIM_INFINITY:
            limit = min(limit, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))


def _message(error: Exception) -> str:
    """Returns the message of an error for the user."""
    if isinstance(error, MemoryError):
        return (
            f"The feature needs more than {MEMORY_BYTES >> 20} MiB of memory on this text. Make it "
            "simpler."
        )
    return shorten(str(error) or type(error).__name__)


def _read_text(message: Mapping[str, Any], ids: bytes) -> Text:
    tokens = [message["table"][index] for index in np.frombuffer(ids, "<u4")]
    ends = np.cumsum([0, *message["lengths"]])
    text = Text([tokens[a:b] for a, b in zip(ends[:-1], ends[1:], strict=True)])
    _ = text.running  # Joins the text before the time limit of the feature starts.
    return text


def _parse(message: Mapping[str, Any], text: Text) -> Feature:
    """Parses a feature and evaluates its regular expressions, which may never end."""
    with _Alarm(message["limit"]):
        feature = parse_feature(message["feature"])
        for part in parts(feature):
            if isinstance(part, Regex):
                part.values(text)
    return feature


def _evaluate(
    feature: Feature, text: Text, columns: Mapping[str, np.ndarray]
) -> tuple[dict[str, Any], bytes]:
    """Returns the description of a feature, and its values if it has any."""
    text.columns = checked_columns(columns, len(text.flat))
    answer = {
        "status": "evaluated",
        "name": feature.name,
        "kind": feature.kind,
        "spec": feature.spec(),
        "note": None,
        "tagger": None,
        "dtype": None,
    }
    try:
        values = np.asarray(feature.values(text))
    except (ImportError, LookupError, ValueError) as error:
        return answer | {"note": shorten(str(error))}, b""
    if any(isinstance(part, PartOfSpeech) for part in parts(feature)):
        answer["tagger"] = text.tagger
    dtype = "u1" if values.dtype == bool else "<f8"
    return answer | {"dtype": dtype}, values.astype(dtype).tobytes()


class _Alarm:
    """Time limit of a process that TensorBoard no longer exists to kill."""

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
    """Serves standard input and output; other output is redirected to standard error."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sink = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    serve(sys.stdin.buffer, sink)


if __name__ == "__main__":
    main()
