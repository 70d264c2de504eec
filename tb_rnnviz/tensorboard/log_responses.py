"""Responses from the log as JSON and containers."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Hashable, Sequence
from functools import partial
from typing import Any

import numpy as np
from tensorboard import errors

from tb_rnnviz.core.names import QuantityKey
from tb_rnnviz.core.spread_steps import spread_steps
from tb_rnnviz.log_format.activity import EncodedActivity
from tb_rnnviz.log_format.damaged_record import DamagedRecordError
from tb_rnnviz.log_format.explanations import decode_explanations
from tb_rnnviz.log_format.matrix import EncodedMatrix
from tb_rnnviz.log_format.relevance import decode_relevance
from tb_rnnviz.recording import LAST
from tb_rnnviz.report.value_range import unit_ranges
from tb_rnnviz.tensorboard.answer_cursors import (
    AnswerStates,
    continued_step,
)
from tb_rnnviz.tensorboard.cached_data_provider import (
    MAX_AGE,
    MAX_AGE_WHILE_CALLING,
    CachedDataProvider,
)
from tb_rnnviz.tensorboard.cached_response import cached_response, gzipped, location
from tb_rnnviz.tensorboard.checked_blobs import CheckedBlobs
from tb_rnnviz.tensorboard.container import array_container, container
from tb_rnnviz.tensorboard.digest_responses import DigestResponses
from tb_rnnviz.tensorboard.index import IndexResponses
from tb_rnnviz.tensorboard.large_value import LargeValue
from tb_rnnviz.tensorboard.logged_explanations import (
    MAX_STEPS,
    explanation_history,
    explanations_json,
)
from tb_rnnviz.tensorboard.logged_matrix import MatrixPart, matrix_history, matrix_part
from tb_rnnviz.tensorboard.references import ProbeRef, RecordingRef, Scope, TagRef
from tb_rnnviz.tensorboard.scalars import FIRST_POINTS, MAX_POINTS, TrainingScalars
from tb_rnnviz.tensorboard.single_flight_cache import SingleFlightCache
from tb_rnnviz.tensorboard.tensor_series import TensorSeries
from tb_rnnviz.tensorboard.unit_series import (
    check_unit,
    unit_history,
    unit_series,
    units_of_series,
)

SAMPLED_STEPS = 16
"""Steps at most from which missing ranges of the units are derived."""

SAMPLED_TOKENS = 2048
"""Tokens of each of these steps, about."""


class LogResponses:
    """Responses from one TensorBoard; safe to share between threads.

    A response is made once for each state of the data that it is made of. Methods raise
    TensorBoard's NotFoundError if the log does not contain what is asked for, and a
    DamagedRecordError if it is damaged.

    Args:
        data: Reads of the data provider.

    Attributes:
        digests: Responses with digests.
        index: Responses with the index.
    """

    def __init__(self, data: CachedDataProvider):
        self._data = data
        self.digests = DigestResponses(data)
        self._checked = CheckedBlobs(data)
        self._states = AnswerStates(data.cache)
        self.index = IndexResponses(data, self._states)
        self._trainings: SingleFlightCache[TrainingScalars] = SingleFlightCache(
            MAX_AGE, MAX_AGE_WHILE_CALLING
        )

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
        step, value = self._data.large_value(scope, ref, recording.step)
        with location(ref, step).added():
            (header,) = self._data.strings(scope, value, [0])
            activity = EncodedActivity(header)
            activity.check_number(self._data.count(value) - 1)
            check_unit(unit, activity.units)
            chunks = self._checked.chunks(scope, activity, value, activity.chunks_of(unit))
        return container([header, *chunks])

    def spectrum(self, scope: Scope, recording: RecordingRef, key: QuantityKey) -> bytes:
        """Returns a container with the blobs of the spectrum of a layer and quantity."""
        return self._blobs(scope, recording.tag("spectrum", key), recording.step)

    def matrix(self, scope: Scope, recording: RecordingRef, name: str, part: MatrixPart) -> bytes:
        """Returns a container with a part of a matrix."""
        ref = recording.tag("matrix", (name,))
        step, value = self._data.large_value(scope, ref, recording.step)

        def read_blobs(indices: Sequence[int]) -> list[bytes]:
            return self._data.strings(scope, value, [1 + index for index in indices])

        with location(ref, step).added():
            matrix = EncodedMatrix(self._data.strings(scope, value, [0])[0])
            matrix.check_number(self._data.count(value) - 1)
            header, values = matrix_part(matrix, part, read_blobs)
        return array_container({"matrix": name, "step": step, **header}, values)

    def matrix_summary(
        self, scope: Scope, probe: ProbeRef, name: str, since: str | None = None
    ) -> bytes:
        """Returns the numbers of a matrix at every step as JSON in gzip.

        Args:
            scope: Scope of the request.
            probe: The probe.
            name: Name of the matrix.
            since: Cursor of an earlier answer, whose steps are left out if they are unchanged, or
                `"none"`. Defaults to every step and an answer without a cursor.
        """
        series = self._data.tensors(scope, probe.tag("matrix_summary", (name,)))
        rows = (len(series.content["statistics"]),)
        return self._continued("matrix_summary", series, since, rows, matrix_history)

    def explanations(self, scope: Scope, recording: RecordingRef) -> bytes:
        """Returns the explanations of predictions at a step as JSON in gzip."""
        ref = recording.tag("explanations")
        step, value = self._data.large_value(scope, ref, recording.step)

        def make() -> bytes:
            with location(ref, step).added():
                explanations = decode_explanations(self._data.strings(scope, value))
            return gzipped(json.dumps(explanations_json(explanations, step), allow_nan=False))

        return self._response(("explanations", value.key), make)

    def explanation_history(
        self, scope: Scope, probe: ProbeRef, position: tuple[int, int] | None
    ) -> bytes:
        """Returns the explanations of a prediction over the steps as JSON in gzip.

        Args:
            scope: Scope of the request.
            probe: The probe.
            position: Sequence and token of the prediction, `None` for none.
        """
        ref = probe.tag("explanations")
        self._data.large_value(scope, ref, LAST)
        times = self._data.times(scope, self._data.catalog(scope), [ref])[ref]
        recorded = sorted(times)

        def make() -> bytes:
            by_step, left_out = {}, []
            for index in spread_steps(len(recorded), MAX_STEPS):
                step = recorded[index]
                _, value = self._data.large_value(scope, ref, step)
                try:
                    by_step[step] = decode_explanations(self._data.strings(scope, value))
                except DamagedRecordError:
                    left_out.append(step)
            return gzipped(json.dumps(explanation_history(by_step, left_out, position)))

        key = ("explanation_history", scope.experiment, ref, position, tuple(times.items()))
        return self._response(key, make)

    def relevance(self, scope: Scope, recording: RecordingRef, key: QuantityKey) -> bytes:
        """Returns a container with the relevance of a layer and quantity."""
        series = self._data.tensors(scope, recording.tag("relevance", key), recording.step)
        step = series.resolve(recording.step)

        def make() -> bytes:
            with location(recording.tag("relevance", key), step).added():
                content = series.content_at(step)
                table = decode_relevance(content, series.at(step))
            header = {**content, "statistics": table.statistics}
            return array_container(header | {"units": int(table.array.shape[-1])}, table.array)

        return self._response(("relevance", series.key, step), make)

    def units(
        self,
        scope: Scope,
        probe: ProbeRef,
        key: QuantityKey,
        kind: str,
        since: str | None = None,
    ) -> bytes:
        """Returns a container with one kind of numbers of every unit at every step.

        Args:
            scope: Scope of the request.
            probe: The probe.
            key: Layer and quantity.
            kind: One of the kinds of `ROWS`.
            since: Cursor of an earlier answer, whose steps are left out if they are unchanged, or
                `"none"`. Defaults to every step and an answer without a cursor.
        """
        if kind == "ranges" and not self._data.has_tensors(scope, probe.tag(kind, key)):
            return self._ranges_of_activity(scope, probe.tag("activity", key))
        series = self._data.tensors(scope, probe.tag(kind, key))
        after = None if since is None else continued_step(since, series.generation)
        return self._response(
            ("units", series.key, since is None, after),
            lambda: units_of_series(kind, series, after, has_cursor=since is not None),
        )

    def _ranges_of_activity(self, scope: Scope, ref: TagRef) -> bytes:
        """Ranges of the units of a log that has none, from a sample of steps and tokens.

        Steps whose activity is damaged are left out.
        """
        self._data.large_value(scope, ref, LAST)
        times = self._data.times(scope, self._data.catalog(scope), [ref])[ref]

        def make() -> bytes:
            ranges: dict[int, np.ndarray] = {}
            recorded = sorted(times)
            stride = max(1, -(-len(recorded) // SAMPLED_STEPS))
            for step in recorded[::-stride][::-1]:
                _, value = self._data.large_value(scope, ref, step)
                with contextlib.suppress(DamagedRecordError):
                    ranges[step] = self._ranges_at(scope, value)
            if not ranges:
                raise errors.NotFoundError(f"Every step of {ref.tag!r} is damaged.")
            return unit_series("ranges", {}, list(ranges), list(ranges.values()))

        return self._response(("ranges", scope.experiment, ref, tuple(times.items())), make)

    def _ranges_at(self, scope: Scope, value: LargeValue) -> np.ndarray:
        """Robust ranges of the units of a recorded activity, float32 (2, units)."""
        header, *chunks = self._data.strings(scope, value)
        encoded = EncodedActivity(header)
        encoded.check_number(len(chunks))
        activity, is_read = encoded.decode(chunks)
        return unit_ranges(activity[is_read][:: max(1, encoded.tokens // SAMPLED_TOKENS)])

    def unit_history(
        self,
        scope: Scope,
        probe: ProbeRef,
        key: QuantityKey,
        unit: int,
        since: str | None = None,
    ) -> bytes:
        """Returns effect and q of a unit for every feature and step as JSON in gzip.

        Args:
            scope: Scope of the request.
            probe: The probe.
            key: Layer and quantity.
            unit: Index of the unit.
            since: Cursor of an earlier answer, whose steps are left out if they are unchanged, or
                `"none"`. Defaults to every step and an answer without a cursor.
        """
        series = self._data.tensors(scope, probe.tag("relevance", key))
        name = "unit_history", unit
        rows = len(series.content["features"]), len(series.content["statistics"])
        return self._continued(name, series, since, rows, partial(unit_history, unit))

    def _continued(
        self,
        name: Hashable,
        series: TensorSeries,
        since: str | None,
        rows: tuple[int, ...],
        encode: Callable[..., dict[str, Any]],
    ) -> bytes:
        """Returns numbers over the steps, without those of an earlier answer, as JSON.

        Args:
            name: Name of the answer.
            series: The logged numbers.
            since: Cursor of an earlier answer, `"none"`, or `None` for an answer without a cursor.
            rows: Sizes of the first dimensions of the arrays.
            encode: Makes the answer of content, steps, arrays, and the number of first steps that
                it leaves out.
        """
        after = None if since is None else continued_step(since, series.generation)

        def make() -> bytes:
            first = series.first_new(after, rows)
            # The step before is there for the shape.
            steps = series.steps[max(first - 1, 0) :]
            answer = encode(series.content, steps, series.arrays_at(steps), skipped=min(first, 1))
            if since is not None:
                answer["after"] = after if first else None
                answer["cursor"] = series.cursor
            return gzipped(json.dumps(answer, allow_nan=False))

        return self._response((name, series.key, since is None, after), make)

    def scalars(self, scope: Scope, run: str, since: str | None = None) -> bytes:
        """Returns scalars and hyper-parameters of the training of a run as JSON in gzip.

        Args:
            scope: Scope of the request.
            run: The run.
            since: Cursor of an earlier answer, whose points are left out, or `"none"`. Defaults to
                all points and an answer without a cursor.
        """
        catalog = self._data.catalog(scope)
        if run not in catalog.runs:
            catalog = self._data.catalog(scope, refresh=True)
        if run not in catalog.runs:
            raise catalog.not_found(TagRef(run, "scalars", ()))

        def read(_: TrainingScalars | None) -> TrainingScalars:
            return TrainingScalars(self._data, scope, run, catalog.runs)

        # The serial of the catalog: what the index announces, the scalars have.
        training = self._trainings.get((scope.experiment, run, catalog.serial), read)
        key = "scalars", scope.experiment, run

        def make() -> bytes:
            earlier = self._states.state(key, since) or {}
            most = MAX_POINTS if since is None else FIRST_POINTS
            answer, last = training.read(scope, earlier, most)
            if since is not None:
                answer["cursor"] = self._states.cursor(key, last)
            return gzipped(json.dumps(answer, allow_nan=False))

        return self._response((training.key, since), make)

    def _blobs(self, scope: Scope, ref: TagRef, step: int | str) -> bytes:
        number, value = self._data.large_value(scope, ref, step)
        with location(ref, number).added():
            return container(self._checked.strings(scope, ref.kind, value))

    def _response(self, key: Hashable, make: Callable[[], bytes]) -> bytes:
        return cached_response(self._data.cache, key, make)
