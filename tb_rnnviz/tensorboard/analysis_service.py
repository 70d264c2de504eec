"""Analysis on request: answers that are computed from the activity in the log."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable, Hashable, Mapping
from typing import Any

import numpy as np

from tb_rnnviz.core.axis import TIME, TOKENS
from tb_rnnviz.core.names import QuantityKey
from tb_rnnviz.core.numbers import json_value
from tb_rnnviz.features import feature_from, reads_the_present
from tb_rnnviz.log_format.damaged_record import DamagedRecordError
from tb_rnnviz.report.match_features import match_count, match_note
from tb_rnnviz.tensorboard.cached_data_provider import CachedDataProvider
from tb_rnnviz.tensorboard.dynamics_service import DynamicsService
from tb_rnnviz.tensorboard.emergence import emergences
from tb_rnnviz.tensorboard.feature_process import FeatureProcess, FeatureValues
from tb_rnnviz.tensorboard.logged_activity import check_tokens
from tb_rnnviz.tensorboard.matching import check_same, matched
from tb_rnnviz.tensorboard.notice import Notice
from tb_rnnviz.tensorboard.recording_reader import RecordingBlobs, RecordingReader
from tb_rnnviz.tensorboard.references import ANSWER_VERSION, ProbeRef, RecordingRef, Scope
from tb_rnnviz.tensorboard.sequence_service import SequenceService
from tb_rnnviz.tensorboard.state_service import StateService
from tb_rnnviz.tensorboard.strongest_units import (
    StrongestUnits,
    recorded_units,
    strongest_units,
)
from tb_rnnviz.tensorboard.unit_report import unit_report
from tb_rnnviz.tensorboard.unit_series import check_unit
from tb_rnnviz.tensorboard.word_service import WordService

CONCURRENT_UNITS = 1
"""Units that are analysed at the same time; more would slow down other requests."""


class AnalysisService:
    """Computes what the log does not contain; safe to share between threads.

    Methods return JSON. They raise TensorBoard's errors with a message for the user.

    Args:
        data: Reads of the data provider.

    Attributes:
        recordings: Reader of single recordings.
        sequences: Answers about the sequences of a classifier.
        states: Answers about the states of a layer.
        words: Answers about the words of a text.
        dynamics: Answers about fixed points and exponents.
    """

    def __init__(self, data: CachedDataProvider):
        self._data = data
        self.recordings = RecordingReader(data)
        self.sequences = SequenceService(data, self.recordings)
        self._features = FeatureProcess()
        self.states = StateService(data, self.recordings, self.sequences, self._features)
        self.words = WordService(data, self.recordings)
        self.dynamics = DynamicsService(data, self.states)
        self._unit_slots = threading.Semaphore(CONCURRENT_UNITS)

    def feature(
        self,
        scope: Scope,
        recording: RecordingRef,
        key: QuantityKey | None,
        feature: str,
        top: int,
    ) -> str:
        """Finds the units that are associated with a feature.

        The units of all quantities for a feature of the recording are its findings in the log.

        Args:
            scope: Scope of the request.
            recording: The recording.
            key: Layer and quantity to test, `None` for all that were recorded.
            feature: The feature in JSON or YAML.
            top: Number of units to return. With 0 no unit is tested, but the data for the test of
                the next feature are read.

        Raises:
            InvalidArgumentError: if the text is no feature, or takes too long.
            NotFoundError: if the log has no such recording.
            DamagedRecordError: if all activities are damaged; a part of them is skipped.
        """
        blobs = self.recordings.locate(scope, recording, key)
        activity_keys = tuple(value.key for value in blobs.activities.values())
        cache_key = ("feature", blobs.text.key, activity_keys, feature, top)
        answer = self._data.cache.get(cache_key)
        if answer is not None:
            return answer
        text = self.recordings.text(scope, blobs)
        result = self._features.evaluate(text, feature)
        count, note, units = 0, result.note, StrongestUnits(0, [])
        damaged: Mapping[QuantityKey, DamagedRecordError] = {}
        if result.values is not None:
            axis = TIME if text.channels else TOKENS
            count = match_count(result.values)
            note = result.note or match_note(result.values, axis)
            activities, damaged = self.recordings.activities(scope, blobs, len(text.ids))
            digest = self.recordings.digest(scope, blobs) if top and key is None else None
            recorded = recorded_units(digest or {}, result.name, result.spec, top)
            if recorded is not None:
                units = recorded
            elif top:
                peaks = self.recordings.peaks(scope, blobs)
                units = strongest_units(
                    result.name,
                    result.values,
                    text.ids,
                    text.lengths,
                    activities,
                    peaks,
                    top,
                    reads_the_present(feature_from(result.spec), text.channels),
                )
            damaged = {**damaged, **units.damaged}
            if damaged and len(damaged) == len(blobs.activities):
                raise next(iter(damaged.values()))
        return self._keep(
            cache_key,
            {
                "step": blobs.step,
                "name": result.name,
                "kind": result.kind,
                "spec": json_value(result.spec),
                "count": count,
                "note": note or units.note,
                "tagger": result.tagger,
                "tests": units.tests,
                "recorded": units.is_recorded,
                "units": [finding.to_json() for finding in units.findings],
                "values": _encoded_values(result),
                **_skipped(blobs, damaged),
            },
        )

    def unit(self, scope: Scope, recording: RecordingRef, key: QuantityKey, unit: int) -> str:
        """Describes the association of one unit with every feature of the recording.

        Args:
            scope: Scope of the request.
            recording: The recording.
            key: Layer and quantity.
            unit: Index of the unit.

        Raises:
            NotFoundError: if the log has no such unit.
        """
        blobs = self.recordings.locate(scope, recording, key)
        cache_key = ("unit", blobs.text.key, blobs.activities[key].key, unit)
        answer = self._data.cache.get(cache_key)
        if answer is not None:
            return answer
        features = self.recordings.features(scope, blobs)
        logged = self.recordings.small_tensors(scope, blobs, key)
        with self._unit_slots:
            activity = self.recordings.activity(scope, blobs, key)
            check_unit(unit, activity.shape[1])
            for matches in features.values():
                with blobs.location("activity", key).added():
                    check_tokens(len(matches), activity)
            report = unit_report(unit, key, activity, features, logged)
        return self._keep(cache_key, {"step": blobs.step, "unit": unit, **report})

    def emergence(self, scope: Scope, probe: ProbeRef, key: QuantityKey) -> str:
        """Finds the steps at which the units of a layer and quantity emerged.

        Raises:
            NotFoundError: if the log has no relevance of them.
        """
        series = self._data.tensors(scope, probe.tag("relevance", key))
        features, statistics = series.content["features"], series.content["statistics"]
        return self.cached_json(
            ("emergence", series.key),
            lambda: emergences(features, statistics, series.steps, series.arrays),
        )

    def matching(
        self,
        scope: Scope,
        recording: RecordingRef,
        key: QuantityKey,
        other: RecordingRef,
        other_key: QuantityKey,
    ) -> str:
        """Matches the units of one recording with those of another of the same tokens.

        Raises:
            InvalidArgumentError: if the recordings have other tokens.
            NotFoundError: if the log has no such recordings.
        """
        first = self.recordings.locate(scope, recording, key)
        second = self.recordings.locate(scope, other, other_key)
        signed = recording.run == other.run
        keys = first.activities[key].key, second.activities[other_key].key
        cache_key = ("matching", signed, *keys)
        answer = self._data.cache.get(cache_key)
        if answer is not None:
            return answer
        check_same(self.recordings.text(scope, first), self.recordings.text(scope, second))
        activity = self.recordings.activity(scope, first, key)
        other_activity = self.recordings.activity(scope, second, other_key)
        self.recordings.decode_ahead([activity, other_activity])
        steps = {"step": first.step, "other_step": second.step}
        return self._keep(cache_key, steps | matched(activity, other_activity, signed=signed))

    def cached_json(self, key: Hashable, make: Callable[[], dict[str, Any]]) -> str:
        """Returns an answer as JSON, which is computed once while there is room for it.

        Args:
            key: Name of the answer and everything that it depends on.
            make: Computes the answer without its `version`.
        """

        def make_with_size() -> tuple[str, int]:
            text = _json(make())
            return text, len(text)

        return self._data.cache.get_or_make(("answer", key), make_with_size)

    def _keep(self, key: Hashable, answer: dict[str, Any]) -> str:
        text = _json(answer)
        self._data.cache.put(key, text, len(text))
        return text


def _json(answer: dict[str, Any]) -> str:
    return json.dumps({"version": ANSWER_VERSION, **answer}, allow_nan=False)


def _skipped(
    blobs: RecordingBlobs, damaged: Mapping[QuantityKey, DamagedRecordError]
) -> dict[str, Any]:
    """Returns the part of an answer with the notices about damaged activities."""
    notices = []
    for key, error in damaged.items():
        ref = blobs.recording.tag("activity", key)
        notices.append(Notice.of_damage(ref.run, ref.tag, blobs.step, error).to_json())
    return {"skipped": notices} if notices else {}


def _encoded_values(feature: FeatureValues) -> dict[str, Any] | None:
    """Encodes the values of a feature as one bit or one float32 per token."""
    if feature.values is None:
        return None
    data = np.packbits(feature.values) if feature.is_boolean else feature.values.astype("<f4")
    return {
        "type": "bits" if feature.is_boolean else "float32",
        "tokens": len(feature.values),
        "data": base64.b64encode(data.tobytes()).decode(),
    }
