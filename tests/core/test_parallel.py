"""The parallel map: results in order, first error raised, few threads."""

from __future__ import annotations

import threading
import time

import pytest

from tb_rnnviz.core import parallel
from tb_rnnviz.core.parallel import MAX_THREADS, parallel_map


def test_results_are_in_the_order_of_the_items():
    def late_for_small(item):
        time.sleep(0.002 * (8 - item))
        return item

    assert parallel_map(late_for_small, range(8)) == list(range(8))


def test_no_item_gives_no_result():
    assert parallel_map(abs, []) == []


def test_an_error_of_the_function_is_raised():
    with pytest.raises(ZeroDivisionError):
        parallel_map(lambda item: 1 / item, [1, 0, 2])


def test_one_core_works_in_the_calling_thread(monkeypatch):
    monkeypatch.setattr(parallel.os, "cpu_count", lambda: 1)
    threads = parallel_map(lambda _: threading.get_ident(), range(3))
    assert set(threads) == {threading.get_ident()}


def test_many_cores_work_on_no_more_threads_than_the_limit(monkeypatch):
    monkeypatch.setattr(parallel.os, "cpu_count", lambda: 64)

    def thread(_):
        time.sleep(0.005)
        return threading.get_ident()

    assert len(set(parallel_map(thread, range(32)))) <= MAX_THREADS
