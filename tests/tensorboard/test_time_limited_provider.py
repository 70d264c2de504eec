"""Data provider with a time limit: a stopped data server costs a sentence."""

from __future__ import annotations

import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from tensorboard import errors

from tb_rnnviz.log_format import DamagedRecordError
from tb_rnnviz.tensorboard import time_limited_provider
from tb_rnnviz.tensorboard.time_limited_provider import (
    DataServerTimeoutError,
    TimeLimitedProvider,
)
from tests.planted_logs import write_planted_run
from tests.tensorboard.conftest import serving


class StandInProvider:
    """Provider whose call ends when it may, or with an error."""

    def __init__(self, error=None):
        self.may_return = threading.Event()
        self.error = error
        self.calls = 0

    def read_blob(self, context, *, blob_key):
        self.calls += 1
        if self.error is not None:
            raise self.error
        assert self.may_return.wait(30)
        return blob_key


def test_a_call_returns_the_result_of_the_provider():
    stand_in = StandInProvider()
    stand_in.may_return.set()
    assert TimeLimitedProvider(stand_in).read_blob(None, blob_key="key") == "key"


def test_a_call_that_takes_too_long_fails_and_later_calls_work_again():
    stand_in = StandInProvider()
    limited = TimeLimitedProvider(stand_in, seconds=0.2)
    for _ in range(2):
        with pytest.raises(DataServerTimeoutError, match="did not answer within 0.2 s"):
            limited.read_blob(None, blob_key="key")
    stand_in.may_return.set()
    assert limited.read_blob(None, blob_key="key") == "key"


def test_the_number_of_calls_that_wait_is_limited(monkeypatch):
    monkeypatch.setattr(time_limited_provider, "MAX_OVERDUE", 2)
    stand_in = StandInProvider()
    limited = TimeLimitedProvider(stand_in, seconds=0.05)
    for _ in range(5):
        with pytest.raises(DataServerTimeoutError):
            limited.read_blob(None, blob_key="key")
    assert stand_in.calls == 2
    stand_in.may_return.set()


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (ValueError("cannot reshape"), DamagedRecordError),
        (MemoryError(), DamagedRecordError),
        (KeyError("run1"), errors.NotFoundError),
        (errors.NotFoundError("no blob"), errors.NotFoundError),
    ],
)
def test_errors_of_the_provider_are_told_as_what_they_mean(error, expected):
    with pytest.raises(expected):
        TimeLimitedProvider(StandInProvider(error)).read_blob(None, blob_key="key")


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="processes cannot be stopped")
def test_routes_answer_while_the_data_server_is_stopped(tmp_path, monkeypatch):
    monkeypatch.setattr(time_limited_provider, "CALL_SECONDS", 1.0)
    monkeypatch.setattr(time_limited_provider, "RETRY_SECONDS", 0.2)
    write_planted_run(tmp_path / "run1", steps=1)
    with serving(True) as start:
        client = start(tmp_path)
        client.wait_for("run1/rnnviz", 0)
        (server,) = client.data_servers
        server.send_signal(signal.SIGSTOP)
        try:
            time.sleep(1.1)  # The listing is no longer fresh.
            begin = time.monotonic()
            query = {"run": "run1/rnnviz", "probe": "novel"}
            with ThreadPoolExecutor(8) as pool:
                answers = list(pool.map(lambda _: client("digest", query_string=query), range(16)))
            assert time.monotonic() - begin < 10
            for answer in answers:
                assert answer.status_code == 503
                assert "data server did not answer" in answer.text
        finally:
            server.send_signal(signal.SIGCONT)
        client.wait_for("run1/rnnviz", 0)
