"""The training loop: Keras' `fit` with everything that stands beside it."""

from collections.abc import Sequence

import keras
from tensorboard.plugins.hparams import api as hparams

from trainer.config import Config
from trainer.dataset import Data
from trainer.errors import UserError
from trainer.run import Run
from trainer.windows import Windows

COMPARED = ("corpus", "tokens", "embedding", "model", "training")
"""Sections whose options TensorBoard's HParams compares runs by."""

NOT_COMPARED = ("remote_monitor",)
"""Options that change nothing in what is learnt."""


def learn(
    config: Config,
    data: Data,
    model: keras.Model,
    run: Run,
    callbacks: Sequence[keras.callbacks.Callback],
    best: float | None = None,
) -> float:
    """Trains a model and keeps its best weights, in memory and in the run.

    Args:
        config: The experiment.
        data: The corpus.
        model: The model, compiled.
        run: Where it is saved; the learning curve goes on where it ended.
        callbacks: What watches.
        best: Validation loss of the model that the run has already, which is kept unless there is
            a better one.

    Returns:
        The lowest validation loss in nats per token.
    """
    options = config.training
    done = len(run.curve())
    validation = data.validation_sequences()
    history = model.fit(
        Windows(
            data.training,
            options.seq_length,
            options.batch_size,
            options.shuffle_data_sets,
            options.seed + done,
        ),
        validation_data=validation,
        validation_batch_size=options.batch_size,
        epochs=done + options.n_epochs,
        initial_epoch=done,
        verbose=0,
        callbacks=[*_keepers(config, run, best, bool(done)), *callbacks],
    )
    losses = history.history["val_loss"]
    return min([*losses, best] if best is not None else losses)


def hyper_parameters(config: Config) -> dict[str, bool | int | float | str]:
    """The options that make a network what it is, by `section.option`, without those that are null.

    Example:
        >>> hyper_parameters(Config())["model.cell"]
        'LSTM'
    """
    return {
        f"{section}.{name}": ", ".join(map(str, value)) if isinstance(value, tuple) else value
        for section in COMPARED
        for name, value in getattr(config, section)
        if value is not None and name not in NOT_COMPARED
    }


def _keepers(
    config: Config, run: Run, best: float | None, append: bool
) -> list[keras.callbacks.Callback]:
    options = config.training
    keepers = [
        keras.callbacks.ModelCheckpoint(
            run.model, save_best_only=True, initial_value_threshold=best
        ),
        keras.callbacks.EarlyStopping(patience=options.patience, restore_best_weights=True),
        keras.callbacks.CSVLogger(run.history, append=append),
        keras.callbacks.TensorBoard(run.path, write_graph=False),
        hparams.KerasCallback(str(run.path), hyper_parameters(config)),
    ]
    if options.save_checkpoints:
        path = run.path / "checkpoints" / "epoch-{epoch:03d}.keras"
        keepers.append(keras.callbacks.ModelCheckpoint(path))
    if options.remote_monitor:
        try:
            import requests  # noqa: F401
        except ImportError as error:
            raise UserError(
                "training.remote_monitor needs requests: pip install requests, or set it to null."
            ) from error
        keepers.append(keras.callbacks.RemoteMonitor(root=options.remote_monitor))
    return keepers
