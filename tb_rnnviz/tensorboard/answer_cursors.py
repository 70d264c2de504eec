"""Cursors of answers: what a client has, and the answer that continues it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Hashable, Sequence
from itertools import count
from typing import Any
from uuid import uuid4

from tb_rnnviz.tensorboard.bytes_cache import BytesCache

_PROCESS = uuid4().hex[:12]
_serials = count()

STATE_BYTES = 300
"""Approximate size of an entry of the state of an answer."""


class AnswerStates:
    """States of earlier answers by their cursor.

    A further answer continues from one of them. A state that is no longer in the cache is `None`,
    and the answer has everything.

    Args:
        cache: Cache of the states.

    Example:
        >>> states = AnswerStates(BytesCache(1000))
        >>> cursor = states.cursor("scalars of a", {"loss": 7})
        >>> states.state("scalars of a", cursor), states.state("scalars of b", cursor)
        ({'loss': 7}, None)
    """

    def __init__(self, cache: BytesCache[Any]):
        self._cache = cache

    def cursor(self, key: Hashable, state: dict[Any, Any]) -> str:
        """Keeps the state of an answer; returns its cursor.

        Args:
            key: Key of the answers that continue each other.
            state: The state. An equal one that is in the cache has the same cursor.
        """
        size = STATE_BYTES * (1 + len(state))
        content = frozenset(state.items())

        def make() -> tuple[str, int]:
            return f"{_PROCESS}-{next(_serials)}:0", size

        cursor = self._cache.get_or_make(("cursor", key, content), make)
        self._cache.put(("state", cursor), (key, state), size)
        return cursor

    def state(self, key: Hashable, cursor: str | None) -> dict[Any, Any] | None:
        """Returns the state of an earlier answer, `None` without one."""
        entry = self._cache.get(("state", cursor))
        return None if entry is None or entry[0] != key else entry[1]


def first_of_last(steps: Sequence[int], count: int | None) -> float:
    """Returns the first of the last steps, infinity if none of them is asked for.

    Example:
        >>> first_of_last([0, 1, 2], 2), first_of_last([0, 1], None), first_of_last([0], 0)
        (1, -inf, inf)
    """
    if count is None or count >= len(steps):
        return float("-inf")
    return steps[-count] if count else float("inf")


def page(
    steps: Sequence[int], last: int | None, end: int | None, most: int | None
) -> tuple[int, list[int]]:
    """Returns the number of steps left out before those of an answer, and these.

    Args:
        steps: All steps, ascending.
        last: Last step of an earlier answer, after which all are sent. `None` for a first answer.
        end: First step of an earlier answer, before which a page is sent. `None` for no page.
        most: Steps of a first answer, or of a page. `None` for all.

    Example:
        >>> page([0, 1, 2, 3, 4], last=None, end=None, most=2)
        (3, [3, 4])
        >>> page([0, 1, 2, 3, 4, 5], last=4, end=3, most=2)
        (1, [1, 2, 5])
        >>> page([0, 1, 2], last=2, end=None, most=2)
        (0, [])
    """
    new = [] if last is None else list(steps[bisect_right(steps, last) :])
    stop = len(steps) if last is None else 0 if end is None else bisect_left(steps, end)
    start = 0 if most is None else max(0, stop - most)
    return start, [*steps[start:stop], *new]


def continued_step(cursor: str, generation: str | None) -> int | None:
    """Returns the step that an answer continues after, `None` if it has all steps.

    Example:
        >>> continued_step("a-1:7", "a-1"), continued_step("a-1:7", "a-2")
        (7, None)
    """
    name, _, step = cursor.rpartition(":")
    return int(step) if name and name == generation else None
