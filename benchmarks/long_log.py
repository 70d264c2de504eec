"""Memory of TensorBoard and latency of the slider on long logs.

    python -m benchmarks.long_log large [--runs 8] [--epochs 50] [--logdir DIRECTORY]
    python -m benchmarks.long_log small [--runs 100] [--epochs 1000] [--logdir DIRECTORY]
    python -m benchmarks.long_log growing [--epochs 250] [--clients 32]

`large` is 2 x LSTM 256 on 2,000 tokens with six quantities, `small` is 1 x 64 on 500 tokens. Both
print, for each of TensorBoard's data servers, the memory of TensorBoard with its data server above
that of an empty log once every epoch of a run was looked at, the latency of the slider, and the
time to the first text with activity after TensorBoard has started. `growing` prints the memory of
TensorBoard's own process while clients read everything and a writer appends epochs.

The epochs of a run are copies of one epoch that differ in step and time. A log in `--logdir` is
written if the directory is empty, and kept, so that several versions can be compared on it.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import numpy as np
from tensorboard.compat.proto import event_pb2

from benchmarks.planted_log import Plan, plant
from tb_rnnviz.log_format.event_file import EventFile, event_files, start_event
from tb_rnnviz.log_format.tfrecord import read_frames
from tests.server import Server, tensorboard_server

PLUGIN = "data/plugin/rnnviz/"
WAIT = 1200.0
"""Seconds in which TensorBoard reads a log."""

PLANS = {
    "large": Plan(runs=8, epochs=50, layers=2, units=256, quantities=6, tokens=2000),
    "small": Plan(runs=100, epochs=1000, layers=1, units=64, quantities=6, tokens=500),
    "growing": Plan(runs=1, epochs=250, layers=1, units=64, quantities=6, tokens=2000),
}


def main() -> None:
    """Reads the options, measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("log", choices=list(PLANS))
    parser.add_argument("--runs", type=int)
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--clients", type=int, default=32)
    parser.add_argument("--logdir", type=Path)
    parser.add_argument("--load_fast", nargs="+", choices=["true", "false"])
    options = parser.parse_args()
    plan = PLANS[options.log]
    runs, epochs = options.runs or plan.runs, options.epochs or plan.epochs
    servers = [name == "true" for name in options.load_fast or ("true", "false")]
    with tempfile.TemporaryDirectory() as folder:
        template = one_epoch(Path(folder) / "template", plan)
        if options.log == "growing":
            for load_fast in servers:
                measure_growing(Path(folder), template, epochs, options.clients, load_fast)
            return
        logdir = options.logdir or Path(folder) / "log"
        if not logdir.exists():
            for run in range(runs):
                append_epochs(logdir / f"run_{run}" / "rnnviz", template, range(epochs))
        size = sum(path.stat().st_size for path in logdir.rglob("*tfevents*"))
        print(f"{options.log}: {runs} runs x {epochs} epochs, {size / 1e6:,.0f} MB")
        for load_fast in servers:
            measure(logdir, Path(folder) / "empty", epochs, load_fast)


def one_epoch(log_dir: Path, plan: Plan) -> list[event_pb2.Event]:
    """Returns the events of one epoch, the first one with the metadata of all tags."""
    plant(log_dir, Plan(1, 1, plan.layers, plan.units, plan.quantities, plan.tokens))
    (path,) = event_files(log_dir / "run_0" / "rnnviz")
    with path.open("rb") as file:
        events = [event_pb2.Event.FromString(data) for data in read_frames(file)]
    return [event for event in events if event.summary.value]


def append_epochs(
    directory: Path, template: list[event_pb2.Event], epochs: range, pause: float = 0.0
) -> None:
    """Writes copies of an epoch as a new event file of a run."""
    directory.mkdir(parents=True, exist_ok=True)
    later = [event_pb2.Event.FromString(event.SerializeToString()) for event in template]
    for event in later:
        for value in event.summary.value:
            value.ClearField("metadata")
    file = EventFile(directory)
    start = start_event(epochs.start)
    start.wall_time = time.time()
    file.append(start)
    for epoch in epochs:
        for event in template if epoch == epochs.start else later:
            event.step, event.wall_time = epoch, time.time()
            file.append(event)
        time.sleep(pause)
    file.close()


