"""Index of a run: the values of every step, and reads of one value."""

from __future__ import annotations

import threading
import uuid
from bisect import bisect_left, bisect_right
from collections.abc import Hashable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import count
from typing import NamedTuple

from google.protobuf.message import DecodeError
from tensorboard.compat.proto import summary_pb2

from tb_rnnviz.log_format.damaged_record import DamagedRecordError, RecordLocation
from tb_rnnviz.log_format.directories import LogPath
from tb_rnnviz.log_format.event_file import EVENT_FILES, event_files
from tb_rnnviz.log_format.file_index import FileIndex
from tb_rnnviz.log_format.remote_path import FileStatus, RemotePath
from tb_rnnviz.log_format.stored_series import SeriesCache, Source, StoredSeries, StoredValue

_MAX_REQUESTS = 32
"""Remote files that are read at the same time."""

_MAX_READS = 3
"""Reads of a value while the files change, or their indexes turn out to be wrong."""


class TagListing(NamedTuple):
    """Tag of a run.

    Attributes:
        plugin: Data name.
        content: Content of its metadata.
        step: Last step.
        wall_time: Time of the last step in seconds.
        key: Hashable that changes whenever a value of the tag changes.
    """

    plugin: str
    content: bytes
    step: int
    wall_time: float
    key: Hashable


_serials = count()
_PROCESS = uuid.uuid4().hex[:12]


