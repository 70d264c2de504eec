"""`FeatureSums`: mergeable sums of which associations with features are computed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

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

    def update(self, steps: FeatureSteps, values: NDArray, squares: NDArray) -> None:
        """Adds steps.

        Args:
            steps: Weights of the steps.
            values: Activity, float64 (steps, units).
            squares: Their squares, in the same way.
        """
        units = values.shape[1]
        self.count += steps.blocks.sum(axis=1)
        self.sums += steps.blocks @ values
        self.squares += steps.blocks @ squares
        shape = self.weight.shape
        self.weight += steps.weights.sum(axis=1).reshape(shape)
        self.weight_squares += steps.weight_squares.sum(axis=1).reshape(shape)
        products = (steps.weights @ values).reshape(*shape, units)
        self.products += products
        if self.defined.size:
            self.defined += steps.defined.sum(axis=1).reshape(self.defined.shape)
            self.defined_sums += (steps.defined @ values).reshape(self.defined_sums.shape)
            self.defined_squares += (steps.defined @ squares).reshape(self.defined_sums.shape)
        if len(self.word_weight):
            self.word_weight += steps.word_weight
            if steps.word_weights is None:  # all tokens are words
                self.word_squares += squares.sum(axis=0)
                self.word_products += products.sum(axis=0)
                self.word_weight_squares += steps.weight_squares.sum(axis=1).reshape(shape).sum(0)
            else:
                self.word_squares += steps.in_words @ squares
                self.word_products += steps.word_weights @ values
                self.word_weight_squares += steps.word_weights.power(2).sum(axis=1)

    def merge(self, other: FeatureSums) -> None:
        """Adds the sums of other steps."""
        for name, sums in vars(other).items():
            setattr(self, name, getattr(self, name) + sums)


@dataclass(frozen=True)
class FeatureSteps:
    """Weights of steps for `FeatureSums`, sparse arrays of which columns are steps.

    Attributes:
        blocks: Block of each step, (blocks, steps).
        weights: Values of the features, (blocks * features, steps).
        weight_squares: Their squares.
        defined: Steps at which numeric features have a value, (blocks * features, steps).
        word_weight: Sums of the features by word, float64 (words, features).
        word_weights: Values of the features at steps of words, (features, steps); `None` if all
            steps are.
        in_words: 1 at steps of words, float64 (steps,).
    """

    blocks: Any
    weights: Any
    weight_squares: Any
    defined: Any
    word_weight: NDArray[np.float64]
    word_weights: Any
    in_words: NDArray[np.float64]

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
            block: Block of each step, integers (steps,).
            word: Index of the word of each step, negative for another one.
            words: Number of words.
            has_other_words: True if there may be tokens that are no words of the survey.
        """
        number, steps = features.shape
        values = np.nan_to_num(features)
        feature, step = np.nonzero(values)
        entry = values[feature, step]
        rows = block[step] * number + feature
        shape = BLOCKS * number, steps
        numeric = np.flatnonzero(is_numeric)
        has_value, at = np.nonzero(~np.isnan(features[numeric]))
        defined = (np.ones(len(at)), (block[at] * len(numeric) + has_value, at))
        is_word = word[step] >= 0
        word_weight = np.zeros((words, number))
        np.add.at(word_weight, (word[step[is_word]], feature[is_word]), entry[is_word])
        word_weights = None
        if has_other_words:
            entries = entry[is_word], (feature[is_word], step[is_word])
            word_weights = sparse.csr_array(entries, shape=(number, steps))
        return cls(
            sparse.csr_array((np.ones(steps), (block, np.arange(steps))), shape=(BLOCKS, steps)),
            sparse.csr_array((entry, (rows, step)), shape=shape),
            sparse.csr_array((entry**2, (rows, step)), shape=shape),
            sparse.csr_array(defined, shape=(BLOCKS * len(numeric), steps)),
            word_weight,
            word_weights,
            (word >= 0).astype(np.float64),
        )
