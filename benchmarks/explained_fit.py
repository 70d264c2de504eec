"""Cost of attributions and gradient reach at every epoch of `fit`.

Run as `python -m benchmarks.explained_fit`. It trains an LSTM of 128 units on characters, with the
callback and its default attributions and with the callback alone, in turns, and prints the ratio of
the medians of the seconds of an epoch.
"""

from __future__ import annotations

import statistics
import tempfile
import time

import keras
import numpy as np

import tb_rnnviz as rv

VOCABULARY, UNITS, LENGTH, SEQUENCES, BATCH, EPOCHS, PROBE = 60, 128, 100, 6400, 64, 4, 1500
TURNS = 2


class EpochTimer(keras.callbacks.Callback):
    """Seconds from the end of an epoch to the end of the next, with all callbacks."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds: list[float] = []
        self._begin = 0.0

    def on_epoch_begin(self, epoch, logs=None):
        now = time.perf_counter()
        if epoch:
            self.seconds.append(now - self._begin)
        self._begin = now


def epoch_seconds(attributions: bool) -> list[float]:
    """Returns the seconds of each epoch but the last one."""
    keras.utils.set_random_seed(0)
    ids = np.random.default_rng(0).integers(0, VOCABULARY, SEQUENCES * LENGTH + 1)
    inputs, targets = (part.reshape(-1, LENGTH) for part in (ids[:-1], ids[1:]))
    model = keras.Sequential([keras.Input((None,)), keras.layers.Embedding(VOCABULARY, 32)])
    model.add(keras.layers.LSTM(UNITS, return_sequences=True, name="lstm"))
    model.add(keras.layers.Dense(VOCABULARY, activation="softmax"))
    model.compile("adam", "sparse_categorical_crossentropy")
    probe = rv.Probe("text", ids[:PROBE], targets=ids[1 : PROBE + 1])
    timer = EpochTimer()
    with tempfile.TemporaryDirectory() as directory:
        recorder = rv.RNNVizCallback(directory, probe, attributions=attributions or None)
        callbacks = [timer, recorder]
        model.fit(inputs, targets, batch_size=BATCH, epochs=EPOCHS, verbose=0, callbacks=callbacks)
    return timer.seconds


def main() -> None:
    """Prints the ratio of the medians."""
    seconds: dict[bool, list[float]] = {True: [], False: []}
    for _ in range(TURNS):
        for attributions, timed in seconds.items():
            timed += epoch_seconds(attributions)
    explained, plain = (statistics.median(seconds[key]) for key in (True, False))
    print(f"with {explained:.2f} s, without {plain:.2f} s an epoch: {explained / plain:.3f}")


if __name__ == "__main__":
    main()
