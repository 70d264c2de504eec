"""Index of an event file: positions and checksums of its values.

The index lies beside the event file and saves a reader the scan of it. A reader scans what the
index lacks.
"""

from __future__ import annotations

import io
import json
import weakref
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from tb_rnnviz.core.json_schema import COUNT, FLAG, INTEGER, NUMBER, TEXT, Integers, ListOf, Object
from tb_rnnviz.log_format.damaged_record import DamagedRecordError
from tb_rnnviz.log_format.directories import LogPath
from tb_rnnviz.log_format.event_outline import EventOutline, read_outline
from tb_rnnviz.log_format.strict_json import check_schema, parse_json
from tb_rnnviz.log_format.tags import LARGE, SMALL
from tb_rnnviz.log_format.tfrecord import masked_crc

INDEX_VERSION = 1

AnyPath = TypeVar("AnyPath", bound=LogPath)
"""A local or a remote path."""

_CHECKSUM = (1 << 32) - 1

_HEADER = Object({"version": COUNT, "first_record": Integers(low=0, high=_CHECKSUM, count=2)})

_LINE = Object(
    {
        "offset": COUNT,
        "length": COUNT,
        "step": INTEGER,
        "wall_time": NUMBER,
        "values": Integers(low=0, high=_CHECKSUM),
    },
    {"start": FLAG, "tags": ListOf(ListOf(TEXT))},
)


class IndexedValue(NamedTuple):
    """Position of a value in the data of its record.

    Attributes:
        tag: Its tag.
        offset: Offset of the serialized `Summary.Value` in the data of the record.
        length: Bytes of the serialized `Summary.Value`.
        checksum: Masked CRC-32C of these bytes.
    """

    tag: str
    offset: int
    length: int
    checksum: int


class IndexLine(NamedTuple):
    """Line of an index: one record of the event file.

    Attributes:
        offset: Offset of the record in the event file.
        length: Bytes of the data of the record.
        step: Step of the event.
        wall_time: Time of the event in seconds.
        is_start: True for a start, which replaces its step and later ones.
        values: The values of RNN-Viz in the event.
        tags: Data name and content of the tags that the record is the first to have.
    """

    offset: int
    length: int
    step: int
    wall_time: float
    is_start: bool
    values: list[IndexedValue]
    tags: Mapping[str, tuple[str, bytes]]


def index_path(event_file: AnyPath) -> AnyPath:
    """Returns the path of the index of an event file.

    TensorBoard reads every file with `tfevents` in its name as an event file.

    Example:
        >>> index_path(Path("events.out.tfevents.1700000000.host")).name
        'events.out.rnnviz-index.1700000000.host'
    """
    path: Any = event_file.with_name(event_file.name.replace("tfevents", "rnnviz-index"))
    return path


class IndexWriter:
    """Writes the index of an event file; ends where it cannot go on, without an error.

    Args:
        path: Path of the new index, `None` for an index in memory.
        first_record: Data of the first record of the event file.
    """

    def __init__(self, path: Path | None, first_record: bytes):
        self._numbers: dict[str, int] = {}
        self._others: set[str] = set()
        self._closing: weakref.finalize | None = None
        self._file: io.RawIOBase | io.BytesIO
        with suppress(OSError):
            self._file = io.BytesIO() if path is None else path.open("xb", buffering=0)
            self._closing = weakref.finalize(self, self._file.close)
        identity = [len(first_record), masked_crc(first_record)]
        self._write({"version": INDEX_VERSION, "first_record": identity})

    def add(self, offset: int, data: bytes) -> None:
        """Adds a record.

        Args:
            offset: Offset of the record in the event file.
            data: Data of the record.
        """
        if self._closing is None or not self._closing.alive:
            return
        try:
            outline = read_outline(io.BytesIO(data), 0, len(data))
            tags = self._new_tags(outline)
        except (DamagedRecordError, UnicodeDecodeError):
            self.close()
            return
        line: dict[str, Any] = {
            "offset": offset,
            "length": len(data),
            "step": outline.step,
            "wall_time": outline.wall_time,
        }
        if outline.is_start:
            line["start"] = True
        if tags:
            line["tags"] = tags
        line["values"] = [
            number
            for value in outline.values
            if value.tag in self._numbers
            for number in (
                self._numbers[value.tag],
                value.offset,
                value.length,
                masked_crc(data[value.offset : value.offset + value.length]),
            )
        ]
        self._write(line)

    def in_memory(self) -> bytes:
        """Returns the lines of an index in memory, none if it could not go on."""
        if isinstance(self._file, io.BytesIO) and not self._file.closed:
            return self._file.getvalue()
        return b""

    def close(self) -> None:
        """Closes the file."""
        if self._closing is not None:
            self._closing()

    def _new_tags(self, outline: EventOutline) -> list[list[str]]:
        """Numbers the tags that are new; returns their names, data names and contents."""
        tags = []
        for value in outline.values:
            if value.tag in self._numbers or value.tag in self._others:
                continue
            if value.plugin not in (None, SMALL, LARGE):
                self._others.add(value.tag)
                continue
            self._numbers[value.tag] = len(self._numbers)
            tags.append([value.tag, value.plugin or "", value.content.decode()])
        return tags

    def _write(self, line: Mapping[str, Any]) -> None:
        data = json.dumps(line, separators=(",", ":")).encode() + b"\n"
        try:
            if self._closing is not None and (self._file.write(data) or 0) < len(data):
                self.close()
        except OSError:
            self.close()


class IndexParser:
    """Parses the lines of an index, which may come in parts.

    Args:
        first_record: Length and masked CRC-32C of the first record of the event file.
    """

    def __init__(self, first_record: Sequence[int]):
        self._first_record = list(first_record)
        self._has_header = False
        self._tags: list[str] = []

    def parse(self, line: bytes) -> IndexLine | None:
        """Parses the next line, `None` for the header.

        Raises:
            DamagedRecordError: if it does not fit, or is of another event file.
        """
        parsed = parse_json(line, "A line of the index")
        if not self._has_header:
            header = check_schema(parsed, _HEADER, "index")
            if header["version"] != INDEX_VERSION or header["first_record"] != self._first_record:
                raise DamagedRecordError("The index is of another file or version.")
            self._has_header = True
            return None
        entry = check_schema(parsed, _LINE, "index")
        tags = {}
        for names in entry.get("tags") or []:
            if len(names) != 3:
                raise DamagedRecordError("A tag in the index has no data name or content.")
            name, plugin, content = names
            self._tags.append(name)
            tags[name] = plugin, content.encode()
        numbers = entry["values"]
        if len(numbers) % 4 or max(numbers[::4], default=-1) >= len(self._tags):
            raise DamagedRecordError("A line of the index has values without a tag.")
        values = [
            IndexedValue(self._tags[number], offset, length, checksum)
            for number, offset, length, checksum in zip(
                numbers[::4], numbers[1::4], numbers[2::4], numbers[3::4], strict=True
            )
        ]
        if any(value.offset + value.length > entry["length"] for value in values):
            raise DamagedRecordError("A line of the index has a value outside of its record.")
        return IndexLine(
            entry["offset"],
            entry["length"],
            entry["step"],
            entry["wall_time"] or 0.0,
            entry.get("start") is True,
            values,
            tags,
        )
