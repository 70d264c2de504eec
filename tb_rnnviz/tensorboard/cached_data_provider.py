"""What TensorBoard holds of our data, read through its data provider once and kept."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from tensorboard import errors
from tensorboard.data import provider

from tb_rnnviz.log_format.tags import LARGE, SMALL, tag
from tb_rnnviz.recording import LAST
from tb_rnnviz.tensorboard.bytes_cache import BytesCache
from tb_rnnviz.tensorboard.run_catalog import RunCatalog, Series, list_catalog
from tb_rnnviz.tensorboard.single_flight_cache import SingleFlightCache

ALL_STEPS = 1 << 20
BLOB_BYTES = 128 << 20
SMALL_BLOB, SMALL_BLOB_BYTES = 1 << 16, 32 << 20
"""Small blobs are kept by themselves, too: a few large ones would drive many of them out."""

TENSOR_BYTES = 128 << 20
SEQUENCE_BYTES = 32 << 20
KEY_BYTES = 300  # about; of the key of a blob
THREADS = 64
"""Calls of TensorBoard's data server at once; each waits some 40 ms, whatever it asks for."""

SECONDS, MEANWHILE = 0.25, 1.0
"""How old what TensorBoard lists may be; and while it is being listed again."""

BlobKey = tuple[str, float]
"""TensorBoard's key of a blob, and the time at which it was written."""

Names = Sequence[str]
"""The kind and the names that make a tag."""

Blobs = Mapping[int, tuple[BlobKey, ...]]
"""By step, the blobs of a tag."""

_Item, _Result, _Steps = TypeVar("_Item"), TypeVar("_Result"), TypeVar("_Steps")


@dataclass(frozen=True)
class Tensors:
    """A small tensor at every step, ascending.

    Attributes:
        key: The same for the same values.
        content: What the log says of them.
        steps: The steps.
        times: When each was written, in seconds.
        arrays: The values.
    """

    key: tuple
    content: Mapping[str, Any]
    steps: list[int]
    times: list[float]
    arrays: list[np.ndarray]

    def __len__(self) -> int:
        return len(self.steps)

    def __contains__(self, step: int) -> bool:
        return step in self.steps

    def at(self, step: int) -> np.ndarray:
        """The value at a step that is there."""
        return self.arrays[self.steps.index(step)]


