"""`FeatureSums`: mergeable sums of which associations with features are computed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tb_rnnviz.corpus.group_sums import StepWeights, sums_by_group

BLOCKS = 16
"""Blocks of the jackknife; a row of a stream or a sequence belongs to one of them."""


@dataclass
class FeatureSums:
    """Sums over steps for every block of the jackknife, and over the steps of words.

    With the activity a and the feature f, of which d is 1 where it has a value, there are the sums
    of 1, a, a^2 over all steps; of f, f^2, f a; of d, d a, d a^2 for numeric features; and over
    the steps of the words that are counted those of a^2, f^2, f a and, by word, f.

    Attributes:
        count: Number of steps, float64 (blocks,).
        sums: Sums of a, float64 (blocks, units).
        squares: Sums of a^2, float64 (blocks, units).
        weight: Sums of f, float64 (blocks, features).
        weight_squares: Sums of f^2, float64 (blocks, features).
        products: Sums of f a, float64 (blocks, features, units).
        defined: Sums of d, float64 (blocks, numeric features).
        defined_sums: Sums of d a, float64 (blocks, numeric features, units).
        defined_squares: Sums of d a^2, in the same way.
        word_squares: Sum of a^2 over the steps of words, float64 (units,).
        word_products: Sums of f a over the steps of words, float64 (features, units).
        word_weight: Sums of f over the steps of each word, float64 (words, features).
        word_weight_squares: Sums of f^2 over the steps of words, float64 (features,).
    """

    count: NDArray[np.float64]
    sums: NDArray[np.float64]
    squares: NDArray[np.float64]
    weight: NDArray[np.float64]
    weight_squares: NDArray[np.float64]
    products: NDArray[np.float64]
    defined: NDArray[np.float64]
    defined_sums: NDArray[np.float64]
    defined_squares: NDArray[np.float64]
    word_squares: NDArray[np.float64]
    word_products: NDArray[np.float64]
    word_weight: NDArray[np.float64]
    word_weight_squares: NDArray[np.float64]

    @classmethod
    def empty(cls, features: int, numeric: int, words: int, units: int) -> FeatureSums:
        """Returns the sums of no step."""
        shapes = (
            (BLOCKS,),
            (BLOCKS, units),
            (BLOCKS, units),
            (BLOCKS, features),
            (BLOCKS, features),
            (BLOCKS, features, units),
            (BLOCKS, numeric),
            (BLOCKS, numeric, units),
            (BLOCKS, numeric, units),
            (units,),
            (features, units),
            (words, features),
            (features,),
        )
        return cls(*(np.zeros(shape) for shape in shapes))

    def update(
        self,
        steps: FeatureSteps,
        values: NDArray[np.float32],
        squares: NDArray[np.float32],
        block_sums: NDArray[np.float64],
        block_squares: NDArray[np.float64],
        pivot: NDArray[np.float64],
    ) -> None:
        """Adds steps.

        Args:
            steps: Weights of the steps.
            values: Activity less the pivot, float32 (steps, units).
            squares: Their squares, in the same way.
            block_sums: Sums of the values, (blocks, units).
            block_squares: Sums of the squares, (blocks, units).
            pivot: A value near the mean of each unit, (units,).
        """
        count = steps.blocks.total
        self.count += count
        self.sums += block_sums + count[:, None] * pivot
        all_squares = _with_pivot(count, block_sums, block_squares, pivot)
        self.squares += all_squares
        shape = self.weight.shape
        weight = steps.weights.total.reshape(shape)
        self.weight += weight
        self.weight_squares += steps.weight_squares
        products = steps.weights.sums(values).reshape(self.products.shape)
        products += weight[..., None] * pivot
        self.products += products
        if self.defined.size:
            self.defined += steps.defined.total.reshape(self.defined.shape)
            sums = steps.defined.sums(values)
            square_sums = steps.defined.sums(squares)
            square_sums = _with_pivot(steps.defined.total, sums, square_sums, pivot)
            sums += steps.defined.total[:, None] * pivot
            self.defined_sums += sums.reshape(self.defined_sums.shape)
            self.defined_squares += square_sums.reshape(self.defined_sums.shape)
        self.word_weight += steps.word_weight
        self.word_weight_squares += steps.word_weight_squares
        if steps.word_weights is None:  # all tokens are words
            self.word_squares += all_squares.sum(axis=0)
            self.word_products += products.sum(axis=0)
        else:
            sums, square_sums = steps.in_words.sums(values), steps.in_words.sums(squares)
            total = steps.in_words.total
            self.word_squares += _with_pivot(total, sums, square_sums, pivot)[0]
            self.word_products += steps.word_weights.sums(values)
            self.word_products += steps.word_weights.total[:, None] * pivot

    def merge(self, other: FeatureSums) -> None:
        """Adds the sums of other steps."""
        for name, sums in vars(other).items():
            setattr(self, name, getattr(self, name) + sums)


def _with_pivot(
    count: NDArray[np.float64],
    sums: NDArray[np.float64],
    squares: NDArray[np.float64],
    pivot: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Returns sums of squares of values from those of the values less a pivot."""
    return squares + 2 * sums * pivot + count[:, None] * pivot**2


