"""Dynamics of layers in the log: a header, and the points of each layer in a blob."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from tb_rnnviz.core.json_schema import (
    ANY_TEXT,
    COUNT,
    NUMBER,
    NUMBERS,
    TEXT,
    Choice,
    Integer,
    ListOf,
    Object,
)
from tb_rnnviz.core.layer_dynamics import POINT_KINDS, LayerDynamics, StatePoint
from tb_rnnviz.core.numbers import json_number
from tb_rnnviz.log_format.blob_sequence import BlobSequence, parse_header, split_header
from tb_rnnviz.log_format.codec import decode_block, encode_block
from tb_rnnviz.log_format.damaged_record import DamagedRecordError

KIND = "dynamics"

ENCODING = "float16"
"""Encoding of points and directions, with one scale for each."""

DIGITS = 6
"""Significant digits of the numbers in a header."""

MAX_STATE, MAX_DIRECTIONS = 1 << 16, 1 << 10
"""Largest numbers of a state, and of directions of a point, that are read."""

_POINT = Object(
    {
        "kind": Choice(POINT_KINDS),
        "directions": Integer(0, MAX_DIRECTIONS),
        "real": NUMBERS,
        "imaginary": NUMBERS,
    },
    {"speed": NUMBER},
)

_LAYER = Object(
    {
        "layer": ANY_TEXT,
        "parts": ListOf(Object({"quantity": TEXT, "size": Integer(0, MAX_STATE)}), as_whole=True),
        "points": ListOf(_POINT, as_whole=True),
        "counts": Object(dict.fromkeys(POINT_KINDS, COUNT)),
        "lyapunov": NUMBERS,
        "constant": ANY_TEXT,
    },
    {"growth": NUMBER, "spread": NUMBER, "note": ANY_TEXT},
)

_SCHEMA = Object({"layers": ListOf(_LAYER, as_whole=True)})


def encode_dynamics(layers: Sequence[LayerDynamics]) -> BlobSequence:
    """Encodes the dynamics of layers; numbers that are not finite become null."""
    header = {"layers": [_layer_json(each) for each in layers]}
    return BlobSequence(KIND, header, [encode_block(_rows(each), ENCODING) for each in layers])


def decode_dynamics(strings: Sequence[bytes]) -> tuple[LayerDynamics, ...]:
    """Decodes what `encode_dynamics` made.

    Args:
        strings: Header and blobs.

    Raises:
        DamagedRecordError: if they are damaged.

    Example:
        >>> layers = [LayerDynamics("lstm", (("hidden_state", 2),), lyapunov=np.array([-0.5]))]
        >>> decode_dynamics(encode_dynamics(layers).strings())[0].lyapunov
        array([-0.5])
    """
    first, blobs = split_header(strings)
    entries = parse_header(first, _SCHEMA)["layers"]
    if len(blobs) != len(entries):
        raise DamagedRecordError(f"It has {len(blobs)} blobs, its header {len(entries)} layers.")
    return tuple(map(_layer, entries, blobs))


def _rows(dynamics: LayerDynamics) -> np.ndarray:
    """Returns every point with its directions behind it, (rows, state)."""
    rows = [row for point in dynamics.points for row in (point.state, *point.directions)]
    return np.array(rows, np.float64).reshape(len(rows), dynamics.size)


def _layer_json(dynamics: LayerDynamics) -> dict[str, Any]:
    return {
        "layer": dynamics.layer,
        "parts": [{"quantity": name, "size": size} for name, size in dynamics.parts],
        "points": [
            {
                "kind": point.kind,
                "speed": json_number(point.speed, DIGITS),
                "real": [json_number(value, DIGITS) for value in point.eigenvalues.real],
                "imaginary": [json_number(value, DIGITS) for value in point.eigenvalues.imag],
                "directions": len(point.directions),
            }
            for point in dynamics.points
        ],
        "counts": dynamics.counts,
        "lyapunov": [json_number(value, DIGITS) for value in dynamics.lyapunov],
        "growth": json_number(dynamics.growth, DIGITS),
        "spread": json_number(dynamics.spread, DIGITS),
        "constant": dynamics.constant,
        "note": dynamics.note,
    }


def _layer(entry: Mapping[str, Any], blob: bytes) -> LayerDynamics:
    parts = tuple((part["quantity"], part["size"]) for part in entry["parts"])
    size = sum(number for _, number in parts)
    number = sum(1 + point["directions"] for point in entry["points"])
    rows = decode_block(blob, number, size, ENCODING).astype(np.float64)
    points, first = [], 0
    for point in entry["points"]:
        end = first + 1 + point["directions"]
        points.append(_point(point, rows[first], rows[first + 1 : end]))
        first = end
    return LayerDynamics(
        layer=entry["layer"],
        parts=parts,
        points=tuple(points),
        counts={kind: entry["counts"][kind] for kind in POINT_KINDS},
        lyapunov=_numbers(entry["lyapunov"]),
        growth=_number(entry.get("growth")),
        spread=_number(entry.get("spread")),
        constant=entry["constant"],
        note=entry.get("note"),
    )


def _point(entry: Mapping[str, Any], state: np.ndarray, directions: np.ndarray) -> StatePoint:
    real, imaginary = _numbers(entry["real"]), _numbers(entry["imaginary"])
    if len(real) != len(imaginary):
        raise DamagedRecordError("Its eigenvalues have not as many imaginary as real parts.")
    return StatePoint(
        entry["kind"], state, _number(entry.get("speed")), real + 1j * imaginary, directions
    )


def _numbers(values: Sequence[float | None]) -> np.ndarray:
    return np.array([_number(value) for value in values], np.float64)


def _number(value: float | None) -> float:
    return math.nan if value is None else value