class CachedDataProvider:
    """Reads lists, tensors and blobs of one TensorBoard; safe to share between threads.

    Args:
        data_provider: TensorBoard's data provider.

    Methods take TensorBoard's request context and experiment id first, and raise
    `tensorboard.errors.NotFoundError` with a list of what exists when something does not.
    What TensorBoard lists is asked for again after a moment, and at once where something is
    missing; what it holds of a tag is read again as soon as its last step or time is another.
    """

    def __init__(self, data_provider: provider.DataProvider):
        self.provider = data_provider
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="rnnviz")
        self._states: SingleFlightCache[RunCatalog] = SingleFlightCache(SECONDS, MEANWHILE)
        self._sequences: BytesCache[Blobs] = BytesCache(SEQUENCE_BYTES)
        self._tensors: BytesCache[Tensors] = BytesCache(TENSOR_BYTES)
        self._blobs: BytesCache[bytes] = BytesCache(BLOB_BYTES)
        self._small_blobs: BytesCache[bytes] = BytesCache(SMALL_BLOB_BYTES)

    def state(self, ctx: Any, experiment: str, *, refresh: bool = False) -> RunCatalog:
        """What TensorBoard lists; the same object until something was written.

        Args:
            refresh: Whether it must be listed from now on.
        """

        def listed(known: RunCatalog | None) -> RunCatalog:
            state = list_catalog(self.provider, ctx, experiment, self.map)
            return known if known is not None and known.same(state) else state

        return self._states.get(experiment, listed, refresh=refresh)

    def tensors(
        self, ctx: Any, experiment: str, run: str, names: Names, step: int | str = LAST
    ) -> Tensors:
        """A small tensor at every step.

        Args:
            names: The kind and the names that make the tag.
            step: A step that has to be there, or `"last"`.
        """
        name = tag(*names)

        def read(state: RunCatalog) -> Tensors | None:
            series = state.small.get(run, {}).get(name)
            return series and self._read_tensors(ctx, experiment, run, name, series)

        found = self._newest(ctx, experiment, read, step)
        if not found:
            raise self.state(ctx, experiment).missing(run, names)
        step_in(found.steps, step)
        return found

    def at_step(
        self, ctx: Any, experiment: str, run: str, names: Collection[str], step: int
    ) -> dict[str, tuple[Mapping[str, Any], np.ndarray]]:
        """By tag, content and value of small tensors at one step, of those that are there."""
        tags = self.state(ctx, experiment).small.get(run, {})
        wanted = {name: tags[name] for name in names if name in tags and tags[name].readable}
        found = {
            name: self._tensors.get((experiment, run, name, series.mark))
            for name, series in wanted.items()
        }
        lacking = [(name, series) for name, series in wanted.items() if found[name] is None]
        read = self.map(lambda one: self._read_tensors(ctx, experiment, run, *one), lacking)
        found.update((name, data) for (name, _), data in zip(lacking, read, strict=True))
        return {name: (data.content, data.at(step)) for name, data in found.items() if step in data}

    def sequence(
        self, ctx: Any, experiment: str, run: str, names: Names, step: int | str
    ) -> tuple[int, tuple[BlobKey, ...]]:
        """A step, and where the blobs of a tag are at that step.

        Args:
            names: The kind and the names that make the tag.
            step: A step, or `"last"`.
        """
        name = tag(*names)

        def read(state: RunCatalog) -> Blobs:
            wanted = [(run, name)] if name in state.large.get(run, {}) else []
            return self.sequences(ctx, experiment, state, wanted).get((run, name), {})

        found = self._newest(ctx, experiment, read, step)
        if not found:
            raise self.state(ctx, experiment).missing(run, names)
        step = step_in(found, step)
        return step, found[step]

    def sequences(
        self, ctx: Any, experiment: str, state: RunCatalog, wanted: Sequence[tuple[str, str]]
    ) -> dict[tuple[str, str], Blobs]:
        """By run and tag, where the blobs of every step are.

        Args:
            state: What TensorBoard lists.
            wanted: Runs and tags in it.
        """
        keys = {at: (experiment, *at, state.large[at[0]][at[1]].mark) for at in wanted}
        known = {at: self._sequences.get(key) for at, key in keys.items()}
        lacking = [at for at, blobs in known.items() if blobs is None]
        if lacking:
            read = self.provider.read_blob_sequences(
                ctx,
                experiment_id=experiment,
                plugin_name=LARGE,
                downsample=ALL_STEPS,
                run_tag_filter=provider.RunTagFilter(
                    runs=sorted({run for run, _ in lacking}),
                    tags=sorted({name for _, name in lacking}),
                ),
            )
            for run, name in lacking:
                blobs = _by_step(read.get(run, {}).get(name, ()))
                size = KEY_BYTES * (1 + sum(len(one) for one in blobs.values()))
                self._sequences.put(keys[run, name], blobs, size)
                known[run, name] = blobs
        return known

    def blob(self, ctx: Any, key: BlobKey) -> bytes:
        """One blob."""

        def read() -> tuple[bytes, int]:
            blob = self.provider.read_blob(ctx, blob_key=key[0])
            if len(blob) <= SMALL_BLOB:
                self._small_blobs.put(key, blob, len(blob))
            return blob, len(blob)

        return self._small_blobs.get(key) or self._blobs.get_or_make(key, read)

    def read(self, ctx: Any, keys: Sequence[BlobKey]) -> list[bytes]:
        """Several blobs, those that are not kept at the same time."""
        known = {key: self._small_blobs.get(key) or self._blobs.get(key) for key in keys}
        lacking = [key for key, blob in known.items() if blob is None]
        if len(lacking) == 1:
            known[lacking[0]] = self.blob(ctx, lacking[0])
        elif lacking:
            blobs = self.map(lambda key: self.blob(ctx, key), lacking)
            known.update(zip(lacking, blobs, strict=True))
        return [known[key] for key in keys]

    def map(
        self, function: Callable[[_Item], _Result], items: Iterable[_Item]
    ) -> Iterator[_Result]:
        """Does something with each item, some at a time; the function must not call `map`."""
        items = list(items)
        return map(function, items) if len(items) < 2 else self._pool.map(function, items)

    def _newest(
        self, ctx: Any, experiment: str, read: Callable[[RunCatalog], _Steps], step: int | str
    ) -> _Steps:
        """What is read of a state; of a new one, where a step or everything is missing."""
        found = read(self.state(ctx, experiment))
        if found and (step == LAST or step in found):
            return found
        return read(self.state(ctx, experiment, refresh=True))

    def _read_tensors(
        self, ctx: Any, experiment: str, run: str, name: str, series: Series
    ) -> Tensors:
        if not series.readable:
            raise errors.NotFoundError(
                f"Run {run!r} has {name!r} of a version that cannot be read. Upgrade tb-rnnviz."
            )
        key = (experiment, run, name, series.mark)

        def read() -> tuple[Tensors, int]:
            found = self.provider.read_tensors(
                ctx,
                experiment_id=experiment,
                plugin_name=SMALL,
                downsample=ALL_STEPS,
                run_tag_filter=provider.RunTagFilter(runs=[run], tags=[name]),
            )
            by_step = {datum.step: datum for datum in found.get(run, {}).get(name, ())}
            data = [by_step[step] for step in sorted(by_step)]
            arrays = [np.asarray(datum.numpy) for datum in data]
            steps, times = [int(d.step) for d in data], [float(d.wall_time) for d in data]
            tensors = Tensors(key, series.content, steps, times, arrays)
            return tensors, KEY_BYTES + sum(_size(array) for array in arrays)

        return self._tensors.get_or_make(key, read)


def step_in(steps: Collection[int], step: int | str) -> int:
    """A step that is there, the last one for `"last"`; raises a NotFoundError otherwise."""
    wanted = max(steps) if step == LAST else step
    if wanted not in steps:
        raise errors.NotFoundError(
            f"There is nothing at step {step}. TensorBoard holds the steps {sorted(steps)}"
        )
    return wanted


def _by_step(data: Iterable[Any]) -> Blobs:
    return {
        datum.step: tuple((value.blob_key, datum.wall_time) for value in datum.values)
        for datum in data
    }


def _size(array: np.ndarray) -> int:
    """Bytes of an array, or of the text that is its only value."""
    return len(array.item()) if array.dtype == object and array.size == 1 else array.nbytes