class RunIndex:
    """Values of RNN-Viz in the event files of a run; safe to share between threads.

    Args:
        directory: Directory of the event files, which may be remote.

    Attributes:
        serial: Number that changes whenever the values change, and that no other run has.

    Example:
        >>> import tempfile
        >>> from tb_rnnviz.log_format import RunWriter
        >>> with RunWriter(tempfile.mkdtemp()) as writer:
        ...     with writer.step(4):
        ...         writer.write_digest("novel", {"tokens": 9, "sequences": 1})
        >>> run = RunIndex(writer.directory)
        >>> run.refresh()
        >>> list(run.values("digest/novel"))
        [4]
        >>> run.read(run.values("digest/novel")[4]).tag
        'digest/novel'
    """

    def __init__(self, directory: LogPath):
        self.directory = directory
        self.serial = next(_serials)
        self._lock = threading.RLock()
        self._files: dict[LogPath, FileIndex] = {}
        self._merged: dict[int, tuple[int, int]] = {}
        self._series = SeriesCache()
        self._forget()

    def _begin_generation(self) -> None:
        self._generation = next(_serials)
        self._series.clear()

    def _forget(self) -> None:
        self._begin_generation()
        self._steps: list[int] = []
        self._sources: list[Source] = []
        self._last: dict[str, Source] = {}
        self._merged = {}

    @property
    def damage(self) -> list[DamagedRecordError]:
        """The records that are no events, with their files."""
        with self._lock:
            return [
                DamagedRecordError(reason, source=str(path))
                for path, file in self._files.items()
                for reason in file.damage
            ]

    def refresh(self) -> None:
        """Reads what is new in the event files; if nothing is, they are not opened.

        Remote files are listed with one request and read several at a time.

        Raises:
            OSError: if the files are there and cannot be read.
        """
        with self._lock:
            statuses: dict[LogPath, FileStatus | None]
            if isinstance(self.directory, RemotePath):
                listing = self.directory.listing(EVENT_FILES)
                statuses = {path: status for path, status in listing.items()}
            else:
                statuses = {path: None for path in event_files(self.directory)}
            changed = [path for path in statuses if not self._is_current(path, statuses[path])]
            if isinstance(self.directory, RemotePath) and len(changed) > 1:
                with ThreadPoolExecutor(min(_MAX_REQUESTS, len(changed))) as pool:
                    refreshed = list(pool.map(self._refreshed, changed, map(statuses.get, changed)))
            else:
                refreshed = [self._refreshed(path, statuses[path]) for path in changed]
            files = {path: self._files.get(path) for path in statuses}
            files |= dict(zip(changed, refreshed, strict=True))
            self._files = {path: file for path, file in files.items() if file is not None}
            self._merge()

    @property
    def last_step(self) -> int | None:
        """The last step that has more than scalars, `None` if there is none."""
        with self._lock:
            return self._steps[-1] if self._steps else None

    def _is_current(self, path: LogPath, status: FileStatus | None) -> bool:
        """Returns true if a listing tells that a file has not changed."""
        file = self._files.get(path)
        return file is not None and status is not None and file.status == status

    def _refreshed(self, path: LogPath, status: FileStatus | None) -> FileIndex | None:
        """Returns the index of a file up to its end, `None` if the file is gone."""
        file = self._files.get(path) or FileIndex(path)
        with suppress(FileNotFoundError):  # Deleted meanwhile.
            if not file.refresh(status):
                file = FileIndex(path)
                file.refresh(status)
            return file
        return None

    @property
    def generation(self) -> str:
        """Name that is kept while values are only appended; unique to the process."""
        return f"{_PROCESS}-{self._generation}"

    def tags(self) -> dict[str, TagListing]:
        """Returns the tags that have values and metadata."""
        with self._lock:
            listings = {}
            for tag, source in self._last.items():
                metadata = self._metadata(tag, source.file)
                if metadata is not None:
                    record = source.record
                    key = self.generation, source.file.serial, record.offset
                    listings[tag] = TagListing(*metadata, record.step, record.wall_time, key)
            return listings

    def content(self, value: StoredValue) -> bytes:
        """Returns the content of the metadata of a value, which another file may have."""
        with self._lock:
            file = self._file(value)
            metadata = None if file is None else self._metadata(value.tag, file)
            return b"" if metadata is None else metadata[1]

    def location(self, value: StoredValue) -> RecordLocation:
        """Returns file, tag and step of a value, for errors."""
        with self._lock:
            file = self._file(value)
            source = self.directory if file is None else file.path
            return RecordLocation(str(source), value.tag, value.step)

    def values(self, tag: str) -> StoredSeries:
        """Returns the values of a tag by step, ascending.

        A call costs as much as there are records since the one before.
        """
        with self._lock:
            return self._series.series(tag, self._sources)

    def last_value(self, tag: str) -> StoredValue | None:
        """Returns the value of a tag at its last step, `None` if there is none."""
        with self._lock:
            source = self._last.get(tag)
            return None if source is None else source.value(tag)

    def value(self, tag: str, step: int) -> StoredValue | None:
        """Returns the value of a tag at a step, `None` if there is none."""
        with self._lock:
            source = self._source(tag, step)
            return None if source is None else source.value(tag)

    def tags_at(self, step: int) -> list[str]:
        """Returns the tags that have a value at a step, in the order of writing."""
        with self._lock:
            first, end = bisect_left(self._steps, step), bisect_right(self._steps, step)
            sources = self._sources[first:end]
            tags = [file.tags[number].tag for file, record in sources for number in record.tags]
            return list(dict.fromkeys(tags))

    def read(self, value: StoredValue) -> summary_pb2.Summary.Value:
        """Reads a value and checks its checksum, its tag and its step.

        A value that was replaced meanwhile is not read.

        Raises:
            DamagedRecordError: if it is damaged.
            FileNotFoundError: if it is no longer there.
            OSError: if its file cannot be read.
        """
        for _ in range(_MAX_READS):
            with self._lock:
                source = self._source(value.tag, value.step)
            if source is None or source.value(value.tag).key != value.key:
                break
            try:
                return _read(source, value.tag)
            except DamagedRecordError:
                with self._lock:
                    if source.record.is_indexed and self._source(value.tag, value.step) == source:
                        source.file.distrust_index()
                    state = self._generation
                    self.refresh()
                    if state == self._generation:
                        raise
        raise FileNotFoundError(
            f"{value.tag} at step {value.step} is no longer in {self.directory}."
        )

    def _file(self, value: StoredValue) -> FileIndex | None:
        """Returns the file that has a value, `None` if it is gone."""
        files = [file for file in self._files.values() if file.serial == value.key[0]]
        return files[0] if files else None

    def _source(self, tag: str, step: int) -> Source | None:
        """Returns the last record that has a value of a tag at a step."""
        for index in range(bisect_right(self._steps, step) - 1, -1, -1):
            if self._steps[index] != step:
                return None
            source = self._sources[index]
            if source.file.number(tag) in source.record.tags:
                return source
        return None

    def _metadata(self, tag: str, file: FileIndex) -> tuple[str, bytes] | None:
        """Returns data name and content of a tag in a file, or else in the file before it."""
        metadata = None
        for other in self._files.values():
            number = other.number(tag)
            if number is not None:
                _, plugin, content = other.tags[number]
                metadata = metadata if plugin is None else (plugin, content)
            if other is file:
                break
        return metadata

    def _merge(self) -> None:
        """Adds the new records of the files, or all of them if the files were replaced."""
        merged = {file.serial: file for file in self._files.values()}
        known = list(self._merged)
        grown = [
            file
            for serial, file in merged.items()
            if self._merged.get(serial) != (file.resets, len(file.records))
        ]
        if not grown and known == list(merged):
            return
        is_appended = known == list(merged)[: len(known)] and all(
            file.resets == self._merged[file.serial][0]
            for file in grown
            if file.serial in self._merged
        )
        if not is_appended or any(file.serial in known[:-1] for file in grown):
            self._forget()
            grown = list(merged.values())
        self.serial = next(_serials)
        for file in grown:
            _, first = self._merged.get(file.serial, (0, 0))
            for record in file.records[first:]:
                self._add(Source(file, record))
            self._merged[file.serial] = file.resets, len(file.records)

    def _add(self, source: Source) -> None:
        step = source.record.step
        if source.record.is_start:
            first = bisect_left(self._steps, step)
            if first < len(self._steps):
                del self._steps[first:], self._sources[first:]
                self._begin_generation()
                self._last = {}
                for earlier in self._sources:
                    self._set_last(earlier)
        if source.record.tags:
            index = bisect_right(self._steps, step)
            if index < len(self._steps):
                self._begin_generation()
            self._steps.insert(index, step)
            self._sources.insert(index, source)
            self._set_last(source)

    def _set_last(self, source: Source) -> None:
        for number in source.record.tags:
            tag = source.file.tags[number].tag
            last = self._last.get(tag)
            if last is None or source.record.step >= last.record.step:
                self._last[tag] = source


def _read(source: Source, tag: str) -> summary_pb2.Summary.Value:
    """Reads a value, and checks that it is one of the tag.

    Raises:
        DamagedRecordError: if it is not, or if its checksum is wrong.
        OSError: if the file cannot be read.
    """
    data = source.file.read(source.record, source.record.tags.index(source.file.number(tag)))
    try:
        value = summary_pb2.Summary.Value.FromString(data)
    except DecodeError as error:
        raise DamagedRecordError("It is no summary value.") from error
    if value.tag != tag:
        raise DamagedRecordError("The event file has another value in its place.")
    return value
