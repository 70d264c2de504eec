"""Columns of a text: a number or a boolean for every token."""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike, NDArray


class MissingColumn(ValueError):
    """Raised when a feature reads a column that the text does not have."""


def checked_columns(columns: Mapping[str, ArrayLike], tokens: int) -> Mapping[str, NDArray]:
    """Returns the columns as arrays (tokens,), booleans or float64.

    Args:
        columns: Arrays by name.
        tokens: Number of tokens of the text.

    Raises:
        ValueError: if a column has another length, or holds something else.
    """
    if not isinstance(columns, Mapping):
        raise ValueError(
            "`columns` must map names to arrays, such as {'probability': array}. "
            f"Received: {type(columns).__name__}."
        )
    return MappingProxyType(
        {name: _as_column(name, values, tokens) for name, values in columns.items()}
    )


def column_of(columns: Mapping[str, NDArray], name: str) -> NDArray:
    """Returns the column of a name.

    Raises:
        MissingColumn: if there is none; the message lists the existing ones.
    """
    if name not in columns:
        known = ", ".join(map(repr, columns)) or "none"
        raise MissingColumn(
            f"The text has no column {name!r}; it has {known}. "
            f"Pass it with the tokens: Probe(..., columns={{{name!r}: array}}), or "
            f"Text(sequences, columns={{{name!r}: array}})."
        )
    return columns[name]


def _as_column(name: str, values: ArrayLike, tokens: int) -> NDArray:
    if not isinstance(name, str) or not name:
        raise ValueError(f"The name of a column must be a string. Received: {name!r}.")
    try:
        column = np.asarray(values)
    except ValueError as error:
        raise ValueError(
            f"The column {name!r} is no array: {error}. Lay the sequences one after the other."
        ) from error
    if column.shape != (tokens,):
        raise ValueError(
            f"The column {name!r} must have one value per token, shape ({tokens},), sequences one "
            f"after the other. Received: shape {column.shape}."
        )
    if column.dtype.kind not in "biuf" and column.size:
        raise ValueError(
            f"The column {name!r} must hold numbers or booleans. Received: dtype {column.dtype}."
        )
    return column if column.dtype == bool else column.astype(np.float64)
