"""Answers from the log, as `http_api.md` describes them, for the plugin's routes."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from tensorboard.data import provider

from tb_rnnviz.log_format.activity import EncodedActivity
from tb_rnnviz.log_format.digest import digest_with_step
from tb_rnnviz.log_format.relevance import decode_relevance
from tb_rnnviz.log_format.tags import VERSION
from tb_rnnviz.tensorboard.bytes_cache import BytesCache
from tb_rnnviz.tensorboard.cached_data_provider import (
    MEANWHILE,
    SECONDS,
    BlobKey,
    CachedDataProvider,
    Names,
    step_in,
)
from tb_rnnviz.tensorboard.container import array_container, container
from tb_rnnviz.tensorboard.index import in_order, index_of, text_tags
from tb_rnnviz.tensorboard.run_catalog import RunCatalog
from tb_rnnviz.tensorboard.scalars import TrainingScalars
from tb_rnnviz.tensorboard.single_flight_cache import SingleFlightCache
from tb_rnnviz.tensorboard.unit_series import check_unit, unit_history, unit_series

ANSWER_BYTES = 64 << 20
"""Bytes of answers that are kept."""

GZIP_LEVEL = 3


@dataclass(frozen=True)
class StoredStep:
    """What TensorBoard holds of one step of a probe.

    Attributes:
        step: The step.
        text: The blobs of the text, header first.
        activities: By layer and quantity, the blobs of the activity, header first.
    """

    step: int
    text: tuple[BlobKey, ...]
    activities: dict[tuple[str, str], tuple[BlobKey, ...]]


class LogResponses(CachedDataProvider):
    """Answers from what one TensorBoard holds; safe to share between threads.

    Args:
        data_provider: TensorBoard's data provider.

    An answer is made once for each state of what it is made of, whoever asks.
    """

    def __init__(self, data_provider: provider.DataProvider):
        super().__init__(data_provider)
        self._answers: BytesCache[bytes] = BytesCache(ANSWER_BYTES)
        self._trainings: SingleFlightCache[TrainingScalars] = SingleFlightCache(SECONDS, MEANWHILE)

    def index(self, ctx: Any, experiment: str) -> dict[str, Any]:
        """What there is."""
        return self._index(ctx, experiment, self.state(ctx, experiment))

    def index_json(self, ctx: Any, experiment: str) -> bytes:
        """What there is, JSON in gzip."""
        state = self.state(ctx, experiment)

        def pack() -> bytes:
            return packed(json.dumps(self._index(ctx, experiment, state)))

        return self._answer(("index", experiment, state.number), pack)

    def digests(self, ctx: Any, experiment: str, run: str, probe: str) -> bytes:
        """The digest of every step of a probe, JSON in gzip."""
        data = self.tensors(ctx, experiment, run, ("digest", probe))

        def pack() -> bytes:
            each = zip(data.steps, data.times, data.arrays, strict=True)
            digests = (digest_with_step(array.item(), step, time) for step, time, array in each)
            return packed(f'{{"version": {VERSION}, "steps": [{", ".join(digests)}]}}')

        return self._answer(("digests", data.key), pack)

    def blobs(
        self,
        ctx: Any,
        experiment: str,
        run: str,
        names: Names,
        step: int | str,
        unit: int | None = None,
    ) -> bytes:
        """A container with the blobs of one tag at one step.

        Args:
            names: The kind and the names that make the tag.
            step: A step, or `"last"`.
            unit: If given, only the chunks that hold this unit come.
        """
        _, keys = self.sequence(ctx, experiment, run, names, step)
        if unit is None:
            return container(self.read(ctx, keys))
        head = self.blob(ctx, keys[0])
        activity = EncodedActivity(head)
        check_unit(unit, activity.units)
        chunks = [keys[1 + index] for index in activity.chunks_of(unit)]
        return container([head, *self.read(ctx, chunks)])

    def stored(
        self,
        ctx: Any,
        experiment: str,
        run: str,
        probe: str,
        step: int | str,
        place: tuple[str, str] | None = None,
    ) -> StoredStep:
        """Where the text and the activity of a probe's step are.

        Args:
            step: A step, or `"last"`.
            place: A layer and a quantity. Defaults to all that were recorded at that step.
        """
        step, text = self.sequence(ctx, experiment, run, ("text", probe), step)
        if place is not None:
            _, keys = self.sequence(ctx, experiment, run, ("activity", probe, *place), step)
            return StoredStep(step, text, {place: keys})
        state = self.state(ctx, experiment)
        places = {
            (run, name): (content["layer"], content["quantity"])
            for name, content in in_order(state.large.get(run, {}))
            if content["kind"] == "activity" and content["probe"] == probe
        }
        found = self.sequences(ctx, experiment, state, list(places))
        activities = {places[at]: blobs[step] for at, blobs in found.items() if step in blobs}
        return StoredStep(step, text, activities)

    def relevance(
        self, ctx: Any, experiment: str, run: str, names: Sequence[str], step: int | str
    ) -> bytes:
        """A container with the relevance of one layer and quantity at one step."""
        data = self.tensors(ctx, experiment, run, ("relevance", *names), step)
        step = step_in(data.steps, step)

        def pack() -> bytes:
            table = decode_relevance(data.content, data.at(step))
            header = {**data.content, "statistics": table.statistics}
            return array_container(header | {"units": int(table.array.shape[-1])}, table.array)

        return self._answer(("relevance", data.key, step), pack)

    def units(self, ctx: Any, experiment: str, run: str, kind: str, names: Names) -> bytes:
        """A container with one kind of numbers of every unit, all steps."""
        data = self.tensors(ctx, experiment, run, (kind, *names))

        def pack() -> bytes:
            return unit_series(kind, data.content, data.steps, data.arrays)

        return self._answer(("units", data.key), pack)

    def life(self, ctx: Any, experiment: str, run: str, names: Names, unit: int) -> bytes:
        """How a unit of a layer and quantity came to go with every feature, JSON in gzip."""
        data = self.tensors(ctx, experiment, run, ("relevance", *names))

        def pack() -> bytes:
            return packed(json.dumps(unit_history(unit, data.content, data.steps, data.arrays)))

        return self._answer(("life", data.key, unit), pack)

    def scalars(self, ctx: Any, experiment: str, run: str) -> bytes:
        """Scalars and hyper-parameters of the runs of a training, JSON in gzip."""
        state = self.state(ctx, experiment)
        if run not in state.runs:
            state = self.state(ctx, experiment, refresh=True)
        if run not in state.runs:
            raise state.missing(run, ("scalars",))

        def listed(_: TrainingScalars | None) -> TrainingScalars:
            return TrainingScalars(self.provider, ctx, experiment, run, state.runs, self.map)

        training = self._trainings.get((experiment, run), listed)
        return self._answer(training.key, lambda: packed(training.answer(ctx)))

    def _index(self, ctx: Any, experiment: str, state: RunCatalog) -> dict[str, Any]:
        texts = text_tags(state)
        found = self.sequences(ctx, experiment, state, texts)
        return index_of(state, {at: sorted(blobs) for at, blobs in found.items()})

    def _answer(self, key: Hashable, pack: Callable[[], bytes]) -> bytes:
        def make() -> tuple[bytes, int]:
            answer = pack()
            return answer, len(answer)

        return self._answers.get_or_make(key, make)


def packed(text: str) -> bytes:
    """Text in gzip, as it is sent."""
    return gzip.compress(text.encode(), GZIP_LEVEL, mtime=0)
