"""Recording plan: stays within the budget, by its policy, in any training."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from tb_rnnviz.callbacks.budget import Budget, Cost
from tb_rnnviz.callbacks.recording_plan import RecordingPlan, by_importance

COST = Cost(
    {"candidate": 100, "forget_gate": 100, "hidden_state": 100, "cell_state": 100},
    text=10,
    small=5,
    seconds=1.0,
)
ALL = 410


@dataclass
class Training:
    """Epochs that take a number of seconds each, recorded as a plan says."""

    plan: RecordingPlan
    epoch_seconds: float = 10.0
    grows: float = 1.0
    used: float = 0.0
    spent: float = 0.0
    read: list[int] = field(default_factory=list)
    full: list[int] = field(default_factory=list)
    digests: dict[int, tuple] = field(default_factory=dict)

    def run(self, epochs: int, end: bool = False) -> Training:
        for step in range(epochs):
            last = end and step == epochs - 1
            trained = (step + 1) * self.epoch_seconds
            decision = self.plan.decide(step, trained, int(self.used), last)
            if not decision.read:
                continue
            stored = COST.activity if decision.keep is None else decision.keep
            written = COST.small
            if decision.is_full:
                written += self.grows * (COST.text + sum(COST.activity[name] for name in stored))
                self.full.append(step)
            self.read.append(step)
            self.digests[step] = decision.skipped
            self.used, self.spent = self.used + written, self.spent + COST.seconds
            self.plan.record_seconds(COST.seconds)
            self.plan.record_bytes(decision, written)
        return self


def test_without_a_budget_everything_is_written_at_every_step():
    done = Training(RecordingPlan(Budget(), COST, total_steps=20)).run(20)
    assert done.full == list(range(20))
    assert not any(done.digests.values())


@pytest.mark.parametrize("total", [5, 20, 100, 1000])
@pytest.mark.parametrize("part", [0.05, 0.3, 0.7, 1.2])
@pytest.mark.parametrize("grows", [0.5, 1.0, 1.5])
def test_bytes_are_kept_to_and_mostly_used(total, part, grows):
    limit = total * (ALL * part + COST.small)
    done = Training(RecordingPlan(Budget(bytes=limit), COST, total), grows=grows).run(total)
    assert done.used <= limit
    assert done.read == list(range(total))
    if done.plan.full_steps:
        assert done.full[0] == 0 and done.full[-1] == total - 1
        if grows == 1.0:
            assert done.used >= min(limit, total * ALL) * 0.55


def test_fewer_steps_come_first_and_early_late_and_even_ones_stay():
    plan = RecordingPlan(Budget(bytes=12 * ALL * 1.11 + 100 * COST.small), COST, total_steps=100)
    assert (plan.full_steps, plan.skipped_quantities) == (12, {})
    full = Training(plan).run(100).full
    assert len(full) == 12
    assert full[:4] == [0, 1, 3, 7] and full[-1] == 99
    assert max(b - a for a, b in zip(full, full[1:], strict=False)) <= 100 / 7


def test_then_quantities_go_the_least_telling_first():
    assert by_importance(COST) == ["hidden_state", "cell_state", "forget_gate", "candidate"]
    plan = RecordingPlan(Budget(bytes=8 * 240 + 100 * COST.small), COST, total_steps=100)
    assert list(plan.skipped_quantities) == ["candidate", "forget_gate"]
    assert plan.full_steps == 8
    assert plan.decide(0, 1.0, 0).keep == ("hidden_state", "cell_state")


def test_then_steps_again_and_the_last_one_is_the_last_to_go():
    one = RecordingPlan(Budget(bytes=130 + 100 * COST.small), COST, total_steps=100)
    assert (one.full_steps, list(one.skipped_quantities)) == (
        1,
        ["candidate", "forget_gate", "cell_state"],
    )
    assert Training(one).run(100).full == [99]
    none = RecordingPlan(Budget(bytes=60), COST, total_steps=100)
    done = Training(none).run(100)
    assert done.full == [] and done.read == list(range(100))


def test_what_earlier_processes_wrote_counts():
    assert RecordingPlan(Budget(bytes=10_000), COST, 100, used_bytes=9_000).full_steps < 8


@pytest.mark.parametrize("share", [0.01, 0.03, 0.5])
@pytest.mark.parametrize("later_epochs", [10.0, 4.0])
def test_time_is_kept_to_but_for_the_last_step(share, later_epochs):
    done = Training(RecordingPlan(Budget(time=share), COST, total_steps=100))
    done.plan.decide(0, 10.0, 0)
    done.epoch_seconds = later_epochs
    done.run(99)
    assert done.read[-1] == 98
    assert done.spent - COST.seconds <= share * 100 * later_epochs
    if later_epochs == 10.0:
        assert done.spent >= min(99, share * 1000 - 3)


def test_where_nobody_knows_how_long_it_lasts_steps_grow_sparse():
    for epochs in (10, 100, 3000):
        limit = 40 * 1.1 * (ALL + COST.small)
        done = Training(RecordingPlan(Budget(bytes=limit), COST, total_steps=None)).run(
            epochs, end=True
        )
        assert len(done.full) * ALL <= limit
        assert done.read == list(range(epochs))
        assert done.full[:5] == [0, 1, 2, 3, 4]
        assert done.full[-1] == epochs - 1 or epochs == 3000
    timed = Training(RecordingPlan(Budget(time=0.05), COST, total_steps=None)).run(100)
    assert timed.read == list(range(1, 100, 2))


def test_training_that_ends_early_has_its_last_step():
    plan = RecordingPlan(Budget(bytes=12 * ALL + 100 * COST.small), COST, total_steps=100)
    full = Training(plan).run(31, end=True).full
    assert full[-1] == 30


def test_what_is_left_out_is_said_at_the_next_step_that_is_read():
    both = Budget(bytes=8 * 240 + 100 * COST.small, time=0.05)
    done = Training(RecordingPlan(both, COST, total_steps=100), epoch_seconds=10.0).run(100)
    entries = [entry for digest in done.digests.values() for entry in digest]
    unread = [step for entry in entries if entry["what"] == "reading" for step in entry["steps"]]
    assert sorted(unread + done.read) == list(range(100))
    assert "0.05 of the time" in next(e["reason"] for e in entries if e["what"] == "reading")
    activity = {s: e for e in entries if e["what"] == "activity" for s in e["steps"]}
    assert sorted(activity) == done.read
    for step, entry in activity.items():
        dropped = ["candidate", "forget_gate"] if step in done.full else None
        assert entry["quantities"] == dropped
        assert "B" in entry["reason"]