@dataclass(frozen=True)
class FeatureSteps:
    """Weights of steps for `FeatureSums`.

    Attributes:
        blocks: Block of each step, for `blocks` groups.
        weights: Values of the features, for `blocks * features` groups.
        weight_squares: Sums of their squares, float64 (blocks, features).
        defined: Steps at which numeric features have a value, for `blocks * features` groups.
        word_weight: Sums of the features by word, float64 (words, features).
        word_weights: Values of the features at steps of words, for `features` groups; `None` if
            all steps are.
        word_weight_squares: Sums of squares of the features at steps of words, float64 (features,).
        in_words: Steps of words, one group.
    """

    blocks: StepWeights
    weights: StepWeights
    weight_squares: NDArray[np.float64]
    defined: StepWeights
    word_weight: NDArray[np.float64]
    word_weights: StepWeights | None
    word_weight_squares: NDArray[np.float64]
    in_words: StepWeights

    @classmethod
    def of(
        cls,
        features: NDArray[np.float64],
        is_numeric: NDArray[np.bool_],
        block: NDArray[np.integer],
        word: NDArray[np.integer],
        words: int,
        has_other_words: bool,
    ) -> FeatureSteps:
        """Prepares steps.

        Args:
            features: Values (features, steps), NaN where a numeric one has none.
            is_numeric: Boolean (features,).
            block: Block of each step, integers (steps,); negative for a step to leave out.
            word: Index of the word of each step, negative for another one.
            words: Number of words.
            has_other_words: True if there may be tokens that are no words of the survey.
        """
        number, steps = features.shape
        counted = block >= 0
        values = np.where(counted, np.nan_to_num(features), 0)
        feature, step = np.nonzero(values)
        entry = values[feature, step]
        group = block[step] * number + feature
        numeric = np.flatnonzero(is_numeric)
        has_value, at = np.nonzero(~np.isnan(features[numeric]) & counted)
        in_word = counted & (word >= 0)
        is_word = in_word[step]
        word_weight = sums_by_group(
            word[step[is_word]] * number + feature[is_word], entry[is_word], words * number
        )
        word_weights = None
        if has_other_words:
            parts = entry[is_word], feature[is_word], step[is_word]
            word_weights = StepWeights(*parts, (number, steps))
        return cls(
            StepWeights.of_groups(block, BLOCKS),
            StepWeights(entry, group, step, (BLOCKS * number, steps)),
            sums_by_group(group, entry**2, BLOCKS * number).reshape(BLOCKS, number),
            StepWeights(
                np.ones(len(at)),
                block[at] * len(numeric) + has_value,
                at,
                (BLOCKS * len(numeric), steps),
            ),
            word_weight.reshape(words, number),
            word_weights,
            sums_by_group(feature[is_word], entry[is_word] ** 2, number),
            StepWeights.of_groups(in_word.astype(np.intp) - 1, 1),
        )
