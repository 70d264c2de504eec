"""Progress of a study: a bar in a terminal, and a line for each finished model."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from trainer.study.results import ModelResult

ProgressReport = Callable[[int, float, float], None]


class StudyProgress:
    """Progress bar over all models.

    Args:
        console: Output.
        total: Number of models to train.
    """

    def __init__(self, console: Console, total: int) -> None:
        self._console, self._total, self._done = console, total, 0
        self._progress = Progress(
            TextColumn("{task.completed:.1f} of {task.total:.0f} models"),
            BarColumn(),
            TextColumn("{task.description}"),
            console=console,
            transient=True,
            disable=not console.file.isatty(),
        )
        self._task = self._progress.add_task("", total=total)

    @contextmanager
    def showing(self) -> Iterator[None]:
        """Shows the bar within a context and removes it afterwards."""
        with self._progress:
            yield

    def reporter(self, name: str, share: float) -> ProgressReport:
        """Returns a function that shows the progress of a model.

        Args:
            name: Name of the model.
            share: Its share of the time in seconds.
        """

        def report(epoch: int, loss: float, used: float) -> None:
            self._progress.update(
                self._task,
                completed=self._done + min(used / max(share, 1.0), 1.0),
                description=f"{name}: epoch {epoch}, loss {loss:.3f}, {used:.0f} of {share:.0f} s",
            )

        return report

    def finished(self, result: ModelResult) -> None:
        """Prints the losses of a finished model."""
        self._done += 1
        reason = {
            "time": "the time was up",
            "patience": "settled",
            "epochs": "all epochs",
            "diverged": "loss not a number",
        }[result.stopped or "epochs"]
        epochs = "1 epoch" if result.epochs == 1 else f"{result.epochs} epochs"
        self._progress.update(self._task, completed=self._done, description="")
        self._console.print(
            f"[{self._done}/{self._total}] {result.name}: validation {result.validation:.3f}, "
            f"test {result.test:.3f}, {epochs}, {result.seconds:.0f} s, {reason}",
            soft_wrap=True,
            markup=False,
        )
