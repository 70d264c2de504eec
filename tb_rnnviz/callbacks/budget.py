"""What a run may cost, and what one recording does cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Budget:
    """What the recordings of a run may cost.

    `RNNVizCallback` keeps to it in this order. First it records fewer steps at full size: the
    last, early ones and evenly spaced ones stay. Where fewer than 8 steps would stay, it stores
    fewer quantities: hidden states stay longest, then other states, then gates, then the rest.
    What is small (relevance, saturation, losses) is written at every step that is read.
    What was left out stands in the digests of the log. `docs/budget.md` says more.

    Args:
        bytes: Bytes of the run's event files, those of earlier processes included. Defaults to
            any number.
        time: Seconds of recording by seconds of training, above 0 and at most 1: `0.03` lets
            recordings take 3 % of the time. The last step is read whatever it takes. Defaults to
            any share.

    Raises:
        ValueError: if a limit is out of range.

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
        """A budget from what a user gave: a budget, a mapping of its limits, or `None`."""
        if budget is None:
            return cls()
        if isinstance(budget, cls):
            return budget
        names = list(cls.__dataclass_fields__)
        if not isinstance(budget, Mapping) or not set(budget) <= set(names):
            raise ValueError(
                "`budget` is a tb_rnnviz.Budget, or a mapping with any of "
                f"{names}. Received: {budget!r}"
            )
        return cls(**budget)


@dataclass(frozen=True)
class Cost:
    """What one recording costs, all probes together.

    Attributes:
        activity: Bytes of activity and spectra by quantity.
        text: Bytes of the texts, which stand beside activity.
        small: Bytes of what is written at every step.
        seconds: Seconds to read the model, to analyse and to write.
    """

    activity: Mapping[str, int]
    text: int
    small: int
    seconds: float

    def large(self, quantities: Sequence[str] | None = None) -> int:
        """Bytes of what can be left out, with all quantities or some."""
        kept = self.activity if quantities is None else quantities
        return self.text + sum(self.activity[quantity] for quantity in kept)


def size(amount: float) -> str:
    """A number of bytes for people.

    Example:
        >>> size(800), size(12_345_678)
        ('800 B', '12.3 MB')
    """
    for unit in ("B", "kB", "MB", "GB"):
        if amount < 999.5 or unit == "GB":
            return f"{amount:.3g} {unit}"
        amount /= 1000
    return ""
