"""Fitting of a model: Keras' `fit` with checkpoints, early stopping and logs."""

from collections.abc import Sequence

import keras
from tensorboard.plugins.hparams import api as hparams

from trainer.config import Config
from trainer.dataset import Dataset
from trainer.errors import UserError
from trainer.hyper_parameters import hyper_parameters
from trainer.run import Run
from trainer.windows import Windows


def fit_model(
    config: Config,
    dataset: Dataset,
    model: keras.Model,
    run: Run,
    callbacks: Sequence[keras.callbacks.Callback],
    best: float | None = None,
) -> float:
    """Trains a model and saves its best weights, in memory and in the run.

    Args:
        config: The experiment.
        dataset: The corpus.
        model: The compiled model.
        run: Directory of the run; its learning curve is continued.
        callbacks: Further callbacks.
        best: Validation loss of the saved model of the run, which is replaced by a better one
            only; None for a new run.

    Returns:
        The lowest validation loss in nats per token.
    """
    options = config.training
    epochs = len(run.curve())
    validation = dataset.validation_sequences()
    history = model.fit(
        Windows(
            dataset.training,
            options.seq_length,
            options.batch_size,
            options.shuffle_data_sets,
            options.seed + epochs,
        ),
        validation_data=validation,
        validation_batch_size=options.batch_size,
        epochs=epochs + options.n_epochs,
        initial_epoch=epochs,
        verbose=0,
        callbacks=[*_callbacks(config, run, best, append=epochs > 0), *callbacks],
    )
    losses = history.history["val_loss"]
    return min([*losses, best] if best is not None else losses)


def _callbacks(
    config: Config, run: Run, best: float | None, append: bool
) -> list[keras.callbacks.Callback]:
    """Creates the callbacks for checkpoints, early stopping and logs."""
    options = config.training
    callbacks = [
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
        callbacks.append(keras.callbacks.ModelCheckpoint(path))
    if options.remote_monitor:
        try:
            import requests  # noqa: F401
        except ImportError as error:
            raise UserError(
                "training.remote_monitor needs requests: pip install requests, or set it to null."
            ) from error
        callbacks.append(keras.callbacks.RemoteMonitor(root=options.remote_monitor))
    return callbacks
