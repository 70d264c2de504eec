"""Cached reads of runs: catalog, small tensors and blobs.

What a run has is read from its event files, any step of it, if TensorBoard reads a local directory.
Otherwise it is what TensorBoard's data provider holds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from tensorboard import errors
from tensorboard.data import provider

from tb_rnnviz.core.json_schema import MAX_INTEGER
from tb_rnnviz.log_format.damaged_record import DamagedRecordError, RecordLocation
from tb_rnnviz.log_format.summary_value import check_array, strings_of
from tb_rnnviz.log_format.tags import LARGE, SMALL, valid_wall_time
from tb_rnnviz.recording import LAST
from tb_rnnviz.tensorboard.bytes_cache import BytesCache
from tb_rnnviz.tensorboard.call_pool import CallPool
from tb_rnnviz.tensorboard.large_value import FileValue, LargeValue, ProvidedValue
from tb_rnnviz.tensorboard.references import Scope, TagRef
from tb_rnnviz.tensorboard.run_catalog import RunCatalog, Series
from tb_rnnviz.tensorboard.run_files import RunFiles, read_value
from tb_rnnviz.tensorboard.single_flight_cache import SingleFlightCache
from tb_rnnviz.tensorboard.tensor_series import (
    FileSeries,
    ProvidedSeries,
    TensorSeries,
    array_bytes,
    is_step,
)
from tb_rnnviz.tensorboard.time_limited_provider import TimeLimitedProvider

ALL_STEPS = 1 << 20

CACHE_BYTES = 128 << 20
"""Bytes of everything that the plugin keeps of the log and computes from it."""

SMALL_BLOB, SMALL_BLOB_BYTES = 1 << 16, 8 << 20
"""Small blobs of the data provider have a cache of their own: each takes it 40 ms."""

KEY_BYTES = 300
"""Approximate size of the key of a blob, and of a small entry of a cache."""

MAX_SHOWN_STEPS = 40
"""Steps that an error lists; of more, the first and last ones."""

MAX_AGE, MAX_AGE_WHILE_CALLING = 0.25, 1.0
"""Maximum age of a listing in seconds, and while another thread is listing again."""


class CachedDataProvider:
    """Cached reads of one TensorBoard: listings, tensors and blobs.

    Safe to share between threads. The tags are listed again before one is reported as missing.

    Args:
        data_provider: Data provider of TensorBoard.
        files: Event files of the runs. Defaults to none, so that the steps of a run are those that
            the data provider holds.

    Attributes:
        provider: The data provider, every call of which has a time limit.
        pool: Thread pool for calls of the data provider.
        cache: Cache of all that is read and computed. A key begins with the name of its kind.
    """

    def __init__(self, data_provider: provider.DataProvider, files: RunFiles | None = None):
        self.provider = TimeLimitedProvider(data_provider)
        self.pool = CallPool()
        self.cache: BytesCache[Any] = BytesCache(CACHE_BYTES)
        self._files = files or RunFiles()
        self._catalogs: SingleFlightCache[RunCatalog] = SingleFlightCache(
            MAX_AGE, MAX_AGE_WHILE_CALLING
        )
        self._small_blobs: BytesCache[bytes] = BytesCache(SMALL_BLOB_BYTES)

    def catalog(self, scope: Scope, *, refresh: bool = False) -> RunCatalog:
        """Returns the runs and tags, as the same object until something is written.

        Args:
            scope: Scope of the request.
            refresh: If true, only a listing that begins after this call is returned. Defaults to
                false.
        """

        def read(previous: RunCatalog | None) -> RunCatalog:
            catalog = RunCatalog.read(self.provider, scope, self._files, previous)
            if previous is not None and previous.has_same_values(catalog):
                return previous
            return catalog

        return self._catalogs.get(scope.experiment, read, refresh=refresh)

    def tensors(self, scope: Scope, ref: TagRef, step: int | str = LAST) -> TensorSeries:
        """Returns a small tensor at every step.

        Args:
            scope: Scope of the request.
            ref: The tag.
            step: A step that must exist, or `"last"`. Defaults to `"last"`.

        Raises:
            DamagedRecordError: if TensorBoard cannot read the values.
            NotFoundError: if there is no such run, tag or step.
        """
        for refresh in (False, True):
            catalog = self.catalog(scope, refresh=refresh)
            listing = catalog.small.get(ref.run, {}).get(ref.tag)
            series = None if listing is None else self._series(scope, catalog, ref, listing)
            if series is not None and series.steps and (step == LAST or step in series.steps):
                return series
        if series is None or not series.steps:
            raise catalog.not_found(ref)
        raise _step_not_found(series.steps, step)

    def has_tensors(self, scope: Scope, ref: TagRef) -> bool:
        """Returns true if a small tensor is listed, without listing again."""
        return ref.tag in self.catalog(scope).small.get(ref.run, {})

    def tensors_at(
        self, scope: Scope, refs: Collection[TagRef], step: int
    ) -> dict[TagRef, tuple[Mapping[str, Any], np.ndarray]]:
        """Returns content and value at one step of those tags that have a whole one.

        Args:
            scope: Scope of the request.
            refs: Tags of small tensors.
            step: The step.
        """
        catalog = self.catalog(scope)
        listings = {ref: catalog.small.get(ref.run, {}).get(ref.tag) for ref in refs}

        def read(ref: TagRef) -> tuple[Mapping[str, Any], np.ndarray] | None:
            listing = listings[ref]
            if listing is None:
                return None
            try:
                series = self._series(scope, catalog, ref, listing)
                return (series.content_at(step), series.at(step)) if step in series.steps else None
            except DamagedRecordError:
                return None

        values = zip(refs, self.pool.map(read, refs), strict=True)
        return {ref: value for ref, value in values if value is not None}

    def large_value(self, scope: Scope, ref: TagRef, step: int | str) -> tuple[int, LargeValue]:
        """Returns a step and the blob sequence of a tag at that step.

        Args:
            scope: Scope of the request.
            ref: The tag.
            step: A step, or `"last"`.

        Raises:
            NotFoundError: if there is no such run, tag or step.
        """
        for refresh in (False, True):
            catalog = self.catalog(scope, refresh=refresh)
            is_listed = ref.tag in catalog.large.get(ref.run, {})
            index = catalog.files.get(ref.run)
            if index is not None and is_listed:
                is_last = step == LAST
                stored = index.last_value(ref.tag) if is_last else index.value(ref.tag, int(step))
                if stored is not None and is_step(stored.step):
                    value = FileValue(index, stored, valid_wall_time(stored.wall_time))
                    return stored.step, value
            values = self._large_values(scope, catalog, ref) if is_listed else {}
            if values and (step == LAST or step in values):
                number = max(values) if step == LAST else int(step)
                return number, values[number]
        if not values:
            raise catalog.not_found(ref)
        raise _step_not_found(values, step)

    def large_values_at(
        self, scope: Scope, refs: Iterable[TagRef], step: int
    ) -> dict[TagRef, LargeValue]:
        """Returns the blob sequences at one step of those tags that have one."""
        catalog = self.catalog(scope)
        values: dict[TagRef, LargeValue] = {}
        for ref in refs:
            index = catalog.files.get(ref.run)
            if index is None:
                provided = self._large_values(scope, catalog, ref).get(step)
                if provided is not None:
                    values[ref] = provided
            elif (stored := index.value(ref.tag, step)) is not None:
                values[ref] = FileValue(index, stored, valid_wall_time(stored.wall_time))
        return values

    def times_after(
        self, scope: Scope, catalog: RunCatalog, ref: TagRef, after: int | None
    ) -> tuple[dict[int, float | None], int | None]:
        """Returns times of writing in seconds by step, and the last step of all.

        Only steps that TensorBoard had when it listed the blob sequences count.

        Args:
            scope: Scope of the request.
            catalog: The listing.
            ref: Tag of blob sequences in the listing.
            after: Step after which the steps are returned, `None` for all.
        """
        listed = catalog.large[ref.run][ref.tag].last[0]
        if listed is None:
            return {}, None
        first = -MAX_INTEGER - 1 if after is None else after
        end = min(listed, MAX_INTEGER)
        index = catalog.files.get(ref.run)
        if index is None:
            times = self.times(scope, catalog, [ref])[ref]
            steps = [step for step in times if first < step <= end]
            return {step: times[step] for step in steps}, max(times, default=None)
        values = index.values(ref.tag)
        steps = values.steps_between(first, end)
        last = steps[-1:] or values.steps_between(-MAX_INTEGER - 1, end)[-1:]
        return {step: valid_wall_time(values[step].wall_time) for step in steps}, last[
            0
        ] if last else None

    def times(
        self, scope: Scope, catalog: RunCatalog, refs: Sequence[TagRef]
    ) -> dict[TagRef, Mapping[int, float | None]]:
        """Returns the times of writing of blob sequences in seconds, by step.

        Args:
            scope: Scope of the request.
            catalog: The listing.
            refs: Tags of blob sequences in the listing.
        """

        def read(ref: TagRef) -> tuple[dict[int, float | None], int]:
            values = self._large_values(scope, catalog, ref)
            times = {step: value.wall_time for step, value in values.items()}
            return times, KEY_BYTES * (1 + len(times))

        def times_of(ref: TagRef) -> Mapping[int, float | None]:
            key = "times", scope.experiment, ref, catalog.large[ref.run][ref.tag].state
            return self.cache.get_or_make(key, lambda: read(ref))

        self._read_keys(scope, catalog, [ref for ref in refs if ref.run not in catalog.files])
        return {ref: times_of(ref) for ref in refs}

    def strings(
        self, scope: Scope, value: LargeValue, indices: Sequence[int] | None = None
    ) -> list[bytes]:
        """Returns strings of a blob sequence, header first.

        Args:
            scope: Scope of the request.
            value: The blob sequence.
            indices: Indices of the strings. Defaults to all.

        Raises:
            DamagedRecordError: if it is damaged.
            NotFoundError: if it is no longer there.
        """
        if isinstance(value, FileValue):
            strings = self._file_strings(value)
            return list(strings) if indices is None else [strings[index] for index in indices]
        keys = value.keys if indices is None else [value.keys[index] for index in indices]
        return self._blobs(scope, keys)

    def count(self, value: LargeValue) -> int:
        """Returns the number of strings of a blob sequence."""
        if isinstance(value, FileValue):
            return len(self._file_strings(value))
        return len(value.keys)

    def _file_strings(self, value: FileValue) -> tuple[bytes, ...]:
        def read() -> tuple[tuple[bytes, ...], int]:
            strings = tuple(strings_of(read_value(value.run_index, value.value)))
            return strings, KEY_BYTES * (1 + len(strings)) + sum(map(len, strings))

        return self.cache.get_or_make(("strings", value.key), read)

    def _large_values(
        self, scope: Scope, catalog: RunCatalog, ref: TagRef
    ) -> Mapping[int, LargeValue]:
        """Returns the blob sequences of a listed tag by step, ascending."""
        index = catalog.files.get(ref.run)
        if index is None:
            return self._read_keys(scope, catalog, [ref])[ref]
        return {
            step: FileValue(index, value, valid_wall_time(value.wall_time))
            for step, value in index.values(ref.tag).items()
            if is_step(step)
        }

    def _read_keys(
        self, scope: Scope, catalog: RunCatalog, refs: Sequence[TagRef]
    ) -> dict[TagRef, Mapping[int, ProvidedValue]]:
        """Returns the keys that the data provider has of some tags, by step."""
        cache_keys = {
            ref: ("keys", scope.experiment, ref, catalog.large[ref.run][ref.tag].state)
            for ref in refs
        }
        by_ref: dict[TagRef, Mapping[int, ProvidedValue]] = {}
        for ref in refs:
            cached = self.cache.get(cache_keys[ref])
            if cached is not None:
                by_ref[ref] = cached
        missing = [ref for ref in refs if ref not in by_ref]
        if missing:
            read = self.provider.read_blob_sequences(
                scope.context,
                experiment_id=scope.experiment,
                plugin_name=LARGE,
                downsample=ALL_STEPS,
                run_tag_filter=provider.RunTagFilter(
                    runs=sorted({ref.run for ref in missing}),
                    tags=sorted({ref.tag for ref in missing}),
                ),
            )
            for ref in missing:
                values = _values_by_step(read.get(ref.run, {}).get(ref.tag, ()))
                size = KEY_BYTES * (1 + sum(len(value.keys) for value in values.values()))
                self.cache.put(cache_keys[ref], values, size)
                by_ref[ref] = values
        return {ref: by_ref[ref] for ref in refs}

    def _blob(self, scope: Scope, key: str) -> bytes:
        """Returns a blob of the data provider."""

        def read() -> tuple[bytes, int]:
            blob = self.provider.read_blob(scope.context, blob_key=key)
            if len(blob) <= SMALL_BLOB:
                self._small_blobs.put(key, blob, len(blob))
            return blob, len(blob)

        return self._small_blobs.get(key) or self.cache.get_or_make(("blob", key), read)

    def _blobs(self, scope: Scope, keys: Sequence[str]) -> list[bytes]:
        """Returns blobs of the data provider, read at the same time if not cached."""
        if not keys:
            raise DamagedRecordError("It has no header.")
        blobs: dict[str, bytes] = {}
        for key in keys:
            cached = self._small_blobs.get(key) or self.cache.get(("blob", key))
            if cached is not None:
                blobs[key] = cached
        missing = [key for key in dict.fromkeys(keys) if key not in blobs]
        read = self.pool.map(lambda key: self._blob(scope, key), missing)
        blobs.update(zip(missing, read, strict=True))
        return [blobs[key] for key in keys]

    def _series(
        self, scope: Scope, catalog: RunCatalog, ref: TagRef, listing: Series
    ) -> TensorSeries:
        """Returns the series of a listed small tensor."""
        key = scope.experiment, ref, listing.state
        index = catalog.files.get(ref.run)
        if index is not None:
            return FileSeries(key, ref, listing.content, index, self.cache)

        def read() -> tuple[TensorSeries, int]:
            with RecordLocation(f"Run {ref.run}", ref.tag, None).added():
                data_by_tag = self.provider.read_tensors(
                    scope.context,
                    experiment_id=scope.experiment,
                    plugin_name=SMALL,
                    downsample=ALL_STEPS,
                    run_tag_filter=provider.RunTagFilter(runs=[ref.run], tags=[ref.tag]),
                )
            data = list(data_by_tag.get(ref.run, {}).get(ref.tag, ()))
            times = {int(datum.step): datum.wall_time for datum in data}
            values = {int(datum.step): _array(datum, ref) for datum in data}
            series = ProvidedSeries(key, ref, listing.content, times, values)
            return series, KEY_BYTES + sum(map(array_bytes, series.arrays))

        return self.cache.get_or_make(("series", *key), read)


def _step_not_found(steps: Collection[int], step: int | str) -> errors.NotFoundError:
    """Returns an error that names the steps that exist."""
    return errors.NotFoundError(
        f"There is nothing at step {step}. The run has the steps {_shown(sorted(steps))}"
    )


def _shown(steps: Sequence[int]) -> str:
    """Describes ascending steps; of many, the first and the last ones."""
    if len(steps) <= MAX_SHOWN_STEPS:
        return str(list(steps))
    half = MAX_SHOWN_STEPS // 2
    first, last = (", ".join(map(str, part)) for part in (steps[:half], steps[-half:]))
    return f"[{first}, …, {last}]"


def _array(datum: Any, ref: TagRef) -> np.ndarray | DamagedRecordError:
    """Returns the value of a datum, or its damage."""
    array = np.asarray(datum.numpy)
    try:
        check_array(array, is_text=ref.kind == "digest")
    except DamagedRecordError as error:
        return error
    return array


def _values_by_step(data: Iterable[Any]) -> dict[int, ProvidedValue]:
    return {
        int(datum.step): ProvidedValue(
            tuple(value.blob_key for value in datum.values), valid_wall_time(datum.wall_time)
        )
        for datum in data
        if is_step(datum.step)
    }
