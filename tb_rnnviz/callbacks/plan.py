"""Keeps to a budget: decides at every step what to read and what to write at full size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tb_rnnviz.callbacks.budget import Budget, Cost, size
from tb_rnnviz.callbacks.schedule import kept_of, stride

FEWEST_STEPS = 8
"""Steps at full size below which quantities are left out instead."""

MARGIN = 1.1
"""Deflated activity grows and shrinks while a network learns."""


@dataclass(frozen=True)
class Choice:
    """What to do at a step.

    Attributes:
        read: Whether to read the model at all.
        keep: Quantities to write at full size; `None` for all, empty for no activity at all.
        left_out: Entries of the digest: what is not there, at which steps, and why.
    """

    read: bool = True
    keep: tuple[str, ...] | None = None
    left_out: tuple[Mapping[str, Any], ...] = ()

    @property
    def whole(self) -> bool:
        """Whether the step is there at full size."""
        return self.read and self.keep != ()


class Plan:
    """What a budget allows in one `fit`.

    Args:
        budget: The limits.
        cost: What one recording costs.
        total: How many steps will come, `None` where nobody knows.
        used: Bytes that are on disk already.

    Attributes:
        cost: As given.
        total: As given.
        places: Steps that fit at full size, `None` for any number.
        dropped: Reasons by quantity for what no step holds.
    """

    def __init__(self, budget: Budget, cost: Cost, total: int | None, used: int = 0):
        self.budget, self.cost, self.total = budget, cost, total
        self.places, kept = None, by_importance(cost)
        if budget.bytes is not None:
            least = FEWEST_STEPS if total is None else min(FEWEST_STEPS, total)
            while len(kept) > 1 and self._fitting(kept, used) < least:
                kept.pop()
            self.places = self._fitting(kept, used)
        self.dropped = {
            name: f"left out of the log: the budget is {size(budget.bytes)} a run"
            for name in cost.activity
            if name not in kept
        }
        self._keep = tuple(kept) if self.dropped else None
        self._large: float = cost.large(self._keep)
        self._seconds = cost.seconds
        self._index, self._large_steps, self._spent = 0, 0, 0.0
        self._read_at = self._large_at = None
        self._unread: list[int] = []

    def choose(self, step: int, trained: float, used: int, end: bool = False) -> Choice:
        """What to do at the next step.

        Args:
            step: The step, for the digest.
            trained: Seconds of training so far, without recordings.
            used: Bytes of the run on disk.
            end: Whether training ends here, earlier than was said.
        """
        index, self._index = self._index, self._index + 1
        if self._read_at is None:
            self._place(trained)
        last = end or index + 1 == self.total
        if not last and not self._has_time(index, trained):
            self._unread.append(step)
            return Choice(read=False)
        unread, self._unread = [place for place in self._unread if place != step], []
        left_out = []
        if unread:
            reason = f"recordings may take {self.budget.time:.3g} of the time of training"
            left_out.append(_entry("reading", unread, None, reason))
        if not self._has_room(index, used, last):
            reason = f"activity of {self.places} steps fits into {size(self.budget.bytes)} a run"
            return Choice(True, (), (*left_out, _entry("activity", [step], None, reason)))
        if self.dropped:
            reason = f"the budget is {size(self.budget.bytes)} a run"
            left_out.append(_entry("activity", [step], list(self.dropped), reason))
        return Choice(True, self._keep, tuple(left_out))

    def done(self, choice: Choice, seconds: float, written: int) -> None:
        """Takes note of what a recording did cost, in seconds and bytes."""
        self._seconds = seconds
        self._spent += seconds
        if choice.whole:
            self._large_steps += 1
            self._large = max(self._large, written - self.cost.small)

    def _fitting(self, quantities: list[str], used: int) -> int:
        """Steps at full size that fit into what is left of the bytes."""
        room = self.budget.bytes - used
        large = self.cost.large(tuple(quantities)) * MARGIN
        if self.total is None:
            return max(0, int(room / (large + self.cost.small)))
        fit = int((room - self.total * self.cost.small) / large) if large else self.total
        return max(0, min(self.total, fit))

    def _place(self, trained: float) -> None:
        """Places the steps, once the first one tells how long training takes."""
        self._read_at, self._large_at = (), ()
        if self.total is None:
            return
        most = self.total
        if self.budget.time is not None:
            allowed = self.budget.time * trained * self.total
            most = max(1, int(min(self.total, allowed / max(self._seconds, 1e-9))))
        self._read_at = kept_of(self.total, most)
        places = len(self._read_at) if self.places is None else self.places
        self._large_at = [self._read_at[i] for i in kept_of(len(self._read_at), places)]

    def _has_time(self, index: int, trained: float) -> bool:
        """Whether this step has its place, and leaves time for the last one."""
        if self.budget.time is None:
            return True
        if self.total is None:
            return self._spent + self._seconds <= self.budget.time * trained
        expected = trained * self.total / (index + 1)
        enough = self._spent + 2 * self._seconds <= self.budget.time * expected
        return enough and index in self._read_at

    def _has_room(self, index: int, used: int, last: bool) -> bool:
        """Whether this step has its place at full size, and leaves room for the last one."""
        if self.budget.bytes is None:
            return True
        if not self.places:
            return False
        to_come = 0 if last or self.total is None else self.total - index - 1
        need = self._large * (1 if last else 2) + self.cost.small * (1 + to_come)
        if used + need > self.budget.bytes:
            return False
        if last:
            return True
        if self.total is None:
            most = max(1, self.places - 1)
            return self._large_steps < most and index % stride(most, self._large_steps) == 0
        return index in self._large_at


def by_importance(cost: Cost) -> list[str]:
    """The quantities: hidden states, other states, gates, the rest."""

    def rank(name: str) -> int:
        order = (name == "hidden_state", name.endswith("_state"), name.endswith("_gate"), True)
        return order.index(True)

    return sorted(cost.activity, key=rank)


def _entry(
    what: str, steps: list[int], quantities: list[str] | None, reason: str
) -> dict[str, Any]:
    return {"what": what, "steps": steps, "quantities": quantities, "reason": reason}
