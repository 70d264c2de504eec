"""`ShardSelection`: features, words and sampled steps of a shard."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tb_rnnviz.corpus.shards import Shard
from tb_rnnviz.corpus.step_sample import lowest_hashes, position_hashes
from tb_rnnviz.corpus.survey_settings import CONTEXT_AFTER, CONTEXT_BEFORE, SurveySettings
from tb_rnnviz.features import Text

SAMPLE = 2048
"""Steps of the sample of all steps, for random contexts and those at quantiles."""


SAMPLES = ("for_histograms", "for_words", "for_sample")
"""Samples of steps whose activity is kept until the shard is read."""


@dataclass(frozen=True)
class ShardSelection:
    """Everything about the steps of a shard that does not depend on the model.

    Attributes:
        counted: Boolean (tokens,), true at tokens that are counted.
        features: Values of the features, float64 (features, tokens).
        word: Index of the word of each token, int64 (tokens,), -1 for another one.
        hashes: Hash of each token, uint64 (tokens,).
        for_histograms: Tokens whose activity the histograms count, ascending.
        parts: Series, indices in `for_histograms`, and weights, as for
            `QuantityStatistics.update_histograms`.
        for_words: Tokens of the sample of every word.
        for_sample: Tokens of the sample of all.
        slots: Index of each token in the samples by name, -1 for one that is not in it.
    """

    counted: NDArray[np.bool_]
    features: NDArray[np.float64]
    word: NDArray[np.int64]
    hashes: NDArray[np.uint64]
    for_histograms: NDArray[np.intp]
    parts: list[tuple[int, NDArray[np.intp], float]]
    for_words: NDArray[np.intp]
    for_sample: NDArray[np.intp]
    slots: dict[str, NDArray[np.intp]]

    @classmethod
    def of(cls, shard: Shard, settings: SurveySettings) -> ShardSelection:
        """Selects the steps of a shard."""
        counted = np.zeros(len(shard.ids), bool)
        for piece in shard.pieces:
            counted[piece.begin : piece.end] = True
        features = feature_values(shard, settings)
        hashes = position_hashes(shard.positions, settings.seed)
        words = np.array(settings.words, np.int64)
        word = np.full(len(shard.ids), -1)
        if len(words):
            index = np.minimum(np.searchsorted(words, shard.ids), len(words) - 1)
            word = np.where(words[index] == shard.ids, index, -1)

        def lowest(group: NDArray, capacity: int) -> NDArray[np.intp]:
            return lowest_hashes(np.where(counted, group, -1), hashes, shard.positions, capacity)

        everything = np.zeros(len(shard.ids), np.int64)
        series = [(-1, lowest(everything, settings.histogram_sample), int(counted.sum()))]
        boolean = [k for k, numeric in enumerate(settings.is_numeric) if not numeric]
        for number, k in enumerate(boolean):
            for offset, inside in enumerate((features[k] > 0, features[k] == 0)):
                steps = lowest(np.where(inside, 0, -1), settings.feature_sample)
                series.append((2 * number + offset, steps, int((inside & counted).sum())))
        for_histograms = np.unique(np.concatenate([steps for _, steps, _ in series]))
        parts = [
            (number, np.searchsorted(for_histograms, steps), total / len(steps))
            for number, steps, total in series
            if len(steps)
        ]
        samples = for_histograms, lowest(word, settings.word_sample), lowest(everything, SAMPLE)
        slots = {}
        for name, steps in zip(SAMPLES, samples, strict=True):
            slots[name] = np.full(len(shard.ids), -1)
            slots[name][steps] = np.arange(len(steps))
        return cls(counted, features, word, hashes, for_histograms, parts, *samples[1:], slots)


def feature_values(shard: Shard, settings: SurveySettings) -> NDArray[np.float64]:
    """Returns the values of the features in a shard, (features, tokens)."""
    if not settings.features:
        return np.zeros((0, len(shard.ids)))
    names = settings.names(shard.ids.tolist())
    text = Text([names[piece.start : piece.end] for piece in shard.pieces])
    return np.array([feature.values(text) for feature in settings.features], np.float64)


def contexts(shard: Shard, steps: NDArray[np.intp]) -> NDArray[np.int32]:
    """Returns the ids around tokens of a shard, -1 beyond the ends of their sequence.

    Args:
        shard: The shard.
        steps: Indices of the tokens, of any shape; negative for none.

    Returns:
        Ids, int32, with an axis of `CONTEXT_BEFORE + 1 + CONTEXT_AFTER` tokens at the end.
    """
    starts = np.array([piece.start for piece in shard.pieces])
    ends = np.array([piece.end for piece in shard.pieces])
    piece = np.maximum(np.searchsorted(starts, steps, side="right") - 1, 0)[..., None]
    around = steps[..., None] + np.arange(-CONTEXT_BEFORE, CONTEXT_AFTER + 1)
    inside = (around >= starts[piece]) & (around < ends[piece]) & (steps >= 0)[..., None]
    ids = shard.ids[np.clip(around, 0, len(shard.ids) - 1)]
    return np.where(inside, ids, -1).astype(np.int32)
