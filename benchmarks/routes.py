"""Latency of the routes of the tab while many clients scrub through epochs.

    python -m benchmarks.routes [runs] [epochs] [--layers 1] [--units 256] [--quantities 2]
        [--tokens 2000] [--clients 16] [--requests 20] [--logdir DIRECTORY] [--only ROUTE ...]

On a real TensorBoard, with both of its data servers. Every client is a process of its own, and
asks for one thing after the other, each for another run, quantity and unit, epoch after epoch.
First all of them scrub: they ask for all that the tab needs at an epoch, of which nothing was asked
for before. Then they ask for each route by itself, and at last they scrub again. Milliseconds from
the request to the last byte, as the clients see them, with connecting; clients and server share the
machine's cores. What computes is loaded by a first `unit`, which is not counted.
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import multiprocessing
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import numpy as np

from benchmarks.planted_log import Plan, plant
from tests.server import Server, tensorboard_server

TARGET = 150
"""Milliseconds within which 95 of 100 answers are there."""

FOR_ALL_EPOCHS = ("index", "digest", "units", "life", "scalars")
FOR_EACH_EPOCH = ("text", "activity", "activity of a unit", "spectrum", "relevance", "unit")
PLANTED_UNITS = 8
WAIT = 300  # seconds


@dataclass(frozen=True)
class Place:
    """One quantity of a run: what a client looks at."""

    run: str
    probe: str
    layer: str
    quantity: str
    gate: bool
    units: int
    steps: tuple[int, ...]


def main() -> None:
    """Reads the options, measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("runs", type=int, nargs="?", default=2)
    parser.add_argument("epochs", type=int, nargs="?", default=10)
    for name, usual in (("layers", 1), ("units", 256), ("quantities", 2), ("tokens", 2000)):
        parser.add_argument(f"--{name}", type=int, default=usual)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--requests", type=int, default=20)
    parser.add_argument("--logdir", type=Path)
    parser.add_argument("--only", nargs="+", choices=[*FOR_ALL_EPOCHS, *FOR_EACH_EPOCH])
    parser.add_argument("--load_fast", nargs="+", choices=["true", "false"])
    chosen = parser.parse_args()
    plan = {name: getattr(chosen, name) for name in Plan.__dataclass_fields__}
    with tempfile.TemporaryDirectory() as folder:
        logdir = chosen.logdir or Path(folder)
        if not chosen.logdir:
            plant(logdir, Plan(**plan))
            print(", ".join(f"{value} {name}" for name, value in plan.items()))
        for load_fast in chosen.load_fast or ("true", "false"):
            with tensorboard_server(logdir, load_fast == "true") as server:
                measure(server, chosen.clients, chosen.requests, chosen.only, load_fast)


def measure(
    server: Server, clients: int, requests: int, only: Sequence[str] | None, load_fast: str
) -> None:
    """Prints a line for every route."""
    places = read(server)
    print(f"--load_fast={load_fast}: {len(places)} quantities, {clients} clients x {requests}")
    print(f"  {'route':<28}{'median':>8}{'p95':>8}{'worst':>8}  {'KiB':>10}")
    address = urlsplit(server.url)
    plans = [("", (route,)) for route in only or (*FOR_ALL_EPOCHS, *FOR_EACH_EPOCH)]
    if not only:
        plans = [("scrubbing", FOR_EACH_EPOCH), *plans, ("again", FOR_EACH_EPOCH)]
    server.get(next(queries(places[:1], 0, ["unit"], 1)))
    context = multiprocessing.get_context("spawn")
    begin = context.Barrier(clients)
    with context.Pool(clients, _prepare, (begin,)) as pool:
        for name, routes in plans:
            jobs = [
                (address.hostname, address.port, list(queries(places, client, routes, requests)))
                for client in range(clients)
            ]
            answers = pool.map(_ask, jobs, chunksize=1)
            for index, route in enumerate(routes):
                mine = [each[index :: len(routes)] for each in answers]
                print(line(f"{name} {route}".strip(), mine), flush=True)


def line(name: str, answers: Sequence[Sequence[tuple[float, int]]]) -> str:
    """Milliseconds and sizes of the clients' answers, in short."""
    times = [taken for each in answers for taken, _ in each]
    size = statistics.mean(size for each in answers for _, size in each) / 1024
    median, p95 = np.quantile(times, [0.5, 0.95])
    mark = " " if p95 <= TARGET else "!"
    return f"  {name:<28}{median:8.0f}{p95:8.0f}{max(times):8.0f} {mark}{size:10.0f}"


def read(server: Server) -> list[Place]:
    """Index of the runs, once TensorBoard has read all of them."""
    known, end = None, time.monotonic() + WAIT
    while time.monotonic() < end:
        index = server.json("data/plugin/rnnviz/index")
        if index["runs"] and index == known:
            return list(_places(index))
        known = index
        time.sleep(3)
    raise TimeoutError(f"TensorBoard read for more than {WAIT} s.")


def _places(index: dict) -> Iterator[Place]:
    for run in index["runs"]:
        for probe in run["probes"]:
            for layer in probe["layers"]:
                for quantity in layer["quantities"]:
                    yield Place(
                        run["run"],
                        probe["probe"],
                        layer["layer"],
                        quantity["quantity"],
                        quantity["role"] is not None,
                        layer["units"],
                        tuple(probe["steps"]),
                    )


def queries(
    places: Sequence[Place], client: int, routes: Sequence[str], number: int
) -> Iterator[str]:
    """Yields the requests of a client: paths with their queries."""
    recorded = places[client % len(places)]
    names = {"run": recorded.run, "probe": recorded.probe}
    where = names | {"layer": recorded.layer, "quantity": recorded.quantity}
    unit = {"unit": client % min(PLANTED_UNITS, recorded.units)}
    what = {"what": "saturation" if recorded.gate else "peaks"}
    for epoch in itertools.islice(itertools.cycle(recorded.steps), client, client + number):
        step = {"step": epoch}
        for route in routes:
            query = {
                "index": {},
                "digest": names,
                "units": where | what,
                "life": where | unit,
                "scalars": {"run": recorded.run},
                "text": names | step,
                "activity": where | step,
                "activity of a unit": where | step | unit,
                "spectrum": where | step,
                "relevance": where | step,
                "unit": where | step | unit,
            }[route]
            yield f"/data/plugin/rnnviz/{route.split()[0]}?{urlencode(query)}"


_begin = None


def _prepare(begin: multiprocessing.synchronize.Barrier) -> None:
    global _begin
    _begin = begin


def _ask(job: tuple[str, int, list[str]]) -> list[tuple[float, int]]:
    """Milliseconds and bytes of every answer."""
    host, port, paths = job
    connection = http.client.HTTPConnection(host, port, timeout=WAIT)
    _begin.wait(WAIT)
    answers = []
    for path in paths:
        start = time.perf_counter()
        connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
        answer = connection.getresponse()
        body = answer.read()
        answers.append(((time.perf_counter() - start) * 1000, len(body)))
        if answer.status != 200:
            raise RuntimeError(f"{path} answered {answer.status}: {body[:200]!r}")
    connection.close()
    return answers


if __name__ == "__main__":
    main()
