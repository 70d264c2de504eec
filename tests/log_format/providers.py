"""Log directories read by both of TensorBoard's data servers."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from tensorboard import context

from tb_rnnviz import load
from tb_rnnviz.core.names import QuantityKey
from tb_rnnviz.tensorboard.cached_data_provider import CachedDataProvider
from tb_rnnviz.tensorboard.log_responses import LogResponses
from tb_rnnviz.tensorboard.references import RecordingRef, Scope
from tests.board import boards

SCOPE = Scope(context.RequestContext(), experiment="")


@contextmanager
def log_responses(logdir) -> Iterator[list[LogResponses]]:
    """Opens a log directory through the Rust server and through the Python loader."""
    with boards() as start:
        opened = [start(logdir, load_fast) for load_fast in (True, False)]
        yield [
            LogResponses(CachedDataProvider(board.data_provider, board.files)) for board in opened
        ]


def steps_of(responses: LogResponses, last: int, probe: str = "novel") -> list[int]:
    """Returns the steps of a probe, as soon as `last` is among them."""
    for _ in range(200):
        for run in responses.index.whole(SCOPE)["runs"]:
            for entry in run["probes"]:
                if entry["probe"] == probe and last in entry["steps"]:
                    return entry["steps"]
        time.sleep(0.05)
    raise TimeoutError(f"step {last} of {probe!r} never came")


def assert_complete(log_dir, steps: list[int], probe: str = "novel") -> None:
    """Checks that both servers and `load` know exactly these steps and can read them."""
    for step in steps:
        assert load(log_dir, probe, step).layers
    with log_responses(log_dir) as both:
        for responses in both:
            assert steps_of(responses, steps[-1], probe) == steps
            (run,) = responses.index.whole(SCOPE)["runs"]
            for layer in run["probes"][0]["layers"]:
                for quantity in layer["quantities"]:
                    key = QuantityKey(layer["layer"], quantity["quantity"])
                    for step in steps:
                        assert responses.activity(SCOPE, RecordingRef(run["run"], probe, step), key)
