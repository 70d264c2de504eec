"""The names under which things stand in the log, and the metadata that says what they are."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from tensorboard.compat.proto import summary_pb2

VERSION = 1
RUN_DIRECTORY = "rnnviz"
SMALL = "rnnviz"
"""Data name of small tensors, every step kept."""
LARGE = "rnnviz_activity"
"""Data name of blob sequences."""
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

_PLACE = {"probe": str, "layer": str, "quantity": str}
_CONTENT = {
    "digest": {"probe": str},
    "relevance": {**_PLACE, "features": list, "statistics": list},
    "peaks": _PLACE,
    "saturation": _PLACE,
    "memory": {**_PLACE, "routes": list},
    "text": {"probe": str, "generated": bool},
    "activity": {**_PLACE, "cell": str, "units": int, "place": list},
    "spectrum": _PLACE,
}
"""What the content of each kind must hold for a reader to trust it."""

_CLASSES = {
    SMALL: summary_pb2.DATA_CLASS_TENSOR,
    LARGE: summary_pb2.DATA_CLASS_BLOB_SEQUENCE,
    SCALARS: summary_pb2.DATA_CLASS_SCALAR,
}


def tag(kind: str, *names: str) -> str:
    """The tag of a kind for a probe, a layer and a quantity, whatever these are called.

    Example:
        >>> tag("activity", "novel", "encoder/lstm_1", "hidden_state")
        'activity/novel/encoder%2Flstm_1/hidden_state'
    """
    return "/".join([kind, *(quote(name, safe=" ") for name in names)])


def metadata(data_name: str, content: dict[str, Any]) -> summary_pb2.SummaryMetadata:
    """Metadata with the data class set, which TensorBoard needs with the first event of a tag."""
    proto = summary_pb2.SummaryMetadata(data_class=_CLASSES[data_name])
    proto.plugin_data.plugin_name = data_name
    if data_name != SCALARS:
        proto.plugin_data.content = json.dumps({"version": VERSION, **content}).encode()
    return proto


def parse_content(content: bytes) -> dict[str, Any] | None:
    """The content of a tag, or `None` where it is damaged; its version may be newer than ours."""
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
    whole = all(isinstance(parsed.get(key), type_) for key, type_ in expected.items())
    return parsed if whole else None


def is_newer(content: dict[str, Any]) -> bool:
    return content["version"] > VERSION
