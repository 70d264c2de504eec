"""Tags of the log and their metadata: kind, probe, layer and quantity."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from tensorboard.compat.proto import summary_pb2

VERSION = 1
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
    "memory": SMALL,
    "text": LARGE,
    "activity": LARGE,
    "spectrum": LARGE,
}

_QUANTITY: dict[str, type] = {"probe": str, "layer": str, "quantity": str}
_CONTENT: dict[str, dict[str, type]] = {
    "digest": {"probe": str},
    "relevance": {**_QUANTITY, "features": list, "statistics": list},
    "peaks": _QUANTITY,
    "saturation": _QUANTITY,
    "memory": {**_QUANTITY, "routes": list},
    "text": {"probe": str, "generated": bool},
    "activity": {**_QUANTITY, "cell": str, "units": int, "place": list},
    "spectrum": _QUANTITY,
}
"""Required entries of the content of each kind and their types."""

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
        proto.plugin_data.content = json.dumps({"version": VERSION, **content}).encode()
    return proto


def parse_content(content: bytes) -> dict[str, Any] | None:
    """Parses the content of a tag, which may be of a newer version.

    Returns:
        The content, or `None` if it is damaged.
    """
    try:
        parsed = json.loads(content)
    except ValueError:
        return None
    if not isinstance(parsed, dict) or not isinstance(parsed.get("version"), int):
        return None
    if is_newer(parsed):
        return parsed
    kind = parsed.get("kind")
    expected = _CONTENT.get(kind) if isinstance(kind, str) else None
    if expected is None:
        return None
    is_complete = all(isinstance(parsed.get(key), type_) for key, type_ in expected.items())
    return parsed if is_complete else None


def parse_listing(name: str, content: bytes) -> dict[str, Any] | None:
    """Parses the content of a tag and compares it with the name of the tag.

    Returns:
        The content, or `None` if it is damaged or names another tag.
    """
    parsed = parse_content(content)
    if parsed is None or is_newer(parsed):
        return parsed
    names = (parsed[entry] for entry in ("probe", "layer", "quantity") if entry in parsed)
    return parsed if tag(parsed["kind"], *names) == name else None


def is_newer(content: Mapping[str, Any]) -> bool:
    """Returns true if the content is of a newer version of the format than this one."""
    return content["version"] > VERSION
