"""Columns of a probe: numbers or booleans that are known of every step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

TOKEN_DATA = (
    *("tokens", "target", "probability", "expected", "expected_probability", "surprise"),
    *("error", "output", "output_target", "channels"),
)
"""Names of the arrays that the log stores with a text; a column has another name."""


def checked_columns(
    probe: str,
    columns: Mapping[str, Any] | None,
    lengths: Sequence[int],
    channels: Sequence[str] | None = None,
) -> dict[str, np.ndarray]:
    """Returns the columns of a probe by name, (tokens,) each.

    Args:
        probe: Name of the probe.
        columns: One array per sequence with a value per token, (steps,) each, or one value per
            sequence, (sequences,), by name; `None` for none.
        lengths: Tokens of each sequence.
        channels: Names that no column may have. Defaults to none.

    Raises:
        ValueError: If a column has another length, is no number, or its name belongs to the log.

    Example:
        >>> checked_columns("engines", {"fault": [True, False]}, (2, 1))
        {'fault': array([ True,  True, False])}
    """
    if columns is None:
        return {}
    if not isinstance(columns, Mapping):
        raise ValueError(
            f"`columns` of probe {probe!r} map names to values, such as {{'fault': array}}. "
            f"Received: {type(columns).__name__}"
        )
    for name in columns:
        _check_name(probe, name, channels)
    return {name: _column(probe, name, values, lengths) for name, values in columns.items()}


def _check_name(probe: str, name: Any, channels: Sequence[str] | None) -> None:
    if name in (channels or ()):
        raise ValueError(f"Probe {probe!r} has a channel {name!r}; its column needs another name.")
    if not isinstance(name, str) or not name or name in TOKEN_DATA or ":" in name:
        raise ValueError(
            f"The name of a column of probe {probe!r} is a text without a colon, and none of "
            f"{list(TOKEN_DATA)}, which belong to the predictions. Received: {name!r}"
        )


def _column(probe: str, name: str, values: Any, lengths: Sequence[int]) -> np.ndarray:
    if len(lengths) == 1 and np.ndim(values) == 1 and len(values) == lengths[0]:
        values = [values]
    sequences = [np.asarray(value) for value in values]
    if len(sequences) == len(lengths) and all(not value.ndim for value in sequences):
        sequences = [
            np.full(length, value) for length, value in zip(lengths, sequences, strict=True)
        ]
    shapes = [value.shape for value in sequences]
    if shapes != [(length,) for length in lengths]:
        raise ValueError(
            f"The column {name!r} of probe {probe!r} has one value per sequence, or one per token: "
            f"{len(lengths)} sequences of the lengths {list(lengths)}. "
            f"Received: {len(sequences)} values of the shapes {shapes[:20]}"
        )
    column = np.concatenate(sequences)
    if column.dtype.kind not in "biuf":
        raise ValueError(
            f"The column {name!r} of probe {probe!r} holds numbers or booleans. "
            f"Received: dtype {column.dtype}"
        )
    return column if column.dtype == bool else column.astype(np.float64)
