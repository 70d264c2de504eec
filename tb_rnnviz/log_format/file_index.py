"""Records of one event file, from its index and from a scan."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import BinaryIO, NamedTuple, cast

import google_crc32c
from tensorboard.compat.proto import event_pb2

from tb_rnnviz.log_format.damaged_record import DamagedRecordError
from tb_rnnviz.log_format.directories import LogPath
from tb_rnnviz.log_format.event_index import IndexedValue, IndexParser, index_path
from tb_rnnviz.log_format.event_outline import read_outline
from tb_rnnviz.log_format.remote_path import FileStatus, RemotePath
from tb_rnnviz.log_format.tags import LARGE, SMALL
from tb_rnnviz.log_format.tfrecord import (
    HEAD_BYTES,
    TAIL_BYTES,
    mask_crc,
    masked_crc,
    parse_head,
    parse_tail,
)

_FIRST_BYTES = 256
"""Bytes at the beginning of a file by which a replaced file is noticed."""

_CHUNK = 1 << 20
"""Bytes of a record that are read at a time while its checksum is computed."""

_BUFFER = 1 << 10
"""Bytes that are read at once where a scan reads a head or a tag, and seeks on."""

_HEAD_AND_STEP = 64
"""Bytes of the head of a record and of the time and step of its event."""

_STEP_KEY = b"\x10"
"""Byte before the step of a serialized event."""

_POSITION = struct.Struct("<III")
"""Offset in the data of the record, length and checksum of a value."""


@dataclass(slots=True, eq=False)
class RecordEntry:
    """Record of an event file that has values of RNN-Viz, or is a start.

    Attributes:
        offset: Offset of the record in the file.
        length: Bytes of its data.
        step: Step of the event.
        wall_time: Time of the event in seconds.
        is_start: True for a start, which replaces its step and later ones.
        tags: Numbers of the tags of its values in `FileIndex.tags`.
        positions: Packed positions of its values, in the order of `tags`.
        has_checksums: False until the checksums of the values are known.
        is_indexed: True if the entry is from the index, false if it is from a scan.
    """

    offset: int
    length: int
    step: int
    wall_time: float
    is_start: bool
    tags: tuple[int, ...]
    positions: bytes
    has_checksums: bool
    is_indexed: bool

    @property
    def end(self) -> int:
        """Offset of the next record."""
        return self.offset + HEAD_BYTES + self.length + TAIL_BYTES

    def position(self, slot: int) -> tuple[int, int, int]:
        """Returns offset in the data, length and checksum of a value."""
        offset, length, checksum = _POSITION.unpack_from(self.positions, slot * _POSITION.size)
        return offset, length, checksum


class TagEntry(NamedTuple):
    """Tag of an event file.

    Attributes:
        tag: The tag.
        plugin: Data name in its metadata, `None` if the file has no metadata of the tag.
        content: Content of its metadata.
    """

    tag: str
    plugin: str | None
    content: bytes


_serials = count()


class FileIndex:
    """Records of one event file that grows.

    Args:
        path: Path of the event file.

    Attributes:
        path: Path of the event file.
        serial: Number that no other object has.
        records: The records that were read so far, in the order of the file.
        tags: The tags that were read so far.
        resets: Number of times that all records were read again.
    """

    def __init__(self, path: LogPath):
        self.path = path
        self.serial = next(_serials)
        self.resets = 0
        self._uses_index = True
        self._is_remote = isinstance(path, RemotePath)
        self._status: FileStatus | None = None
        self._first = b""
        self._forget()

    def _forget(self) -> None:
        self.records: list[RecordEntry] = []
        self.tags: list[TagEntry] = []
        self._damage: list[str] = []
        self._count = 0
        self._stop: str | None = None
        self._numbers: dict[str, int] = {}
        self._others: set[str] = set()
        self._shared: dict[tuple[int, ...], tuple[int, ...]] = {}
        self._position = self._index_position = 0
        self._parser: IndexParser | None = None

    def refresh(self, status: FileStatus | None = None) -> bool:
        """Reads what was appended to the file since the last call.

        A file that has not changed costs one call of `stat`, or none with a status.

        Args:
            status: Status of the file from a listing. Defaults to the one that it has now.

        Returns:
            False if another file is in its place, which needs another `FileIndex`.

        Raises:
            OSError: if the file cannot be read.
        """
        if status is None:
            status = file_status(self.path)
        if self._status is not None and self._status.identity != status.identity:
            return False
        if status.size < self._position:
            return False
        if self._status == status:
            return True
        with open_at(self.path) as file:
            first = file.read(min(_FIRST_BYTES, status.size))
            if not first.startswith(self._first):
                return False
            size = status.size if self._is_remote else file.seek(0, os.SEEK_END)
            if not self._read_index(file, size):
                self.distrust_index()
            self._scan(file, size)
        self._status, self._first = status, first
        return True

    @property
    def status(self) -> FileStatus | None:
        """Status of the file when it was read, `None` before."""
        return self._status

    @property
    def damage(self) -> list[str]:
        """Sentences about records of the file that cannot be read."""
        return [*self._damage, *([self._stop] if self._stop else [])]

    def number(self, tag: str) -> int | None:
        """Returns the number of a tag in `tags`, `None` if the file does not have it."""
        return self._numbers.get(tag)

    def distrust_index(self) -> None:
        """Forgets all records; from now on, the file is scanned and its index ignored."""
        self._uses_index, self._status = False, None
        self.resets += 1
        self._forget()

    def read(self, record: RecordEntry, slot: int) -> bytes:
        """Reads a serialized `Summary.Value` and checks it.

        Args:
            record: One of `records`.
            slot: Index of the value in `record.tags`.

        Raises:
            DamagedRecordError: if its checksum is wrong, or the file has another record there.
            OSError: if the file cannot be read.
        """
        offset, length, _ = record.position(slot)
        begin = record.offset + HEAD_BYTES + offset
        ranges = (record.offset, record.offset + _HEAD_AND_STEP), (begin, begin + length)
        with open_at(self.path, ranges) as file:
            if not _is_at(file, record):
                raise DamagedRecordError("The event file has another record in its place.")
            if not record.has_checksums:
                _add_checksums(file, record)
            # Not before: another thread may have computed it meanwhile.
            checksum = record.position(slot)[2]
            file.seek(begin)
            data = file.read(length)
        if len(data) < length or masked_crc(data) != checksum:
            raise DamagedRecordError("Its checksum is wrong.")
        return data

    def _read_index(self, file: BinaryIO, size: int) -> bool:
        """Adds the records of new lines of the index.

        Returns:
            False if the index does not fit the event file, so that nothing of it is trusted.
        """
        if not self._uses_index:
            return True
        try:
            lines = _read_from(index_path(self.path), self._index_position).split(b"\n")[:-1]
        except OSError:
            return True
        if self._parser is None:
            first_record = _first_record(file, size)
            if first_record is None or not lines:
                return True
            self._parser = IndexParser(first_record)
            if not self._position:
                self._position, self._count = HEAD_BYTES + first_record[0] + TAIL_BYTES, 1
        earlier = len(self.records)
        for line in lines:
            self._index_position += len(line) + 1
            try:
                entry = self._parser.parse(line)
            except DamagedRecordError:
                self._uses_index = False
                break
            if entry is None or entry.offset < self._position:
                continue
            end = entry.offset + HEAD_BYTES + entry.length + TAIL_BYTES
            if entry.offset > self._position or end > size:
                self._uses_index = False
                break
            for tag, (plugin, content) in entry.tags.items():
                self._number(tag, plugin or None, content)
            record = self._entry(entry.offset, entry.length, entry.values)
            record.step, record.wall_time = entry.step, entry.wall_time
            record.is_start = entry.is_start
            record.has_checksums = record.is_indexed = True
            self._add(record)
        # Those of a remote file are checked when they are read: each takes a request.
        return self._is_remote or all(_is_at(file, record) for record in self.records[earlier:])

    def _scan(self, file: BinaryIO, size: int) -> None:
        """Adds the whole records behind the last one, from their heads."""
        self._stop = None
        while self._position + HEAD_BYTES <= size:
            file.seek(self._position)
            length = parse_head(file.read(HEAD_BYTES))
            if length is None:
                self._stop = f"There is no record from byte {self._position} on."
                return
            begin = self._position + HEAD_BYTES
            if begin + length + TAIL_BYTES > size:
                return
            try:
                outline = read_outline(file, begin, length)
            except DamagedRecordError:
                self._damage.append(f"Record {self._count} of the file is no event.")
                self._count += 1
                self._position = begin + length + TAIL_BYTES
                continue
            values = []
            for value in outline.values:
                if value.plugin not in (None, SMALL, LARGE):
                    self._others.add(value.tag)
                if value.tag not in self._others:
                    self._number(value.tag, value.plugin, value.content)
                    offset = value.offset - begin
                    values.append(IndexedValue(value.tag, offset, value.length, 0))
            record = self._entry(self._position, length, values)
            record.step, record.wall_time = outline.step, outline.wall_time
            record.is_start = outline.is_start
            self._add(record)

    def _entry(self, offset: int, length: int, values: Iterable[IndexedValue]) -> RecordEntry:
        values = [value for value in values if value.tag in self._numbers]
        tags = tuple(self._numbers[value.tag] for value in values)
        positions = [_POSITION.pack(*value[1:]) for value in values]
        tags = self._shared.setdefault(tags, tags)
        joined = b"".join(positions)
        return RecordEntry(offset, length, 0, 0.0, False, tags, joined, False, False)

    def _add(self, record: RecordEntry) -> None:
        self._position = record.end
        self._count += 1
        if record.tags or record.is_start:
            self.records.append(record)

    def _number(self, tag: str, plugin: str | None, content: bytes) -> None:
        """Numbers a tag, and keeps the first metadata of it that the file has."""
        number = self._numbers.setdefault(tag, len(self.tags))
        if number == len(self.tags):
            self.tags.append(TagEntry(tag, plugin, content))
        elif self.tags[number].plugin is None and plugin is not None:
            self.tags[number] = TagEntry(tag, plugin, content)


def file_status(path: LogPath) -> FileStatus:
    """Returns the status of a file now.

    Raises:
        OSError: if there is no such file, or it cannot be reached.
    """
    if isinstance(path, RemotePath):
        return path.status()
    status = os.stat(path)
    return FileStatus((status.st_dev, status.st_ino), status.st_size, status.st_mtime_ns)


def open_at(path: LogPath, ranges: Sequence[tuple[int, int]] = ()) -> BinaryIO:
    """Opens a file to read parts of it.

    Args:
        path: The file.
        ranges: Begin and end of the bytes that are read, as far as they are known.
    """
    if isinstance(path, RemotePath):
        return cast(BinaryIO, path.open_ranges(ranges))
    return path.open("rb", buffering=-1 if ranges else _BUFFER)


def _read_from(path: LogPath, offset: int) -> bytes:
    if isinstance(path, RemotePath):
        return path.read_bytes()[offset:]
    with path.open("rb") as file:
        file.seek(offset)
        return file.read()


def _first_record(file: BinaryIO, size: int) -> tuple[int, int] | None:
    """Returns length and checksum of the first record, `None` if it is not whole."""
    file.seek(0)
    length = parse_head(file.read(HEAD_BYTES))
    if length is None or HEAD_BYTES + length + TAIL_BYTES > size:
        return None
    file.seek(HEAD_BYTES + length)
    checksum = parse_tail(file.read(TAIL_BYTES))
    return None if checksum is None else (length, checksum)


def _is_at(file: BinaryIO, record: RecordEntry) -> bool:
    """Returns true if the record of an entry is at its offset.

    The length is compared, and step and time, too, if the entry is from the index.
    """
    file.seek(record.offset)
    if parse_head(file.read(HEAD_BYTES)) != record.length:
        return False
    if not record.is_indexed:
        return True
    event = event_pb2.Event(step=record.step, wall_time=record.wall_time).SerializeToString()
    begin = file.read(len(event) + 1)
    has_other_step = record.step == 0 and begin[len(event) :] == _STEP_KEY
    return begin.startswith(event) and not has_other_step


def _add_checksums(file: BinaryIO, record: RecordEntry) -> None:
    """Checks the checksum of a record, and computes those of its values.

    Raises:
        DamagedRecordError: if the checksum of the record is wrong.
    """
    begin = record.offset + HEAD_BYTES
    file.seek(begin)
    positions = [record.position(slot)[:2] for slot in range(len(record.tags))]
    whole, end, packed = 0, 0, []
    for offset, length in positions:
        for chunk in _chunks(file, offset - end):
            whole = google_crc32c.extend(whole, chunk)
        checksum = 0
        for chunk in _chunks(file, length):
            whole = google_crc32c.extend(whole, chunk)
            checksum = google_crc32c.extend(checksum, chunk)
        packed.append(_POSITION.pack(offset, length, mask_crc(checksum)))
        end = offset + length
    for chunk in _chunks(file, record.length - end):
        whole = google_crc32c.extend(whole, chunk)
    if parse_tail(file.read(TAIL_BYTES)) != mask_crc(whole):
        raise DamagedRecordError("The checksum of its record is wrong.")
    record.positions, record.has_checksums = b"".join(packed), True


def _chunks(file: BinaryIO, length: int) -> Iterator[bytes]:
    while length > 0:
        chunk = file.read(min(length, _CHUNK))
        if not chunk:
            return
        length -= len(chunk)
        yield chunk
