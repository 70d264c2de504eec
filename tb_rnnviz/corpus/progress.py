"""`Progress`: rate and time left of a survey, in a line of the terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TextIO


class Progress:
    """Line with the tokens that are read, the rate and the time left.

    Args:
        total: Tokens of the corpus.
        done: Tokens that are read already.
        file: Stream of the line. Defaults to standard error if that is a terminal or a notebook,
            and to none otherwise.
        clock: Seconds of a monotonic clock.

    Example:
        >>> import io, itertools
        >>> file, seconds = io.StringIO(), itertools.count(0.0, 10.0)
        >>> progress = Progress(4000, file=file, clock=lambda: next(seconds))
        >>> progress.add(1000)
        >>> file.getvalue().strip()
        'survey: 1,000 of 4,000 tokens, 100 a second, 30 s left'
    """

    def __init__(
        self,
        total: int,
        done: int = 0,
        file: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
    ):
        self._total, self._done, self._new = total, done, 0
        self._clock, self._start = clock, clock()
        self._file = _interactive() if file is None else file
        self._width = 0

    def add(self, tokens: int) -> None:
        """Counts tokens, and writes the line anew."""
        self._done += tokens
        self._new += tokens
        if self._file is None:
            return
        rate = self._new / max(self._clock() - self._start, 1e-9)
        left = (self._total - self._done) / rate if rate else 0
        line = (
            f"survey: {self._done:,} of {self._total:,} tokens, {rate:,.0f} a second, "
            f"{_duration(left)} left"
        )
        self._file.write("\r" + line.ljust(self._width))
        self._file.flush()
        self._width = len(line)

    def close(self) -> None:
        """Ends the line."""
        if self._file is not None and self._width:
            self._file.write("\n")
            self._file.flush()


def _interactive() -> TextIO | None:
    is_notebook = "ipykernel" in sys.modules
    return sys.stderr if sys.stderr is not None and (is_notebook or sys.stderr.isatty()) else None


def _duration(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"
