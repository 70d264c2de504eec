"""Losses of a study as TensorBoard scalars."""

import time
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from tensorboard.compat.proto import event_pb2, summary_pb2

from tb_rnnviz.log_format.event_file import EventFile
from trainer.study.results import ModelResult


def write_model(directory: Path, result: ModelResult) -> None:
    """Writes the losses of a model by epoch, and its test loss at the best epoch.

    Epochs count from 1.

    Args:
        directory: Directory of the model.
        result: Its result.
    """
    values = [
        (epoch, f"study/{name}", loss)
        for epoch, losses in enumerate(result.curve, 1)
        for name, loss in zip(("training", "validation"), losses, strict=True)
        if loss is not None
    ]
    _write(directory, [*values, (result.best_epoch or 0, "study/test", result.test)])


def write_n_grams(directory: Path, results: Iterable[ModelResult]) -> None:
    """Writes the validation and test losses of n-grams by order.

    Args:
        directory: Directory of the n-grams.
        results: Their results.
    """
    _write(
        directory,
        [
            (result.n or 0, f"study/n_gram_{name}", loss)
            for result in results
            for name, loss in (("validation", result.validation), ("test", result.test))
        ],
    )


def _write(directory: Path, values: Iterable[tuple[int, str, float]]) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    with closing(EventFile(directory)) as file:
        for step, tag, number in values:
            value = summary_pb2.Summary.Value(tag=tag, simple_value=number)
            summary = summary_pb2.Summary(value=[value])
            file.append(event_pb2.Event(step=step, wall_time=time.time(), summary=summary))
