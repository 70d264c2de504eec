"""What recording will cost, in one line."""

from __future__ import annotations

import logging

import keras

from tb_rnnviz.callbacks.budget import size
from tb_rnnviz.callbacks.plan import Plan

HELD_STEPS = 50
"""Steps at full size that TensorBoard keeps in memory unless it is told otherwise."""


def forecast(plan: Plan, every: str | int) -> str:
    """One line for people who are about to wait.

    Args:
        plan: What is going to be done.
        every: `"epoch"`, or batches.

    Returns:
        Bytes and seconds of a recording, bytes that TensorBoard will hold in memory with its
        default flags, and what the budget leaves out.

    Example:
        >>> from tb_rnnviz.callbacks.budget import Budget, Cost
        >>> cost = Cost({"hidden_state": 1_000_000}, text=2_000, small=50_000, seconds=0.2)
        >>> print(forecast(Plan(Budget(bytes=20_000_000), cost, total=100), "epoch"))
        RNN-Viz: 1.05 MB and 0.2 s per epoch, measured; TensorBoard will hold up to 18 MB of it
        in memory. The budget of 20 MB keeps the activity of 13 of 100 steps.
    """
    cost, budget = plan.cost, plan.budget
    large = cost.large([name for name in cost.activity if name not in plan.dropped])
    counts = [count for count in (HELD_STEPS, plan.total, plan.places) if count is not None]
    held = min(counts) * large + (plan.total or HELD_STEPS) * cost.small
    period = "epoch" if every == "epoch" else f"{every} batches"
    line = (
        f"RNN-Viz: {size(large + cost.small)} and {cost.seconds:.2g} s per {period}, measured; "
        f"TensorBoard will hold up to {size(held)} of it in memory."
    )
    if plan.places is not None and plan.places != plan.total:
        steps = "steps" if plan.total is None else f"of {plan.total} steps"
        line += f" The budget of {size(budget.bytes)} keeps the activity of {plan.places} {steps}."
    if plan.dropped and plan.places:
        line += f" The budget of {size(budget.bytes)} leaves out {', '.join(plan.dropped)}."
    if budget.time is not None:
        line += f" Recordings take at most {budget.time:.3g} of the time of training."
    return line


def say(line: str) -> None:
    """Prints a line, or logs it after `keras.config.disable_interactive_logging()`."""
    if keras.config.is_interactive_logging_enabled():
        print(line, flush=True)
    else:
        logging.getLogger("tb_rnnviz").info(line)
