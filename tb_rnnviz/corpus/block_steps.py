"""`BlockSteps`: weights and samples of the steps of a block, for all quantities."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tb_rnnviz.corpus.extremes import StepOrder
from tb_rnnviz.corpus.feature_sums import FeatureSteps
from tb_rnnviz.corpus.group_sums import StepWeights
from tb_rnnviz.corpus.shard_selection import SAMPLES, ShardSelection
from tb_rnnviz.corpus.survey_settings import SurveySettings


@dataclass(frozen=True)
class BlockSteps:
    """Steps of a block of a batch, flattened with the rows of a step side by side.

    Attributes:
        counted: Boolean (steps, rows), true at steps that are counted.
        words: Word of each step.
        words_after: Word of the step after each.
        words_first: Word of the first step of each row, for the activity before the block.
        features: Weights of the features.
        order: Positions of the steps.
        sampled: Steps of each sample, and their indices in it.
    """

    counted: NDArray[np.bool_]
    words: StepWeights
    words_after: StepWeights
    words_first: StepWeights
    features: FeatureSteps
    order: StepOrder
    sampled: dict[str, tuple[NDArray[np.intp], NDArray[np.intp]]]

    @classmethod
    def of(
        cls,
        step: NDArray[np.intp],
        counted: NDArray[np.bool_],
        jackknife: NDArray[np.intp],
        order: StepOrder,
        selection: ShardSelection,
        settings: SurveySettings,
    ) -> BlockSteps:
        """Prepares the steps of a block.

        Args:
            step: Index of each step in the shard, integers (steps, rows).
            counted: Boolean (steps, rows), true at steps to count.
            jackknife: Block of the jackknife of each row, integers (rows,).
            order: Positions of the steps.
            selection: Features, words and samples of the shard.
            settings: Settings of the survey.
        """
        rows, words = step.shape[1], len(settings.words)
        flat, inside = step.ravel(), counted.ravel()
        word = np.where(inside, selection.word[flat], -1)
        after = np.concatenate([word[rows:], np.full(rows, -1)])
        block = np.where(counted, jackknife, -1).ravel()
        chosen = np.flatnonzero(inside)
        sampled = {}
        for name in SAMPLES:
            slots = selection.slots[name][flat[chosen]]
            hits = np.flatnonzero(slots >= 0)
            sampled[name] = chosen[hits], slots[hits]
        return cls(
            counted,
            StepWeights.of_groups(word, words),
            StepWeights.of_groups(after, words),
            StepWeights.of_groups(word[:rows], words),
            FeatureSteps.of(
                selection.features[:, flat],
                np.array(settings.is_numeric, bool),
                block,
                word,
                words,
                settings.has_other_words,
            ),
            order,
            sampled,
        )
