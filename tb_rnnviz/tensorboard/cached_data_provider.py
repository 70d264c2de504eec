"""Cached reads of TensorBoard's data provider: catalog, small tensors, blobs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from tensorboard import errors
from tensorboard.data import provider

from tb_rnnviz.core.json_schema import MAX_INTEGER
from tb_rnnviz.log_format.damaged_record import DamagedRecordError, RecordLocation
from tb_rnnviz.log_format.tags import LARGE, SMALL, valid_wall_time
from tb_rnnviz.recording import LAST
from tb_rnnviz.tensorboard.bytes_cache import BytesCache
from tb_rnnviz.tensorboard.call_pool import CallPool
from tb_rnnviz.tensorboard.references import Scope, TagRef
from tb_rnnviz.tensorboard.run_catalog import RunCatalog, Series
from tb_rnnviz.tensorboard.single_flight_cache import SingleFlightCache
from tb_rnnviz.tensorboard.time_limited_provider import TimeLimitedProvider

ALL_STEPS = 1 << 20
BLOB_BYTES = 128 << 20
SMALL_BLOB, SMALL_BLOB_BYTES = 1 << 16, 32 << 20
"""Small blobs have their own cache, because a large one would evict many of them."""

TENSOR_BYTES = 128 << 20
KEYS_BYTES = 32 << 20
KEY_BYTES = 300
"""Approximate size of the key of a blob."""

MAX_AGE, MAX_AGE_WHILE_CALLING = 0.25, 1.0
"""Maximum age of a listing in seconds, and while another thread is listing again."""


class BlobKey(NamedTuple):
    """Key of a blob in TensorBoard, and the time of writing, `None` if unknown."""

    key: str
    wall_time: float | None


BlobKeys = tuple[BlobKey, ...]
"""Keys of the blobs of a tag at one step, header first."""


@dataclass(frozen=True)
class TensorSeries:
    """Small tensor at every step, ascending.

    Attributes:
        key: Hashable that is equal for equal values.
        content: Content of the tag.
        steps: The steps, without those that JSON does not have exactly.
        wall_times: Time of writing of each step in seconds, `None` if unknown.
        arrays: The values: numbers, or one string; empty where the value is damaged.
        damage: The damage by step.
    """

    key: tuple
    content: Mapping[str, Any]
    steps: list[int]
    wall_times: list[float | None]
    arrays: list[np.ndarray]
    damage: dict[int, DamagedRecordError] = field(default_factory=dict)

    def resolve(self, step: int | str) -> int:
        """Returns a step as a number, the last one for `"last"`."""
        return self.steps[-1] if step == LAST else int(step)

    def at(self, step: int) -> np.ndarray:
        """Returns the value at one of the steps.

        Raises:
            DamagedRecordError: if it is damaged.
        """
        if step in self.damage:
            raise self.damage[step]
        return self.arrays[self.steps.index(step)]


class CachedDataProvider:
    """Cached reads of one TensorBoard: listings, tensors and blobs.

    Safe to share between threads. The tags are listed again before one is reported as missing.

    Args:
        data_provider: Data provider of TensorBoard.

    Attributes:
        provider: The data provider, every call of which has a time limit.
        pool: Thread pool for calls of the data provider.
    """

    def __init__(self, data_provider: provider.DataProvider):
        self.provider = TimeLimitedProvider(data_provider)
        self.pool = CallPool()
        self._catalogs: SingleFlightCache[RunCatalog] = SingleFlightCache(
            MAX_AGE, MAX_AGE_WHILE_CALLING
        )
        self._blob_keys: BytesCache[Mapping[int, BlobKeys]] = BytesCache(KEYS_BYTES)
        self._tensors: BytesCache[TensorSeries] = BytesCache(TENSOR_BYTES)
        self._blobs: BytesCache[bytes] = BytesCache(BLOB_BYTES)
        self._small_blobs: BytesCache[bytes] = BytesCache(SMALL_BLOB_BYTES)

    def catalog(self, scope: Scope, *, refresh: bool = False) -> RunCatalog:
        """Returns the runs and tags, as the same object until something is written.

        Args:
            scope: Scope of the request.
            refresh: If true, only a listing that begins after this call is returned. Defaults to
                false.
        """

        def read(previous: RunCatalog | None) -> RunCatalog:
            catalog = RunCatalog.read(self.provider, scope, self.pool)
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
            series = None if listing is None else self._read_tensors(scope, ref, listing)
            if series is not None and (step in series.steps or step == LAST and series.steps):
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
        readable = {ref: listing for ref, listing in listings.items() if listing}
        cached = {
            ref: self._tensors.get(_tensor_key(scope, ref, listing))
            for ref, listing in readable.items()
        }
        missing = [ref for ref, series in cached.items() if series is None]

        def read(ref: TagRef) -> TensorSeries | None:
            try:
                return self._read_tensors(scope, ref, readable[ref])
            except DamagedRecordError:
                return None

        cached.update(zip(missing, self.pool.map(read, missing), strict=True))
        return {
            ref: (series.content, series.at(step))
            for ref, series in cached.items()
            if series is not None and step in series.steps and step not in series.damage
        }

    def blob_keys(self, scope: Scope, ref: TagRef, step: int | str) -> tuple[int, BlobKeys]:
        """Returns a step and the keys of the blobs of a tag at that step.

        Args:
            scope: Scope of the request.
            ref: The tag.
            step: A step, or `"last"`.

        Raises:
            DamagedRecordError: if the tag has no blobs at that step.
            NotFoundError: if there is no such run, tag or step.
        """
        for refresh in (False, True):
            catalog = self.catalog(scope, refresh=refresh)
            is_listed = ref.tag in catalog.large.get(ref.run, {})
            keys = self.blob_keys_by_step(scope, catalog, [ref])[ref] if is_listed else {}
            if keys and (step == LAST or step in keys):
                number = max(keys) if step == LAST else int(step)
                if not keys[number]:
                    raise DamagedRecordError(
                        "It has no header.", source=f"Run {ref.run}", tag=ref.tag, step=number
                    )
                return number, keys[number]
        if not keys:
            raise catalog.not_found(ref)
        raise _step_not_found(keys, step)

    def blob_keys_by_step(
        self, scope: Scope, catalog: RunCatalog, refs: Sequence[TagRef]
    ) -> dict[TagRef, Mapping[int, BlobKeys]]:
        """Returns the keys of the blobs of several tags by step.

        Args:
            scope: Scope of the request.
            catalog: The listing.
            refs: Tags of blob sequences in the listing.
        """
        cache_keys = {
            ref: (scope.experiment, ref, catalog.large[ref.run][ref.tag].last) for ref in refs
        }
        by_ref: dict[TagRef, Mapping[int, BlobKeys]] = {}
        for ref in refs:
            cached = self._blob_keys.get(cache_keys[ref])
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
                keys = _keys_by_step(read.get(ref.run, {}).get(ref.tag, ()))
                size = KEY_BYTES * (1 + sum(len(keys_of_step) for keys_of_step in keys.values()))
                self._blob_keys.put(cache_keys[ref], keys, size)
                by_ref[ref] = keys
        return {ref: by_ref[ref] for ref in refs}

    def blob(self, scope: Scope, key: BlobKey) -> bytes:
        """Returns one blob."""

        def read() -> tuple[bytes, int]:
            blob = self.provider.read_blob(scope.context, blob_key=key.key)
            if len(blob) <= SMALL_BLOB:
                self._small_blobs.put(key, blob, len(blob))
            return blob, len(blob)

        return self._small_blobs.get(key) or self._blobs.get_or_make(key, read)

    def blobs(self, scope: Scope, keys: Sequence[BlobKey]) -> list[bytes]:
        """Returns several blobs, which are read at the same time if not cached."""
        blobs: dict[BlobKey, bytes] = {}
        for key in keys:
            cached = self._small_blobs.get(key) or self._blobs.get(key)
            if cached is not None:
                blobs[key] = cached
        missing = [key for key in dict.fromkeys(keys) if key not in blobs]
        read = self.pool.map(lambda key: self.blob(scope, key), missing)
        blobs.update(zip(missing, read, strict=True))
        return [blobs[key] for key in keys]

    def _read_tensors(self, scope: Scope, ref: TagRef, listing: Series) -> TensorSeries:
        key = _tensor_key(scope, ref, listing)

        def read() -> tuple[TensorSeries, int]:
            with RecordLocation(f"Run {ref.run}", ref.tag, None).added():
                data_by_tag = self.provider.read_tensors(
                    scope.context,
                    experiment_id=scope.experiment,
                    plugin_name=SMALL,
                    downsample=ALL_STEPS,
                    run_tag_filter=provider.RunTagFilter(runs=[ref.run], tags=[ref.tag]),
                )
            data = data_by_tag.get(ref.run, {}).get(ref.tag, ())
            series = _tensor_series(key, ref, listing.content, data)
            return series, KEY_BYTES + sum(map(_size, series.arrays))

        return self._tensors.get_or_make(key, read)


def _step_not_found(steps: Collection[int], step: int | str) -> errors.NotFoundError:
    """Returns an error that names the steps that exist."""
    return errors.NotFoundError(
        f"There is nothing at step {step}. TensorBoard holds the steps {sorted(steps)}"
    )


def _tensor_series(
    key: tuple, ref: TagRef, content: Mapping[str, Any], data: Iterable[Any]
) -> TensorSeries:
    """Returns the values of a tag, checked for their type."""
    by_step = {int(datum.step): datum for datum in data}
    steps = sorted(filter(_is_step, by_step))
    arrays = [np.asarray(by_step[step].numpy) for step in steps]
    damage = {
        step: DamagedRecordError(
            f"Steps are integers from {-MAX_INTEGER} to {MAX_INTEGER}.",
            source=f"Run {ref.run}",
            tag=ref.tag,
            step=step,
        )
        for step in by_step
        if not _is_step(step)
    }
    for index, (step, array) in enumerate(zip(steps, arrays, strict=True)):
        is_text = array.dtype == object and array.size == 1
        if is_text != (ref.kind == "digest") or not (is_text or array.dtype.kind in "fiu"):
            damage[step] = DamagedRecordError(
                f"It has an array of type {array.dtype} and shape {array.shape}.",
                source=f"Run {ref.run}",
                tag=ref.tag,
                step=step,
            )
            arrays[index] = np.empty(0, np.float32)
    return TensorSeries(
        key,
        content,
        steps,
        [valid_wall_time(by_step[step].wall_time) for step in steps],
        arrays,
        damage,
    )


def _tensor_key(scope: Scope, ref: TagRef, listing: Series) -> tuple:
    return scope.experiment, ref, listing.last


def _keys_by_step(data: Iterable[Any]) -> dict[int, BlobKeys]:
    return {
        int(datum.step): tuple(
            BlobKey(value.blob_key, valid_wall_time(datum.wall_time)) for value in datum.values
        )
        for datum in data
        if _is_step(datum.step)
    }


def _is_step(step: int) -> bool:
    """True for a step that every reader of JSON has exactly."""
    return -MAX_INTEGER <= step <= MAX_INTEGER


def _size(array: np.ndarray) -> int:
    """Returns the bytes of an array, or of the string that is its only value."""
    return len(array.item()) if array.dtype == object and array.size == 1 else array.nbytes
