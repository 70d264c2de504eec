"""Early stopping by validation loss and time, with the best weights restored."""

import math
import time
from collections.abc import Callable

import keras

from trainer.study.corpus_split import HeldOutText

BATCH_SIZE = 32
"""Sequences of a batch of the evaluation."""


class TimedEarlyStopping(keras.callbacks.Callback):
    """Callback that evaluates epochs, stops training and restores the best weights.

    Training stops when the validation loss has not fallen by `min_delta` for `patience` epochs,
    when the loss is NaN, or when the time is up, within an epoch if necessary. At least one batch
    is trained on.

    Args:
        evaluated: Model with the layers of the trained one that does not carry states over; it is
            evaluated, and has the best weights in the end.
        validation: The validation text.
        seconds: Time from now on, evaluations included.
        patience: Epochs without a lower loss.
        min_delta: Least decrease of the loss that counts, in nats per character; 0 by default.
        report: Called after every batch with the epoch from 1, the loss so far and the seconds
            used.

    Attributes:
        best: Lowest validation loss in nats per character.
        best_epoch: Epoch with that loss, from 1; 0 for before training.
        curve: Training and validation loss of every epoch.
        updates: Number of batches that were trained on.
        stopped: Reason why training ended: `time`, `patience`, `diverged`, or `epochs`.
    """

    def __init__(
        self,
        evaluated: keras.Model,
        validation: HeldOutText,
        seconds: float,
        patience: int,
        min_delta: float = 0.0,
        report: Callable[[int, float, float], None] = lambda epoch, loss, seconds: None,
    ) -> None:
        super().__init__()
        self.stopped = "epochs"
        self.curve: list[tuple[float, float]] = []
        self.updates, self.best_epoch = 0, 0
        self._evaluated, self._validation, self._seconds = evaluated, validation, seconds
        self._patience, self._min_delta, self._report = patience, min_delta, report
        self._epochs_without_decrease = 0
        self._start = time.monotonic()
        self._evaluation_seconds = math.inf

    def on_train_begin(self, logs: dict | None = None) -> None:
        self.best = self._reference = self._evaluate()
        self._best_weights = self._evaluated.get_weights()

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        self._epoch = epoch + 1
        for layer in self.model.layers:
            if getattr(layer, "stateful", False):
                layer.reset_state()

    def on_train_batch_end(self, batch: int, logs: dict | None = None) -> None:
        self.updates += 1
        loss, used = (logs or {}).get("loss", math.nan), time.monotonic() - self._start
        self._report(self._epoch, loss, used)
        if math.isnan(loss):
            self._stop("diverged")
        elif used + 2 * self._evaluation_seconds >= self._seconds:  # validation, then test
            self._stop("time")

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        loss = self._evaluate()
        self.curve.append(((logs or {}).get("loss", math.nan), loss))
        if loss < self.best:
            self.best, self.best_epoch = loss, self._epoch
            self._best_weights = self._evaluated.get_weights()
        if loss < self._reference - self._min_delta:
            self._reference, self._epochs_without_decrease = loss, 0
            return
        self._epochs_without_decrease += 1
        if self._epochs_without_decrease >= self._patience and self.stopped == "epochs":
            self._stop("patience")

    def on_train_end(self, logs: dict | None = None) -> None:
        self._evaluated.set_weights(self._best_weights)

    def _evaluate(self) -> float:
        start = time.monotonic()
        if hasattr(self.model, "jax_state_sync"):
            self.model.jax_state_sync()
        if self._evaluated is not self.model:
            pairs = zip(
                self._evaluated.trainable_weights, self.model.trainable_weights, strict=True
            )
            for weight, trained in pairs:
                weight.assign(keras.ops.convert_to_numpy(trained))  # JAX would share the array
        loss = loss_on(self._evaluated, self._validation)
        self._evaluation_seconds = min(self._evaluation_seconds, time.monotonic() - start)
        return loss

    def _stop(self, reason: str) -> None:
        self.stopped, self.model.stop_training = reason, True


def loss_on(model: keras.Model, text: HeldOutText) -> float:
    """Computes the cross-entropy of a compiled model on a text, in nats per character."""
    return float(model.evaluate(text.inputs, text.targets, batch_size=BATCH_SIZE, verbose=0))
