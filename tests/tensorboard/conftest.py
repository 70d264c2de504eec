"""The plugin's routes through the real WSGI application and both of TensorBoard's data servers."""

from __future__ import annotations

import subprocess
import time
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
import werkzeug.test
from tensorboard import program
from tensorboard.backend import application
from tensorboard.data import server_ingester
from tensorboard.plugins.core import core_plugin

from tb_rnnviz.tensorboard.loader import RNNVizLoader
from tests.planted_logs import write_planted_run


@contextmanager
def serving(load_fast):
    """Starts TensorBoard's application with only our loader, and gives a client of it."""
    servers = []

    def popen(*arguments, **options):
        servers.append(subprocess.Popen(*arguments, **options))
        return servers[-1]

    stand_in = SimpleNamespace(Popen=popen, PIPE=subprocess.PIPE)
    kept = []

    def start(logdir, *arguments, live=False):
        """Of what is `live`, the Rust server reads on, and the Python loader on `client.reload`."""
        board = program.TensorBoard(
            plugins=[core_plugin.CorePluginLoader(), RNNVizLoader()],
            assets_zip_provider=application._placeholder_assets_zip_provider,
        )
        argv = ["tensorboard", "--logdir", str(logdir), "--load_fast", str(load_fast).lower()]
        argv += ["--reload_interval", str(int(live and load_fast)), *arguments]
        board.configure(argv if load_fast else [*argv, "--reload_task", "blocking"])
        ingester = board._make_data_ingester()
        ingester.start()
        kept.append(ingester)
        app = application.TensorBoardWSGIApp(
            board.flags, board.plugin_loaders, ingester.data_provider, None, None
        )
        reload = None if load_fast else ingester._multiplexer.Reload
        return Client(werkzeug.test.Client(app), reload)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(server_ingester, "subprocess", stand_in)
        yield start
    for server in servers:
        server.stdin.close()
        server.wait()


@pytest.fixture
def serve(load_fast):
    """A server for one test."""
    with serving(load_fast) as start:
        yield start


class Client:
    def __init__(self, client, reload):
        self._client = client
        self.reload = reload or (lambda: None)

    def __call__(self, route, **options):
        return self._client.open(f"/data/plugin/rnnviz/{route}", **options)

    def wait_for(self, run, step, probe="novel"):
        """Both servers read in the background; the index tells when they are there."""
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


@pytest.fixture(scope="module")
def logs(tmp_path_factory):
    """Where the planted run lies, `run1`; nobody writes here."""
    logs = tmp_path_factory.mktemp("logs")
    write_planted_run(logs / "run1", steps=3)
    return logs


@pytest.fixture(scope="module")
def client(load_fast, logs):
    """One server for the tests of a module that only read."""
    with serving(load_fast) as start:
        served = start(logs)
        served.wait_for("run1/rnnviz", 2)
        yield served
