"""Study files: reading and revising a `Study`."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from trainer.errors import UserError
from trainer.settings import SettingsFile
from trainer.study.config import Study

STUDY = SettingsFile(Study, "study", "configs/karpathy.yaml")


def load_study(
    path: Path, overrides: Iterable[str] = (), changes: Mapping[str, Any] | None = None
) -> Study:
    """Reads and validates a study file.

    Args:
        path: The file. The path of its features' file is relative to it.
        overrides: Options such as `"grids.small.minutes=5"`; the value is YAML.
        changes: Values by `section.option`; `grids.*` means the selected grid.

    Returns:
        The study, with an absolute path of the features' file.

    Raises:
        UserError: if the file cannot be read, or an option is unknown or invalid.
    """
    study = STUDY.load(path, overrides)
    if changes:
        grid = changes.get("grid", study.grid)
        paths = {
            tuple(grid if part == "*" else part for part in option.split(".")): value
            for option, value in changes.items()
        }
        study = STUDY.revise(study, paths)
    if study.grid not in study.grids:
        raise UserError(
            f"There is no grid {study.grid!r}. Allowed for --grid: {', '.join(study.grids)}. "
            "Add it to `grids` of the study, or choose one of these."
        )
    return study.model_copy(
        update={
            "name": study.name or path.stem,
            "features": str((path.parent / study.features).resolve()),
        }
    )
