"""Who decides, while a model learns, when it is finished and what was best."""

import math
import time
from collections.abc import Callable

import keras

from trainer.study.corpus_split import HeldOut

BATCH = 32
"""Sequences that are measured at once."""


class Judge(keras.callbacks.Callback):
    """Measures a model after every epoch, keeps its best weights, and ends the training.

    It ends when the validation loss has not fallen by `min_delta` for `patience` epochs, when the
    loss is no longer a number, or when the time is up, in the middle of an epoch if need be. At
    least one batch is learnt from.

    Args:
        reader: A model like the one that learns, which begins every sequence anew.
        validation: What it is measured on.
        seconds: Time from now on, the measurements included.
        patience: Epochs without a lower loss.
        min_delta: A fall of less does not count, in nats per character.
        tell: Called after every batch with the epoch from 1, the loss so far and the seconds used.

    Attributes:
        best: Lowest validation loss in nats per character.
        best_epoch: The epoch that it was reached in, from 1; 0 for before training.
        curve: Training and validation loss of every epoch.
        updates: Batches that were learnt from.
        stopped: Why training ended: `time`, `patience`, `diverged`, or `epochs`.
    """

    def __init__(
        self,
        reader: keras.Model,
        validation: HeldOut,
        seconds: float,
        patience: int,
        min_delta: float = 0.0,
        tell: Callable[[int, float, float], None] = lambda epoch, loss, seconds: None,
    ) -> None:
        super().__init__()
        self.stopped = "epochs"
        self.curve: list[tuple[float, float]] = []
        self.updates, self.best_epoch = 0, 0
        self._reader, self._validation, self._seconds = reader, validation, seconds
        self._patience, self._min_delta, self._tell = patience, min_delta, tell
        self._waited = 0
        self._began = time.monotonic()
        self._measurement = math.inf

    def on_train_begin(self, logs: dict | None = None) -> None:
        self.best = self._to_beat = self._measure()
        self._best_weights = self._reader.get_weights()

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        self._epoch = epoch + 1
        for layer in self.model.layers:
            if getattr(layer, "stateful", False):
                layer.reset_state()

    def on_train_batch_end(self, batch: int, logs: dict | None = None) -> None:
        self.updates += 1
        loss, used = (logs or {}).get("loss", math.nan), time.monotonic() - self._began
        self._tell(self._epoch, loss, used)
        if math.isnan(loss):
            self._end("diverged")
        elif used + 2 * self._measurement >= self._seconds:  # validation, then test
            self._end("time")

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        loss = self._measure()
        self.curve.append(((logs or {}).get("loss", math.nan), loss))
        if loss < self.best:
            self.best, self.best_epoch = loss, self._epoch
            self._best_weights = self._reader.get_weights()
        if loss < self._to_beat - self._min_delta:
            self._to_beat, self._waited = loss, 0
            return
        self._waited += 1
        if self._waited >= self._patience and self.stopped == "epochs":
            self._end("patience")

    def on_train_end(self, logs: dict | None = None) -> None:
        self._reader.set_weights(self._best_weights)

    def _measure(self) -> float:
        began = time.monotonic()
        if hasattr(self.model, "jax_state_sync"):
            self.model.jax_state_sync()
        if self._reader is not self.model:
            pairs = zip(self._reader.trainable_weights, self.model.trainable_weights, strict=True)
            for mine, theirs in pairs:
                mine.assign(keras.ops.convert_to_numpy(theirs))  # JAX would share the array
        loss = loss_on(self._reader, self._validation)
        self._measurement = min(self._measurement, time.monotonic() - began)
        return loss

    def _end(self, why: str) -> None:
        self.stopped, self.model.stop_training = why, True


def loss_on(model: keras.Model, text: HeldOut) -> float:
    """The cross-entropy of a compiled model on a text, in nats per character."""
    return float(model.evaluate(text.inputs, text.targets, batch_size=BATCH, verbose=0))
