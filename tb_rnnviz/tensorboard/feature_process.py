"""Process that evaluates typed features, killed if one takes too long."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

import numpy as np
from tensorboard import errors

from tb_rnnviz.tensorboard.feature_pipe import receive, send
from tb_rnnviz.tensorboard.logged_text import LoggedText

REGEX_SECONDS = 2.0
"""Time limit of parsing a feature and of its regular expressions."""

OTHER_SECONDS = 60.0
"""Time limit of everything else: starting, loading a tagger, tagging a text."""

_PROGRAM = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from tb_rnnviz.tensorboard.feature_worker import main; main()"
)


@dataclass(frozen=True)
class FeatureValues:
    """A feature and its values in a text.

    Attributes:
        name: Name of the feature.
        kind: Kind of the feature.
        spec: Mapping that defines the feature.
        note: Reason why it has no values in this text, or `None`.
        tagger: Name and version of the tagger that was used, or `None`.
        values: Booleans or numbers (tokens,); `None` with a note.
    """

    name: str
    kind: str
    spec: dict[str, Any]
    note: str | None
    tagger: str | None
    values: np.ndarray | None

    @property
    def is_boolean(self) -> bool:
        """True if the values are booleans."""
        return self.values is not None and self.values.dtype == bool


class FeatureProcess:
    """Evaluates one feature at a time; safe to share between threads.

    The first feature starts the process, which then keeps texts and their tags in memory.

    Args:
        seconds: Time limit of parsing a feature and of its regular expressions.
    """

    def __init__(self, seconds: float = REGEX_SECONDS):
        self._seconds = seconds
        self._lock = threading.Lock()
        self._process: subprocess.Popen | None = None
        self._end: Callable[[], object] = lambda: None

    def evaluate(self, text: LoggedText, feature: str) -> FeatureValues:
        """Parses a feature and evaluates it in a text.

        Args:
            text: The text.
            feature: The feature in JSON or YAML.

        Raises:
            InvalidArgumentError: if it is no feature, or takes too long.
        """
        with self._lock:
            try:
                return self._evaluate(text, feature)
            except _ProcessDied:  # It may have died before this feature.
                return self._evaluate(text, feature)

    def close(self) -> None:
        """Kills the process; the next feature starts another one."""
        self._end()
        self._process = None

    def _evaluate(self, text: LoggedText, feature: str) -> FeatureValues:
        limit = _TimeLimit()
        try:
            return self._request(text, feature, limit)
        except (EOFError, OSError) as error:
            self.close()
            raise (self._timeout_error(limit) if limit.is_exceeded else _ProcessDied()) from error
        finally:
            limit.stop()
            if limit.is_exceeded:
                self.close()

    def _request(self, text: LoggedText, feature: str, limit: _TimeLimit) -> FeatureValues:
        process = self._running_process(limit)
        request = {
            "do": "evaluate",
            "text": text.key,
            "feature": feature,
            "limit": self._seconds,
            "columns": list(text.columns),
            "booleans": [name for name, array in text.columns.items() if array.dtype == bool],
        }
        columns = [array.astype("<f4").tobytes() for array in text.columns.values()]
        limit.start(process, self._seconds, "feature")
        _send(process, request, *columns)
        answer, payloads = _receive(process)
        if answer["status"] == "unknown text":
            self._send_text(process, text, limit)
            limit.start(process, self._seconds, "feature")
            _send(process, request, *columns)
            answer, payloads = _receive(process)
        if answer["status"] == "parsed":
            limit.start(process, OTHER_SECONDS, "kind")
            answer, payloads = _receive(process)
        if answer.pop("status") == "rejected":
            raise errors.InvalidArgumentError(answer["message"])
        dtype = answer.pop("dtype")
        values = np.frombuffer(payloads[0], dtype) if dtype else None
        if values is not None and dtype == "u1":
            values = values.astype(bool)
        return FeatureValues(**answer, values=values)

    def _send_text(self, process: subprocess.Popen, text: LoggedText, limit: _TimeLimit) -> None:
        limit.start(process, OTHER_SECONDS, "text")
        message = {
            "do": "read text",
            "text": text.key,
            "lengths": text.lengths,
            "table": text.table,
        }
        _send(process, message, text.ids.astype("<u4").tobytes())

    def _running_process(self, limit: _TimeLimit) -> subprocess.Popen:
        if self._process is not None and self._process.poll() is None:
            return self._process
        self.close()
        process = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM, json.dumps(sys.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self._process, self._end = process, weakref.finalize(self, _kill, process)
        limit.start(process, OTHER_SECONDS, "start")
        _receive(process)
        return process

    def _timeout_error(self, limit: _TimeLimit) -> errors.InvalidArgumentError:
        if limit.stage == "feature":
            return errors.InvalidArgumentError(
                f"The feature took more than {self._seconds:g} s on this text and was stopped. "
                "A regular expression with one repetition inside another, such as (a+)+, may take "
                "for ever; write it without."
            )
        return errors.InvalidArgumentError(
            f"The feature took more than {OTHER_SECONDS:g} s on this text and was stopped. "
            "Compute it in Python instead: analysis.relevance."
        )


class _ProcessDied(errors.InvalidArgumentError):
    """Error of a process that ended before it answered."""

    def __init__(self) -> None:
        super().__init__(
            "The feature could not be evaluated: the process that does it ended, for instance "
            "because it ran out of memory. Make the feature simpler."
        )


class _TimeLimit:
    """Kills a process that takes too long, so that reading from it ends.

    Attributes:
        stage: Stage that the limit is for.
        is_exceeded: True if the process was killed.
    """

    def __init__(self) -> None:
        self._timer: threading.Timer | None = None
        self.stage = "start"
        self.is_exceeded = False

    def start(self, process: subprocess.Popen, seconds: float, stage: str) -> None:
        """Starts the limit of a stage in place of the previous one."""
        self.stop()
        self.stage = stage
        self._timer = threading.Timer(seconds, self._kill, [process])
        self._timer.daemon = True
        self._timer.start()

    def stop(self) -> None:
        """Stops the limit."""
        if self._timer is not None:
            self._timer.cancel()

    def _kill(self, process: subprocess.Popen) -> None:
        self.is_exceeded = True
        process.kill()


def _send(process: subprocess.Popen, message: dict[str, Any], *payloads: bytes) -> None:
    send(cast(BinaryIO, process.stdin), message, *payloads)


def _receive(process: subprocess.Popen) -> tuple[dict[str, Any], list[bytes]]:
    return receive(cast(BinaryIO, process.stdout))


def _kill(process: subprocess.Popen) -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        try:
            cast(BinaryIO, pipe).close()
        except BrokenPipeError:
            continue
