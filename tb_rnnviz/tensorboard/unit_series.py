"""Small tensors of all steps at once: what units do from epoch to epoch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from tensorboard import errors

from tb_rnnviz.core.numbers import json_number
from tb_rnnviz.log_format.tags import VERSION
from tb_rnnviz.log_format.unit_rows import decode_unit_rows
from tb_rnnviz.tensorboard.container import array_container

SHOWN = ("effect", "q")
"""Of a life."""


def unit_series(
    kind: str, content: Mapping[str, Any], steps: Sequence[int], arrays: Sequence[np.ndarray]
) -> bytes:
    """A container with numbers of every unit at every step, as `http_api.md` says.

    Args:
        kind: One of `ROWS`.
        content: What the log says of the tag.
        steps: The recorded steps, ascending.
        arrays: What was recorded at each; `peaks` (units, rows), others (rows, units).
    """
    decoded = [decode_unit_rows(kind, content, array) for array in arrays]
    rows, by_unit = decoded[0].names, [step.array for step in decoded]
    kept = of_one_shape(by_unit, len(rows))
    if not kept:
        raise errors.NotFoundError(
            f"No step has {kind} of {len(rows)} rows, {rows}. The last one has an array of shape "
            f"{arrays[-1].shape}."
        )
    header = {
        "version": VERSION,
        "kind": "units",
        "what": kind,
        "steps": [steps[i] for i in kept],
        "left_out": [step for i, step in enumerate(steps) if i not in set(kept)],
        "rows": rows,
        "units": by_unit[kept[0]].shape[-1],
    }
    return array_container(header, np.stack([by_unit[i] for i in kept]))


def unit_history(
    unit: int,
    content: Mapping[str, Any],
    steps: Sequence[int],
    arrays: Sequence[np.ndarray],
) -> dict[str, Any]:
    """How a unit came to go with every feature, as `http_api.md` says.

    Args:
        unit: Which one.
        content: What the log says of the relevance.
        steps: The recorded steps, ascending.
        arrays: Relevance at each step, (features, statistics, units).
    """
    features, statistics = list(content["features"]), list(content["statistics"])
    lacking = [name for name in SHOWN if name not in statistics]
    kept = of_one_shape(arrays, len(features), len(statistics))
    if lacking or not kept:
        raise errors.NotFoundError(
            f"No step has {list(SHOWN)} of the features {features}. It has {statistics}."
        )
    units = arrays[kept[0]].shape[-1]
    check_unit(unit, units)
    life = np.stack([arrays[i][:, :, unit] for i in kept], axis=2)
    return {
        "version": VERSION,
        "unit": unit,
        "steps": [steps[i] for i in kept],
        "features": features,
        **{name: finite_rows(life[:, statistics.index(name)]) for name in SHOWN},
        "left_out": [step for i, step in enumerate(steps) if i not in set(kept)],
    }


def of_one_shape(arrays: Sequence[np.ndarray], *rows: int) -> list[int]:
    """Places of the arrays that have these rows and as many units as the last of them."""
    fitting = [array.shape for array in arrays if array.shape[:-1] == rows]
    return [i for i, array in enumerate(arrays) if fitting and array.shape == fitting[-1]]


def check_unit(unit: int, units: int) -> None:
    """Raises a NotFoundError unless there is such a unit."""
    if not 0 <= unit < units:
        raise errors.NotFoundError(f"There is no unit {unit}. Allowed: 0 to {units - 1}")


def finite_rows(array: np.ndarray) -> list[list[float | None]]:
    """Rows of numbers as JSON has them, four significant digits; null where not finite."""
    return [[json_number(value, 4) for value in row] for row in array.tolist()]
