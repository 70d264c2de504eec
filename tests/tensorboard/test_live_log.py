"""Routes while a training writes: whatever the index announces, they all have."""

from __future__ import annotations

import json
import threading
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

from tb_rnnviz.log_format import RunWriter
from tb_rnnviz.tensorboard import single_flight_cache
from tb_rnnviz.tensorboard.time_limited_provider import TimeLimitedProvider
from tests.formats import unpack
from tests.planted_logs import planted_recording, write_step
from tests.tensorboard.conftest import serving

STEPS, CLIENTS = 12, 6
PAUSE = 0.15
"""Seconds between two steps."""

PROBE = {"run": "run1/rnnviz", "probe": "novel"}
QUANTITY = PROBE | {"layer": "lstm", "quantity": "hidden_state"}


def write_live(log_dir, done):
    """Writes steps one after the other."""
    recordings = [
        planted_recording("it was a day in april " * 2, units=6, seed=step) for step in range(STEPS)
    ]
    try:
        with RunWriter(log_dir) as writer:
            for step, recording in enumerate(recordings):
                write_step(writer, step, recording)
                time.sleep(PAUSE)
    finally:
        done.set()


def answer_of(client, route, query):
    answer = client(route, query_string=query)
    assert answer.status_code == 200, (route, query, answer.text)
    return answer


def ask_everything(client, done):
    """Asks for the last step in the index on every route, until the writer is done.

    Returns:
        The number of steps that were asked for.
    """
    asked = 0
    while True:
        is_done = done.is_set()
        index = answer_of(client, "index", {}).json
        probes = [probe for run in index["runs"] for probe in run["probes"]]
        if probes and probes[0]["steps"]:
            check_step(client, probes[0]["steps"][-1])
            asked += 1
        if is_done:
            return asked


def check_step(client, step):
    """Checks that every route has a step."""
    at = {"step": str(step)}
    for route in ("relevance", "activity", "spectrum"):
        answer_of(client, route, QUANTITY | at)
    answer_of(client, "text", PROBE | at)
    answer_of(client, "unit", QUANTITY | at | {"unit": "2"})
    digests = answer_of(client, "digest", PROBE).json
    assert digests["steps"][-1]["step"] >= step
    header, _ = unpack(answer_of(client, "units", QUANTITY | {"what": "peaks"}).data)
    assert header["steps"][-1] >= step
    for route in ("life", "emergence"):
        steps = answer_of(client, route, QUANTITY | {"unit": "2"}).json["steps"]
        assert steps[-1] >= step, route
    last = unpack(answer_of(client, "relevance", QUANTITY | {"step": "last"}).data)
    now = unpack(answer_of(client, "relevance", QUANTITY | at).data)
    if header["steps"][-1] == step:
        assert len(zlib.decompress(last[1][0])) == len(zlib.decompress(now[1][0]))
    scalars = answer_of(client, "scalars", {"run": "run1/rnnviz"}).json
    (loss,) = (
        tag for run in scalars["runs"] for tag in run["tags"] if tag["tag"] == "rnnviz/loss/novel"
    )
    assert loss["steps"][-1] >= step


def test_every_route_has_what_the_index_announces_while_steps_are_written(
    serve, tmp_path, load_fast
):
    done, stop_reading = threading.Event(), threading.Event()
    with ThreadPoolExecutor(CLIENTS + 2) as pool:
        writing = pool.submit(write_live, tmp_path / "run1", done)
        while not list(tmp_path.glob("run1/rnnviz/*tfevents*")):
            time.sleep(0.01)
        client = serve(tmp_path, live=True)

        def read_on():
            while not stop_reading.is_set():
                client.reload()
                time.sleep(0.02)

        reading = pool.submit(read_on)
        try:
            asking = [pool.submit(ask_everything, client, done) for _ in range(CLIENTS)]
            asked = [future.result() for future in asking]
        finally:
            stop_reading.set()
        writing.result()
        reading.result()
    assert sum(asked) > 0
    if not load_fast:
        client.reload()
    index = client.wait_for("run1/rnnviz", STEPS - 1)
    assert json.dumps(index["skipped"]) == "[]"


class ArrivingSteps:
    """Writes a step just before one of the calls of the data provider.

    Args:
        arrive: Called before the call at the position.

    Attributes:
        calls: Number of calls since `before`.
    """

    def __init__(self, arrive):
        self._arrive, self._provider_call = arrive, TimeLimitedProvider._call
        self.calls, self._position = 0, None

    def __call__(self, provider, *arguments):
        self.calls += 1
        if self.calls - 1 == self._position:
            self._position, calls = None, self.calls
            self._arrive()
            self.calls = calls
        return self._provider_call(provider, *arguments)

    def before(self, position):
        """Counts calls from now on; something arrives before the one at the position."""
        self.calls, self._position = 0, position


LISTINGS = 2
"""Calls that list the tags; only then can another client be answered."""


def test_a_step_that_arrives_at_any_call_for_the_index_is_not_announced_too_early(
    tmp_path, monkeypatch
):
    now, written, position = [0.0], 0, 0
    monkeypatch.setattr(single_flight_cache, "time", SimpleNamespace(monotonic=lambda: now[0]))
    recording = planted_recording("it was a day in april " * 2, units=6)
    with serving(load_fast=False) as serve, RunWriter(tmp_path / "run1") as writer:
        write_step(writer, 0, recording)
        client = serve(tmp_path)

        def write():
            nonlocal written
            written += 1
            write_step(writer, written, recording)
            client.reload()

        def arrive():
            if position >= LISTINGS:
                check_step(client, written)  # Another client, which reads what is listed.
            write()

        steps = ArrivingSteps(arrive)
        monkeypatch.setattr(TimeLimitedProvider, "_call", lambda *call: steps(*call))
        while steps.calls >= position:
            now[0] += 10.0  # Later than the age of any listing.
            write()
            steps.before(position)
            index = answer_of(client, "index", {}).json
            calls = steps.calls
            steps.before(None)
            check_step(client, index["runs"][0]["probes"][0]["steps"][-1])
            position, steps.calls = position + 1, calls
    assert position == LISTINGS + 1 and written == 2 * position - 1
