"""Peak memory of recording 100,000 tokens x 1,024 units, every quantity, to disk.

    python -m benchmarks.memory [tokens] [units]

Prints the growth of the process's peak over what it took before, as a share of the size of the
float32 arrays of everything that was recorded.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import threading
import time
from pathlib import Path

import keras
import numpy as np

import tb_rnnviz as rv


def resident() -> int:
    """Returns the resident memory of this process in bytes."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize()


def main(tokens: int = 100_000, units: int = 1024) -> None:
    """Prints the memory that recording a long probe takes."""
    model = keras.Sequential([keras.Input((None,)), keras.layers.Embedding(64, 32)])
    model.add(keras.layers.LSTM(units, return_sequences=True))
    model.add(keras.layers.Dense(64))
    model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    ids = np.random.default_rng(0).integers(0, 64, tokens + 1)
    names = [chr(48 + i) for i in range(64)]
    warm = rv.Probe("warm", ids[:5000], targets=ids[1:5001], vocabulary=names)
    probe = rv.Probe("long", ids[:-1], targets=ids[1:], vocabulary=names)
    with tempfile.TemporaryDirectory() as directory:
        log = {"x": ids[None, :50], "verbose": 0}
        model.predict(**log, callbacks=[rv.RNNVizCallback(f"{directory}/warm", warm)])
        before, peak, done = resident(), 0, threading.Event()

        def watch():
            nonlocal peak
            while not done.wait(0.005):
                peak = max(peak, resident())

        watcher = threading.Thread(target=watch)
        watcher.start()
        begin = time.perf_counter()
        model.predict(**log, callbacks=[rv.RNNVizCallback(f"{directory}/long", probe)])
        spent = time.perf_counter() - begin
        done.set()
        watcher.join()
        written = sum(f.stat().st_size for f in Path(directory, "long").rglob("*tfevents*"))
    whole = 4 * tokens * units * 6
    size = f"{whole / 2**20:,.0f} MiB"
    print(f"{tokens:,} tokens x {units:,} units x 6 quantities: {size} as float32")
    print(f"  peak memory over what it was   {(peak - before) / 2**20:,.0f} MiB", end="")
    print(f"   {(peak - before) / whole:.3f} of the arrays")
    print(f"  written                        {written / 2**20:,.0f} MiB   {written / whole:.3f}")
    print(f"  {spent:.0f} s on this machine")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
