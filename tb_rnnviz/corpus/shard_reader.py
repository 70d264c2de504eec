"""`ShardReader`: reads shards through a model and computes their statistics."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tb_rnnviz.capture.recorder import Recorder
from tb_rnnviz.core.names import QuantityKey
from tb_rnnviz.corpus.feature_sums import BLOCKS, FeatureSteps
from tb_rnnviz.corpus.group_sums import membership
from tb_rnnviz.corpus.quantity_statistics import QuantityStatistics, Steps
from tb_rnnviz.corpus.shard_selection import SAMPLE, ShardSelection, contexts
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
        self._lock = threading.Lock()

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
            with self._lock:
                blocks = recorder.read_in_blocks(Probe("corpus", batch.ids), BLOCK_STEPS, *names)
            while True:
                with self._lock:
                    recording = next(blocks, None)
                if recording is None:
                    return
                yield recording
        else:
            lengths = [row.end - row.start for row in batch.rows]
            rows = [ids[:n] for ids, n in zip(batch.ids, lengths, strict=False)]
            with self._lock:
                recording = recorder.record(Probe("corpus", rows), *names)
            yield recording.on_tokens()


@dataclass
class _Collected:
    """Activity of one quantity at the selected steps of a shard."""

    for_histograms: NDArray[np.float32]
    for_words: NDArray[np.float32]
    words_before: NDArray[np.float32]
    for_sample: NDArray[np.float32]


class _ShardReading:
    """Statistics of a shard while it is read."""

    def __init__(self, shard: Shard, selection: ShardSelection, settings: SurveySettings):
        self._shard, self._selection, self._settings = shard, selection, settings
        self._statistics = SurveyStatistics(shard.tokens, shard.outside, shard.span)
        self._collected: dict[QuantityKey, _Collected] = {}
        self._slots = {}
        for name in ("for_histograms", "for_words", "for_sample"):
            steps = getattr(selection, name)
            self._slots[name] = slots = np.full(len(shard.ids), -1)
            slots[steps] = np.arange(len(steps))

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
        shard = self._shard
        for key, reason in recording.absent.items():
            self._statistics.absent.setdefault("/".join(key), reason)
        rows, number = batch.rows, len(batch.rows)
        steps = np.arange(begin, begin + recording.mask.shape[1])[:, None]
        step = steps + np.array([row.start for row in rows])
        counted = (step >= [row.begin for row in rows]) & (step < [row.end for row in rows])
        step = np.minimum(step, len(shard.ids) - 1)
        position = shard.positions[step]
        block = np.broadcast_to(jackknife, step.shape)
        last: dict[QuantityKey, NDArray] = {}
        by_mask: dict[bytes, tuple[NDArray, NDArray, Steps]] = {}
        for path in recording.layers:
            layer = recording[path]
            if layer.mask.shape[1] != len(step):
                self._statistics.absent[path] = "its steps are not the tokens"
                continue
            consumed = counted & layer.mask[:number].T
            mask_key = consumed.tobytes()
            if mask_key not in by_mask:
                flat = np.flatnonzero(consumed)
                blocks = block.ravel()[flat]
                by_mask[mask_key] = flat, blocks, self._steps(step.ravel()[flat], blocks)
            flat, blocks, prepared = by_mask[mask_key]
            for quantity in layer:
                key = QuantityKey(path, quantity)
                values = np.ascontiguousarray(layer[quantity][:number].transpose(1, 0, 2))
                earlier = before.get(key, np.zeros(values.shape[1:], np.float32))
                last[key] = values[-1].copy()
                self._add_quantity(key, values, earlier, flat, blocks, prepared, step, position)
        return last

    def _add_quantity(
        self,
        key: QuantityKey,
        values: NDArray[np.float32],
        earlier: NDArray[np.float32],
        flat: NDArray[np.intp],
        blocks: NDArray[np.intp],
        prepared: Steps,
        step: NDArray[np.intp],
        position: NDArray[np.int64],
    ) -> None:
        units = values.shape[2]
        statistics, collected = self._statistics_of(key, units)
        before = np.concatenate([earlier[None], values[:-1]]).reshape(-1, units)
        every = values.reshape(-1, units)
        rows = every if len(flat) == len(every) else every[flat]
        rows_before = before if len(flat) == len(every) else before[flat]
        if not np.isfinite(rows).all():
            finite = np.isfinite(rows).all(axis=1)
            flat, rows, rows_before = flat[finite], rows[finite], rows_before[finite]
            prepared = self._steps(step.ravel()[flat], blocks[finite])
        if not np.isfinite(rows_before).all():
            rows_before = np.nan_to_num(rows_before, nan=0.0, posinf=0.0, neginf=0.0)
        statistics.update(prepared, rows.astype(np.float64), rows_before.astype(np.float64))

        local = step.ravel()[flat]
        for name, target in (
            ("for_histograms", collected.for_histograms),
            ("for_words", collected.for_words),
            ("for_sample", collected.for_sample),
        ):
            slots = self._slots[name][local]
            chosen = np.flatnonzero(slots >= 0)
            target[slots[chosen]] = rows[chosen]
            if name == "for_words":
                collected.words_before[slots[chosen]] = rows_before[chosen]

        for extremes, sign in ((statistics.highest, 1), (statistics.lowest, -1)):
            signed = values if sign > 0 else -values
            if len(flat) < len(every):
                left_out = np.ones(len(every), bool)
                left_out[flat] = False
                signed = signed.copy() if sign > 0 else signed
                signed.reshape(-1, units)[left_out] = -np.inf
            extremes.update(signed, position)

    def _statistics_of(self, key: QuantityKey, units: int) -> tuple[QuantityStatistics, _Collected]:
        settings, selection = self._settings, self._selection
        if key not in self._collected:
            self._statistics.quantities[key] = QuantityStatistics.empty(
                units,
                len(settings.words),
                settings.is_numeric,
                settings.top,
                NUMBER_OF_CONTEXT_TOKENS,
            )
            self._collected[key] = _Collected(
                *(
                    np.full((len(steps), units), np.nan, np.float32)
                    for steps in (
                        selection.for_histograms,
                        selection.for_words,
                        selection.for_words,
                        selection.for_sample,
                    )
                )
            )
        return self._statistics.quantities[key], self._collected[key]

    def _steps(self, step: NDArray[np.intp], block: NDArray[np.intp]) -> Steps:
        """Prepares tokens of the shard, with the block of the jackknife of each."""
        settings, selection = self._settings, self._selection
        word = selection.word[step]
        return Steps(
            membership(word, len(settings.words)),
            FeatureSteps.of(
                selection.features[:, step],
                np.array(settings.is_numeric, bool),
                block,
                word,
                len(settings.words),
                settings.has_other_words,
            ),
        )

    def finished(self) -> SurveyStatistics:
        """Returns the statistics, with histograms, contexts and samples."""
        shard, selection, statistics = self._shard, self._selection, self._statistics
        names = {key: f"{number}" for number, key in enumerate(statistics.quantities)}
        for key, quantity in statistics.quantities.items():
            values = self._collected[key].for_histograms
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
            {names[key]: part.for_words for key, part in collected},
            {names[key]: part.words_before for key, part in collected},
        )
        statistics.sample = self._sample(
            selection.for_sample,
            np.zeros(len(shard.ids), np.int64),
            SAMPLE,
            {names[key]: part.for_sample for key, part in collected},
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
