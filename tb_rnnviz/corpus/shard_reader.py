"""`ShardReader`: reads shards through a model and computes their statistics."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from tb_rnnviz.capture.recorder import Recorder
from tb_rnnviz.core.names import QuantityKey
from tb_rnnviz.corpus.block_steps import BlockSteps
from tb_rnnviz.corpus.extremes import CHUNK, StepOrder
from tb_rnnviz.corpus.feature_sums import BLOCKS
from tb_rnnviz.corpus.quantity_statistics import QuantityStatistics
from tb_rnnviz.corpus.shard_selection import SAMPLE, SAMPLES, ShardSelection, contexts
from tb_rnnviz.corpus.shards import Batch, Shard, batches
from tb_rnnviz.corpus.step_sample import StepSample
from tb_rnnviz.corpus.survey_settings import CONTEXT_AFTER, CONTEXT_BEFORE, SurveySettings
from tb_rnnviz.corpus.survey_statistics import SurveyStatistics
from tb_rnnviz.probe import Probe
from tb_rnnviz.recording import Recording

BLOCK_STEPS = 128
"""Steps of the rows that are recorded at once."""

MOST_ROWS = 64
"""Rows that the model reads at once."""

MODEL_LOCK = threading.Lock()
"""Lock of the models of a process: no two threads compile a pass at once."""

NUMBER_OF_CONTEXT_TOKENS = CONTEXT_BEFORE + 1 + CONTEXT_AFTER


class ShardReader:
    """Reads shards through a model.

    Threads may share a reader: the model reads one batch at a time, while the statistics of others
    are computed.

    Args:
        recorder: Recorder of the model.
        settings: Settings of the survey.
    """

    def __init__(self, recorder: Recorder, settings: SurveySettings):
        self._recorder, self._settings = recorder, settings

    def read(self, shard: Shard) -> SurveyStatistics:
        """Returns the statistics of a shard."""
        reading = _ShardReading(shard, ShardSelection.of(shard, self._settings), self._settings)
        rows = shard.rows(self._settings.warm_up)
        number = {row: index for index, row in enumerate(rows)}
        for batch in batches(shard, rows, MOST_ROWS, BLOCK_STEPS):
            begin = 0
            before: dict[QuantityKey, NDArray] = {}
            block = np.array([number[row] for row in batch.rows]) + shard.index
            for recording in self._recordings(batch):
                before = reading.add(recording, batch, begin, block % BLOCKS, before)
                begin += recording.mask.shape[1]
        return reading.finished()

    def _recordings(self, batch: Batch) -> Iterator[Recording]:
        """Yields the recordings of consecutive blocks of a batch."""
        settings, recorder = self._settings, self._recorder
        names = settings.layers, settings.quantities
        if recorder.can_read_in_blocks(Probe("corpus", batch.ids[0])):
            with MODEL_LOCK:
                blocks = recorder.read_in_blocks(Probe("corpus", batch.ids), BLOCK_STEPS, *names)
            while True:
                with MODEL_LOCK:
                    recording = next(blocks, None)
                if recording is None:
                    return
                yield recording
        else:
            lengths = [row.end - row.start for row in batch.rows]
            rows = [ids[:n] for ids, n in zip(batch.ids, lengths, strict=False)]
            with MODEL_LOCK:
                recording = recorder.record(Probe("corpus", rows), *names)
            yield recording.on_tokens()


class _Collected:
    """Activity of one quantity at the sampled steps of a shard."""

    def __init__(self, selection: ShardSelection, units: int):
        self.values = {
            name: np.full((len(getattr(selection, name)), units), np.nan, np.float32)
            for name in SAMPLES
        }
        self.words_before = np.full_like(self.values["for_words"], np.nan)

    def add(
        self, steps: BlockSteps, values: NDArray[np.float32], earlier: NDArray[np.float32]
    ) -> None:
        """Adds the sampled steps of a block."""
        rows, units = earlier.shape
        flat = values.reshape(-1, units)
        for name, (step, slots) in steps.sampled.items():
            self.values[name][slots] = flat[step]
        step, slots = steps.sampled["for_words"]
        before = flat[step - rows]
        first = step < rows
        before[first] = earlier[step[first]]
        self.words_before[slots] = before


class _ShardReading:
    """Statistics of a shard while it is read."""

    def __init__(self, shard: Shard, selection: ShardSelection, settings: SurveySettings):
        self._shard, self._selection, self._settings = shard, selection, settings
        self._statistics = SurveyStatistics(shard.tokens, shard.outside, shard.span)
        self._collected: dict[QuantityKey, _Collected] = {}

    def add(
        self,
        recording: Recording,
        batch: Batch,
        begin: int,
        jackknife: NDArray[np.intp],
        before: dict[QuantityKey, NDArray],
    ) -> dict[QuantityKey, NDArray]:
        """Adds a block of a batch, and returns its last steps.

        Args:
            recording: The block.
            batch: The batch.
            begin: Index of the first step in the rows.
            jackknife: Block of the jackknife of each row, (rows,).
            before: Activity of the step before, (rows, units), by quantity; 0 by default.
        """
        for absent, reason in recording.absent.items():
            self._statistics.absent.setdefault("/".join(absent), reason)
        rows, number = batch.rows, len(batch.rows)
        length = recording.mask.shape[1]
        padding = -length % CHUNK
        steps = np.arange(begin, begin + length + padding)[:, None]
        step = steps + np.array([row.start for row in rows])
        counted = (step >= [row.begin for row in rows]) & (step < [row.end for row in rows])
        # Steps behind the end of a row, which are not counted, have ascending positions, too.
        inside = np.minimum(step, len(self._shard.ids) - 1)
        order = StepOrder(self._shard.positions[inside] + (step - inside))
        last: dict[QuantityKey, NDArray] = {}
        by_mask: dict[bytes, BlockSteps] = {}
        for path in recording.layers:
            layer = recording[path]
            if layer.mask.shape[1] != length:
                self._statistics.absent[path] = "its steps are not the tokens"
                continue
            consumed = counted & np.pad(layer.mask[:number].T, ((0, padding), (0, 0)))
            for quantity in layer:
                key = QuantityKey(path, quantity)
                values = np.ascontiguousarray(layer[quantity][:number].transpose(1, 0, 2))
                values = np.pad(values, ((0, padding), (0, 0), (0, 0))) if padding else values
                earlier = before.get(key, np.zeros(values.shape[1:], np.float32))
                known = consumed
                if not np.isfinite(values.sum(axis=(0, 1))).all():
                    known = consumed & np.isfinite(values).all(axis=2)
                    values = np.nan_to_num(values, nan=0.0, posinf=0.0, neginf=0.0)
                last[key] = values[-1].copy()
                name = known.tobytes()
                if name not in by_mask:
                    by_mask[name] = BlockSteps.of(
                        inside, known, jackknife, order, self._selection, self._settings
                    )
                statistics, collected = self._statistics_of(key, values.shape[2])
                statistics.update(by_mask[name], values, earlier)
                collected.add(by_mask[name], values, earlier)
        return last

    def _statistics_of(self, key: QuantityKey, units: int) -> tuple[QuantityStatistics, _Collected]:
        settings = self._settings
        if key not in self._collected:
            self._statistics.quantities[key] = QuantityStatistics.empty(
                units,
                len(settings.words),
                settings.is_numeric,
                settings.top,
                NUMBER_OF_CONTEXT_TOKENS,
            )
            self._collected[key] = _Collected(self._selection, units)
        return self._statistics.quantities[key], self._collected[key]

    def finished(self) -> SurveyStatistics:
        """Returns the statistics, with histograms, contexts and samples."""
        shard, selection, statistics = self._shard, self._selection, self._statistics
        names = {key: f"{number}" for number, key in enumerate(statistics.quantities)}
        for key, quantity in statistics.quantities.items():
            values = self._collected[key].values["for_histograms"]
            finite: NDArray[np.bool_] = np.asarray(np.isfinite(values).all(axis=1))
            parts = selection.parts
            if not finite.all():
                index = np.cumsum(finite) - 1
                parts = [(k, index[rows[finite[rows]]], w) for k, rows, w in parts]
                values = values[finite]
            quantity.update_histograms(values, parts)
            for extremes in (quantity.highest, quantity.lowest):
                where = np.searchsorted(shard.positions, extremes.positions)
                extremes.contexts = contexts(shard, np.where(extremes.positions < 0, -1, where))
        collected = self._collected.items()
        statistics.word_sample = self._sample(
            selection.for_words,
            selection.word,
            self._settings.word_sample,
            {names[key]: part.values["for_words"] for key, part in collected},
            {names[key]: part.words_before for key, part in collected},
        )
        statistics.sample = self._sample(
            selection.for_sample,
            np.zeros(len(shard.ids), np.int64),
            SAMPLE,
            {names[key]: part.values["for_sample"] for key, part in collected},
            {},
        )
        return statistics

    def _sample(
        self,
        steps: NDArray[np.intp],
        group: NDArray[np.int64],
        capacity: int,
        values: dict[str, NDArray],
        before: dict[str, NDArray],
    ) -> StepSample:
        shard = self._shard
        around = contexts(shard, steps) if not before else np.zeros((len(steps), 0), np.int32)
        return StepSample(
            np.array(capacity),
            group[steps],
            self._selection.hashes[steps],
            shard.positions[steps],
            around,
            values,
            before,
        )
