"""Training beside the analysis of a recording, in a thread or in a process.

    python -m benchmarks.background [--rounds 3] [--characters 60000] [--tokens 3000]

An epoch of 2 x LSTM 160 is timed in turn with nothing beside it, and with the report of a recording
that starts with the epoch: in a thread of the same process, as the callback has it, and in another
process, to which the recording is copied. Run it on a machine with nothing else to do: the
difference of two epochs is smaller than what other programs take.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from multiprocessing import get_context

import numpy as np

from tb_rnnviz import features
from tb_rnnviz.core.content import Content
from tb_rnnviz.recording import Recording
from tb_rnnviz.report.report import report

UNITS, SEQUENCE = 160, 100


def analyse(recording: Recording) -> float:
    """Returns the seconds that the report of a recording takes."""
    begin = time.perf_counter()
    report(recording, features.default_features(Content(kind="source code", language="python")))
    return time.perf_counter() - begin


def main() -> None:
    """Reads the options, measures and prints."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--characters", type=int, default=60_000)
    options.add_argument("--tokens", type=int, default=3000)
    chosen = options.parse_args()
    epoch, recording = training(chosen.characters, chosen.tokens)
    spawn = get_context("spawn")
    with (
        ThreadPoolExecutor(1) as thread,
        ProcessPoolExecutor(1, spawn) as process,
    ):
        workers: dict[str, Callable[[], Future[float]] | None] = {
            "nothing": None,
            "thread": partial(thread.submit, analyse, recording),
            "process": partial(process.submit, analyse, recording),
        }
        epoch()
        for submit in workers.values():
            if submit is not None:
                submit().result()
        rounds = [
            {name: beside(epoch, submit) for name, submit in workers.items()}
            for _ in range(chosen.rounds)
        ]
    print(f"epoch of {chosen.characters:,} characters beside a report of {chosen.tokens:,} tokens")
    for name in workers:
        extra = [times[name][0] - times["nothing"][0] for times in rounds]
        longest = statistics.median(times[name][1] for times in rounds)
        print(f"  {name:<32} {statistics.median(extra):+6.2f} s, report after {longest:5.2f} s")


def beside(
    epoch: Callable[[], None], submit: Callable[[], Future[float]] | None
) -> tuple[float, float]:
    """Seconds of an epoch, and of the report that starts with it."""
    begin = time.perf_counter()
    future = None if submit is None else submit()
    epoch()
    seconds = time.perf_counter() - begin
    return seconds, 0.0 if future is None else future.result()


def training(characters: int, tokens: int) -> tuple[Callable[[], None], Recording]:
    """Returns a function that trains for an epoch, and a recording of the model."""
    import keras

    import tb_rnnviz as rv
    from benchmarks.callback import corpus

    text = corpus(characters + tokens + 1)
    vocabulary = sorted(set(text))
    indices = {character: index for index, character in enumerate(vocabulary)}
    ids = np.array([indices[character] for character in text], np.int32)
    rows = characters // SEQUENCE
    inputs = ids[: rows * SEQUENCE].reshape(rows, SEQUENCE)
    targets = ids[1 : rows * SEQUENCE + 1].reshape(rows, SEQUENCE)
    layers = keras.layers
    model = keras.Sequential([keras.Input((None,)), layers.Embedding(len(vocabulary), 64)])
    for _ in range(2):
        model.add(layers.LSTM(UNITS, return_sequences=True))
    model.add(layers.Dense(len(vocabulary)))
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    model.fit(inputs, targets, batch_size=64, verbose=0)
    recording = rv.record(model, rv.Probe("text", ids[-tokens:], vocabulary=vocabulary))
    recording.outputs = None
    return partial(model.fit, inputs, targets, batch_size=64, verbose=0), recording


if __name__ == "__main__":
    main()
