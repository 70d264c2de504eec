"""Files of surveys: all arrays and a header of JSON, in one archive of NumPy."""

from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from tb_rnnviz.corpus.survey_statistics import SurveyStatistics

VERSION = 1
"""Version of the file; a reader refuses later ones."""


def write_survey(
    path: str | os.PathLike,
    statistics: SurveyStatistics,
    header: dict[str, Any],
    *,
    is_compressed: bool = True,
) -> None:
    """Writes a survey; a file of that name is replaced once the new one is complete.

    Args:
        path: The file.
        statistics: The statistics.
        header: Values of JSON to keep with them.
        is_compressed: If false, the file is larger and faster to write.

    Raises:
        OSError: If it cannot be written.
    """
    target = Path(path).expanduser()
    target.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(
        {
            "version": VERSION,
            "keys": statistics.keys(),
            "absent": statistics.absent,
            **header,
        }
    )
    part = target.with_name(f".{target.name}.part")
    save = np.savez_compressed if is_compressed else np.savez
    try:
        with part.open("wb") as file:
            arrays = {"header": np.frombuffer(text.encode(), np.uint8), **statistics.arrays()}
            save(file, **arrays)  # type: ignore[arg-type]
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def read_survey(path: str | os.PathLike) -> tuple[SurveyStatistics, dict[str, Any]]:
    """Reads a survey.

    Returns:
        The statistics, and the header.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If it is no survey, damaged, or of a later version.
    """
    source = Path(path).expanduser()
    if not source.is_file():
        raise FileNotFoundError(f"There is no survey at {source}. Survey.save() writes one.")
    if not zipfile.is_zipfile(source):
        raise ValueError(f"{source} is no survey, or damaged. Survey.save() writes one.")
    try:
        with np.load(source, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
        header = json.loads(arrays.pop("header").tobytes())
        version = header["version"]
        if version > VERSION:
            raise ValueError(
                f"{source} is of version {version}, later than this package reads. Allowed: up to "
                f"{VERSION}. Update tb-rnnviz."
            )
        return SurveyStatistics.from_arrays(header["keys"], header["absent"], arrays), header
    except (KeyError, TypeError, EOFError, zipfile.BadZipFile, json.JSONDecodeError) as error:
        raise ValueError(
            f"{source} is no survey, or damaged: {type(error).__name__}: {error}. Survey.save() "
            "writes one."
        ) from error
