"""Cost of the callback: `fit` with and without it, and bytes per logged value.

Reading, with and without ablations, and the way to the log are timed as multiples of `record`.

    python -m benchmarks.callback [characters] [probe tokens ...]

Trains 2 x LSTM 160 on the characters of Python's standard library. An epoch of `characters`
(100,000 unless given) is timed in turn with and without the callback; what the callback takes at
the end of an epoch does not depend on the epoch's length, so the ratio is given for an epoch of
1,000,000 characters too, and says so. Its ratio in processor time suffers less from other programs,
and counts the analysis in full, which in seconds fills pauses of the training.
"""

from __future__ import annotations

import statistics
import sys
import sysconfig
import tempfile
import time
from pathlib import Path

import keras
import numpy as np

import tb_rnnviz as rv

SEQUENCE, BATCH, ROUNDS, FULL, UNITS = 100, 64, 3, 1_000_000, 160

CODE_FEATURES = [
    *rv.features.DEFAULT_FEATURES,
    *(rv.features.Literal(f"letter {letter}", letter) for letter in "abcdefghij"),
][:16]


def corpus(characters: int) -> str:
    """Source code of the standard library, in the order of its file names."""
    text = ""
    for path in sorted(Path(sysconfig.get_paths()["stdlib"]).glob("*.py")):
        text += path.read_text(encoding="utf-8", errors="ignore")
        if len(text) > characters:
            break
    return text[:characters]


def still_stands(model: keras.Model, probe: rv.Probe, directory: str) -> tuple[float, float, float]:
    """Median seconds of a recorded step, and ratios to `record`.

    Returns:
        Seconds that training stands still; the same by those of `record`; and the seconds until the
        step is in the log by those of `record`, with nothing beside it.
    """
    callback = rv.RNNVizCallback(directory, probe, CODE_FEATURES)
    callback.set_model(model)
    callback.set_params({"epochs": ROUNDS + 1})
    callback.on_train_begin()
    spent, still, whole = [], [], []
    for step in range(ROUNDS + 1):
        callback.on_epoch_begin(step)
        begin = time.perf_counter()
        callback.on_epoch_end(step)
        handed_over = time.perf_counter()
        callback.wait()
        written = time.perf_counter()
        rv.record(model, probe)
        alone = time.perf_counter() - written
        spent.append(handed_over - begin)
        still.append((handed_over - begin) / alone)
        whole.append((written - begin) / alone)
    callback.on_train_end()
    return tuple(statistics.median(values[1:]) for values in (spent, still, whole))


def main(characters: int = 100_000, *sizes: int) -> None:
    """Prints the cost of the callback for each size of the layer."""
    longest = max(sizes, default=1000)
    text = corpus(characters + longest + 1)
    vocabulary = sorted(set(text))
    indices = {character: i for i, character in enumerate(vocabulary)}
    ids = np.array([indices[character] for character in text])
    rows = characters // SEQUENCE
    x = ids[: rows * SEQUENCE].reshape(rows, SEQUENCE)
    y = ids[1 : rows * SEQUENCE + 1].reshape(rows, SEQUENCE)
    model = keras.Sequential([keras.Input((None,)), keras.layers.Embedding(len(vocabulary), 64)])
    for _ in range(2):
        model.add(keras.layers.LSTM(UNITS, return_sequences=True))
    model.add(keras.layers.Dense(len(vocabulary)))
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))

    def epoch(*callbacks) -> np.ndarray:
        begin = time.perf_counter(), time.process_time()
        model.fit(x, y, batch_size=BATCH, verbose=0, callbacks=list(callbacks))
        return np.subtract((time.perf_counter(), time.process_time()), begin)

    epoch()
    for tokens in sizes or (1000, 20_000):
        held_out = ids[-tokens - 1 :]
        probe = rv.Probe("probe", held_out[:-1], targets=held_out[1:], vocabulary=vocabulary)
        with tempfile.TemporaryDirectory() as directory:
            callback = rv.RNNVizCallback(directory, probe, CODE_FEATURES)
            epoch(callback)
            pairs = [(epoch(), epoch(callback)) for _ in range(ROUNDS)]
            (path, *_) = sorted(Path(directory).rglob("*tfevents*"))
            values = 12 * UNITS * tokens
            stored = path.stat().st_size
            step, still, whole = still_stands(model, probe, f"{directory}/apart")
            untargeted = rv.Probe("probe", held_out[:-1], vocabulary=vocabulary)
            _, reading, _ = still_stands(model, untargeted, f"{directory}/reading")
        plain, plain_cpu = np.median([without for without, _ in pairs], axis=0)
        differences = [np.maximum(with_ - without, 0) for without, with_ in pairs]
        extra, extra_cpu = np.median(differences, axis=0)
        print(f"probe of {tokens:,} tokens, 2 x LSTM {UNITS}, 16 features, every quantity")
        print(f"  epoch of {characters:,} characters          {1 + extra / plain:.3f} of without")
        full = plain * FULL / characters
        scaled = 1 + extra / full
        print(f"  the same for {FULL:,} characters     {scaled:.3f} (epoch's time scaled)")
        scaled = 1 + extra_cpu / (plain_cpu * FULL / characters)
        print(f"  the same, processor time             {scaled:.3f}")
        print(f"  the same, its step timed by itself   {1 + step / full:.3f}")
        print(f"  training stands still, by reading    {reading:.2f} without ablations")
        print(f"  the same with ablations              {still:.2f}")
        print(f"  until the step is in the log         {whole:.2f}")
        print(f"  bytes per value                      {stored / values:.2f} of 4 bytes: ", end="")
        print(f"{stored / values / 4:.3f}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
