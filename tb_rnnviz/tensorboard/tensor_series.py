"""Small tensor of a tag at every step of a run."""

from __future__ import annotations

from abc import ABC, abstractmethod
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from tb_rnnviz.core.json_schema import MAX_INTEGER
from tb_rnnviz.log_format.damaged_record import DamagedRecordError
from tb_rnnviz.log_format.run_index import RunIndex
from tb_rnnviz.log_format.summary_value import array_of
from tb_rnnviz.log_format.tags import parse_content, valid_wall_time
from tb_rnnviz.recording import LAST
from tb_rnnviz.tensorboard.bytes_cache import BytesCache
from tb_rnnviz.tensorboard.query import NO_CURSOR
from tb_rnnviz.tensorboard.references import TagRef
from tb_rnnviz.tensorboard.run_files import read_value

_EMPTY = np.empty(0, np.float32)


class TensorSeries(ABC):
    """Small tensor at every step, ascending.

    Args:
        key: Hashable that is equal for equal values.
        ref: The tag.
        content: Content of the tag.
        steps: The steps, ascending.

    Attributes:
        key: Hashable that is equal for equal values.
        content: Content of the tag.
        generation: Name that changes with any value that was there before, and not with one that
            is appended; `None` if unknown.
        steps: The steps, without those that JSON does not have exactly.
    """

    generation: str | None = None

    def __init__(self, key: tuple, ref: TagRef, content: Mapping[str, Any], steps: Sequence[int]):
        self.key, self.content, self._ref = key, content, ref
        self._damage: dict[int, DamagedRecordError] = {}
        if steps and not (is_step(steps[0]) and is_step(steps[-1])):
            limits = f"Steps are integers from {-MAX_INTEGER} to {MAX_INTEGER}."
            self._damage = {step: self._error(step, limits) for step in steps if not is_step(step)}
            steps = [step for step in steps if is_step(step)]
        self.steps = steps

    @abstractmethod
    def wall_time(self, step: int) -> float | None:
        """Returns the time of writing of a step in seconds, `None` if no clock shows it."""

    @abstractmethod
    def _read(self, step: int) -> np.ndarray:
        """Returns the value at a step; raises a DamagedRecordError if it is damaged."""

    def resolve(self, step: int | str) -> int:
        """Returns a step as a number, the last one for `"last"`."""
        return self.steps[-1] if step == LAST else int(step)

    def at(self, step: int) -> np.ndarray:
        """Returns the value at one of the steps: numbers, or one string.

        Raises:
            DamagedRecordError: if it is damaged.
        """
        if step in self._damage:
            raise self._damage[step]
        try:
            return self._read(step)
        except DamagedRecordError as error:
            self._damage[step] = error = self._error(step, error.reason)
            raise error from None

    def content_at(self, step: int) -> Mapping[str, Any]:
        """Returns the content of the tag when a step was written, as far as it is known."""
        return self.content

    @property
    def arrays(self) -> list[np.ndarray]:
        """The value at each step, empty where it is damaged."""
        return self.arrays_at(self.steps)

    def arrays_at(self, steps: Sequence[int]) -> list[np.ndarray]:
        """Returns the value at some of the steps, empty where it is damaged."""
        arrays = []
        for step in steps:
            try:
                arrays.append(self.at(step))
            except DamagedRecordError:
                arrays.append(_EMPTY)
        return arrays

    def first_new(self, after: int | None, rows: tuple[int, ...]) -> int:
        """Returns the index of the first step that a continued answer has.

        It is 0, for an answer with all steps, if there are other numbers since `after`: another
        content or shape, or damage.

        Args:
            after: Last step of the earlier answer, `None` without one.
            rows: Sizes of the first dimensions that the arrays have to have.
        """
        first = 0 if after is None else bisect_right(self.steps, after)
        if after is None or not first or self.steps[first - 1] != after:
            return 0
        shapes = {array.shape for array in self.arrays_at(self.steps[first - 1 :])}
        is_same = len(shapes) == 1 and shapes.pop()[: len(rows)] == rows
        return first if is_same and self.content_at(after) == self.content else 0

    @property
    def cursor(self) -> str:
        """Cursor of an answer that has all steps."""
        return f"{self.generation}:{self.steps[-1]}" if self.generation else NO_CURSOR

    @property
    def damage(self) -> dict[int, DamagedRecordError]:
        """The damage by step, as far as the values were read."""
        return dict(self._damage)

    def _error(self, step: int, reason: str) -> DamagedRecordError:
        source = f"Run {self._ref.run}"
        return DamagedRecordError(reason, source=source, tag=self._ref.tag, step=step)


class ProvidedSeries(TensorSeries):
    """Small tensor that TensorBoard's data provider holds.

    Args:
        key: Hashable that is equal for equal values.
        ref: The tag.
        content: Content of the tag.
        times: Time of writing in seconds by step.
        values: The value by step, or its damage.
    """

    def __init__(
        self,
        key: tuple,
        ref: TagRef,
        content: Mapping[str, Any],
        times: Mapping[int, float],
        values: Mapping[int, np.ndarray | DamagedRecordError],
    ):
        super().__init__(key, ref, content, sorted(times))
        self._values, self._times = values, times

    def wall_time(self, step: int) -> float | None:
        """Returns the time of writing of a step in seconds, `None` if no clock shows it."""
        return valid_wall_time(self._times[step])

    def _read(self, step: int) -> np.ndarray:
        value = self._values[step]
        if isinstance(value, DamagedRecordError):
            raise value
        return value


class FileSeries(TensorSeries):
    """Small tensor in event files, each value of which is read when it is used.

    Args:
        key: Hashable that is equal for equal values.
        ref: The tag.
        content: Content of the tag.
        index: Index of the run.
        cache: Cache of the values.
    """

    def __init__(
        self,
        key: tuple,
        ref: TagRef,
        content: Mapping[str, Any],
        index: RunIndex,
        cache: BytesCache[Any],
    ):
        self._index, self._cache = index, cache
        self.generation = index.generation
        self._values = index.values(ref.tag)
        super().__init__(key, ref, content, self._values.steps)

    def wall_time(self, step: int) -> float | None:
        """Returns the time of writing of a step in seconds, `None` if no clock shows it."""
        return valid_wall_time(self._values[step].wall_time)

    def content_at(self, step: int) -> Mapping[str, Any]:
        """Returns the content of the tag in the file that has a step."""
        try:
            return parse_content(self._index.content(self._values[step]))
        except DamagedRecordError:
            return self.content

    def _read(self, step: int) -> np.ndarray:
        stored = self._values[step]

        def read() -> tuple[np.ndarray, int]:
            value = read_value(self._index, stored)
            array = array_of(value, is_text=self._ref.kind == "digest")
            return array, array_bytes(array)

        return self._cache.get_or_make(("tensor", stored.key), read)


def is_step(step: int) -> bool:
    """Returns true for a step that every reader of JSON has exactly."""
    return -MAX_INTEGER <= step <= MAX_INTEGER


def array_bytes(array: np.ndarray) -> int:
    """Returns the bytes of an array, or of the string that is its only value."""
    return len(array.item()) if array.dtype == object and array.size == 1 else array.nbytes
