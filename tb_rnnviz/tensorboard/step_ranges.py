"""Ascending steps as ranges, which do not grow with the number of steps."""

from __future__ import annotations

from collections.abc import Sequence


def step_ranges(steps: Sequence[int]) -> list[int | tuple[int, int, int]]:
    """Returns ascending steps as ranges: first step, number of steps, and distance.

    A single step stays as it is.

    Example:
        >>> step_ranges([0, 1, 2, 3, 7, 10, 20, 30])
        [(0, 4, 1), (7, 2, 3), (20, 2, 10)]
        >>> step_ranges([7]), step_ranges([])
        ([7], [])
    """
    ranges: list[int | tuple[int, int, int]] = []
    first = 0
    while first < len(steps):
        end = min(first + 2, len(steps))
        distance = steps[end - 1] - steps[first]
        while end < len(steps) and steps[end] - steps[end - 1] == distance:
            end += 1
        is_range = end - first > 1
        ranges.append((steps[first], end - first, distance) if is_range else steps[first])
        first = end
    return ranges
