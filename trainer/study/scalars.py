"""Losses of a study as TensorBoard scalars."""

from collections.abc import Iterable
from pathlib import Path

from trainer.scalars import write_scalars
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
    write_scalars(directory, [*values, (result.best_epoch or 0, "study/test", result.test)])


def write_n_grams(directory: Path, results: Iterable[ModelResult]) -> None:
    """Writes the validation and test losses of n-grams by order.

    Args:
        directory: Directory of the n-grams.
        results: Their results.
    """
    write_scalars(
        directory,
        [
            (result.n or 0, f"study/n_gram_{name}", loss)
            for result in results
            for name, loss in (("validation", result.validation), ("test", result.test))
        ],
    )
