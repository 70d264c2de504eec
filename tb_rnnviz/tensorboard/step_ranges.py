"""Ascending steps as ranges, which do not grow with the number of steps."""

from __future__ import annotations

from collections.abc import Sequence


def step_ranges(steps: Sequence[int]) -> list[tuple[int, int, int]]:
    """Returns ranges of ascending steps: first step, number of steps, and distance.

    The distance of a single step is 1.

    Example:
        >>> step_ranges([0, 1, 2, 3, 10, 20, 30])
        [(0, 4, 1), (10, 3, 10)]
        >>> step_ranges([7]), step_ranges([])
        ([(7, 1, 1)], [])
    """
    ranges = []
    first = 0
    while first < len(steps):
        end = min(first + 2, len(steps))
        distance = steps[end - 1] - steps[first] or 1
        while end < len(steps) and steps[end] - steps[end - 1] == distance:
            end += 1
        ranges.append((steps[first], end - first, distance))
        first = end
    return ranges
