"""Blob sequence: a JSON header and the blobs that it describes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tb_rnnviz.core.json_schema import Object
from tb_rnnviz.log_format.damaged_record import DamagedRecordError
from tb_rnnviz.log_format.strict_json import check_schema, parse_json

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


def parse_header(string: bytes, schema: Object) -> dict[str, Any]:
    """Parses the first string of a blob sequence.

    Args:
        string: The header in JSON.
        schema: Kinds of its entries.

    Raises:
        DamagedRecordError: if it does not fit the schema.
    """
    return check_schema(parse_json(string, "Its header"), schema, "header")


def split_header(strings: Sequence[bytes]) -> tuple[bytes, list[bytes]]:
    """Splits the strings of a blob sequence into header and blobs.

    Raises:
        DamagedRecordError: if there is no string.
    """
    if not strings:
        raise DamagedRecordError("It has no header.")
    header, *blobs = strings
    return header, blobs
