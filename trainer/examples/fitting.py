"""Fitting of an example: a falling learning rate, and a recording each epoch."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
from rich.console import Console

import tb_rnnviz as rv
from tb_rnnviz.features import Feature
from trainer.examples.config import Example
from trainer.examples.progress import ExampleProgress


@dataclass(frozen=True)
class ExampleData:
    """Training data and held-out data of an example.

    Attributes:
        inputs: Inputs of the model, array or dict of arrays.
        targets: Targets, array.
        held_out: Inputs and targets whose loss is shown after every epoch.
        shuffle: If false, the sequences stay in their order.
    """

    inputs: Any
    targets: Any
    held_out: tuple[Any, Any]
    shuffle: bool = True


@dataclass(frozen=True)
class ExampleRun:
    """One training of an example.

    Attributes:
        settings: Options of the example.
        directory: Directory of the run, in TensorBoard's log directory.
        console: Output.
    """

    settings: Example
    directory: Path
    console: Console


def fit_recorded(
    model: keras.Model,
    loss: Any,
    data: ExampleData,
    probe: rv.Probe,
    run: ExampleRun,
    features: Sequence[Feature] | None = None,
    callbacks: Sequence[keras.callbacks.Callback] = (),
    dynamics: rv.DynamicsOptions | None = None,
) -> rv.Recording:
    """Trains a model, and records it on a probe after every epoch.

    Args:
        model: The model; it is compiled here, with Adam.
        loss: Its loss.
        data: Training data and held-out data.
        probe: The probe.
        run: Options and directory of the run.
        features: Features to look for. Defaults to those of the callback.
        callbacks: Further callbacks. Defaults to none.
        dynamics: Dynamics to log. Defaults to none.

    Returns:
        The recording of the last epoch, as the log has it.
    """
    settings, directory = run.settings, run.directory
    batches = -(-len(data.targets) // settings.batch_size)
    schedule = keras.optimizers.schedules.CosineDecay(settings.eta, settings.epochs * batches)
    model.compile(keras.optimizers.Adam(schedule, clipnorm=1.0), loss)
    progress = ExampleProgress(run.console, directory.name)
    recorder = rv.RNNVizCallback(
        directory, probe, features, before_training=True, dynamics=dynamics
    )
    try:
        model.fit(
            data.inputs,
            data.targets,
            batch_size=settings.batch_size,
            epochs=settings.epochs,
            shuffle=data.shuffle,
            validation_data=data.held_out,
            verbose=0,
            callbacks=[
                *callbacks,
                progress,
                keras.callbacks.TensorBoard(directory, write_graph=False),
                recorder,
            ],
        )
    finally:
        progress.stop()
    return rv.load(directory, probe.name)