@dataclass(frozen=True)
class Memory:
    """Resident memory of TensorBoard in MB.

    Attributes:
        own: Of TensorBoard's process.
        server: Of its data server.
    """

    own: float
    server: float

    @classmethod
    def of(cls, server: Server) -> Memory:
        """Reads the memory of a running TensorBoard."""
        children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
        return cls(_resident(server.pid), sum(map(_resident, map(int, children))))

    @property
    def both(self) -> float:
        """Memory of both."""
        return self.own + self.server


def _resident(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1000
    return 0.0


def measure(logdir: Path, empty: Path, epochs: int, load_fast: bool) -> None:
    """Prints memory and latencies of a log."""
    empty.mkdir(exist_ok=True)
    with tensorboard_server(empty, load_fast) as server:
        time.sleep(5)
        nothing = Memory.of(server)
    with tensorboard_server(logdir, load_fast) as server:
        begin = time.perf_counter()
        first, seconds = first_text(server)
        cold = time.perf_counter() - begin
        index = wait_for_all(server, epochs)
        read = time.perf_counter() - begin
        steps = steps_of(index, first)
        one_index = [timed(server, "index") for _ in range(5)]
        size = len(server.get(PLUGIN + "index")[1])
        shown = random.Random(0).sample(steps, min(len(steps), 400))
        taken = [sum(timed(server, path) for path in slider(first, step)) for step in shown]
        for step in steps:
            for path in everything(first, step):
                timed(server, path)
        for path in over_epochs(first):
            timed(server, path)
        memory = Memory.of(server)
    print(
        f"  load_fast={load_fast}: {len(steps)} of {epochs} epochs on the slider; memory "
        f"{memory.both - nothing.both:+.0f} MB (TensorBoard {memory.own - nothing.own:+.0f}, data "
        f"server {memory.server - nothing.server:+.0f}); slider median {np.median(taken):.0f} ms, "
        f"p95 {np.quantile(taken, 0.95):.0f} ms; first text {cold:.1f} s after the start, of "
        f"which {seconds:.1f} s after TensorBoard has the run; all read after {read:.1f} s; "
        f"index {np.median(one_index):.0f} ms, {size / 1000:.0f} kB",
        flush=True,
    )


def first_text(server: Server) -> tuple[dict, float]:
    """Waits for the first run; returns its names, and the seconds to its first text."""
    end = time.monotonic() + WAIT
    while time.monotonic() < end:
        begin = time.perf_counter()
        index = server.json(PLUGIN + "index")
        for run in index["runs"]:
            for probe in run["probes"]:
                if probe["steps"] and probe["layers"]:
                    names = names_of(run, probe)
                    for path in slider(names, probe["steps"][-1]):
                        timed(server, path)
                    return names, time.perf_counter() - begin
        time.sleep(0.05)
    raise TimeoutError("TensorBoard has no run.")


def wait_for_all(server: Server, epochs: int) -> dict:
    """Waits until TensorBoard has the last epoch of every run."""
    end, runs = time.monotonic() + WAIT, -1
    while time.monotonic() < end:
        index = server.json(PLUGIN + "index")
        whole = [run for run in index["runs"] if _last_step(run) == epochs - 1]
        if len(whole) == len(index["runs"]) == runs:
            return index
        runs = len(index["runs"])
        time.sleep(6)
    raise TimeoutError("TensorBoard has not read all.")


def _last_step(run: dict) -> int:
    return max((probe["steps"][-1] for probe in run["probes"] if probe["steps"]), default=-1)


def names_of(run: dict, probe: dict) -> dict:
    """Returns run, probe and first quantity for queries, and all quantities."""
    quantities = [
        (layer["layer"], quantity["quantity"])
        for layer in probe["layers"]
        for quantity in layer["quantities"]
    ]
    return {"run": run["run"], "probe": probe["probe"], "quantities": quantities}


def steps_of(index: dict, names: dict) -> list[int]:
    """Returns the steps of a probe in an index."""
    (run,) = (run for run in index["runs"] if run["run"] == names["run"])
    (probe,) = (probe for probe in run["probes"] if probe["probe"] == names["probe"])
    return probe["steps"]


def slider(names: dict, step: int) -> Iterator[str]:
    """Yields the requests of the text view where the slider moves to a step."""
    where = {"run": names["run"], "probe": names["probe"], "step": step}
    layer, quantity = names["quantities"][0]
    yield f"text?{urlencode(where)}"
    yield f"activity?{urlencode(where | {'layer': layer, 'quantity': quantity})}"


def everything(names: dict, step: int) -> Iterator[str]:
    """Yields requests for all that the log has at a step."""
    where = {"run": names["run"], "probe": names["probe"], "step": step}
    yield f"text?{urlencode(where)}"
    for layer, quantity in names["quantities"]:
        key = {"layer": layer, "quantity": quantity}
        for route in ("activity", "spectrum", "relevance"):
            yield f"{route}?{urlencode(where | key)}"


def over_epochs(names: dict) -> Iterator[str]:
    """Yields requests for what is shown over all epochs."""
    probe = {"run": names["run"], "probe": names["probe"]}
    yield f"digest?{urlencode(probe)}"
    for layer, quantity in names["quantities"]:
        key = probe | {"layer": layer, "quantity": quantity}
        yield f"life?{urlencode(key | {'unit': 3})}"
        yield f"units?{urlencode(key | {'what': 'peaks'})}"
        yield f"emergence?{urlencode(key)}"


def timed(server: Server, path: str) -> float:
    """Returns the milliseconds of a request."""
    begin = time.perf_counter()
    status, body, _ = server.get(PLUGIN + path)
    if status not in (200, 404):
        raise RuntimeError(f"{path} answered {status}: {body[:300]!r}")
    return (time.perf_counter() - begin) * 1000


def measure_growing(
    folder: Path, template: list[event_pb2.Event], epochs: int, clients: int, load_fast: bool
) -> None:
    """Prints TensorBoard's memory while a log grows and clients read it."""
    directory = folder / f"growing_{load_fast}" / "run" / "rnnviz"
    append_epochs(directory, template, range(2))
    done = threading.Event()
    with tensorboard_server(directory.parents[1], load_fast, "--reload_interval=1") as server:
        names, _ = first_text(server)
        timed(server, next(over_epochs(names)))
        before = Memory.of(server)

        def write() -> None:
            append_epochs(directory, template, range(2, epochs), pause=0.2)
            done.set()

        memories, requests = [], 0
        with ThreadPoolExecutor(clients + 1) as pool:
            writing = pool.submit(write)
            reading = [pool.submit(read_all, server, names, done.is_set) for _ in range(clients)]
            while not done.wait(5):
                memories.append(Memory.of(server).own)
            writing.result()
            requests = sum(future.result() for future in reading)
        after = Memory.of(server)
    size = sum(path.stat().st_size for path in directory.glob("*tfevents*")) / 1e6
    curve = ", ".join(f"{memory:.0f}" for memory in memories[:: max(1, len(memories) // 10)])
    print(
        f"growing, load_fast={load_fast}: {epochs} epochs, {size:.0f} MB, {requests} answers to "
        f"{clients} clients; TensorBoard {before.own:.0f} -> {after.own:.0f} MB ({curve}), data "
        f"server {before.server:.0f} -> {after.server:.0f} MB",
        flush=True,
    )


def read_all(server: Server, names: dict, is_done: Callable[[], bool]) -> int:
    """Reads every step and everything over the epochs, until nothing is written."""
    requests = 0
    while not is_done():
        index = json.loads(server.get(PLUGIN + "index")[1])
        steps = steps_of(index, names)
        for step in (*random.sample(steps, min(3, len(steps))), steps[-1]):
            for path in everything(names, step):
                timed(server, path)
                requests += 1
        for path in over_epochs(names):
            timed(server, path)
            requests += 1
    return requests


if __name__ == "__main__":
    main()
