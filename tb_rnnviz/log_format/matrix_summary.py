"""Summary of a matrix in the log: a few numbers of each head."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from tb_rnnviz.log_format.damaged_record import DamagedRecordError


class MatrixSummary(NamedTuple):
    """Numbers of each head of a matrix, means over the sequences.

    Attributes:
        statistics: Names of the rows.
        array: Float array (statistics, heads).
    """

    statistics: Sequence[str]
    array: np.ndarray


def decode_matrix_summary(content: Mapping[str, Any], array: np.ndarray) -> MatrixSummary:
    """Decodes the summary of a matrix at one step.

    Raises:
        DamagedRecordError: if the array lacks a row that the content names.

    Example:
        >>> decode_matrix_summary({"statistics": ["entropy"]}, np.array([[0.5, 0.25]])).array
        array([[0.5 , 0.25]])
    """
    statistics = list(content["statistics"])
    if array.ndim != 2 or len(array) != len(statistics):
        raise DamagedRecordError(
            f"Its array has the shape {array.shape}, its metadata name {len(statistics)} rows."
        )
    return MatrixSummary(statistics, array)
