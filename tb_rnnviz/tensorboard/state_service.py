"""Service of the states of a layer: projection, geometry, and linear probes."""

from __future__ import annotations

import json
import threading
import zlib
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from tensorboard import errors

from tb_rnnviz import analysis
from tb_rnnviz.core.names import QuantityKey, is_state
from tb_rnnviz.core.numbers import json_number
from tb_rnnviz.log_format.damaged_record import DamagedRecordError
from tb_rnnviz.tensorboard.bytes_cache import BytesCache
from tb_rnnviz.tensorboard.cached_data_provider import CachedDataProvider
from tb_rnnviz.tensorboard.container import ZLIB_LEVEL, container
from tb_rnnviz.tensorboard.feature_process import FeatureProcess
from tb_rnnviz.tensorboard.logged_activity import LoggedActivity, check_tokens
from tb_rnnviz.tensorboard.recording_reader import RecordingBlobs, RecordingReader
from tb_rnnviz.tensorboard.references import ANSWER_VERSION, RecordingRef, Scope
from tb_rnnviz.tensorboard.sequence_service import SequenceService
from tb_rnnviz.tensorboard.state_projection import (
    MAX_POINTS,
    PCA,
    TSNE,
    StateAxes,
    explained_here,
    fit_axes,
    place_states,
    read_rows,
    spread_rows,
)

MEASURED_VALUES = 1 << 23
"""Values of a quantity that are measured, those of the first tokens of a text."""

PROBED_STATES, PROBED_VALUES = 2_000, 1 << 19
"""States that a linear probe reads at most, and values: 2 s for 256 units."""

FEWEST_GROUPS = 10
"""Sequences from which a linear probe is tested on whole sequences."""

AXES_BYTES = 8 << 20
"""Bytes of axes that are kept, apart from activities, which would displace them."""

MAX_CLASSES = 8
"""Labels that a linear probe tells apart at most."""


class _Fitted(NamedTuple):
    """Recordings that the axes of a projection are fitted to, with their activities."""

    refs: list[RecordingRef]
    keys: list[Any]
    activities: list[LoggedActivity]


