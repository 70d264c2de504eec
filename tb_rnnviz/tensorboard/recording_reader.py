"""Reader of single recordings: text, activities and small tensors of a step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any, NamedTuple

import numpy as np

from tb_rnnviz.core.names import QuantityKey
from tb_rnnviz.log_format.activity import EncodedActivity
from tb_rnnviz.log_format.codec import UnitRange
from tb_rnnviz.log_format.damaged_record import DamagedRecordError, RecordLocation
from tb_rnnviz.log_format.digest import decode_digest
from tb_rnnviz.log_format.relevance import RelevanceTable, decode_relevance
from tb_rnnviz.log_format.text import EncodedText
from tb_rnnviz.tensorboard.cached_data_provider import CachedDataProvider
from tb_rnnviz.tensorboard.index import contents_in_model_order
from tb_rnnviz.tensorboard.large_value import LargeValue
from tb_rnnviz.tensorboard.logged_activity import DECODED_BYTES, LoggedActivity, check_tokens
from tb_rnnviz.tensorboard.logged_text import LoggedText
from tb_rnnviz.tensorboard.references import RecordingRef, Scope
from tb_rnnviz.tensorboard.unit_report import LoggedStatistics

VALUE_BYTES = 4
"""Size of a decoded value."""


class RecordingBlobs(NamedTuple):
    """Blob sequences of a recording.

    Attributes:
        recording: The recording.
        step: Its step.
        text: The text.
        activities: The activities by layer and quantity.
    """

    recording: RecordingRef
    step: int
    text: LargeValue
    activities: Mapping[QuantityKey, LargeValue]

    def location(self, kind: str, key: QuantityKey | None = None) -> RecordLocation:
        """Returns the location of a text or activity for errors."""
        ref = self.recording.tag(kind, key)
        return RecordLocation(f"Run {ref.run}", ref.tag, self.step)


class ReadActivities(NamedTuple):
    """Activities of a recording that were read.

    Attributes:
        whole: Activities without damage in what was read of them.
        damaged: The damage of the others.
    """

    whole: Mapping[QuantityKey, LoggedActivity]
    damaged: Mapping[QuantityKey, DamagedRecordError]


class RecordingReader:
    """Reads and decodes recordings; safe to share between threads.

    Args:
        data: Reads of the data provider.
    """

    def __init__(self, data: CachedDataProvider):
        self._data = data

    def locate(
        self, scope: Scope, recording: RecordingRef, key: QuantityKey | None = None
    ) -> RecordingBlobs:
        """Returns the blob sequences of a recording.

        Args:
            scope: Scope of the request.
            recording: The recording.
            key: A layer and quantity. Defaults to all that were recorded at the step.

        Raises:
            NotFoundError: if there is no such run, probe, step or quantity.
        """
        step, text = self._data.large_value(scope, recording.tag("text"), recording.step)
        if key is not None:
            _, value = self._data.large_value(scope, recording.tag("activity", key), step)
            return RecordingBlobs(recording, step, text, {key: value})
        catalog = self._data.catalog(scope)
        keys = [
            QuantityKey(content["layer"], content["quantity"])
            for content in contents_in_model_order(catalog.large.get(recording.run, {}))
            if (content["kind"], content["probe"]) == ("activity", recording.probe)
        ]
        refs = [recording.tag("activity", key) for key in keys]
        values = self._data.large_values_at(scope, refs, step)
        activities = {
            key: values[ref] for key, ref in zip(keys, refs, strict=True) if ref in values
        }
        return RecordingBlobs(recording, step, text, activities)

    def text(self, scope: Scope, blobs: RecordingBlobs) -> LoggedText:
        """Reads the tokens and columns of a recording."""
        with blobs.location("text").added():
            return LoggedText.of(EncodedText(self._data.strings(scope, blobs.text)))

    def features(self, scope: Scope, blobs: RecordingBlobs) -> dict[str, np.ndarray]:
        """Reads the boolean features of a recording, (tokens,) each."""
        with blobs.location("text").added():
            return EncodedText(self._data.strings(scope, blobs.text)).features()

    def labels(self, scope: Scope, blobs: RecordingBlobs) -> list[str] | None:
        """Reads the label of every sequence, or the class that is its target; else `None`."""
        with blobs.location("text").added():
            text = EncodedText(self._data.strings(scope, blobs.text))
            if text.labels is not None:
                return list(text.labels)
            classes = text.sequence_classes()
            return None if classes is None else [name or "" for name in classes]

    def activity(self, scope: Scope, blobs: RecordingBlobs, key: QuantityKey) -> LoggedActivity:
        """Reads the header of an activity, whose units are read when they are used."""
        value, location = blobs.activities[key], blobs.location("activity", key)

        def read_chunk(index: int) -> bytes:
            return self._data.strings(scope, value, [1 + index])[0]

        with location.added():
            encoded = EncodedActivity(self._data.strings(scope, value, [0])[0])
            encoded.check_number(self._data.count(value) - 1)
            cache = self._data.cache
            return LoggedActivity(encoded, read_chunk, cache, ("units", value.key), location)

    def activities(self, scope: Scope, blobs: RecordingBlobs, tokens: int) -> ReadActivities:
        """Reads the activities of a recording and decodes what fits into the cache.

        Args:
            scope: Scope of the request.
            blobs: Blob sequences of the recording.
            tokens: Number of tokens of its text, which every activity has.
        """

        def read(key: QuantityKey) -> LoggedActivity | DamagedRecordError:
            try:
                activity = self.activity(scope, blobs, key)
                with blobs.location("activity", key).added():
                    check_tokens(tokens, activity)
                return activity
            except DamagedRecordError as error:
                return error

        keys = list(blobs.activities)
        results = dict(zip(keys, self._data.pool.map(read, keys), strict=True))
        whole = {key: r for key, r in results.items() if isinstance(r, LoggedActivity)}
        damaged = {key: r for key, r in results.items() if isinstance(r, DamagedRecordError)}
        self.decode_ahead(whole.values())
        return ReadActivities(whole, damaged)

    def decode_ahead(self, activities: Iterable[LoggedActivity]) -> None:
        """Decodes units of some activities in parallel, as many as fit into the cache.

        A damaged chunk is an error where it is used.
        """
        units, size = [], 0
        for activity in activities:
            for first, end in activity.blocks:
                size += len(activity.mask) * (end - first) * VALUE_BYTES
                if size <= DECODED_BYTES:
                    units.append((activity, (first, end)))
        for _ in self._data.pool.map(_decode, units):
            pass

    def small_tensors(
        self, scope: Scope, blobs: RecordingBlobs, key: QuantityKey
    ) -> LoggedStatistics:
        """Reads relevance, peaks and digest of a quantity, as far as they are logged."""
        relevance = blobs.recording.tag("relevance", key)
        peaks = blobs.recording.tag("peaks", key)
        digest = blobs.recording.tag("digest")
        tensors = self._data.tensors_at(scope, [relevance, peaks, digest], blobs.step)
        _, rows = tensors.get(peaks, ({}, None))
        return LoggedStatistics(
            _relevance_table(*tensors[relevance]) if relevance in tensors else None,
            rows,
            _digest_content(tensors[digest][1].item()) if digest in tensors else None,
        )

    def digest(self, scope: Scope, blobs: RecordingBlobs) -> Mapping[str, Any] | None:
        """Reads the digest, `None` if the log has none or it is damaged."""
        ref = blobs.recording.tag("digest")
        tensors = self._data.tensors_at(scope, [ref], blobs.step)
        return _digest_content(tensors[ref][1].item()) if ref in tensors else None

    def peaks(self, scope: Scope, blobs: RecordingBlobs) -> dict[QuantityKey, np.ndarray]:
        """Reads the spectral peaks (units, columns) of the activities, as far as logged."""
        refs = {blobs.recording.tag("peaks", key): key for key in blobs.activities}
        tensors = self._data.tensors_at(scope, list(refs), blobs.step)
        return {refs[ref]: array for ref, (_, array) in tensors.items()}


def _decode(part: tuple[LoggedActivity, UnitRange]) -> None:
    activity, block = part
    with suppress(DamagedRecordError):
        activity.decode(block)


def _digest_content(value: bytes | str) -> Mapping[str, Any] | None:
    """Decodes a digest; `None` if it is damaged."""
    try:
        return decode_digest(value).content
    except DamagedRecordError:
        return None


def _relevance_table(content: Mapping[str, Any], array: np.ndarray) -> RelevanceTable | None:
    """Decodes relevance; `None` if the array lacks the rows that its content names."""
    try:
        return decode_relevance(content, array)
    except DamagedRecordError:
        return None
