"""Experiment files: reading, writing and revising a `Config`."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from trainer.config import Config
from trainer.settings import SettingsFile

EXPERIMENT = SettingsFile(Config, "experiment", "configs/char_rnn.yaml")


def load_experiment(path: Path, overrides: Iterable[str] = ()) -> Config:
    """Reads and validates an experiment file.

    Args:
        path: The file. The path of its features' file is relative to it.
        overrides: Options such as `"training.eta=1e-3"`; the value is YAML.

    Returns:
        The experiment, with an absolute path of the features' file.

    Raises:
        UserError: if the file cannot be read, or an option is unknown or invalid.
    """
    config = EXPERIMENT.load(path, overrides)
    features = str((path.parent / config.recording.features).resolve())
    return config.model_copy(
        update={
            "name": config.name or path.stem,
            "recording": config.recording.model_copy(update={"features": features}),
        }
    )


def dump_experiment(config: Config) -> str:
    """Writes an experiment as YAML that `load_experiment` reads."""
    return yaml.safe_dump(config.model_dump(mode="json"), sort_keys=False, allow_unicode=True)


def revise(config: Config, changes: Mapping[str, Any]) -> Config:
    """Replaces options of an experiment by `section.option`, and validates them.

    Raises:
        UserError: if an option is unknown or invalid.
    """
    return EXPERIMENT.revise(config, changes)
