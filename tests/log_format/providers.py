"""What both of TensorBoard's ways of reading event files make of a directory."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from unittest import mock

from tensorboard import context, program
from tensorboard.backend import application
from tensorboard.data import server_ingester
from tensorboard.plugins.core import core_plugin

from tb_rnnviz import load
from tb_rnnviz.core.names import QuantityKey
from tb_rnnviz.tensorboard.cached_data_provider import CachedDataProvider
from tb_rnnviz.tensorboard.loader import RNNVizLoader
from tb_rnnviz.tensorboard.log_responses import LogResponses
from tb_rnnviz.tensorboard.references import RecordingRef, Scope

SCOPE = Scope(context.RequestContext(), experiment="")


@contextmanager
def stores(logdir) -> Iterator[list[LogResponses]]:
    """The log through the Rust server and through the Python loader."""
    servers = []

    def popen(*arguments, **options):
        servers.append(subprocess.Popen(*arguments, **options))
        return servers[-1]

    stand_in = SimpleNamespace(Popen=popen, PIPE=subprocess.PIPE)
    with mock.patch.object(server_ingester, "subprocess", stand_in):
        found = [_store(logdir, load_fast) for load_fast in ("true", "false")]
    try:
        yield found
    finally:
        for server in servers:
            server.stdin.close()
            server.wait()


def _store(logdir, load_fast: str) -> LogResponses:
    board = program.TensorBoard(
        plugins=[core_plugin.CorePluginLoader(), RNNVizLoader()],
        assets_zip_provider=application._placeholder_assets_zip_provider,
    )
    arguments = ["tensorboard", "--logdir", str(logdir), "--load_fast", load_fast]
    arguments += ["--reload_interval", "0"]
    board.configure(arguments if load_fast == "true" else [*arguments, "--reload_task", "blocking"])
    ingester = board._make_data_ingester()
    ingester.start()
    store = LogResponses(CachedDataProvider(ingester.data_provider))
    store.ingester = ingester  # which must live as long
    return store


def steps_of(store: LogResponses, last: int, probe: str = "novel") -> list[int]:
    """The steps of a probe, as soon as `last` is among them."""
    for _ in range(200):
        for run in store.index(SCOPE)["runs"]:
            for entry in run["probes"]:
                if entry["probe"] == probe and last in entry["steps"]:
                    return entry["steps"]
        time.sleep(0.05)
    raise TimeoutError(f"step {last} of {probe!r} never came")


def assert_whole(log_dir, steps: list[int], probe: str = "novel") -> None:
    """Both servers and `load` know exactly these steps, and can read each of them."""
    for step in steps:
        assert load(log_dir, probe, step).layers
    with stores(log_dir) as found:
        for store in found:
            assert steps_of(store, steps[-1], probe) == steps
            (run,) = store.index(SCOPE)["runs"]
            for layer in run["probes"][0]["layers"]:
                for quantity in layer["quantities"]:
                    key = QuantityKey(layer["layer"], quantity["quantity"])
                    for step in steps:
                        assert store.activity(SCOPE, RecordingRef(run["run"], probe, step), key)
