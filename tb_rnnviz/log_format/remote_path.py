"""Paths of files on object stores and other remote file systems, by fsspec."""

from __future__ import annotations

import fnmatch
import io
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

READ_AHEAD = 64 << 10
"""Bytes that one request reads at least."""

OBJECT_STORES = {"s3", "s3a", "gs", "gcs", "az", "abfs", "abfss", "adl", "oss", "r2"}
"""Schemes of stores that have no directories, so that none is created."""

EXTRA = 'Install it with: pip install "tb-rnnviz[remote]"'

_URL = re.compile(r"[a-zA-Z][0-9a-zA-Z.+-]*://")


class FileStatus(NamedTuple):
    """State of a file, by which a change is noticed.

    Attributes:
        identity: Hashable that another file in its place does not have.
        size: Bytes of the file.
        modified: Hashable that changes whenever the file is written.
    """

    identity: Any
    size: int
    modified: Any


def is_url(path: str) -> bool:
    """Returns true for a path such as `s3://bucket/logs`.

    Example:
        >>> is_url("s3://bucket/logs"), is_url("/logs"), is_url("C:/logs")
        (True, False, False)
    """
    return bool(_URL.match(path))


@dataclass(frozen=True, order=True)
class RemotePath:
    """URL of a file or directory, with the methods of `pathlib.Path` that a log needs.

    A file is written at once and then never changes. Every error is an `OSError`.

    Attributes:
        url: The URL, without a slash at its end.

    Raises:
        ImportError: if fsspec, or its package for this scheme, is not installed.
        ValueError: if fsspec does not know the scheme.

    Example:
        >>> path = RemotePath("memory://logs") / "run1" / "events"
        >>> path.write_bytes(b"abc")
        >>> path.name, str(path.parent), path.read_bytes()
        ('events', 'memory://logs/run1', b'abc')
    """

    url: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "url", self.url.rstrip("/"))
        self._file_system()

    def __str__(self) -> str:
        return self.url

    def __truediv__(self, name: str | os.PathLike[str]) -> RemotePath:
        return RemotePath(f"{self.url}/{os.fspath(name)}") if os.fspath(name) != "." else self

    @property
    def name(self) -> str:
        """Part behind the last slash."""
        return self.url.rpartition("/")[2]

    @property
    def parent(self) -> RemotePath:
        """Directory of the path."""
        return RemotePath(self.url.rpartition("/")[0])

    def with_name(self, name: str) -> RemotePath:
        """Returns a path with another name in the same directory."""
        return self.parent / name

    def resolve(self) -> RemotePath:
        """Returns the path itself."""
        return self

    def listing(self, pattern: str) -> dict[RemotePath, FileStatus]:
        """Lists the files of this directory now, without a cache.

        Args:
            pattern: Pattern of the names, as in `fnmatch`.

        Returns:
            The status of each file, by ascending path. It is empty if there is no such directory.

        Raises:
            OSError: if the directory cannot be listed.
        """
        file_system, path = self._file_system()
        try:
            with self._os_errors():
                file_system.invalidate_cache(path)
                entries = file_system.ls(path, detail=True)
        except (FileNotFoundError, NotADirectoryError):
            return {}
        files = {}
        for entry in entries:
            name = entry["name"].rstrip("/").rpartition("/")[2]
            if entry["type"] == "file" and fnmatch.fnmatchcase(name, pattern):
                files[self / name] = _status(entry)
        return dict(sorted(files.items()))

    def status(self) -> FileStatus:
        """Returns the status of this file now.

        Raises:
            FileNotFoundError: if there is no such file.
            OSError: if the file cannot be reached.
        """
        file_system, path = self._file_system()
        with self._os_errors():
            file_system.invalidate_cache(file_system._parent(path))
            return _status(file_system.info(path))

    def open_ranges(self, ranges: Sequence[tuple[int, int]] = ()) -> RangeReader:
        """Opens the file for reading; bytes are requested as they are read.

        Args:
            ranges: Begin and end of bytes that are read for certain, in one round of requests.

        Raises:
            OSError: if these bytes cannot be read.
        """
        return RangeReader(self, ranges)

    def read_ranges(self, ranges: Sequence[tuple[int, int]]) -> list[bytes]:
        """Reads the bytes from the begin to the end of each range.

        Raises:
            OSError: if the file cannot be read.
        """
        file_system, path = self._file_system()
        starts, ends = [start for start, _ in ranges], [end for _, end in ranges]
        with self._os_errors():
            return file_system.cat_ranges([path] * len(ranges), starts, ends, on_error="raise")

    def read_bytes(self) -> bytes:
        """Reads the whole file."""
        file_system, path = self._file_system()
        with self._os_errors():
            return file_system.cat_file(path)

    def write_bytes(self, data: bytes) -> None:
        """Writes the file at once; readers see all of it or nothing on an object store."""
        file_system, path = self._file_system()
        with self._os_errors():
            if self.url.partition("://")[0] not in OBJECT_STORES:
                file_system.makedirs(file_system._parent(path), exist_ok=True)
            file_system.pipe_file(path, data)

    def upload(self, local: Path) -> None:
        """Writes the file from a local one."""
        file_system, path = self._file_system()
        with self._os_errors():
            file_system.put_file(str(local), path)

    def unlink(self, missing_ok: bool = False) -> None:
        """Deletes the file."""
        file_system, path = self._file_system()
        try:
            with self._os_errors():
                file_system.rm_file(path)
        except FileNotFoundError:
            if not missing_ok:
                raise

    def _file_system(self) -> tuple[Any, str]:
        """Returns the file system, which fsspec keeps, and the path in it."""
        scheme = self.url.partition("://")[0]
        try:
            import fsspec
        except ImportError as error:
            raise ImportError(f"{self.url} is read and written by fsspec. {EXTRA}") from error
        try:
            return fsspec.core.url_to_fs(self.url)
        except ImportError as error:
            raise ImportError(f"{self.url}: {error}. {EXTRA}") from error
        except ValueError as error:
            raise ValueError(f"fsspec cannot open {scheme}:// ({self.url}): {error}") from error

    @contextmanager
    def _os_errors(self) -> Iterator[None]:
        """Turns the errors of a file system into `OSError`, with the URL."""
        try:
            yield
        except FileNotFoundError:
            raise
        except PermissionError as error:
            raise PermissionError(f"{self.url}: permission denied ({error})") from error
        except Exception as error:
            raise OSError(f"{self.url}: {type(error).__name__}: {error}") from error


