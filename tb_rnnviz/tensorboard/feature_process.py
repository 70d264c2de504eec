"""Looks for typed features in another process, which is ended when one takes too long."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import weakref
from dataclasses import dataclass
from typing import Any

import numpy as np
from tensorboard import errors

from tb_rnnviz.tensorboard.feature_pipe import receive, send
from tb_rnnviz.tensorboard.logged_text import LoggedText

REGEX_SECONDS = 2.0
"""How long reading a feature and its regular expressions may take."""

OTHER_SECONDS = 60.0
"""How long anything else may take: starting, loading a tagger, tagging a text."""

_PROGRAM = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from tb_rnnviz.tensorboard.feature_worker import main; main()"
)


@dataclass(frozen=True)
class Found:
    """A feature that was looked for.

    Attributes:
        name: What it is called.
        kind: Its kind.
        spec: The mapping that makes it.
        note: Why it could not be looked for in this text; `None` otherwise.
        tagger: The tagger that was used, or `None`.
        values: Booleans or numbers (tokens,); `None` with a note.
    """

    name: str
    kind: str
    spec: dict[str, Any]
    note: str | None
    tagger: str | None
    values: np.ndarray | None


class FeatureProcess:
    """Looks for one feature at a time; safe to share between threads.

    The process is started by the first feature and kept, as it keeps texts and their tags.

    Args:
        seconds: How long reading a feature and its regular expressions may take.
    """

    def __init__(self, seconds: float = REGEX_SECONDS):
        self._seconds = seconds
        self._lock = threading.Lock()
        self._process: subprocess.Popen | None = None
        self._end = lambda: None

    def look(self, text: LoggedText, typed: str) -> Found:
        """Looks for a typed feature in a text.

        Raises:
            InvalidArgumentError: if it is no feature, or takes too long.
        """
        with self._lock:
            try:
                return self._asked(text, typed)
            except _Ended:  # what ends between two features has nothing to do with the second
                return self._asked(text, typed)

    def close(self) -> None:
        """Ends the process; the next feature starts another."""
        self._end()
        self._process = None

    def _asked(self, text: LoggedText, typed: str) -> Found:
        """Asks the process, and ends it where it is late."""
        limit = _Limit()
        try:
            return self._ask(text, typed, limit)
        except (EOFError, OSError) as error:
            self.close()
            raise (self._late(limit) if limit.passed else _Ended()) from error
        finally:
            limit.lift()
            if limit.passed:
                self.close()

    def _ask(self, text: LoggedText, typed: str, limit: _Limit) -> Found:
        process = self._running(limit)
        wanted = {"do": "look", "text": text.key, "feature": typed, "limit": self._seconds}
        wanted["columns"] = list(text.columns)
        columns = [array.astype("<f4").tobytes() for array in text.columns.values()]
        for _ in range(2):
            limit.set(process, self._seconds, "feature")
            send(process.stdin, wanted, *columns)
            answer, payloads = receive(process.stdout)
            if answer["says"] != "text wanted":
                break
            limit.set(process, OTHER_SECONDS, "text")
            read = {"do": "read", "text": text.key, "lengths": text.lengths, "table": text.table}
            send(process.stdin, read, text.ids.astype("<u4").tobytes())
        if answer["says"] == "slow":
            limit.set(process, OTHER_SECONDS, "kind")
            answer, payloads = receive(process.stdout)
        if answer["says"] == "refused":
            raise errors.InvalidArgumentError(answer["sentence"])
        type_ = answer.pop("type")
        values = np.frombuffer(payloads[0], type_) if type_ else None
        del answer["says"]
        return Found(**answer, values=values.astype(bool) if type_ == "u1" else values)

    def _running(self, limit: _Limit) -> subprocess.Popen:
        if self._process is not None and self._process.poll() is None:
            return self._process
        self.close()
        process = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM, json.dumps(sys.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self._process, self._end = process, weakref.finalize(self, _end, process)
        limit.set(process, OTHER_SECONDS, "start")
        receive(process.stdout)
        return process

    def _late(self, limit: _Limit) -> errors.InvalidArgumentError:
        if limit.what == "feature":
            return errors.InvalidArgumentError(
                f"The feature took more than {self._seconds:g} s on this text and was stopped. "
                "A regular expression with one repetition inside another, such as (a+)+, may take "
                "for ever; write it without."
            )
        return errors.InvalidArgumentError(
            f"The feature took more than {OTHER_SECONDS:g} s on this text and was stopped. "
            "Look for it in Python instead: analysis.relevance."
        )


class _Ended(errors.InvalidArgumentError):
    """The process ended by itself."""

    def __init__(self) -> None:
        super().__init__(
            "The feature could not be looked for: the process that does it ended, such as for "
            "want of memory. Make the feature simpler."
        )


class _Limit:
    """Ends a process that takes too long, so that who reads from it goes on."""

    def __init__(self) -> None:
        self._timer: threading.Timer | None = None
        self.what = "start"
        self.passed = False

    def set(self, process: subprocess.Popen, seconds: float, what: str) -> None:
        """Begins a new limit in place of the one before."""
        self.lift()
        self.what = what
        self._timer = threading.Timer(seconds, self._pass, [process])
        self._timer.daemon = True
        self._timer.start()

    def lift(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _pass(self, process: subprocess.Popen) -> None:
        self.passed = True
        process.kill()


def _end(process: subprocess.Popen) -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        try:
            pipe.close()
        except BrokenPipeError:
            continue
