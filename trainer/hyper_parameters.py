"""Hyper-parameters of an experiment for TensorBoard's HParams tab."""

from trainer.config import Config

SECTIONS = ("corpus", "tokens", "embedding", "model", "training")
"""Sections whose options are hyper-parameters."""

IGNORED = ("remote_monitor",)
"""Options that do not influence training."""


def hyper_parameters(config: Config) -> dict[str, bool | int | float | str]:
    """Returns the hyper-parameters by `section.option`, without those that are null.

    Example:
        >>> hyper_parameters(Config())["model.cell"]
        'LSTM'
    """
    return {
        f"{section}.{name}": ", ".join(map(str, value)) if isinstance(value, tuple) else value
        for section in SECTIONS
        for name, value in getattr(config, section)
        if value is not None and name not in IGNORED
    }
