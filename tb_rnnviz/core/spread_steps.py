"""Choice of the steps that a thinned run keeps at full size."""

from __future__ import annotations


def spread_steps(total: int, most: int) -> list[int]:
    """Chooses at most `most` of the steps 0 to `total` - 1, more of the early ones.

    The last step is always among them, and the first if two fit. A third are 0, 1, 3, 7, …,
    since a network changes fastest at the beginning; the others are evenly spaced.

    Args:
        total: Number of steps.
        most: Number of steps to choose.

    Returns:
        The chosen steps, ascending.

    Example:
        >>> spread_steps(total=100, most=9)
        [0, 1, 3, 16, 33, 50, 66, 82, 99]
    """
    if most >= total:
        return list(range(total))
    early = {step for power in range(most // 3) if (step := 2**power - 1) < total}
    for count in range(most, 0, -1):
        steps = early | _evenly_spaced(total, count)
        if len(steps) <= most:
            return sorted(steps)
    return []


def _evenly_spaced(total: int, count: int) -> set[int]:
    if count == 1:
        return {total - 1}
    return {round(index * (total - 1) / (count - 1)) for index in range(count)}
