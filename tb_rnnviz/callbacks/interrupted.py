"""A `fit` that was interrupted never tells its callbacks that it ended."""

from __future__ import annotations

import threading
import weakref
from pathlib import Path
from typing import Protocol


class Recorder(Protocol):
    """A callback that holds a run."""

    log_dir: Path
    params: dict | None

    def hand_over(self) -> None: ...


_recorders: weakref.WeakValueDictionary[tuple[Path, int], Recorder]
_recorders = weakref.WeakValueDictionary()


def take_over(recorder: Recorder) -> None:
    """Ends the recorder of the same directory whose `fit` was interrupted in this thread.

    A `fit` that begins in a thread has no other one running beside it there: callbacks of one
    `fit` are given the same parameters, so others than these are left over.
    """
    place = recorder.log_dir.resolve(), threading.get_ident()
    before = _recorders.get(place)
    if before is not None and before is not recorder and before.params is not recorder.params:
        before.hand_over()
    if before is None or before.params is not recorder.params:
        _recorders[place] = recorder
