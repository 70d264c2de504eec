"""Digest of a recording in the log: one JSON object per step."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tb_rnnviz.core.numbers import json_value


def encode_digest(digest: Mapping[str, Any]) -> bytes:
    """Encodes a digest as JSON; numbers that are not finite become null."""
    return json.dumps(json_value(digest), allow_nan=False).encode()


def decode_digest(value: bytes | str) -> dict[str, Any]:
    """Decodes the value of a digest tag.

    Example:
        >>> decode_digest(encode_digest({"loss": 0.5, "bytes": float("nan")}))
        {'loss': 0.5, 'bytes': None}
    """
    return json.loads(value)


def digest_with_step(value: bytes | str, step: int, wall_time: float) -> str:
    """Returns the JSON of a digest with its step and time in front.

    Example:
        >>> digest_with_step(b'{"loss": 0.5}', 2, 1.5)
        '{"step": 2, "wall_time": 1.5, "loss": 0.5}'
    """
    digest = value.decode() if isinstance(value, bytes) else value
    entries = digest.strip()[1:]
    separator = "" if entries == "}" else ", "
    return f'{{"step": {step}, "wall_time": {wall_time!r}{separator}{entries}'