class RangeReader(io.RawIOBase):
    """Reads a remote file by ranges.

    Args:
        path: The file.
        ranges: Begin and end of bytes that are requested at once.
    """

    def __init__(self, path: RemotePath, ranges: Sequence[tuple[int, int]] = ()):
        super().__init__()
        self._path, self._position = path, 0
        self._size: int | None = None
        starts = [start for start, _ in ranges]
        self._blocks = list(zip(starts, path.read_ranges(ranges), strict=True)) if ranges else []

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        if whence == os.SEEK_CUR:
            offset += self._position
        elif whence == os.SEEK_END:
            offset += self._end()
        self._position = offset
        return offset

    def read(self, size: int | None = -1) -> bytes:
        """Reads bytes at the position, all up to the end of the file by default."""
        begin = self._position
        end = self._end() if size is None or size < 0 else begin + size
        data = self._stored(begin, end)
        if data is None:
            end = min(end, self._end())
            if begin >= end:
                return b""
            ahead = min(max(end, begin + READ_AHEAD), self._end())
            (block,) = self._path.read_ranges([(begin, ahead)])
            self._blocks = [(begin, block)]
            data = block[: end - begin]
        self._position += len(data)
        return data

    def _stored(self, begin: int, end: int) -> bytes | None:
        for start, block in self._blocks:
            if start <= begin and end <= start + len(block):
                return block[begin - start : end - start]
        return None

    def _end(self) -> int:
        if self._size is None:
            self._size = self._path.status().size
        return self._size


def _status(entry: dict[str, Any]) -> FileStatus:
    modified = entry.get("ETag") or entry.get("etag") or entry.get("generation")
    modified = modified or entry.get("LastModified") or entry.get("mtime") or entry.get("created")
    return FileStatus(None, int(entry["size"] or 0), str(modified))
