"""Rows of numbers per unit in the log: saturation, peaks, ranges, memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from tb_rnnviz.core.statistics import MEMORY, PEAK, UNIT_RANGE

ROWS = {
    "saturation": ("left", "right"),
    "peaks": PEAK,
    "ranges": UNIT_RANGE,
    "memory": MEMORY,
}
"""Names of the numbers of each kind."""

UNITS_FIRST = {"peaks"}
"""Kinds that are stored as (units, rows), the others as (rows, units)."""

ROUTES = "routes"
"""Entry of the content of a memory array: the names of its rows."""


class UnitRows(NamedTuple):
    """Numbers of every unit of a quantity.

    Attributes:
        names: Names of the rows.
        array: Float array (rows, units).
    """

    names: Sequence[str]
    array: np.ndarray


def encode_unit_rows(kind: str, rows: UnitRows) -> tuple[dict[str, Any], np.ndarray]:
    """Returns the entries of the content that name the rows, and the array to store."""
    content = {ROUTES: list(rows.names)} if kind == "memory" else {}
    return content, rows.array.T if kind in UNITS_FIRST else rows.array


def decode_unit_rows(kind: str, content: Mapping[str, Any], array: np.ndarray) -> UnitRows:
    """Decodes an array of one of the kinds in `ROWS`.

    Example:
        >>> decode_unit_rows("peaks", {}, np.zeros((12, 5))).array.shape
        (5, 12)
    """
    names = [str(name) for name in content.get(ROUTES, ROWS[kind])]
    return UnitRows(names, array.T if kind in UNITS_FIRST else array)
