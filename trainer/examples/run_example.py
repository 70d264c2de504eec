"""Command `example`: runs one of the examples in a directory of its own."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.console import Console

from trainer.examples.config import Example
from trainer.examples.dates.run_dates import run_dates
from trainer.examples.flip_flop.run_flip_flop import run_flip_flop
from trainer.examples.nodes.run_nodes import run_nodes
from trainer.examples.sensors.run_sensors import run_sensors
from trainer.examples.text_classifier.run_text_classifier import run_text_classifier
from trainer.run import Run

RUNNERS: dict[str, Callable[[Any, Path, Console], Any]] = {
    "sensors": run_sensors,
    "dates": run_dates,
    "nodes": run_nodes,
    "text_classifier": run_text_classifier,
    "flip_flop": run_flip_flop,
}
"""Function of each example by its name."""


def run_example(name: str, settings: Example, log_dir: Path, console: Console) -> Any:
    """Runs an example in a new directory of the log directory.

    Args:
        name: Name of the example.
        settings: Its options.
        log_dir: Directory of the run's directory.
        console: Output.

    Returns:
        The result of the example.

    Raises:
        UserError: if the directory cannot be made.
    """
    directory = Run.create(log_dir, name).path
    result = RUNNERS[name](settings, directory, console)
    console.print(f"See it with: tensorboard --logdir {directory}", soft_wrap=True)
    return result
