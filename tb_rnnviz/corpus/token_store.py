"""`TokenStore`: ids of a corpus on disk, with the ends of its sequences."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray


class TokenStore:
    """Ids of a corpus in a file, of which parts are read through a memory map.

    Args:
        directory: Directory of the file. Defaults to a temporary one, which goes with the store.

    Attributes:
        ends: End of each sequence, in tokens from the beginning.
        streams: True for each sequence that may be cut, false for one that is read whole.

    Example:
        >>> store = TokenStore()
        >>> store.append(np.array([3, 1])); store.end_sequence(is_stream=False)
        >>> store.append(np.array([2])); store.end_sequence(is_stream=False)
        >>> store.ids(0, 3).tolist(), store.ends
        ([3, 1, 2], [2, 3])
        >>> store.close()
    """

    def __init__(self, directory: Path | None = None):
        self._temporary = None
        if directory is None:
            self._temporary = tempfile.TemporaryDirectory(prefix="rnnviz-survey-")
            directory = Path(self._temporary.name)
        directory.mkdir(parents=True, exist_ok=True)
        self._path = directory / "tokens.i32"
        self._file = self._path.open("wb")
        self._length = 0
        self._map: NDArray[np.integer] | None = None
        self.ends: list[int] = []
        self.streams: list[bool] = []

    @classmethod
    def of_array(cls, ids: NDArray[np.integer]) -> TokenStore:
        """Returns a store of an array (steps,) that is in memory or mapped already."""
        store = cls.__new__(cls)
        store._temporary, store._map = None, ids
        store._length = len(ids)
        store.ends, store.streams = [len(ids)], [True]
        return store

    def __len__(self) -> int:
        return self._length

    def append(self, ids: NDArray[np.integer]) -> None:
        """Adds ids to the sequence that is not ended yet."""
        np.ascontiguousarray(ids, np.int32).tofile(self._file)
        self._length += len(ids)

    def end_sequence(self, *, is_stream: bool) -> None:
        """Ends a sequence; one without tokens is left out."""
        if self._length > (self.ends[-1] if self.ends else 0):
            self.ends.append(self._length)
            self.streams.append(is_stream)

    def drop_sequence(self) -> None:
        """Removes what was appended since the last end."""
        self._length = self.ends[-1] if self.ends else 0
        self._file.flush()
        self._file.truncate(4 * self._length)
        self._file.seek(4 * self._length)

    def ids(self, begin: int, end: int) -> NDArray[np.int64]:
        """Returns the ids of a range of positions."""
        if self._map is None:
            self._file.close()
            self._map = np.memmap(self._path, np.int32, "r") if self._length else np.zeros(0, int)
        return np.asarray(self._map[begin:end], np.int64)

    def counts(self, size: int | None) -> NDArray[np.int64]:
        """Counts every id, in parts; negative ids and those from `size` on are left out."""
        total = np.zeros(size or 0, np.int64)
        for begin in range(0, self._length, 1 << 22):
            ids = self.ids(begin, min(begin + (1 << 22), self._length))
            ids = ids[ids >= 0] if size is None else ids[(ids >= 0) & (ids < size)]
            part = np.bincount(ids, minlength=len(total))
            part[: len(total)] += total
            total = part
        return total

    def close(self) -> None:
        """Closes the files."""
        if hasattr(self, "_file"):
            self._file.close()
        self._map = None
        if self._temporary is not None:
            self._temporary.cleanup()
