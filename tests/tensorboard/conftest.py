"""Clients of the plugin's routes, on both of TensorBoard's data servers."""

from __future__ import annotations

import time
from contextlib import contextmanager

import pytest
import werkzeug.test

from tests.board import boards
from tests.planted_logs import write_planted_run


@contextmanager
def serving(load_fast):
    """Starts TensorBoards, `start(logdir, *arguments)`, and returns their clients."""
    with boards() as start_board:

        def start(logdir, *arguments, live=False):
            return Client(start_board(logdir, load_fast, *arguments, live=live))

        yield start


@pytest.fixture
def serve(load_fast):
    """A server for one test."""
    with serving(load_fast) as start:
        yield start


class Client:
    """Client of the plugin's routes, `client("index", query_string={...})`."""

    def __init__(self, board):
        self._client = werkzeug.test.Client(board.application())
        self._board = board
        self.reload = board.reload
        self.data_servers = board.servers

    def __call__(self, route, **options):
        return self._client.open(f"/data/plugin/rnnviz/{route}", **options)

    def wait_for(self, run, step, probe="novel"):
        """Waits until a step of a run is in the index, which is returned."""
        for _ in range(200):
            answer = self("index")
            assert answer.status_code == 200, answer.text
            index = answer.json
            for entry in index["runs"]:
                if entry["run"] == run and entry["probes"] and entry["probes"][0]["steps"]:
                    if entry["probes"][0]["steps"][-1] >= step:
                        return index
            time.sleep(0.05)
        raise TimeoutError(f"step {step} of {run} never came")


@pytest.fixture(scope="session")
def logs(tmp_path_factory):
    """Log directory with the planted run `run1`, to which nobody writes."""
    logs = tmp_path_factory.mktemp("logs")
    write_planted_run(logs / "run1", steps=3)
    return logs


@pytest.fixture(scope="module")
def client(load_fast, logs):
    """Read-only server of a module; `serve` starts one on a log of its own."""
    with serving(load_fast) as start:
        served = start(logs)
        served.wait_for("run1/rnnviz", 2)
        yield served
