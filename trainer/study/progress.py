"""How far a study is, where there is a terminal; a line for each finished model everywhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from trainer.study.results import Result

Tell = Callable[[int, float, float], None]


class StudyProgress:
    """A bar over all models.

    Args:
        console: Where to.
        total: Models to train.
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
        """Takes the bar away in the end, whatever happens."""
        with self._progress:
            yield

    def teller(self, name: str, share: float) -> Tell:
        """What shows a model while it learns."""

        def tell(epoch: int, loss: float, used: float) -> None:
            self._progress.update(
                self._task,
                completed=self._done + min(used / max(share, 1.0), 1.0),
                description=f"{name}: epoch {epoch}, loss {loss:.3f}, {used:.0f} of {share:.0f} s",
            )

        return tell

    def finished(self, result: Result) -> None:
        """Says what a model reached."""
        self._done += 1
        why = {
            "time": "the time was up",
            "patience": "settled",
            "epochs": "all epochs",
            "diverged": "loss not a number",
        }[result.stopped or "epochs"]
        epochs = "1 epoch" if result.epochs == 1 else f"{result.epochs} epochs"
        self._progress.update(self._task, completed=self._done, description="")
        self._console.print(
            f"[{self._done}/{self._total}] {result.name}: validation {result.validation:.3f}, "
            f"test {result.test:.3f}, {epochs}, {result.seconds:.0f} s, {why}",
            soft_wrap=True,
            markup=False,
        )
