"""Settings of an example: its file in `configs/examples/`, with overrides."""

from collections.abc import Iterable
from pathlib import Path

from trainer.errors import UserError
from trainer.examples.config import (
    DatesExample,
    Example,
    FlipFlopExample,
    NodesExample,
    SensorsExample,
    TextClassifierExample,
)
from trainer.settings import SettingsFile

FOLDER = Path(__file__).parents[2] / "configs" / "examples"

SCHEMAS: dict[str, type[Example]] = {
    "sensors": SensorsExample,
    "dates": DatesExample,
    "nodes": NodesExample,
    "text_classifier": TextClassifierExample,
    "flip_flop": FlipFlopExample,
}
"""Schema of each example by its name."""


def load_example(name: str, overrides: Iterable[str] = (), epochs: int | None = None) -> Example:
    """Reads the settings of an example.

    Args:
        name: Name of the example.
        overrides: Options such as `"units=32"`; the value is YAML.
        epochs: Replaces the option `epochs`. Defaults to that of the file.

    Returns:
        The settings, of the schema of this example.

    Raises:
        UserError: if there is no such example, or an option is unknown or invalid.
    """
    if name not in SCHEMAS:
        raise UserError(f"There is no example {name!r}. Allowed: {', '.join(SCHEMAS)}")
    path = FOLDER / f"{name}.yaml"
    file = SettingsFile(SCHEMAS[name], "example", str(path))
    settings = file.load(path, overrides)
    return settings if epochs is None else file.revise(settings, {"epochs": epochs})
