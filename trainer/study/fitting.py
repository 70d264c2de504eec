"""Fitting of one model of a study, from its initial weights to its test loss."""

import math
import time
from collections.abc import Callable

import keras

from tb_rnnviz.core.numbers import json_value
from trainer.study.config import Grid
from trainer.study.corpus_split import CorpusSplit
from trainer.study.early_stopping import TimedEarlyStopping, loss_on
from trainer.study.model_spec import ModelSpec
from trainer.study.networks import build_model
from trainer.study.results import ModelResult
from trainer.study.stateful_batches import StatefulBatches


def fit_model(
    spec: ModelSpec,
    grid: Grid,
    corpus: CorpusSplit,
    seed: int,
    seconds: float,
    report: Callable[[int, float, float], None] = lambda epoch, loss, seconds: None,
) -> tuple[keras.Model, ModelResult]:
    """Builds, trains and evaluates a model within a time budget.

    Args:
        spec: The model.
        grid: The grid, with the options of training.
        corpus: The training, validation and test text.
        seed: Seed of weights and dropout. The same seed gives the same losses after the same
            number of updates.
        seconds: Time budget, building and evaluation included.
        report: Called after every batch with the epoch from 1, the loss so far and the seconds
            used.

    Returns:
        The model with the lowest validation loss, and its result.
    """
    start = time.monotonic()
    keras.utils.clear_session()
    keras.utils.set_random_seed(seed)
    characters = len(corpus.tokenizer)
    model = build_model(spec, grid, characters, grid.batch_size if spec.is_recurrent else None)
    stateless = build_model(spec, grid, characters) if spec.is_recurrent else model
    remaining = seconds - (time.monotonic() - start)
    stopping = TimedEarlyStopping(
        stateless, corpus.validation, remaining, grid.patience, grid.min_delta, report
    )
    model.fit(
        StatefulBatches(corpus.training, grid.batch_size, grid.seq_length),
        epochs=grid.epochs if spec.is_recurrent else grid.n_nn_epochs,
        shuffle=False,
        verbose=0,
        callbacks=[keras.callbacks.LearningRateScheduler(_schedule(grid)), stopping],
    )
    result = ModelResult(
        name=spec.name,
        model=spec.model,
        validation=stopping.best,
        test=loss_on(stateless, corpus.test),
        seconds=time.monotonic() - start,
        layers=spec.layers if spec.is_recurrent else None,
        units=spec.units,
        n=spec.n,
        weights=sum(math.prod(weight.shape) for weight in model.trainable_weights),
        epochs=len(stopping.curve),
        best_epoch=stopping.best_epoch,
        updates=stopping.updates,
        stopped=stopping.stopped,
        curve=json_value(stopping.curve),
    )
    return stateless, result


def _schedule(grid: Grid) -> Callable[[int, float], float]:
    return lambda epoch, _: grid.eta * grid.decay ** max(0, epoch + 1 - grid.decay_after)
