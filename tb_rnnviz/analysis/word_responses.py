"""Expected response of units to words: the mean change of their states."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tb_rnnviz.analysis._validation import as_activity, as_lengths

QUANTILES = (0.09, 0.25, 0.5, 0.75, 0.91)
"""Quantiles of the responses to a word, those of RNNVis and the median."""


@dataclass(frozen=True, eq=False)
class WordResponses:
    """Responses of every unit to the most frequent words.

    Attributes:
        words: Ids of the words, the most frequent first, int64 (words,).
        count: Number of occurrences of each, int64 (words,).
        mean: Mean response, float64 (words, units).
        quantiles: Quantiles of the responses at `QUANTILES`, float64
            (quantiles, words, units); of few occurrences they say little.
    """

    words: NDArray[np.int64]
    count: NDArray[np.int64]
    mean: NDArray[np.float64]
    quantiles: NDArray[np.float64]

    @property
    def low(self) -> NDArray[np.float64]:
        """Lower quartile of the responses, (words, units)."""
        return self.quantiles[1]

    @property
    def high(self) -> NDArray[np.float64]:
        """Upper quartile of the responses, (words, units)."""
        return self.quantiles[3]


def word_responses(
    activity: ArrayLike,
    ids: ArrayLike,
    *,
    lengths: Sequence[int] | None = None,
    change: bool = True,
    most: int = 2000,
) -> WordResponses:
    """Averages what each word does to each unit, over all of its occurrences.

    The response at a step is the change of the state, h_t - h_(t-1), as in RNNVis (Ming et al.,
    2017); at the first step of a sequence, whose state before is 0, it is the state itself.

    Args:
        activity: Array (steps, units).
        ids: Id of the word at each step, integers (steps,).
        lengths: Steps of each sequence, in order; one sequence by default.
        change: If false, the response is the state itself.
        most: Number of words, the most frequent ones.

    Returns:
        Count, mean and quantiles of each word. Steps whose state is not finite are left out.

    Raises:
        ValueError: If an argument is not as described.

    Example:
        >>> responses = word_responses([[1.0], [0.0], [1.0], [0.5]], [7, 3, 7, 3])
        >>> responses.words.tolist(), responses.mean.tolist()
        ([3, 7], [[-0.75], [1.0]])
    """
    values = np.asarray(as_activity(activity), np.float64)
    words = np.asarray(ids)
    if words.shape != values.shape[:1] or words.dtype.kind not in "iu":
        raise ValueError(
            f"`ids` must hold one integer for each of {len(values)} steps. "
            f"Received: dtype {words.dtype}, shape {words.shape}."
        )
    if isinstance(most, bool) or not isinstance(most, int | np.integer) or most < 1:
        raise ValueError(f"`most` must be an integer of at least 1. Received: {most!r}.")
    if change:
        values = values - _before(values, lengths)
    finite = np.isfinite(values).all(axis=1)
    values, words = values[finite], words[finite]
    distinct, inverse, count = np.unique(words, return_inverse=True, return_counts=True)
    frequent = np.argsort(-count, kind="stable")[:most]
    steps = np.argsort(inverse, kind="stable")
    ends = np.cumsum(count)
    mean = np.empty((len(frequent), values.shape[1]))
    quantiles = np.empty((len(QUANTILES), *mean.shape))
    for row, word in enumerate(frequent):
        occurrences = values[steps[ends[word] - count[word] : ends[word]]]
        mean[row] = occurrences.mean(axis=0)
        quantiles[:, row] = np.quantile(occurrences, QUANTILES, axis=0)
    return WordResponses(
        distinct[frequent].astype(np.int64), count[frequent].astype(np.int64), mean, quantiles
    )


def _before(values: NDArray, lengths: Sequence[int] | None) -> NDArray:
    """Returns the state before each step, 0 at the first of a sequence."""
    sizes = as_lengths(lengths, len(values))
    before = np.zeros_like(values)
    before[1:] = values[:-1]
    before[(np.cumsum(sizes) - sizes)[sizes > 0]] = 0
    return before
