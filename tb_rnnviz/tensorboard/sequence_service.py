"""Service of the sequences of a classifier: decisions, history, single sequences."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from tensorboard import errors

from tb_rnnviz.core.names import QuantityKey
from tb_rnnviz.core.numbers import json_number
from tb_rnnviz.log_format.class_probability import EncodedClassProbability
from tb_rnnviz.log_format.damaged_record import DamagedRecordError, RecordLocation
from tb_rnnviz.log_format.text import EncodedText
from tb_rnnviz.tensorboard.cached_data_provider import CachedDataProvider
from tb_rnnviz.tensorboard.large_value import LargeValue
from tb_rnnviz.tensorboard.logged_activity import check_tokens
from tb_rnnviz.tensorboard.recording_reader import RecordingReader
from tb_rnnviz.tensorboard.references import ProbeRef, RecordingRef, Scope
from tb_rnnviz.tensorboard.sequence_decisions import (
    UNKNOWN,
    SequenceDecisions,
    decision_history,
)
from tb_rnnviz.tensorboard.state_steps import step_lengths, steps_of_sequence

KIND = "class_probability"


class _Predictions(NamedTuple):
    """Class probabilities at a step, located but for their header not read.

    Attributes:
        step: The step.
        value: The blob sequence.
        encoded: Its header.
        location: Its location, for errors.
    """

    step: int
    value: LargeValue
    encoded: EncodedClassProbability
    location: RecordLocation


class SequenceService:
    """Computes answers about sequences; safe to share between threads.

    Args:
        data: Reads of the data provider.
        recordings: Reader of single recordings.
    """

    def __init__(self, data: CachedDataProvider, recordings: RecordingReader):
        self._data, self._recordings = data, recordings

    def table(self, scope: Scope, recording: RecordingRef) -> dict[str, Any]:
        """Returns the decisions about every sequence of a recording.

        Raises:
            NotFoundError: if the log has no predictions of it.
            DamagedRecordError: if they are damaged.
        """
        predictions = self._locate(scope, recording)
        decisions = self._decisions(scope, predictions)
        labels = self._labels(scope, recording, predictions)
        return {
            "step": predictions.step,
            "classes": predictions.encoded.classes,
            "method": self._method(scope, recording),
            **decisions.to_json(labels),
        }

    def history(self, scope: Scope, probe: ProbeRef) -> dict[str, Any]:
        """Returns the decisions about the sequences of a probe over the steps.

        Steps whose sequences or classes are others than those of the last one are left out.

        Raises:
            NotFoundError: if the log has no predictions of the probe.
        """
        ref, catalog = probe.tag(KIND), self._data.catalog(scope)
        if ref.tag not in catalog.large.get(ref.run, {}):
            raise catalog.not_found(ref)
        steps = sorted(self._data.times(scope, catalog, [ref])[ref])
        whole: dict[int, tuple[_Predictions, SequenceDecisions]] = {}
        for step in steps:
            try:
                predictions = self._locate(scope, RecordingRef(*probe, step))
                whole[step] = predictions, self._decisions(scope, predictions)
            except DamagedRecordError:
                continue
        if not whole:
            raise errors.NotFoundError(f"No prediction of {probe.probe!r} can be read.")
        last = whole[max(whole)][0]
        same = [
            step
            for step, (each, _) in whole.items()
            if each.encoded.lengths == last.encoded.lengths
            and each.encoded.classes == last.encoded.classes
        ]
        labels = self._labels(scope, RecordingRef(*probe, last.step), last)
        classes = last.encoded.classes
        history = decision_history(same, [whole[step][1] for step in same], labels, len(classes))
        left_out = [step for step in steps if step not in set(same)]
        return {"classes": classes, **history, "left_out": left_out}

    def sequence(
        self, scope: Scope, recording: RecordingRef, key: QuantityKey, index: int
    ) -> dict[str, Any]:
        """Returns one sequence step by step: probabilities, and steps of the state.

        Raises:
            NotFoundError: if there is no such sequence, or no such activity.
        """
        predictions = self._locate(scope, recording)
        lengths = predictions.encoded.lengths
        if not 0 <= index < len(lengths):
            raise errors.NotFoundError(
                f"There is no sequence {index}. Allowed: 0 to {len(lengths) - 1}"
            )
        first = sum(lengths[:index])
        end = first + lengths[index]
        rows = self._rows(scope, predictions, first, end)
        blobs = self._recordings.locate(scope, recording, key)
        activity = self._recordings.activity(scope, blobs, key)
        with blobs.location("activity", key).added():
            check_tokens(sum(lengths), activity)

        def measure() -> tuple[np.ndarray, int]:
            distances = step_lengths(activity, key)
            return distances, distances.nbytes

        cache_key = ("step_lengths", blobs.activities[key].key)
        distances = self._data.cache.get_or_make(cache_key, measure)
        return {
            "step": predictions.step,
            "sequence": index,
            "classes": predictions.encoded.classes,
            "probability": [[json_number(value, 4) for value in row] for row in rows.tolist()],
            **steps_of_sequence(activity, key, distances, first, end),
        }

    def predictions(
        self, scope: Scope, recording: RecordingRef
    ) -> tuple[list[str], np.ndarray] | None:
        """Returns the classes, and the most probable one at every step, int16 (tokens,).

        It is `UNKNOWN` at steps that were not read. Without predictions in the log it is `None`.
        """
        try:
            predictions = self._locate(scope, recording)
        except (errors.NotFoundError, DamagedRecordError):
            return None

        def make() -> tuple[np.ndarray, int]:
            blobs = self._data.strings(scope, predictions.value)[1:]
            with predictions.location.added():
                rows = predictions.encoded.decode(blobs)
            is_known = np.isfinite(rows).all(axis=1)
            best = np.where(is_known, np.where(is_known[:, None], rows, 0).argmax(axis=1), UNKNOWN)
            return best.astype(np.int16), 2 * len(best)

        key = ("step predictions", predictions.value.key)
        return predictions.encoded.classes, self._data.cache.get_or_make(key, make)

    def key(self, scope: Scope, recording: RecordingRef) -> object:
        """Returns what the answers about a recording depend on.

        Raises:
            NotFoundError: if the log has no predictions of it.
        """
        _, value = self._data.large_value(scope, recording.tag(KIND), recording.step)
        return value.key

    def _locate(self, scope: Scope, recording: RecordingRef) -> _Predictions:
        ref = recording.tag(KIND)
        step, value = self._data.large_value(scope, ref, recording.step)
        location = RecordLocation(f"Run {ref.run}", ref.tag, step)
        with location.added():
            encoded = EncodedClassProbability(self._data.strings(scope, value, [0])[0])
            encoded.check_number(self._data.count(value) - 1)
        return _Predictions(step, value, encoded, location)

    def _method(self, scope: Scope, recording: RecordingRef) -> str:
        ref = recording.tag(KIND)
        return self._data.catalog(scope).large[ref.run][ref.tag].content["method"]

    def _decisions(self, scope: Scope, predictions: _Predictions) -> SequenceDecisions:
        def make() -> tuple[SequenceDecisions, int]:
            blobs = self._data.strings(scope, predictions.value)[1:]
            with predictions.location.added():
                rows = predictions.encoded.decode(blobs)
            decisions = SequenceDecisions.of(rows, predictions.encoded.lengths)
            return decisions, decisions.nbytes

        return self._data.cache.get_or_make(("decisions", predictions.value.key), make)

    def _rows(self, scope: Scope, predictions: _Predictions, first: int, end: int) -> np.ndarray:
        """Returns class probabilities of some tokens, (tokens, classes)."""
        parts = [np.zeros((0, len(predictions.encoded.classes)), np.float32)]
        for index, (begin, stop) in enumerate(predictions.encoded.chunks):
            if begin < end and stop > first:
                (blob,) = self._data.strings(scope, predictions.value, [1 + index])
                with predictions.location.added():
                    chunk = predictions.encoded.decode_chunk(index, blob)
                parts.append(chunk[max(first - begin, 0) : end - begin])
        return np.concatenate(parts)

    def _labels(
        self, scope: Scope, recording: RecordingRef, predictions: _Predictions
    ) -> np.ndarray:
        """Returns the class of each sequence, (sequences,), by its label or its target."""
        at_step = RecordingRef(recording.run, recording.probe, predictions.step)
        _, value = self._data.large_value(scope, at_step.tag("text"), predictions.step)

        def make() -> tuple[np.ndarray, int]:
            ref = at_step.tag("text")
            with RecordLocation(f"Run {ref.run}", ref.tag, predictions.step).added():
                text = EncodedText(self._data.strings(scope, value))
                if text.lengths != predictions.encoded.lengths:
                    raise DamagedRecordError("Its sequences are others than those predicted.")
                labels = _classes_of(text, predictions.encoded.classes)
            return labels, labels.nbytes

        return self._data.cache.get_or_make(("sequence labels", value.key), make)


def _classes_of(text: EncodedText, classes: list[str]) -> np.ndarray:
    """Returns the class that a label or target names, `UNKNOWN` if it names none."""
    index_of = {name: index for index, name in enumerate(classes)}
    if text.labels is not None and any(label in index_of for label in text.labels):
        return np.array([index_of.get(label, UNKNOWN) for label in text.labels], np.int64)
    names = text.sequence_classes() or [None] * len(text.lengths)
    indices = [UNKNOWN if name is None else index_of.get(name, UNKNOWN) for name in names]
    return np.array(indices, np.int64)
