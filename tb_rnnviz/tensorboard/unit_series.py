"""Series of numbers of units over all steps of a log."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from tensorboard import errors

from tb_rnnviz.core.numbers import json_number
from tb_rnnviz.log_format.unit_rows import decode_unit_rows
from tb_rnnviz.tensorboard.container import array_container
from tb_rnnviz.tensorboard.references import ANSWER_VERSION
from tb_rnnviz.tensorboard.tensor_series import TensorSeries

HISTORY_STATISTICS = ("effect", "q")
"""Statistics of a unit's history."""


def units_of_series(
    kind: str, series: TensorSeries, after: int | None, *, has_cursor: bool
) -> bytes:
    """Encodes numbers of all units as a container, see `/units`.

    Args:
        kind: One of the kinds of `ROWS`.
        series: The logged numbers.
        after: Last step of an earlier answer: its steps are left out, unless rows or number of
            units have changed since. `None` for every step.
        has_cursor: True for an answer with a cursor.

    Raises:
        NotFoundError: If no step has an array of the rows.
    """
    first = 0 if after is None else bisect_right(series.steps, after)
    if after not in series.steps or not _is_continued(kind, series, first):
        first, after = 0, None
    cursor = {"after": after, "cursor": series.cursor} if has_cursor else {}
    # Without new steps, the last one is decoded for the rows.
    start = min(first, len(series.steps) - 1)
    steps = series.steps[start:]
    arrays = series.arrays_at(steps)
    return unit_series(kind, series.content, steps, arrays, cursor, skipped=first - start)


def _is_continued(kind: str, series: TensorSeries, first: int) -> bool:
    """Returns true if steps from an index on have the rows of the one before."""
    steps = series.steps[first - 1 :]
    if series.content_at(steps[0]) != series.content:
        return False
    decoded = [decode_unit_rows(kind, series.content, each) for each in series.arrays_at(steps)]
    shapes = {step.array.shape for step in decoded}
    return len(shapes) == 1 and decoded[0].array.shape[:-1] == (len(decoded[0].names),)


def unit_series(
    kind: str,
    content: Mapping[str, Any],
    steps: Sequence[int],
    arrays: Sequence[np.ndarray],
    cursor: Mapping[str, Any] | None = None,
    skipped: int = 0,
) -> bytes:
    """Encodes numbers of all units and steps as a container, see `/units`.

    Args:
        kind: One of the kinds of `ROWS`.
        content: Content of the tag.
        steps: The recorded steps, ascending.
        arrays: Array of each step; `peaks` (units, rows), others (rows, units).
        cursor: Further entries of the header. Defaults to none.
        skipped: First steps that the answer leaves out. Defaults to none.

    Raises:
        NotFoundError: If no step has an array of the rows.
    """
    decoded = [decode_unit_rows(kind, content, array) for array in arrays]
    rows, by_step = decoded[0].names, [step.array for step in decoded]
    indices = same_shape(by_step, len(rows))
    if not indices:
        raise errors.NotFoundError(
            f"No step has {kind} of {len(rows)} rows, {rows}. The last one has an array of shape "
            f"{arrays[-1].shape}."
        )
    header = {
        "version": ANSWER_VERSION,
        "kind": "units",
        "what": kind,
        "steps": [steps[index] for index in indices],
        "left_out": _without(steps, indices),
        "rows": rows,
        "units": by_step[indices[0]].shape[-1],
        **(cursor or {}),
    }
    values = np.stack([by_step[index] for index in indices])
    header["steps"] = header["steps"][skipped:]
    return array_container(header, values[skipped:])


def unit_history(
    unit: int,
    content: Mapping[str, Any],
    steps: Sequence[int],
    arrays: Sequence[np.ndarray],
    skipped: int = 0,
) -> dict[str, Any]:
    """History of the associations of a unit with every feature, see `/life`.

    Args:
        unit: Index of the unit.
        content: Content of the tag of the relevance.
        steps: The recorded steps, ascending.
        arrays: Relevance at each step, (features, statistics, units).
        skipped: First steps that the answer leaves out. Defaults to none.

    Raises:
        NotFoundError: If there is no such unit, or no step has the statistics.
    """
    features, statistics = list(content["features"]), list(content["statistics"])
    missing = [name for name in HISTORY_STATISTICS if name not in statistics]
    indices = same_shape(arrays, len(features), len(statistics))
    if missing or not indices:
        raise errors.NotFoundError(
            f"No step has {list(HISTORY_STATISTICS)} of the features {features}. "
            f"It has {statistics}."
        )
    check_unit(unit, arrays[indices[0]].shape[-1])
    history = np.stack([arrays[index][:, :, unit] for index in indices], axis=2)
    history = history[:, :, skipped:]
    return {
        "version": ANSWER_VERSION,
        "unit": unit,
        "steps": [steps[index] for index in indices[skipped:]],
        "features": features,
        **{name: _json(history[:, statistics.index(name)]) for name in HISTORY_STATISTICS},
        "left_out": _without(steps, indices),
    }


def same_shape(arrays: Sequence[np.ndarray], *rows: int) -> list[int]:
    """Indices of the arrays with these rows and as many units as the last of them."""
    shapes = [array.shape for array in arrays if array.shape[:-1] == rows]
    return [index for index, array in enumerate(arrays) if shapes and array.shape == shapes[-1]]


def check_unit(unit: int, units: int) -> None:
    """Checks that there is such a unit.

    Raises:
        NotFoundError: If there is not.
    """
    if not 0 <= unit < units:
        raise errors.NotFoundError(f"There is no unit {unit}. Allowed: 0 to {units - 1}")


def _without(steps: Sequence[int], indices: Sequence[int]) -> list[int]:
    """Steps whose index is not among some indices."""
    return [step for index, step in enumerate(steps) if index not in set(indices)]


def _json(array: np.ndarray) -> list[list[float | None]]:
    """Rows of numbers with four significant digits, null if not finite."""
    return [[json_number(value, 4) for value in row] for row in array.tolist()]
