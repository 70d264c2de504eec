"""Engine: reads shards on threads and yields their statistics in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from tb_rnnviz.corpus.shards import Shard
from tb_rnnviz.corpus.survey_statistics import SurveyStatistics

Result = tuple[Shard, SurveyStatistics | Exception]
"""A shard, and its statistics or the error that kept them from being computed."""


def on_threads(
    read: Callable[[Shard], SurveyStatistics], shards: Iterable[Shard], threads: int
) -> Iterator[Result]:
    """Reads shards on threads of this process.

    Args:
        read: Returns the statistics of a shard.
        shards: The shards, of which as many as there are threads are in memory.
        threads: Number of threads.

    Yields:
        Each shard with its statistics or an error, in the order of the shards.
    """
    with ThreadPoolExecutor(threads, "survey") as pool:
        try:
            yield from in_order(lambda shard: pool.submit(read, shard), shards, threads)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def in_order(
    submit: Callable[[Shard], Future | Any], shards: Iterable[Shard], ahead: int
) -> Iterator[Result]:
    """Yields the results of shards in their order, computing a few ahead.

    Args:
        submit: Starts to read a shard, and returns a future.
        shards: The shards.
        ahead: Number of shards that are read at once.
    """
    waiting: deque[tuple[Shard, Any]] = deque()
    for shard in shards:
        waiting.append((shard, submit(shard)))
        if len(waiting) >= ahead:
            yield _result(*waiting.popleft())
    while waiting:
        yield _result(*waiting.popleft())


def _result(shard: Shard, future: Any) -> Result:
    try:
        return shard, future.result()
    except Exception as error:
        return shard, error
