"""Least-recently-used cache with a limit in bytes."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

from tb_rnnviz.tensorboard.bytes_cache import BytesCache


def test_the_least_recently_used_value_is_dropped_first():
    cache = BytesCache(max_bytes=4)
    cache.put("a", b"12", 2)
    cache.put("b", b"34", 2)
    assert cache.get("a") == b"12"
    cache.put("c", b"56", 2)
    assert [cache.get(key) for key in "abc"] == [b"12", None, b"56"]


def test_a_value_that_is_replaced_no_longer_counts():
    cache = BytesCache(max_bytes=4)
    for _ in range(3):
        cache.put("a", b"123", 3)
    cache.put("b", b"4", 1)
    assert (cache.get("a"), cache.get("b")) == (b"123", b"4")


def test_a_value_larger_than_the_limit_is_made_but_not_kept():
    cache = BytesCache(max_bytes=1)
    assert cache.get_or_make("a", lambda: (b"12", 2)) == b"12"
    assert cache.get("a") is None


def test_concurrent_callers_of_a_key_share_one_value():
    cache, barrier, calls = BytesCache(max_bytes=100), threading.Barrier(8), []

    def make():
        calls.append(threading.current_thread())
        return b"value", 5

    def get(_):
        barrier.wait(10)
        return cache.get_or_make("key", make)

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(get, range(8))) == {b"value"}
    assert len(calls) == 1
