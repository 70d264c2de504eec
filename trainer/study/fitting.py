"""One model of a study, from its first weights to its loss on the test text."""

import math
import time
from collections.abc import Callable

import keras

from trainer.study.config import Grid
from trainer.study.corpus_split import Text
from trainer.study.early_stopping import Judge, loss_on
from trainer.study.model_spec import Entry
from trainer.study.networks import build
from trainer.study.results import Result, finite
from trainer.study.stateful_batches import Streams


def fit(
    entry: Entry,
    grid: Grid,
    text: Text,
    seed: int,
    seconds: float,
    tell: Callable[[int, float, float], None] = lambda epoch, loss, seconds: None,
) -> tuple[keras.Model, Result]:
    """Trains a model within a time.

    Args:
        entry: Which one.
        grid: How it learns.
        text: What it learns and is measured on.
        seed: Of weights and dropout. The same seed gives the same numbers after the same updates.
        seconds: The time, building and measuring included.
        tell: Called after every batch with the epoch from 1, the loss so far and the seconds used.

    Returns:
        The model with the lowest validation loss, and its result.
    """
    began = time.monotonic()
    keras.utils.clear_session()
    keras.utils.set_random_seed(seed)
    characters = len(text.tokenizer)
    model = build(entry, grid, characters, grid.batch_size if entry.recurrent else None)
    reader = build(entry, grid, characters) if entry.recurrent else model
    built = time.monotonic() - began
    judge = Judge(reader, text.validation, seconds - built, grid.patience, grid.min_delta, tell)
    model.fit(
        Streams(text.training, grid.batch_size, grid.seq_length),
        epochs=grid.epochs if entry.recurrent else grid.n_nn_epochs,
        shuffle=False,
        verbose=0,
        callbacks=[keras.callbacks.LearningRateScheduler(_schedule(grid)), judge],
    )
    result = Result(
        name=entry.name,
        model=entry.model,
        validation=judge.best,
        test=loss_on(reader, text.test),
        seconds=time.monotonic() - began,
        layers=entry.layers if entry.recurrent else None,
        units=entry.units,
        n=entry.n,
        weights=sum(math.prod(weight.shape) for weight in model.trainable_weights),
        epochs=len(judge.curve),
        best_epoch=judge.best_epoch,
        updates=judge.updates,
        stopped=judge.stopped,
        curve=[[finite(loss) for loss in losses] for losses in judge.curve],
    )
    return reader, result


def _schedule(grid: Grid) -> Callable[[int, float], float]:
    return lambda epoch, _: grid.eta * grid.decay ** max(0, epoch + 1 - grid.decay_after)