class StateService:
    """Computes answers about states; safe to share between threads.

    Args:
        data: Reads of the data provider.
        recordings: Reader of single recordings.
        sequences: Answers about the sequences of a classifier.
        features: Evaluates features.
    """

    def __init__(
        self,
        data: CachedDataProvider,
        recordings: RecordingReader,
        sequences: SequenceService,
        features: FeatureProcess,
    ):
        self._data, self._recordings = data, recordings
        self._sequences, self._features = sequences, features
        self._tsne_slot = threading.Lock()
        self._axes_cache: BytesCache[StateAxes] = BytesCache(AXES_BYTES)

    def projection(
        self,
        scope: Scope,
        recording: RecordingRef,
        key: QuantityKey,
        fitted: Sequence[RecordingRef],
        method: str,
    ) -> bytes:
        """Projects the states of a recording to axes that it shares with others.

        Args:
            scope: Scope of the request.
            recording: The recording.
            key: Layer and quantity.
            fitted: Recordings that the axes are fitted to. Those that the log lacks, and those
                of another number of units, are left out; if none is left, the axes are those of
                the recording itself.
            method: `"pca"` or `"tsne"`, which also places the recording itself.

        Raises:
            NotFoundError: if the log has no such activity, or no state is finite.
        """
        blobs = self._recordings.locate(scope, recording, key)
        activity = self._recordings.activity(scope, blobs, key)
        at_step = RecordingRef(recording.run, recording.probe, blobs.step)
        others = self._fitted(scope, key, fitted, activity.shape[1])
        if not others.refs or (method == TSNE and at_step not in others.refs):
            others.refs.append(at_step)
            others.keys.append(blobs.activities[key].key)
            others.activities.append(activity)
        cache_key = ("projection", method, blobs.activities[key].key, *others.keys)

        def make() -> tuple[bytes, int]:
            answer = self._projected(scope, blobs, activity, key, others, method)
            return answer, len(answer)

        return self._data.cache.get_or_make(cache_key, make)

    def _projected(
        self,
        scope: Scope,
        blobs: RecordingBlobs,
        activity: LoggedActivity,
        key: QuantityKey,
        fitted: _Fitted,
        method: str,
    ) -> bytes:
        axes = self._axes(fitted, method)
        if method == TSNE:
            own = fitted.keys.index(blobs.activities[key].key)
            rows, points = axes.rows[own], axes.points[own]
            here = np.full(points.shape[1], np.nan)
        else:
            rows = spread_rows(len(activity), MAX_POINTS)
            points = place_states(activity, rows, axes)
            here = explained_here(activity, rows, points)
        tokens = np.flatnonzero(activity.mask)[rows]
        at_step = RecordingRef(blobs.recording.run, blobs.recording.probe, blobs.step)
        predicted = self._sequences.predictions(scope, at_step)
        runs: dict[str, list[int]] = {}
        for ref in fitted.refs:
            runs.setdefault(ref.run, []).append(int(ref.step))
        header = {
            "version": ANSWER_VERSION,
            "kind": "projection",
            "step": blobs.step,
            "method": method,
            "units": activity.shape[1],
            "states": len(activity),
            "points": len(rows),
            "components": points.shape[1],
            "missing": int((~np.isfinite(points).all(axis=1)).sum()),
            "fitted": [{"run": run, "steps": sorted(steps)} for run, steps in runs.items()],
            "fitted_states": axes.fitted,
            "explained": [json_number(value, 4) for value in axes.explained],
            "explained_here": [json_number(value, 4) for value in here],
            "low": [json_number(value, 6) for value in axes.low],
            "high": [json_number(value, 6) for value in axes.high],
            "classes": None if predicted is None else predicted[0],
        }
        arrays = [tokens.astype("<u4"), points.astype("<f4")]
        if predicted is not None and len(predicted[1]) == len(activity.mask):
            arrays.append(predicted[1][tokens].astype("<i2"))
        else:
            header["classes"] = None
        streams = [zlib.compress(array.tobytes(), ZLIB_LEVEL) for array in arrays]
        return container([json.dumps(header, allow_nan=False).encode(), *streams])

    def axes(
        self,
        scope: Scope,
        recording: RecordingRef,
        key: QuantityKey,
        fitted: Sequence[RecordingRef],
    ) -> StateAxes:
        """Returns the principal axes on which `projection` places a recording.

        Raises:
            NotFoundError: if the log has no such activity, or no state is finite.
        """
        return self._axes(self._fitted_or_own(scope, recording, key, fitted), PCA)

    def axes_key(
        self,
        scope: Scope,
        recording: RecordingRef,
        key: QuantityKey,
        fitted: Sequence[RecordingRef],
    ) -> object:
        """Returns what these axes depend on.

        Raises:
            NotFoundError: if the log has no such activity.
        """
        return tuple(self._fitted_or_own(scope, recording, key, fitted).keys)

    def _fitted_or_own(
        self,
        scope: Scope,
        recording: RecordingRef,
        key: QuantityKey,
        refs: Sequence[RecordingRef],
    ) -> _Fitted:
        """Returns the recordings of some units, the recording itself if there are none."""
        blobs = self._recordings.locate(scope, recording, key)
        units = self._recordings.activity(scope, blobs, key).shape[1]
        fitted = self._fitted(scope, key, refs, units)
        own = RecordingRef(recording.run, recording.probe, blobs.step)
        return fitted if fitted.refs else self._fitted(scope, key, [own], units)

    def _fitted(
        self, scope: Scope, key: QuantityKey, refs: Sequence[RecordingRef], units: int
    ) -> _Fitted:
        fitted = _Fitted([], [], [])
        for ref in refs:
            try:
                blobs = self._recordings.locate(scope, ref, key)
                activity = self._recordings.activity(scope, blobs, key)
            except (errors.NotFoundError, DamagedRecordError):
                continue
            if activity.shape[1] == units and len(activity):
                fitted.refs.append(ref)
                fitted.keys.append(blobs.activities[key].key)
                fitted.activities.append(activity)
        return fitted

    def _axes(self, fitted: _Fitted, method: str) -> StateAxes:
        def make() -> tuple[StateAxes, int]:
            try:
                if method == PCA:
                    axes = fit_axes(fitted.activities, method)
                else:
                    with self._tsne_slot:
                        axes = fit_axes(fitted.activities, method)
            except ValueError as error:
                raise errors.NotFoundError(str(error)) from error
            except ImportError as error:
                raise errors.InvalidArgumentError(str(error)) from error
            return axes, axes.nbytes

        return self._axes_cache.get_or_make((method, *fitted.keys), make)

    def geometry(self, scope: Scope, recording: RecordingRef) -> dict[str, Any]:
        """Measures the states of every layer of a recording, see `/state_geometry`.

        Raises:
            NotFoundError: if there is no such recording.
        """
        blobs = self._recordings.locate(scope, recording)
        layers, damaged = [], []
        for key in blobs.activities:
            if not is_state(key.quantity):
                continue
            try:
                layers.append(self._measured(scope, blobs, key))
            except DamagedRecordError as error:
                damaged.append({"layer": key.layer, "quantity": key.quantity, "why": str(error)})
        return {"step": blobs.step, "states": layers, "damaged": damaged}

    def geometry_key(self, scope: Scope, recording: RecordingRef) -> object:
        """Returns what the geometry of a recording depends on.

        Raises:
            NotFoundError: if there is no such recording.
        """
        blobs = self._recordings.locate(scope, recording)
        return tuple(value.key for value in blobs.activities.values())

    def _measured(self, scope: Scope, blobs: RecordingBlobs, key: QuantityKey) -> dict[str, Any]:
        activity = self._recordings.activity(scope, blobs, key)
        units = activity.shape[1]
        end = min(len(activity), max(2, MEASURED_VALUES // max(units, 1)))
        ends = np.minimum(np.cumsum([0, *activity.lengths]), end)
        geometry = analysis.state_geometry(read_rows(activity, np.arange(end)), np.diff(ends))
        return {
            "layer": key.layer,
            "quantity": key.quantity,
            "units": units,
            "states": geometry.states,
            "all_states": len(activity),
            "dimension": json_number(geometry.dimension, 4),
            "components": geometry.components,
            "spread": json_number(geometry.spread, 4),
            "speed": json_number(geometry.speed, 4),
        }

    def linear_probe(
        self, scope: Scope, recording: RecordingRef, key: QuantityKey, feature: str | None
    ) -> dict[str, Any]:
        """Fits a linear probe to a feature, or to the labels of the sequences.

        Args:
            scope: Scope of the request.
            recording: The recording.
            key: Layer and quantity.
            feature: Name of a boolean feature in the log, or a feature in JSON or YAML; `None`
                for the labels, which are read from the last state of each sequence.

        Raises:
            InvalidArgumentError: if there is nothing to tell apart.
            NotFoundError: if the log has no such recording or label.
        """
        blobs = self._recordings.locate(scope, recording, key)
        activity = self._recordings.activity(scope, blobs, key)
        ends = np.cumsum(activity.lengths)
        sequence = np.repeat(np.arange(len(ends)), activity.lengths)
        most = min(PROBED_STATES, PROBED_VALUES // max(activity.shape[1], 1))
        if feature is None:
            name, values, rows = self._labelled(scope, blobs, activity, most)
            tokens = rows  # The control task draws a label for each sequence.
        else:
            name, of_tokens, ids = self._valued(scope, blobs, feature)
            with blobs.location("activity", key).added():
                check_tokens(len(of_tokens), activity)
            rows = spread_rows(len(activity), most)
            values, tokens = of_tokens[activity.mask][rows], ids[activity.mask][rows]
        is_grouped = feature is None or len(ends) >= FEWEST_GROUPS
        groups = sequence[rows] if is_grouped else None
        try:
            probe = analysis.linear_probe(
                read_rows(activity, rows), values, groups=groups, tokens=tokens.tolist()
            )
        except (ValueError, ImportError) as error:
            raise errors.InvalidArgumentError(str(error)) from error
        return {
            "step": blobs.step,
            "target": name,
            "states": len(rows),
            "groups": "sequences" if is_grouped else "blocks",
            "classes": [str(name) for name in probe.classes] or None,
            "chance": json_number(1 / len(probe.classes) if probe.classes else 0, 4),
            "score": json_number(probe.score, 4),
            "control": json_number(probe.control, 4),
            "selectivity": json_number(probe.selectivity, 4),
            "unit": probe.unit,
            "unit_score": json_number(probe.unit_score, 4),
        }

    def _valued(
        self, scope: Scope, blobs: RecordingBlobs, feature: str
    ) -> tuple[str, np.ndarray, np.ndarray]:
        """Returns name and values of a feature, and the id of every token."""
        text = self._recordings.text(scope, blobs)
        logged = self._recordings.features(scope, blobs)
        if feature in logged:
            return feature, logged[feature], text.ids
        result = self._features.evaluate(text, feature)
        if result.values is None:
            raise errors.InvalidArgumentError(result.note or f"{result.name} has no values here.")
        is_number = not result.is_boolean
        values = result.values.astype(np.float64) if is_number else result.values
        return result.name, values, text.ids

    def _labelled(
        self, scope: Scope, blobs: RecordingBlobs, activity: LoggedActivity, most: int
    ) -> tuple[str, np.ndarray, np.ndarray]:
        """Returns labels of sequences, and the rows of their last states."""
        names = self._recordings.labels(scope, blobs)
        if names is None:
            raise errors.NotFoundError(
                "The sequences of this probe have no labels. Give the name of a feature."
            )
        ends = np.cumsum([0, *activity.sequence_lengths])
        is_read = np.diff(ends) > 0
        rows, labels = ends[1:][is_read] - 1, np.array(names)[is_read]
        distinct = np.unique(labels)
        if len(distinct) > MAX_CLASSES:
            raise errors.InvalidArgumentError(
                f"A linear probe tells {MAX_CLASSES} labels apart at most. "
                f"Received: {len(distinct)} labels, such as {distinct[:3].tolist()}."
            )
        chosen = spread_rows(len(rows), most)
        return "label", labels[chosen], rows[chosen]
