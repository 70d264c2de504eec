"""What a model has to beat: n-grams with interpolated Kneser-Ney smoothing.

Source of the formulas: Ney, Essen and Kneser (1994); Chen and Goodman (1999), equations 24 and 26.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Ids = NDArray[np.int64]


@dataclass(frozen=True)
class _Level:
    """The counts of one order, as sorted keys: a key is the n-gram read as a number in base V."""

    grams: Ids
    counts: NDArray[np.float64]
    histories: Ids
    totals: NDArray[np.float64]
    distinct: NDArray[np.float64]
    discount: float

    @classmethod
    def of(cls, grams: Ids, counts: NDArray[np.float64], vocabulary_size: int) -> "_Level":
        histories, first = np.unique(grams // vocabulary_size, return_index=True)
        once, twice = np.sum(counts == 1), np.sum(counts == 2)
        return cls(
            grams=grams,
            counts=counts,
            histories=histories,
            totals=np.add.reduceat(counts, first),
            distinct=np.diff(np.append(first, len(grams))).astype(np.float64),
            discount=float(once / (once + 2 * twice)) if once else 0.5,
        )

    def interpolate(self, grams: Ids, lower: NDArray, vocabulary_size: int) -> NDArray[np.float64]:
        counts = _look_up(self.grams, self.counts, grams)
        histories = grams // vocabulary_size
        totals = _look_up(self.histories, self.totals, histories)
        distinct = _look_up(self.histories, self.distinct, histories)
        seen = totals > 0
        totals = np.where(seen, totals, 1.0)
        discounted = np.maximum(counts - self.discount, 0) / totals
        return np.where(seen, discounted + self.discount * distinct / totals * lower, lower)


class NGram:
    """The probability of the next token given the `order - 1` before it.

    Every order is interpolated with the one below it, the lowest with the uniform distribution, so
    that the probabilities of all tokens sum to one after any context, seen or not.

    Args:
        order: 1 for a unigram, 3 for a trigram; `vocabulary_size ** order` must fit into 63 bits.
        vocabulary_size: number of distinct tokens; ids are `0 ... vocabulary_size - 1`.

    Example:
        >>> model = NGram(order=2, vocabulary_size=3).fit([0, 1, 0, 1, 0, 2])
        >>> model.distribution([0]).sum().round(12)
        np.float64(1.0)
    """

    def __init__(self, order: int, vocabulary_size: int) -> None:
        if order < 1 or vocabulary_size < 1 or vocabulary_size**order >= 2**63:
            raise ValueError(
                "order and vocabulary_size must be positive, and vocabulary_size ** order less "
                "than 2 ** 63. "
                f"Received: order={order}, vocabulary_size={vocabulary_size}"
            )
        self.order = order
        self.vocabulary_size = vocabulary_size
        self._levels: list[_Level] = []

    def fit(self, ids: ArrayLike) -> "NGram":
        """Count the n-grams of `ids`, an array (tokens,) of integers, and return `self`."""
        ids = _checked(ids)
        if len(ids) < self.order:
            raise ValueError(f"Counting needs {self.order} tokens at least. Received: {len(ids)}")
        grams = _grams(ids, self.order, self.vocabulary_size)
        grams, counts = np.unique(grams, return_counts=True)
        counts = counts.astype(np.float64)
        levels = []
        for order in range(self.order, 0, -1):
            levels.append(_Level.of(grams, counts, self.vocabulary_size))
            # A lower order counts the distinct tokens that stand before it, not its occurrences.
            shorter = grams % self.vocabulary_size ** (order - 1)
            grams, counts = np.unique(shorter, return_counts=True)
            counts = counts.astype(np.float64)
        self._levels = levels[::-1]
        return self

    def probability(self, ids: ArrayLike) -> NDArray[np.float64]:
        """The probability of every token of `ids` after the tokens before it.

        Args:
            ids: integers (tokens,). The first tokens, with fewer than `order - 1` before them, are
                scored by a lower order.

        Returns:
            float64 (tokens,).
        """
        if not self._levels:
            raise ValueError("This NGram has counted nothing yet: call fit(ids) first.")
        ids = _checked(ids)
        probability = np.full(len(ids), 1.0 / self.vocabulary_size)
        for order, level in enumerate(self._levels, 1):
            rest = slice(order - 1, None)
            grams = _grams(ids, order, self.vocabulary_size)
            probability[rest] = level.interpolate(grams, probability[rest], self.vocabulary_size)
        return probability

    def distribution(self, context: ArrayLike) -> NDArray[np.float64]:
        """The probability (vocabulary_size,) of every token after `context`, an array of ids."""
        context = _checked(context)
        tokens = range(self.vocabulary_size)
        return np.array([self.probability(np.append(context, token))[-1] for token in tokens])

    def loss(self, ids: ArrayLike, skip: int = 0) -> float:
        """The mean of -log probability in nats per token over `ids[skip:]`."""
        return float(-np.log(self.probability(ids)[skip:]).mean())


def _checked(ids: ArrayLike) -> Ids:
    ids = np.asarray(ids)
    if ids.ndim != 1 or (ids.size and not np.issubdtype(ids.dtype, np.integer)):
        raise ValueError(
            f"ids must be integers of shape (tokens,). Received: {ids.dtype} {ids.shape}"
        )
    return ids.astype(np.int64)


def _grams(ids: Ids, order: int, base: int) -> Ids:
    count = max(len(ids) - order + 1, 0)
    grams = np.zeros(count, np.int64)
    for offset in range(order):
        grams = grams * base + ids[offset : offset + count]
    return grams


def _look_up(keys: Ids, values: NDArray[np.float64], wanted: Ids) -> NDArray[np.float64]:
    where = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[where] == wanted, values[where], 0.0)
