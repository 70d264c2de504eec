"""Progress of an example in the terminal: a bar, and a line for each epoch."""

import time

import keras
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn


class ExampleProgress(keras.callbacks.Callback):
    """Callback that shows the progress of training and the losses of each epoch.

    Args:
        console: Output.
        name: Name of the run, which begins each line.
    """

    def __init__(self, console: Console, name: str) -> None:
        super().__init__()
        self._console, self._name = console, name
        self._progress: Progress | None = None

    def on_train_begin(self, logs: dict | None = None) -> None:
        self._progress = Progress(
            TextColumn(self._name),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("epochs"),
            TimeRemainingColumn(),
            console=self._console,
            transient=True,
            disable=not self._console.file.isatty(),
        )
        self._progress.start()
        self._task = self._progress.add_task("", total=self.params["epochs"])

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        self._start = time.monotonic()

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        logs = logs or {}
        if self._progress is not None:
            self._progress.update(self._task, completed=epoch + 1)
        self._console.print(
            f"{self._name}, epoch {epoch + 1}: loss {logs['loss']:.3f}, "
            f"held out {logs['val_loss']:.3f}, {time.monotonic() - self._start:.0f} s",
            soft_wrap=True,
        )

    def on_train_end(self, logs: dict | None = None) -> None:
        self.stop()

    def stop(self) -> None:
        """Removes the progress bar."""
        if self._progress is not None:
            self._progress.stop()
            self._progress = None
