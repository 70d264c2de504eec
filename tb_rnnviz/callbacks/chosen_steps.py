"""Steps of a run that are chosen for something costly, such as explanations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np


def check_chosen_steps(every: Any, at: Any) -> None:
    """Checks the arguments of `is_chosen_step`.

    Raises:
        ValueError: If `every` is no positive integer, or `at` is no list of steps.
    """
    check_integer("every", every, 1, None)
    if at is None:
        return
    if isinstance(at, (str, bytes)) or not isinstance(at, Sequence):
        raise ValueError(f"`at` lists steps of the run, integers. Received: {at!r}")
    for step in at:
        check_integer("at", step, -1, None)


def is_chosen_step(step: int | None, recorded: int, every: int, at: Sequence[int] | None) -> bool:
    """Tells whether a step is one of the chosen ones.

    Args:
        step: Step of the run; `None` to measure the cost, which is that of a chosen one.
        recorded: Recordings before it.
        every: Recordings from one chosen to the next.
        at: Chosen steps, instead of every `every`-th, or `None`.

    Example:
        >>> is_chosen_step(7, 2, every=2, at=None), is_chosen_step(7, 2, every=2, at=[9])
        (True, False)
    """
    if step is None:
        return True
    return recorded % every == 0 if at is None else step in at


def check_integer(name: str, value: Any, low: int, high: int | None) -> None:
    """Checks an integer argument.

    Raises:
        ValueError: If it is no integer from `low` to `high`.
    """
    is_integer = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
    if not is_integer or value < low or (high is not None and value > high):
        limit = f"{low} to {high}" if high is not None else f"{low} or more"
        raise ValueError(f"`{name}` is an integer, {limit}. Received: {value!r}")
