"""Budget of a run, and cost of its recordings in bytes and seconds."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

import keras

from tb_rnnviz.callbacks.options import options_from_mapping


@dataclass(frozen=True)
class Budget:
    """Limits on what the recordings of a run may cost.

    `RNNVizCallback` keeps to it in this order. First it records fewer steps at full size: the
    last, early ones and evenly spaced ones stay. If fewer than 8 steps would stay, it stores
    fewer quantities: hidden states stay longest, then other states, then gates, then the rest.
    Small data (relevance, saturation, losses) are written at every step that is read. What was
    skipped is listed in the digests of the log. `docs/budget.md` has the details.

    Args:
        bytes: Bytes of the run's event files, those of earlier processes included. Defaults to
            no limit.
        time: Seconds of recording per second of training, above 0 and at most 1: `0.03` lets
            recordings take 3 % of the time. The last step is read in any case. Defaults to no
            limit.

    Raises:
        ValueError: If a limit is out of range.

    Example:
        >>> Budget(bytes=500_000_000, time=0.03)
        Budget(bytes=500000000, time=0.03)
    """

    bytes: float | None = None
    time: float | None = None

    def __post_init__(self) -> None:
        for name, value in asdict(self).items():
            number = isinstance(value, int | float) and not isinstance(value, bool)
            if value is not None and not number:
                raise ValueError(f"A budget's `{name}` is a number or None. Received: {value!r}")
        if self.bytes is not None and not self.bytes > 0:
            raise ValueError(f"A budget's `bytes` are more than 0. Received: {self.bytes!r}")
        if self.time is not None and not 0 < self.time <= 1:
            raise ValueError(
                "A budget's `time` is a share of the time of training, above 0 and at most 1. "
                f"Received: {self.time!r}"
            )

    @classmethod
    def of(cls, budget: Budget | Mapping[str, Any] | None) -> Budget:
        """Returns a budget from a budget, a mapping of its limits, or `None`."""
        if budget is None:
            return cls()
        if isinstance(budget, cls):
            return budget
        return options_from_mapping(cls, budget, "budget", "a tb_rnnviz.Budget")


@dataclass(frozen=True)
class Cost:
    """Cost of one recording, all probes together.

    Attributes:
        activity: Bytes of activity and spectra by quantity.
        text: Bytes of the texts, which are written with the activity.
        small: Bytes of what is written at every step.
        seconds: Seconds that training stands still: those of reading the model.
    """

    activity: Mapping[str, int]
    text: int
    small: int
    seconds: float

    def large(self, quantities: Sequence[str] | None = None) -> int:
        """Returns the bytes of what a budget can skip, of all quantities or of some."""
        names = self.activity if quantities is None else quantities
        return self.text + sum(self.activity[quantity] for quantity in names)


def sum_costs(costs: Sequence[Cost]) -> Cost:
    """Returns the cost of several recordings together.

    Example:
        >>> sum_costs([Cost({"hidden_state": 2}, 1, 1, 0.5), Cost({}, 1, 2, 0.0)])
        Cost(activity={'hidden_state': 2}, text=2, small=3, seconds=0.5)
    """
    activity: dict[str, int] = {}
    for cost in costs:
        for quantity, size in cost.activity.items():
            activity[quantity] = activity.get(quantity, 0) + size
    text, small = sum(cost.text for cost in costs), sum(cost.small for cost in costs)
    return Cost(activity, text, small, sum(cost.seconds for cost in costs))


class Stopwatch:
    """Seconds of training, without the seconds of recording.

    Example:
        >>> stopwatch = Stopwatch()
        >>> with stopwatch.paused() as block:
        ...     time.sleep(1)
        >>> block.seconds >= 0.9 > stopwatch.seconds
        True
    """

    def __init__(self) -> None:
        self._start = time.perf_counter()

    @property
    def seconds(self) -> float:
        """Seconds since the start, without pauses."""
        return time.perf_counter() - self._start

    @contextmanager
    def paused(self) -> Iterator[Stopwatch]:
        """Does not count this block; yields a stopwatch of the block."""
        block = Stopwatch()
        try:
            yield block
        finally:
            self._start += block.seconds


def format_bytes(amount: float) -> str:
    """Formats a number of bytes.

    Example:
        >>> format_bytes(800), format_bytes(12_345_678)
        ('800 B', '12.3 MB')
    """
    for unit in ("B", "kB", "MB", "GB"):
        if amount < 999.5 or unit == "GB":
            return f"{amount:.3g} {unit}"
        amount /= 1000
    return ""


def print_line(line: str) -> None:
    """Prints a line, or logs it after `keras.config.disable_interactive_logging()`."""
    if keras.config.is_interactive_logging_enabled():
        print(line, flush=True)
    else:
        logging.getLogger("tb_rnnviz").info(line)
