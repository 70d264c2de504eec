"""Progress of training in the terminal: losses, baselines and generated text."""

import math
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import keras
from rich.console import Console, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from trainer.terminal import make_console


class TrainingProgress(keras.callbacks.Callback):
    """Callback that shows the progress of an epoch, its losses and a text sample.

    Args:
        console: Output.
        baselines: Losses of the baselines by name, in nats per token.
        write: Function that generates a text sample with a model and renders it.
        directory: Directory to write text samples to, or None to show them on the console.
    """

    def __init__(
        self,
        console: Console,
        baselines: Mapping[str, float],
        write: Callable[[keras.Model], RenderableType],
        directory: Path | None = None,
    ) -> None:
        super().__init__()
        self._console, self._baselines, self._write = console, baselines, write
        self._directory = directory
        self._progress: Progress | None = None

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        self._start = time.monotonic()
        self._progress = Progress(
            TextColumn(f"epoch {epoch + 1}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[loss]}"),
            console=self._console,
            transient=True,
            disable=not self._console.file.isatty(),
        )
        self._progress.start()
        self._task = self._progress.add_task("", total=self.params["steps"], loss="")

    def on_train_batch_end(self, batch: int, logs: dict | None = None) -> None:
        if self._progress is None:
            return
        loss = f"loss {logs['loss']:.3f}" if logs else ""
        self._progress.update(self._task, completed=batch + 1, loss=loss)

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        self.stop()
        logs = logs or {}
        seconds = time.monotonic() - self._start
        self._console.print(
            f"epoch {epoch + 1}: loss {logs['loss']:.3f}, "
            f"{compare(logs['val_loss'], self._baselines)}, {seconds:.0f} s",
            style="bold",
            soft_wrap=True,
        )
        self.show(self._write(self.model), f"epoch-{epoch + 1:03d}")

    def show(self, text: RenderableType, name: str) -> None:
        """Shows a text, or writes it to a file in the directory.

        Args:
            text: The rendered text.
            name: Name of the file, without its extension.
        """
        if self._directory is None:
            self._console.print(text)
            return
        self._directory.mkdir(exist_ok=True)
        with (self._directory / f"{name}.ansi").open("w", encoding="utf-8") as file:
            make_console("always", file).print(text)

    def stop(self) -> None:
        """Removes the progress bar."""
        if self._progress is not None:
            self._progress.stop()
            self._progress = None


def compare(loss: float, baselines: Mapping[str, float]) -> str:
    """Compares a validation loss with the baselines in words.

    Example:
        >>> compare(1.5, {"unigram": 3.0, "trigram": 1.4})
        'validation 1.500 (below unigram 3.000, above trigram 1.400)'
    """
    comparisons = (
        f"{'below' if loss < baseline else 'above'} {name} {baseline:.3f}"
        for name, baseline in baselines.items()
    )
    return f"validation {loss:.3f} ({', '.join(comparisons)})"


def summary(loss: float, baselines: Mapping[str, float]) -> Table:
    """Tabulates the best validation loss and the baselines, by descending loss."""
    table = Table(title="Validation loss, nats per token")
    for heading in ("model", "loss", "perplexity"):
        table.add_column(heading, justify="left" if heading == "model" else "right")
    rows = sorted({**baselines, "this model": loss}.items(), key=lambda row: -row[1])
    for name, value in rows:
        style = "bold" if name == "this model" else None
        table.add_row(name, f"{value:.3f}", f"{math.exp(value):.1f}", style=style)
    return table
