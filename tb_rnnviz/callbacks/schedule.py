"""Which of many steps to keep: early ones, the last one, and evenly spaced ones between them."""

from __future__ import annotations

import math


def kept_of(total: int, most: int) -> list[int]:
    """At most `most` of the places 0 to `total` - 1.

    The last place is always among them, and the first where two fit. A third are 0, 1, 3, 7, …,
    since a network changes fastest at the beginning; the rest are evenly spaced.

    Args:
        total: How many places there are.
        most: How many to keep.

    Returns:
        The places to keep, growing.

    Example:
        >>> kept_of(total=100, most=9)
        [0, 1, 3, 16, 33, 50, 66, 82, 99]
    """
    if most >= total:
        return list(range(total))
    early = {place for power in range(most // 3) if (place := 2**power - 1) < total}
    for even in range(most, 0, -1):
        kept = early | _evenly(total, even)
        if len(kept) <= most:
            return sorted(kept)
    return []


def stride(most: int, used: int) -> int:
    """Every how manyth step to keep where nobody knows how many will come.

    Every step until half of the places are used, then every 2nd until three quarters are, then
    every 4th, and so on, which reaches most / 2 * log2(most) steps.

    Args:
        most: How many places there are.
        used: How many of them are taken, fewer than `most`.

    Example:
        >>> [stride(8, used) for used in range(8)]
        [1, 1, 1, 1, 2, 2, 4, 8]
    """
    return 2 ** int(math.log2(most / (most - used)))


def _evenly(total: int, count: int) -> set[int]:
    if count == 1:
        return {total - 1}
    return {round(place * (total - 1) / (count - 1)) for place in range(count)}
