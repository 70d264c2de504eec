"""Ratios of times: candidates are run in turn, round by round."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping


def compare(
    candidates: Mapping[str, Callable[[], object]], against: str, rounds: int = 7
) -> dict[str, float]:
    """Runs all candidates in turn and prints their times relative to one of them.

    Args:
        candidates: Functions by name; each is called once before it is timed.
        against: Name of the reference candidate.
        rounds: Number of timed rounds; 7 by default.

    Returns:
        By name, the median over the rounds of time / time of `against` in the same round.
    """
    for run in candidates.values():
        run()
    ratios: dict[str, list[float]] = {name: [] for name in candidates}
    for _ in range(rounds):
        seconds = {}
        for name, run in candidates.items():
            begin = time.perf_counter()
            run()
            seconds[name] = time.perf_counter() - begin
        for name, spent in seconds.items():
            ratios[name].append(spent / seconds[against])
    for name, values in ratios.items():
        low, high = min(values), max(values)
        print(f"  {name:<42} {statistics.median(values):7.2f}   ({low:.2f} to {high:.2f})")
    return {name: statistics.median(values) for name, values in ratios.items()}
