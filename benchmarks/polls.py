"""Milliseconds and bytes of what the tab asks for when an epoch arrives.

    python -m benchmarks.polls [--epochs 10 200 2000] [--load_fast true false]

A run of 1 x LSTM 64 with 60 tokens and six quantities has so many epochs when the tab opens, and
then one more at a time. Its epochs are copies of one, but with noise in the peaks of the units and
in the relevance, which then compress as little as those of a training. Milliseconds from the
request to the last byte, the median of the new epochs; bytes in gzip.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import statistics
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import numpy as np
from tensorboard.compat.proto import event_pb2
from tensorboard.util import tensor_util

from benchmarks.long_log import PLUGIN, one_epoch
from benchmarks.planted_log import Plan
from tb_rnnviz.log_format.event_file import EventFile, start_event
from tests.formats import unpack
from tests.server import Server, tensorboard_server

PLAN = Plan(runs=1, epochs=1, layers=1, units=64, quantities=6, tokens=60)
NEW_EPOCHS = 7
NOISY = ("peaks/", "relevance/")


def main() -> None:
    """Reads the options, measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, nargs="+", default=[10, 200, 2000])
    parser.add_argument("--load_fast", nargs="+", choices=["true", "false"], default=["true"])
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        template = one_epoch(Path(folder) / "template", PLAN)
        for load_fast in options.load_fast:
            for epochs in options.epochs:
                log = Path(folder) / f"{load_fast}_{epochs}"
                measure(log, template, epochs, load_fast == "true")


def measure(log: Path, template: list[event_pb2.Event], epochs: int, load_fast: bool) -> None:
    """Prints the first answers, and those to a new epoch."""
    directory = log / "run" / "rnnviz"
    directory.mkdir(parents=True)
    file = EventFile(directory)
    start = start_event(0)
    start.wall_time = time.time()
    file.append(start)
    append(file, template, range(epochs))
    with tensorboard_server(log, load_fast, "--reload_interval=1") as server:
        index = wait_for(server, epochs - 1)
        queries = dict(queries_of(index["runs"][0]))
        cursors = dict.fromkeys(queries, "none")
        first, new = {}, {name: [] for name in queries}
        for name, query in queries.items():
            first[name], cursors[name] = ask(server, query, "none")
        for epoch in range(epochs, epochs + NEW_EPOCHS):
            append(file, template, [epoch])
            earlier = cursors["index"]
            while cursors["index"] == earlier:
                time.sleep(0.3)
                answer, cursors["index"] = ask(server, queries["index"], earlier)
            new["index"].append(answer)
            for name, query in queries.items():
                if name != "index":
                    answer, cursors[name] = ask(server, query, cursors[name])
                    new[name].append(answer)
    file.close()
    print(f"load_fast={load_fast}, {epochs} epochs: first answer; answer to a new epoch")
    for name, (milliseconds, size) in first.items():
        times, sizes = zip(*new[name], strict=True)
        print(
            f"  {name:16s} {milliseconds:6.1f} ms, {size:9,d} bytes; "
            f"{statistics.median(times):6.1f} ms, {statistics.median(sizes):9,.0f} bytes",
            flush=True,
        )


def append(file: EventFile, template: list[event_pb2.Event], epochs: Any) -> None:
    """Appends copies of an epoch that differ in step, time and noise."""
    for epoch in epochs:
        noise = np.random.default_rng(epoch)
        for event in template:
            copy = event_pb2.Event.FromString(event.SerializeToString())
            copy.step, copy.wall_time = epoch, time.time() + random.random() / 1000
            for value in copy.summary.value:
                if value.tag.startswith(NOISY):
                    array = tensor_util.make_ndarray(value.tensor)
                    array = array * noise.uniform(0.9, 1.1, array.shape).astype(array.dtype)
                    value.tensor.CopyFrom(tensor_util.make_tensor_proto(array))
                if epoch:
                    value.ClearField("metadata")
            file.append(copy)


def wait_for(server: Server, epoch: int) -> dict[str, Any]:
    """Waits until TensorBoard has an epoch; returns the index."""
    end = time.monotonic() + 600
    while time.monotonic() < end:
        index = server.json(PLUGIN + "index")
        probes = [probe for run in index["runs"] for probe in run["probes"]]
        if probes and all(epoch in probe["steps"] for probe in probes):
            return index
        time.sleep(0.3)
    raise TimeoutError(f"TensorBoard has no epoch {epoch}.")


def queries_of(run: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yields name and address of what the tab reads over all epochs."""
    probe = next(probe for probe in run["probes"] if probe["layers"])
    layer = probe["layers"][0]
    ref = {"run": run["run"], "probe": probe["probe"]}
    key = ref | {"layer": layer["layer"], "quantity": layer["quantities"][0]["quantity"]}
    yield "index", "index?"
    yield "peaks", f"units?{urlencode(key | {'what': 'peaks'})}&"
    yield "scalars", f"scalars?{urlencode({'run': run['run']})}&"
    yield "digests", f"digest?{urlencode(ref | {'whole': 2, 'most': 256})}&"
    yield "life of a unit", f"life?{urlencode(key | {'unit': 3})}&"


def ask(server: Server, query: str, since: str) -> tuple[tuple[float, int], str]:
    """Asks for an answer; returns its milliseconds and bytes, and its cursor."""
    request = urllib.request.Request(
        f"{server.url}{PLUGIN}{query}since={since}", headers={"Accept-Encoding": "gzip"}
    )
    begin = time.perf_counter()
    with urllib.request.urlopen(request) as response:
        body = response.read()
    milliseconds = (time.perf_counter() - begin) * 1000
    if query.startswith("units"):
        content = unpack(body)[0]
    elif response.headers.get("Content-Encoding") == "gzip":
        content = json.loads(gzip.decompress(body))
    else:
        content = json.loads(body)
    return (milliseconds, len(body)), content.get("cursor", "none")


if __name__ == "__main__":
    main()
