"""Recording plan: steps to read and quantities to store, within a budget."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tb_rnnviz.callbacks.budget import Budget, Cost, format_bytes
from tb_rnnviz.core.names import CLASS_PROBABILITY, HIDDEN_STATE, MATRICES
from tb_rnnviz.core.spread_steps import spread_steps

FEWEST_STEPS = 8
"""Full-size steps below which quantities are skipped instead."""

BEHIND = "the analysis of earlier steps had not ended"
"""Reason for a step that was not read because too many were waiting."""

MARGIN = 1.1
"""Allowance for compressed activity, whose size changes while a network learns."""

STEPS_IN_MEMORY = 1
"""Steps that TensorBoard holds in memory; others are read from the event files."""


@dataclass(frozen=True)
class RecordingDecision:
    """Decision of a plan for one step.

    Attributes:
        read: True if the model is read at this step.
        keep: Quantities to store at full size; `None` for all, empty for no activity.
        skipped: Entries of the digest: what is missing, at which steps, and why.
    """

    read: bool = True
    keep: tuple[str, ...] | None = None
    skipped: tuple[Mapping[str, Any], ...] = ()

    @property
    def is_full(self) -> bool:
        """True if activity of this step is stored."""
        return self.read and self.keep != ()


class RecordingPlan:
    """Steps and quantities that a budget allows in one `fit`.

    Args:
        budget: The limits.
        cost: Cost of one recording.
        total_steps: Number of steps to come, `None` if it is unknown.
        used_bytes: Bytes that are on disk already.

    Attributes:
        cost: As given.
        total_steps: As given.
        full_steps: Number of steps that fit at full size, `None` for any number.
        skipped_quantities: Reasons by quantity for what no step stores.
    """

    def __init__(self, budget: Budget, cost: Cost, total_steps: int | None, used_bytes: int = 0):
        self.budget, self.cost, self.total_steps = budget, cost, total_steps
        self.full_steps: int | None = None
        stored = by_importance(cost)
        self.skipped_quantities: dict[str, str] = {}
        if budget.bytes is not None:
            fewest = FEWEST_STEPS if total_steps is None else min(FEWEST_STEPS, total_steps)
            while len(stored) > 1 and self._fitting_steps(stored, used_bytes) < fewest:
                stored.pop()
            self.full_steps = self._fitting_steps(stored, used_bytes)
            self.skipped_quantities = {
                name: f"left out of the log: the budget is {format_bytes(budget.bytes)} a run"
                for name in cost.activity
                if name not in stored
            }
        self._keep = tuple(stored) if self.skipped_quantities else None
        self._full_bytes: float = cost.large(self._keep)
        self._seconds = cost.seconds
        self._index, self._full_recorded, self._spent_seconds = 0, 0, 0.0
        self._read_at: list[int] | None = None
        self._full_at: list[int] = []
        self._unread: list[tuple[int, str]] = []

    def decide(
        self, step: int, trained_seconds: float, used_bytes: int, is_last: bool = False
    ) -> RecordingDecision:
        """Decides on the next step.

        Args:
            step: The step, for the digest.
            trained_seconds: Seconds of training so far, without recordings.
            used_bytes: Bytes of the run on disk.
            is_last: True if training ends here, earlier than announced.
        """
        index, self._index = self._index, self._index + 1
        if self._read_at is None:
            self._read_at = self._schedule(trained_seconds)
        last = is_last or index + 1 == self.total_steps
        if not last and not self._has_time(index, trained_seconds):
            reason = f"recordings may take {self.budget.time:.3g} of the time of training"
            self._unread.append((step, reason))
            return RecordingDecision(read=False)
        skipped = self._unread_entries(step)
        limit = "" if self.budget.bytes is None else format_bytes(self.budget.bytes)
        if not self._has_room(index, used_bytes, last):
            reason = f"activity of {self.full_steps} steps fits into {limit} a run"
            skipped.append(left_out_entry("activity", [step], None, reason))
            return RecordingDecision(True, (), tuple(skipped))
        if self.skipped_quantities:
            names = list(self.skipped_quantities)
            skipped.append(
                left_out_entry("activity", [step], names, f"the budget is {limit} a run")
            )
        return RecordingDecision(True, self._keep, tuple(skipped))

    def postpone(self, step: int) -> RecordingDecision:
        """Skips a step, because the analysis of earlier ones has not ended."""
        self._index += 1
        self._unread.append((step, BEHIND))
        return RecordingDecision(read=False)

    def record_seconds(self, seconds: float) -> None:
        """Takes note of the seconds that training stood still for a recording."""
        self._seconds = seconds
        self._spent_seconds += seconds

    def record_bytes(self, decision: RecordingDecision, written_bytes: int) -> None:
        """Takes note of the bytes of a recording."""
        if decision.is_full:
            self._full_recorded += 1
            self._full_bytes = max(self._full_bytes, written_bytes - self.cost.small)

    def _unread_entries(self, step: int) -> list[Mapping[str, Any]]:
        """Returns the entries of the steps before `step` that were not read, by reason."""
        steps_by_reason: dict[str, list[int]] = {}
        for earlier, reason in self._unread:
            if earlier != step:
                steps_by_reason.setdefault(reason, []).append(earlier)
        self._unread = []
        return [
            left_out_entry("reading", steps, None, reason)
            for reason, steps in steps_by_reason.items()
        ]

    def _fitting_steps(self, quantities: list[str], used_bytes: int) -> int:
        """Number of full-size steps that fit into the remaining bytes."""
        free = (self.budget.bytes or 0) - used_bytes
        full = self.cost.large(tuple(quantities)) * MARGIN
        if self.total_steps is None:
            return max(0, int(free / (full + self.cost.small)))
        if not full:
            return max(0, self.total_steps)
        fitting = int((free - self.total_steps * self.cost.small) / full)
        return max(0, min(self.total_steps, fitting))

    def _schedule(self, trained_seconds: float) -> list[int]:
        """Steps to read, once the first one tells how long training takes."""
        if self.total_steps is None:
            return []
        count = self.total_steps
        if self.budget.time is not None:
            allowed = self.budget.time * trained_seconds * self.total_steps
            count = max(1, int(min(self.total_steps, allowed / max(self._seconds, 1e-9))))
        read_at = spread_steps(self.total_steps, count)
        full = len(read_at) if self.full_steps is None else self.full_steps
        self._full_at = [read_at[index] for index in spread_steps(len(read_at), full)]
        return read_at

    def _has_time(self, index: int, trained_seconds: float) -> bool:
        """Tells whether this step is scheduled and leaves time for the last one."""
        if self.budget.time is None:
            return True
        if self.total_steps is None:
            return self._spent_seconds + self._seconds <= self.budget.time * trained_seconds
        expected = trained_seconds * self.total_steps / (index + 1)
        is_enough = self._spent_seconds + 2 * self._seconds <= self.budget.time * expected
        return is_enough and index in (self._read_at or ())

    def _has_room(self, index: int, used_bytes: int, last: bool) -> bool:
        """Tells whether this step is stored at full size and leaves room for the last one."""
        if self.budget.bytes is None:
            return True
        if not self.full_steps:
            return False
        to_come = 0 if last or self.total_steps is None else self.total_steps - index - 1
        needed = self._full_bytes * (1 if last else 2) + self.cost.small * (1 + to_come)
        if used_bytes + needed > self.budget.bytes:
            return False
        if last:
            return True
        if self.total_steps is None:
            most = max(1, self.full_steps - 1)
            is_due = index % recording_stride(most, min(self._full_recorded, most - 1)) == 0
            return self._full_recorded < most and is_due
        return index in self._full_at


def by_importance(cost: Cost) -> list[str]:
    """Sorts quantities: hidden states, predictions, states, gates, the rest, matrices."""

    def rank(name: str) -> int:
        is_rest = name != MATRICES
        order = (
            name == HIDDEN_STATE,
            name == CLASS_PROBABILITY,
            name.endswith("_state"),
            name.endswith("_gate"),
            is_rest,
            True,
        )
        return order.index(True)

    return sorted(cost.activity, key=rank)


def recording_stride(most: int, used: int) -> int:
    """Returns the distance between stored steps for a `fit` of unknown length.

    It is 1 until half of the full-size steps are used, then 2 until three quarters are, then 4,
    and so on, which reaches most / 2 * log2(most) steps.

    Args:
        most: Number of full-size steps.
        used: Number of those that are used, fewer than `most`.

    Example:
        >>> [recording_stride(8, used) for used in range(8)]
        [1, 1, 1, 1, 2, 2, 4, 8]
    """
    return 2 ** int(math.log2(most / (most - used)))


def cost_estimate(plan: RecordingPlan, every: str | int) -> str:
    """Formats what recording will cost, in one line.

    Args:
        plan: The plan of this `fit`.
        every: `"epoch"`, or batches.

    Returns:
        Bytes and seconds of a recording, bytes that TensorBoard will hold in memory with its
        default flags, and what the budget skips.

    Example:
        >>> cost = Cost({"hidden_state": 1_000_000}, text=2_000, small=50_000, seconds=0.2)
        >>> print(cost_estimate(RecordingPlan(Budget(bytes=20_000_000), cost, 100), "epoch"))
        RNN-Viz: 1.05 MB and 0.2 s per epoch, measured; TensorBoard will hold up to 1.05 MB of it
        in memory. The budget of 20 MB keeps the activity of 13 of 100 steps.
    """
    cost, budget, skipped = plan.cost, plan.budget, plan.skipped_quantities
    large = cost.large([name for name in cost.activity if name not in skipped])
    counts = (STEPS_IN_MEMORY, plan.total_steps, plan.full_steps)
    in_memory = min(count for count in counts if count is not None) * large + cost.small
    period = "epoch" if every == "epoch" else f"{every} batches"
    line = (
        f"RNN-Viz: {format_bytes(large + cost.small)} and {cost.seconds:.2g} s per {period}, "
        f"measured; TensorBoard will hold up to {format_bytes(in_memory)} of it in memory."
    )
    if budget.bytes is not None and plan.full_steps != plan.total_steps:
        steps = "steps" if plan.total_steps is None else f"of {plan.total_steps} steps"
        line += f" The budget of {format_bytes(budget.bytes)} keeps the activity of "
        line += f"{plan.full_steps} {steps}."
    if budget.bytes is not None and skipped and plan.full_steps:
        line += f" The budget of {format_bytes(budget.bytes)} leaves out {', '.join(skipped)}."
    if budget.time is not None:
        line += f" Recordings take at most {budget.time:.3g} of the time of training."
    return line


def left_out_entry(
    what: str, steps: list[int], quantities: list[str] | None, reason: str
) -> dict[str, Any]:
    """Returns an entry of `left_out` in a digest.

    Args:
        what: `"reading"` for steps that were not recorded, `"activity"` for activity, `"matrix"`
            for matrices that are stored in part.
        steps: The steps.
        quantities: Names of the quantities or matrices, `None` for all.
        reason: Reason, for the user.
    """
    return {"what": what, "steps": steps, "quantities": quantities, "reason": reason}


def steps_to_come(params: Mapping[str, Any], epoch: int, every: str | int) -> int | None:
    """Returns the number of recordings of a `fit` from an epoch on, `None` if unknown.

    Args:
        params: Parameters that Keras gives a callback: `epochs`, and `steps` of an epoch.
        epoch: The epoch.
        every: `"epoch"`, or the number of batches after which to record.
    """
    epochs, batches = params.get("epochs"), params.get("steps")
    if epochs is None:
        return None
    if not isinstance(every, int):
        return epochs - epoch
    return None if batches is None else -((epoch - epochs) * batches // every)
