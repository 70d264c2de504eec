"""Tags of the log and their metadata: kind, probe, layer and quantity."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from tensorboard.compat.proto import summary_pb2

from tb_rnnviz.core.json_schema import (
    ANY_TEXT,
    ANY_TEXTS,
    FLAG,
    TEXT,
    Choice,
    Integer,
    Integers,
    Nullable,
    Object,
    Schema,
)
from tb_rnnviz.log_format.codec import MAX_TOKENS, MAX_UNITS
from tb_rnnviz.log_format.damaged_record import DamagedRecordError
from tb_rnnviz.log_format.strict_json import check_schema, parse_json

VERSION = 2
"""Newest version of the format. A record has the oldest version that can read it."""

RUN_DIRECTORY = "rnnviz"
SMALL = "rnnviz"
"""Data name of small tensors, of which TensorBoard keeps every step."""
LARGE = "rnnviz_activity"
"""Data name of blob sequences, of which TensorBoard keeps some steps."""
SCALARS = "scalars"

KINDS = {
    "digest": SMALL,
    "relevance": SMALL,
    "peaks": SMALL,
    "saturation": SMALL,
    "ranges": SMALL,
    "memory": SMALL,
    "text": LARGE,
    "activity": LARGE,
    "spectrum": LARGE,
    "matrix": LARGE,
    "class_probability": LARGE,
    "explanations": LARGE,
    "dynamics": LARGE,
    "matrix_summary": SMALL,
}

MAX_HEADS = 1 << 12
"""Largest number of heads of a matrix that is read."""

MAX_CLASSES = 1 << 16
"""Largest number of classes that is read."""

MAX_WALL_TIME = 8.64e12
"""Largest time in seconds that JavaScript has as a date."""

_QUANTITY: dict[str, Schema] = {"probe": TEXT, "layer": TEXT, "quantity": TEXT}
_MATRIX: dict[str, Schema] = {"probe": TEXT, "matrix": TEXT}
_NAMES = (*_QUANTITY, "matrix")
"""Entries of the content that name a tag, in their order."""

_MODEL_ORDER = Integers(low=0, count=2)

_CONTENT = {
    "digest": Object({"probe": TEXT}),
    "relevance": Object({**_QUANTITY, "features": ANY_TEXTS, "statistics": ANY_TEXTS}),
    "peaks": Object(_QUANTITY),
    "saturation": Object(_QUANTITY),
    "ranges": Object(_QUANTITY),
    "memory": Object({**_QUANTITY, "routes": ANY_TEXTS}),
    "text": Object(
        {"probe": TEXT, "generated": FLAG},
        {"axis": TEXT, "steps_of": TEXT, "signal": FLAG, "parent": TEXT},
    ),
    "activity": Object(
        {
            **_QUANTITY,
            "cell": TEXT,
            "units": Integer(0, MAX_UNITS),
            "role": Nullable(TEXT),
            "place": _MODEL_ORDER,
        }
    ),
    "spectrum": Object(_QUANTITY, {"place": _MODEL_ORDER}),
    "matrix": Object(
        {
            **_MATRIX,
            "rows": ANY_TEXT,
            "columns": ANY_TEXT,
            "heads": Nullable(Integer(1, MAX_HEADS)),
        },
        {"place": _MODEL_ORDER},
    ),
    "class_probability": Object(
        {"probe": TEXT, "classes": Integer(1, MAX_CLASSES), "method": TEXT},
        {"output_shape": Integers(low=0, high=MAX_TOKENS)},
    ),
    "explanations": Object({"probe": TEXT, "method": TEXT}),
    "dynamics": Object({"probe": TEXT}),
    "matrix_summary": Object({**_MATRIX, "statistics": ANY_TEXTS}),
}
"""Entries of the content of each kind."""

_VERSIONED = Object({"version": Integer(low=0)})
_KIND = Object({"kind": Choice(tuple(KINDS))})

_CLASSES = {
    SMALL: summary_pb2.DATA_CLASS_TENSOR,
    LARGE: summary_pb2.DATA_CLASS_BLOB_SEQUENCE,
    SCALARS: summary_pb2.DATA_CLASS_SCALAR,
}


def tag(kind: str, *names: str) -> str:
    """Returns the tag of a kind and names, such as a probe, a layer and a quantity.

    Names are percent-encoded, except for spaces.

    Example:
        >>> tag("activity", "novel", "encoder/lstm_1", "hidden_state")
        'activity/novel/encoder%2Flstm_1/hidden_state'
    """
    return "/".join([kind, *map(_percent_encode, names)])


@lru_cache(maxsize=1 << 14)
def _percent_encode(name: str) -> str:
    return quote(name, safe=" ")


def metadata(data_name: str, content: Mapping[str, Any]) -> summary_pb2.SummaryMetadata:
    """Returns the metadata of a tag, which its first event must have."""
    proto = summary_pb2.SummaryMetadata(data_class=_CLASSES[data_name])
    proto.plugin_data.plugin_name = data_name
    if data_name != SCALARS:
        proto.plugin_data.content = json.dumps({"version": _version(content), **content}).encode()
    return proto


def _version(content: Mapping[str, Any]) -> int:
    """Returns the oldest version of the format that can read a tag."""
    return 2 if content.get("signal") else 1


def parse_content(content: bytes) -> dict[str, Any]:
    """Parses the content of a tag, which may be of a newer version.

    Raises:
        DamagedRecordError: if it is damaged.
    """
    parsed = check_schema(parse_json(content, "Its metadata"), _VERSIONED, "metadata")
    if is_newer(parsed):
        return parsed
    kind = check_schema(parsed, _KIND, "metadata")["kind"]
    return check_schema(parsed, _CONTENT[kind], "metadata")


def parse_listing(name: str, content: bytes) -> dict[str, Any]:
    """Parses the content of a tag and compares it with the name of the tag.

    Raises:
        DamagedRecordError: if it is damaged or names another tag.
    """
    parsed = parse_content(content)
    if is_newer(parsed):
        return parsed
    required = _CONTENT[parsed["kind"]].required
    names = (parsed[entry] for entry in _NAMES if entry in required)
    described = tag(parsed["kind"], *names)
    if described != name:
        raise DamagedRecordError(f"Its metadata describe {described!r:.200}.")
    return parsed


def valid_wall_time(seconds: float) -> float | None:
    """Returns the time of an event in seconds, `None` if no clock shows it.

    Example:
        >>> valid_wall_time(1.5), valid_wall_time(float("nan"))
        (1.5, None)
    """
    return float(seconds) if math.isfinite(seconds) and abs(seconds) <= MAX_WALL_TIME else None


def is_newer(content: Mapping[str, Any]) -> bool:
    """Returns true if the content is of a newer version of the format than this one."""
    return content["version"] > VERSION
