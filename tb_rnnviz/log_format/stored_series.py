"""Values of a tag by step, while steps are appended."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from tb_rnnviz.log_format.file_index import FileIndex, RecordEntry


class StoredValue(NamedTuple):
    """Position of a value in the event files of a run.

    Attributes:
        tag: Its tag.
        step: Its step.
        wall_time: Time of writing in seconds.
        key: Hashable that no other value has.
    """

    tag: str
    step: int
    wall_time: float
    key: tuple[int, int, str]


class Source(NamedTuple):
    """Record of one of the files of a run."""

    file: FileIndex
    record: RecordEntry

    def value(self, tag: str) -> StoredValue:
        """Returns the position of the value of a tag of the record."""
        record = self.record
        return StoredValue(
            tag, record.step, record.wall_time, (self.file.serial, record.offset, tag)
        )


class StoredSeries(Mapping[int, StoredValue]):
    """Positions of the values of a tag by step, ascending.

    The series does not change, although it shares its lists with longer ones.

    Args:
        tag: The tag.
        steps: Steps, ascending; further ones may be appended.
        sources: Records of these steps.
        length: Number of steps of the series.
    """

    def __init__(self, tag: str, steps: list[int], sources: list[Source], length: int):
        self._tag, self._steps, self._sources, self._length = tag, steps, sources, length

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[int]:
        return islice(self._steps, self._length)

    def __getitem__(self, step: int) -> StoredValue:
        index = bisect_left(self._steps, step, 0, self._length)
        if index == self._length or self._steps[index] != step:
            raise KeyError(step)
        return self._sources[index].value(self._tag)

    @property
    def steps(self) -> list[int]:
        """The steps."""
        return self._steps[: self._length]

    def steps_between(self, after: float, last: float) -> list[int]:
        """Returns the steps after a step, up to a last one."""
        first = bisect_right(self._steps, after, 0, self._length)
        return self._steps[first : bisect_right(self._steps, last, first, self._length)]


class SeriesCache:
    """Series of tags, each of which is continued with the records since it was read."""

    def __init__(self) -> None:
        self._series: dict[str, tuple[list[int], list[Source], int]] = {}

    def clear(self) -> None:
        """Forgets every series, because the records before the last one have changed."""
        self._series = {}

    def series(self, tag: str, sources: Sequence[Source]) -> StoredSeries:
        """Returns the series of a tag.

        Args:
            tag: The tag.
            sources: Records of the run, ascending. Since the last call or `clear`, records were
                appended alone.
        """
        steps, of_tag, seen = self._series.get(tag, ([], [], 0))
        for index in range(seen, len(sources)):
            source = sources[index]
            if source.file.number(tag) not in source.record.tags:
                continue
            if steps and steps[-1] == source.record.step:  # Earlier series keep their lists.
                steps, of_tag = steps[:-1], of_tag[:-1]
            steps.append(source.record.step)
            of_tag.append(source)
        self._series[tag] = steps, of_tag, len(sources)
        return StoredSeries(tag, steps, of_tag, len(steps))
