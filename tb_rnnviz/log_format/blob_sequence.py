"""Blob sequence: a JSON header and the blobs that it describes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

HEADER_VERSION = 1


@dataclass(frozen=True)
class BlobSequence:
    """Large value of a tag at one step.

    Attributes:
        kind: Kind of the value, such as `"activity"`.
        header: Entries of the header without `version` and `kind`.
        blobs: The blobs behind the header.
    """

    kind: str
    header: Mapping[str, Any]
    blobs: Sequence[bytes]

    @property
    def size(self) -> int:
        """Bytes of all blobs, without the header."""
        return sum(map(len, self.blobs))

    def strings(self) -> list[bytes]:
        """Returns the header in JSON and the blobs."""
        header = {"version": HEADER_VERSION, "kind": self.kind, **self.header}
        return [json.dumps(header).encode(), *self.blobs]


def parse_header(string: bytes) -> dict[str, Any]:
    """Parses the first string of a blob sequence."""
    return json.loads(string)
