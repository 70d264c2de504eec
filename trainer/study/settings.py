"""Reading a study: YAML in, a checked `Study` out."""

import difflib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from trainer.errors import UserError
from trainer.experiment import read_settings, set_option
from trainer.study.config import Grid, Study, StudyCorpus


def load_study(
    path: Path, overrides: Iterable[str] = (), changes: Mapping[str, Any] | None = None
) -> Study:
    """Reads a study.

    Args:
        path: The file. Its features' file is looked for beside it.
        overrides: Such as `"grids.small.minutes=5"`; the value is YAML.
        changes: Values by `section.option`; `grids.*` means the grid that is chosen.

    Returns:
        The options, the path of the features made absolute.

    Raises:
        UserError: if the file cannot be read or an option is unknown or not allowed.
    """
    options = read_settings(path)
    for override in overrides:
        set_option(options, override)
    study = _check(options, str(path))
    if changes:
        study = _revise(study, changes)
    _chosen(study)
    return study.model_copy(
        update={
            "name": study.name or path.stem,
            "features": str((path.parent / study.features).resolve()),
        }
    )


def _revise(study: Study, changes: Mapping[str, Any]) -> Study:
    options = study.model_dump()
    grid = changes.get("grid", study.grid)
    for key, value in changes.items():
        *sections, name = [grid if part == "*" else part for part in key.split(".")]
        place = options
        for section in sections:
            place = place.get(section, {})
        place[name] = value
    return _check(options, "What the command line asks for")


def _chosen(study: Study) -> Grid:
    if study.grid not in study.grids:
        raise UserError(
            f"There is no grid {study.grid!r}. Allowed for --grid: {', '.join(study.grids)}. "
            "Add it to `grids` of the study, or choose one of these."
        )
    return study.grids[study.grid]


def _check(options: Mapping[str, Any], source: str) -> Study:
    try:
        return Study.model_validate(options)
    except ValidationError as error:
        problems = "\n".join(f"  {_explain(entry)}" for entry in error.errors())
        raise UserError(f"{source} is no valid study:\n{problems}") from error


def _explain(entry: Mapping[str, Any]) -> str:
    place = ".".join(str(part) for part in entry["loc"])
    if entry["type"] == "extra_forbidden":
        known = list(_section(entry["loc"]).model_fields)
        close = difflib.get_close_matches(str(entry["loc"][-1]), known, n=1)
        hint = f" Did you mean {close[0]}?" if close else ""
        return f"{place} is unknown.{hint} Known here: {', '.join(known)}"
    message = entry["msg"].removeprefix("Value error, ")
    return f"{place}: {message}. Received: {entry['input']!r}"


def _section(place: tuple[Any, ...]) -> type[BaseModel]:
    """The schema of the section that an unknown option stands in."""
    inside = {"corpus": StudyCorpus, "grids": Grid}
    return inside.get(place[0], Study) if len(place) > 1 else Study
