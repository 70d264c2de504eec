"""Responses from the log as JSON and containers."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Hashable
from typing import Any

from tb_rnnviz.core.names import QuantityKey
from tb_rnnviz.log_format.activity import EncodedActivity
from tb_rnnviz.log_format.digest import digest_with_step
from tb_rnnviz.log_format.relevance import decode_relevance
from tb_rnnviz.log_format.tags import VERSION
from tb_rnnviz.tensorboard.bytes_cache import BytesCache
from tb_rnnviz.tensorboard.cached_data_provider import (
    MAX_AGE,
    MAX_AGE_WHILE_CALLING,
    CachedDataProvider,
)
from tb_rnnviz.tensorboard.container import array_container, container
from tb_rnnviz.tensorboard.index import build_index, text_refs
from tb_rnnviz.tensorboard.references import ProbeRef, RecordingRef, Scope, TagRef
from tb_rnnviz.tensorboard.run_catalog import RunCatalog
from tb_rnnviz.tensorboard.scalars import TrainingScalars
from tb_rnnviz.tensorboard.single_flight_cache import SingleFlightCache
from tb_rnnviz.tensorboard.unit_series import check_unit, unit_history, unit_series

RESPONSE_BYTES = 64 << 20
"""Bytes of responses that are kept."""

GZIP_LEVEL = 3


class LogResponses:
    """Responses from one TensorBoard; safe to share between threads.

    A response is made once for each state of the data that it is made of. Methods raise
    TensorBoard's NotFoundError if the log does not contain what is asked for.

    Args:
        data: Reads of the data provider.
    """

    def __init__(self, data: CachedDataProvider):
        self._data = data
        self._responses: BytesCache[bytes] = BytesCache(RESPONSE_BYTES)
        self._trainings: SingleFlightCache[TrainingScalars] = SingleFlightCache(
            MAX_AGE, MAX_AGE_WHILE_CALLING
        )

    def index(self, scope: Scope) -> dict[str, Any]:
        """Returns runs, probes, layers, quantities and steps."""
        return self._index(scope, self._data.catalog(scope))

    def index_json(self, scope: Scope) -> bytes:
        """Returns the index as JSON in gzip."""
        catalog = self._data.catalog(scope)
        return self._response(
            ("index", scope.experiment, catalog.serial),
            lambda: gzipped(json.dumps(self._index(scope, catalog))),
        )

    def digests(self, scope: Scope, probe: ProbeRef) -> bytes:
        """Returns the digest of every step of a probe as JSON in gzip."""
        series = self._data.tensors(scope, probe.tag("digest"))

        def make() -> bytes:
            values = zip(series.steps, series.wall_times, series.arrays, strict=True)
            digests = (digest_with_step(array.item(), step, time) for step, time, array in values)
            return gzipped(f'{{"version": {VERSION}, "steps": [{", ".join(digests)}]}}')

        return self._response(("digests", series.key), make)

    def text(self, scope: Scope, recording: RecordingRef) -> bytes:
        """Returns a container with the blobs of the text of a recording."""
        return self._blobs(scope, recording.tag("text"), recording.step)

    def activity(
        self, scope: Scope, recording: RecordingRef, key: QuantityKey, unit: int | None = None
    ) -> bytes:
        """Returns a container with the blobs of the activity of a layer and quantity.

        Args:
            scope: Scope of the request.
            recording: The recording.
            key: Layer and quantity.
            unit: If given, only the header and the chunks that contain this unit are returned.
        """
        ref = recording.tag("activity", key)
        if unit is None:
            return self._blobs(scope, ref, recording.step)
        _, (header_key, *chunk_keys) = self._data.blob_keys(scope, ref, recording.step)
        header = self._data.blob(scope, header_key)
        activity = EncodedActivity(header)
        check_unit(unit, activity.units)
        chunks = [chunk_keys[index] for index in activity.chunks_of(unit)]
        return container([header, *self._data.blobs(scope, chunks)])

    def spectrum(self, scope: Scope, recording: RecordingRef, key: QuantityKey) -> bytes:
        """Returns a container with the blobs of the spectrum of a layer and quantity."""
        return self._blobs(scope, recording.tag("spectrum", key), recording.step)

    def relevance(self, scope: Scope, recording: RecordingRef, key: QuantityKey) -> bytes:
        """Returns a container with the relevance of a layer and quantity."""
        series = self._data.tensors(scope, recording.tag("relevance", key), recording.step)
        step = series.resolve(recording.step)

        def make() -> bytes:
            table = decode_relevance(series.content, series.at(step))
            header = {**series.content, "statistics": table.statistics}
            return array_container(header | {"units": int(table.array.shape[-1])}, table.array)

        return self._response(("relevance", series.key, step), make)

    def units(self, scope: Scope, probe: ProbeRef, key: QuantityKey, kind: str) -> bytes:
        """Returns a container with one kind of numbers of every unit at every step."""
        series = self._data.tensors(scope, probe.tag(kind, key))
        return self._response(
            ("units", series.key),
            lambda: unit_series(kind, series.content, series.steps, series.arrays),
        )

    def unit_history(self, scope: Scope, probe: ProbeRef, key: QuantityKey, unit: int) -> bytes:
        """Returns effect and q of a unit for every feature and step as JSON in gzip."""
        series = self._data.tensors(scope, probe.tag("relevance", key))

        def make() -> bytes:
            history = unit_history(unit, series.content, series.steps, series.arrays)
            return gzipped(json.dumps(history))

        return self._response(("unit_history", series.key, unit), make)

    def scalars(self, scope: Scope, run: str) -> bytes:
        """Returns scalars and hyper-parameters of the training of a run as JSON in gzip."""
        catalog = self._data.catalog(scope)
        if run not in catalog.runs:
            catalog = self._data.catalog(scope, refresh=True)
        if run not in catalog.runs:
            raise catalog.not_found(TagRef(run, "scalars", ()))

        def read(_: TrainingScalars | None) -> TrainingScalars:
            return TrainingScalars(self._data, scope, run, catalog.runs)

        training = self._trainings.get((scope.experiment, run), read)
        return self._response(training.key, lambda: gzipped(training.json(scope)))

    def _blobs(self, scope: Scope, ref: TagRef, step: int | str) -> bytes:
        _, keys = self._data.blob_keys(scope, ref, step)
        return container(self._data.blobs(scope, keys))

    def _index(self, scope: Scope, catalog: RunCatalog) -> dict[str, Any]:
        keys = self._data.blob_keys_by_step(scope, catalog, text_refs(catalog))
        return build_index(catalog, {ref: sorted(by_step) for ref, by_step in keys.items()})

    def _response(self, key: Hashable, make: Callable[[], bytes]) -> bytes:
        def make_with_size() -> tuple[bytes, int]:
            response = make()
            return response, len(response)

        return self._responses.get_or_make(key, make_with_size)


def gzipped(text: str) -> bytes:
    """Compresses a text with gzip."""
    return gzip.compress(text.encode(), GZIP_LEVEL, mtime=0)
