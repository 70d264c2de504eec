"""TTL cache in which concurrent callers of a key share one call."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from tb_rnnviz.tensorboard.single_flight_cache import MAX_KEYS, SingleFlightCache


def test_a_value_is_called_for_again_when_it_is_too_old():
    cache = SingleFlightCache(max_age=0, max_age_while_calling=0)
    assert [cache.get("key", lambda previous: (previous or 0) + 1) for _ in range(3)] == [1, 2, 3]


def test_a_failed_call_is_repeated_by_the_next_caller():
    cache = SingleFlightCache(max_age=60, max_age_while_calling=60)

    def fail(_):
        raise OSError("no answer")

    with pytest.raises(OSError, match="no answer"):
        cache.get("key", fail)
    assert cache.get("key", lambda _: "value") == "value"


def test_callers_get_the_previous_value_while_another_is_calling():
    cache = SingleFlightCache(max_age=0, max_age_while_calling=60)
    cache.get("key", lambda _: "old")
    is_calling, may_return = threading.Event(), threading.Event()

    def call(_):
        is_calling.set()
        assert may_return.wait(10)
        return "new"

    with ThreadPoolExecutor(1) as pool:
        calling = pool.submit(cache.get, "key", call)
        assert is_calling.wait(10)
        assert cache.get("key", lambda _: "never called") == "old"
        may_return.set()
        assert calling.result() == "new"


def test_a_refresh_waits_for_a_call_that_begins_later():
    cache = SingleFlightCache(max_age=60, max_age_while_calling=60)
    values = iter(range(3))
    assert cache.get("key", lambda _: next(values)) == 0
    assert cache.get("key", lambda _: next(values), refresh=True) == 1
    assert cache.get("key", lambda _: next(values)) == 1


def test_the_number_of_keys_is_limited():
    cache = SingleFlightCache(max_age=60, max_age_while_calling=60)
    for key in range(MAX_KEYS + 1):
        cache.get(key, lambda _: "value")
    assert len(cache._entries) <= MAX_KEYS
