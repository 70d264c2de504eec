"""The answers that are computed when the tab asks for them."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Hashable
from typing import Any

import numpy as np

from tb_rnnviz.core.names import QuantityKey
from tb_rnnviz.log_format.activity import EncodedActivity
from tb_rnnviz.log_format.digest import decode_digest
from tb_rnnviz.log_format.tags import VERSION, tag
from tb_rnnviz.log_format.text import EncodedText
from tb_rnnviz.tensorboard.bytes_cache import BytesCache
from tb_rnnviz.tensorboard.emergence import emergences
from tb_rnnviz.tensorboard.feature_process import FeatureProcess, Found
from tb_rnnviz.tensorboard.log_responses import LogResponses, StoredStep
from tb_rnnviz.tensorboard.logged_activity import (
    DECODED_BYTES,
    Blocks,
    LoggedActivity,
    check_tokens,
)
from tb_rnnviz.tensorboard.logged_text import LoggedText
from tb_rnnviz.tensorboard.matching import check_same, matched
from tb_rnnviz.tensorboard.numbers import finite
from tb_rnnviz.tensorboard.strongest_units import Strongest, strongest
from tb_rnnviz.tensorboard.unit_report import Logged, unit_report
from tb_rnnviz.tensorboard.unit_series import check_unit

ANSWER_BYTES = 16 << 20
"""Bytes of answers that are kept."""

FEW = 2
"""Blobs of an activity that are read at once: the header, and the units where one chunk has all."""

VALUE_BYTES = 4  # of a decoded value

AT_ONCE = 1
"""Units that are computed at the same time: what is only read does not stand in line with them."""


class AnalysisService:
    """Computes what the log does not hold; safe to share between threads.

    Args:
        store: The log.

    Methods take TensorBoard's request context and experiment id first, and return JSON. They raise
    TensorBoard's errors with a sentence.
    """

    def __init__(self, store: LogResponses):
        self._store = store
        self._looker = FeatureProcess()
        self._blocks: Blocks = BytesCache(DECODED_BYTES)
        self._answers: BytesCache[str] = BytesCache(ANSWER_BYTES)
        self._turn = threading.Semaphore(AT_ONCE)

    def feature(
        self,
        ctx: Any,
        experiment: str,
        run: str,
        probe: str,
        step: int | str,
        typed: str,
        place: QuantityKey | None,
        top: int,
    ) -> str:
        """The units that go with a typed feature.

        Args:
            step: A step, or `"last"`.
            typed: The feature, JSON or YAML.
            place: A layer and a quantity to look through. Defaults to all that were recorded.
            top: How many units to return; with 0 none is tested, but all is read that testing
                the next feature takes.
        """
        stored = self._store.stored(ctx, experiment, run, probe, step, place)
        key = ("feature", stored.text, tuple(stored.activities.values()), typed, top)
        known = self._answers.get(key)
        if known is not None:
            return known
        text = self._text(ctx, stored)
        found = self._looker.look(text, typed)
        result = Strongest(0, [], found.note)
        if found.values is not None:
            activities = self._activities(ctx, stored)
            check_tokens(len(text.ids), activities)
            if top:
                tags = {tag("peaks", probe, *where): where for where in activities}
                small = self._store.at_step(ctx, experiment, run, list(tags), stored.step)
                rows = {tags[name]: array for name, (_, array) in small.items()}
                result = strongest(found.name, found.values, activities, rows, top)
        return self._kept(
            key,
            {
                "step": stored.step,
                "name": found.name,
                "kind": found.kind,
                "spec": finite(found.spec),
                "count": _count(found),
                "note": found.note or _note(found) or result.note,
                "tagger": found.tagger,
                "tests": result.tests,
                "units": result.units,
                "values": _values(found),
            },
        )

    def unit(
        self,
        ctx: Any,
        experiment: str,
        run: str,
        probe: str,
        step: int | str,
        place: QuantityKey,
        unit: int,
    ) -> str:
        """How one unit goes with every feature of the recording.

        Args:
            step: A step, or `"last"`.
            place: Layer and quantity.
            unit: Which one.
        """
        stored = self._store.stored(ctx, experiment, run, probe, step, place)
        (keys,) = stored.activities.values()
        key = ("unit", stored.text, keys, unit)
        known = self._answers.get(key)
        if known is not None:
            return known
        text = self._store.read(ctx, [*stored.text, *keys[:FEW]])[: len(stored.text)]
        logged = self._logged(ctx, experiment, run, probe, stored.step, place)
        with self._turn:
            activity = self._activity(ctx, keys)
            check_unit(unit, activity.shape[1])
            masks = EncodedText(text).features()
            for mask in masks.values():
                check_tokens(len(mask), {place: activity})
            report = unit_report(unit, place, activity, masks, logged)
        return self._kept(key, {"step": stored.step, "unit": unit, **report})

    def emergence(self, ctx: Any, experiment: str, run: str, names: list[str]) -> str:
        """When the units of a layer and quantity emerge; `names` are probe, layer, quantity."""
        data = self._store.tensors(ctx, experiment, run, ("relevance", *names))
        features, statistics = data.content["features"], data.content["statistics"]
        return _json(emergences(features, statistics, data.steps, data.arrays))

    def matching(
        self,
        ctx: Any,
        experiment: str,
        probe: str,
        first: tuple[str, int | str, QuantityKey],
        second: tuple[str, int | str, QuantityKey],
    ) -> str:
        """Which unit of the second recording each unit of the first one is.

        Args:
            first: Run, step, and layer with quantity.
            second: The same of the other recording.
        """
        both = [
            self._store.stored(ctx, experiment, run, probe, step, place)
            for run, step, place in (first, second)
        ]
        signed = first[0] == second[0]
        key = ("matching", signed, *(tuple(stored.activities.values()) for stored in both))
        known = self._answers.get(key)
        if known is not None:
            return known
        check_same(*(self._text(ctx, stored) for stored in both))
        activities = [next(iter(self._activities(ctx, stored).values())) for stored in both]
        steps = {"step": both[0].step, "other_step": both[1].step}
        return self._kept(key, steps | matched(*activities, signed=signed))

    def _logged(
        self, ctx: Any, experiment: str, run: str, probe: str, step: int, place: QuantityKey
    ) -> Logged:
        """What the small tensors say of a quantity at a step."""
        kinds = {
            "relevance": tag("relevance", probe, *place),
            "peaks": tag("peaks", probe, *place),
            "digest": tag("digest", probe),
        }
        found = self._store.at_step(ctx, experiment, run, list(kinds.values()), step)
        content, relevance = found.get(kinds["relevance"], ({}, None))
        _, peaks = found.get(kinds["peaks"], ({}, None))
        _, digest = found.get(kinds["digest"], ({}, None))
        return Logged(
            content.get("features", ()),
            content.get("statistics", ()),
            relevance,
            peaks,
            None if digest is None else decode_digest(digest.item()),
        )

    def _text(self, ctx: Any, stored: StoredStep) -> LoggedText:
        return LoggedText.of(EncodedText(self._store.read(ctx, stored.text)))

    def _activities(self, ctx: Any, stored: StoredStep) -> dict[QuantityKey, LoggedActivity]:
        """The activities of a step, decoded as far as they are kept."""
        heads = self._store.map(lambda keys: self._activity(ctx, keys), stored.activities.values())
        activities = dict(zip(stored.activities, heads, strict=True))
        wanted, size = [], 0
        for activity in activities.values():
            for block in activity.blocks:
                size += len(activity.mask) * (block[1] - block[0]) * VALUE_BYTES
                if size <= DECODED_BYTES:
                    wanted.append((activity, block))
        for _ in self._store.map(lambda one: one[0].prepare(one[1]), wanted):
            pass
        return activities

    def _activity(self, ctx: Any, keys: tuple) -> LoggedActivity:
        header = EncodedActivity(self._store.blob(ctx, keys[0]))

        def read(index: int) -> bytes:
            return self._store.blob(ctx, keys[1 + index])

        return LoggedActivity(header, read, self._blocks, keys[0])

    def _kept(self, key: Hashable, answer: dict[str, Any]) -> str:
        text = _json(answer)
        self._answers.put(key, text, len(text))
        return text


def _json(answer: dict[str, Any]) -> str:
    return json.dumps({"version": VERSION, **answer}, allow_nan=False)


def _count(found: Found) -> int:
    if found.values is None:
        return 0
    is_number = found.values.dtype != bool
    return int(np.isfinite(found.values).sum() if is_number else found.values.sum())


def _note(found: Found) -> str | None:
    """What a recording's digest would say of it."""
    if not _count(found):
        return "matches no token" if found.values.dtype == bool else "has no value"
    return None


def _values(found: Found) -> dict[str, Any] | None:
    """Where it matches, a bit for every token; or its numbers."""
    if found.values is None:
        return None
    is_number = found.values.dtype != bool
    packed = found.values.astype("<f4").tobytes() if is_number else np.packbits(found.values)
    data = base64.b64encode(packed).decode()
    type_ = "float32" if is_number else "bits"
    return {"type": type_, "tokens": len(found.values), "data": data}
