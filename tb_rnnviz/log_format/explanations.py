"""Explanations in the log: a header, and the values of each prediction in a blob."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from tb_rnnviz.core.explanations import (
    REASONS,
    ExplainedPrediction,
    Explanations,
    GradientReach,
)
from tb_rnnviz.core.json_schema import (
    ANY_TEXT,
    ANY_TEXTS,
    COUNT,
    NUMBER,
    NUMBERS,
    Choice,
    Integer,
    ListOf,
    MapOf,
    Object,
)
from tb_rnnviz.core.numbers import json_number
from tb_rnnviz.log_format.blob_sequence import BlobSequence, parse_header
from tb_rnnviz.log_format.codec import decode_block, encode_block
from tb_rnnviz.log_format.damaged_record import DamagedRecordError

ENCODING = "float16"
"""Encoding of the values, with one scale for each channel."""

DIGITS = 4
"""Significant digits of the numbers in a header."""

MAX_READ_STEPS, MAX_READ_CHANNELS = 1 << 16, 1 << 12
"""Largest numbers of steps and channels of a prediction that are read."""

KIND = "explanations"

_NUMBERS = ("loss", "score", "change", "gap")

_PREDICTION = Object(
    {
        "sequence": COUNT,
        "step": COUNT,
        "first": COUNT,
        "reason": Choice(REASONS),
        "explained": ANY_TEXT,
        "steps": Integer(0, MAX_READ_STEPS),
        "channels": Integer(1, MAX_READ_CHANNELS),
    },
    {
        "predicted": ANY_TEXT,
        "target": ANY_TEXT,
        **dict.fromkeys(_NUMBERS, NUMBER),
        "units": MapOf(ListOf(Object({"unit": COUNT, "value": NUMBER}))),
    },
)

_REACH = Object(
    {"layer": ANY_TEXT, "quantity": ANY_TEXT, "by_lag": NUMBERS},
    {"slope": NUMBER, "half_life": NUMBER},
)

_SCHEMA = Object(
    {
        "method": ANY_TEXT,
        "channels": ANY_TEXTS,
        "predictions": ListOf(_PREDICTION, as_whole=True),
        "reach": ListOf(_REACH, as_whole=True),
        "targets": COUNT,
    },
    {"note": ANY_TEXT, "reach_note": ANY_TEXT},
)


def encode_explanations(explanations: Explanations) -> BlobSequence:
    """Encodes explanations; numbers that are not finite become null."""
    header = shared_json(explanations) | {
        "predictions": [_prediction_json(each) for each in explanations.predictions]
    }
    blobs = [encode_block(np.asarray(each.values).T, ENCODING) for each in explanations.predictions]
    return BlobSequence(KIND, header, blobs)


def shared_json(explanations: Explanations, digits: int = DIGITS) -> dict[str, Any]:
    """Returns what explanations have besides the predictions, for JSON.

    Args:
        explanations: The explanations.
        digits: Significant digits of the reach of the gradient.
    """
    return {
        "method": explanations.method,
        "channels": list(explanations.channels),
        "reach": [
            {
                "layer": reach.layer,
                "quantity": reach.quantity,
                "by_lag": [json_number(value, digits) for value in reach.by_lag],
                "slope": json_number(reach.slope, digits),
                "half_life": json_number(reach.half_life, digits),
            }
            for reach in explanations.reach
        ],
        "targets": explanations.targets,
        "note": explanations.note,
        "reach_note": explanations.reach_note,
    }


def decode_explanations(strings: Sequence[bytes]) -> Explanations:
    """Decodes what `encode_explanations` made.

    Args:
        strings: Header and blobs.

    Raises:
        DamagedRecordError: if they are damaged.

    Example:
        >>> reach = GradientReach("lstm", "cell_state", np.array([1.0, 0.5]), -0.7, 2.0)
        >>> strings = encode_explanations(Explanations("lrp", reach=(reach,))).strings()
        >>> decode_explanations(strings).reach_of("lstm")[0].half_life
        2.0
    """
    if not strings:
        raise DamagedRecordError("It has no header.")
    header = parse_header(strings[0], _SCHEMA)
    predictions = header["predictions"]
    if len(strings) - 1 != len(predictions):
        raise DamagedRecordError(
            f"It has {len(strings) - 1} blobs, its header {len(predictions)} predictions."
        )
    return Explanations(
        method=header["method"],
        predictions=tuple(map(_prediction, predictions, strings[1:])),
        channels=tuple(header["channels"]),
        reach=tuple(map(_reach, header["reach"])),
        targets=header["targets"],
        note=header.get("note"),
        reach_note=header.get("reach_note"),
    )


def _prediction_json(prediction: ExplainedPrediction) -> dict[str, Any]:
    steps, channels = prediction.values.shape
    return {
        **{name: int(getattr(prediction, name)) for name in ("sequence", "step", "first")},
        **{name: getattr(prediction, name) for name in ("reason", "explained", "predicted")},
        "target": prediction.target,
        **{name: json_number(getattr(prediction, name), DIGITS) for name in _NUMBERS},
        "steps": steps,
        "channels": channels,
        "units": {
            layer: [{"unit": unit, "value": json_number(value, DIGITS)} for unit, value in units]
            for layer, units in prediction.units.items()
        },
    }


def _prediction(entry: Mapping[str, Any], blob: bytes) -> ExplainedPrediction:
    values = decode_block(blob, entry["channels"], entry["steps"], ENCODING).T
    units = {
        layer: tuple((each["unit"], _number(each["value"])) for each in entries)
        for layer, entries in (entry.get("units") or {}).items()
    }
    loss, score, change, gap = (_number(entry.get(name)) for name in _NUMBERS)
    return ExplainedPrediction(
        sequence=entry["sequence"],
        step=entry["step"],
        first=entry["first"],
        reason=entry["reason"],
        explained=entry["explained"],
        predicted=entry.get("predicted"),
        target=entry.get("target"),
        loss=loss,
        score=score,
        change=change,
        gap=gap,
        values=values,
        units=units,
    )


def _reach(entry: Mapping[str, Any]) -> GradientReach:
    half_life = entry.get("half_life")
    return GradientReach(
        entry["layer"],
        entry["quantity"],
        np.array([_number(value) for value in entry["by_lag"]], np.float64),
        _number(entry.get("slope")),
        math.inf if half_life is None else half_life,
    )


def _number(value: float | None) -> float:
    return math.nan if value is None else value
