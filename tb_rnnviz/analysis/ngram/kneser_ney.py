"""N-grams with interpolated, modified Kneser-Ney smoothing."""

from collections.abc import Sequence
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tb_rnnviz.analysis._validation import as_lengths
from tb_rnnviz.analysis.ngram.smoothing import SmoothedCounts, estimate_discounts
from tb_rnnviz.analysis.ngram.trie import Ids, Level, build, look_up


class KneserNey:
    """N-gram model: the probability of a token given the `order - 1` tokens before it.

    Every order is interpolated with the one below it and the lowest with the uniform distribution
    over the vocabulary, so that the probabilities of all tokens sum to one after any context. The
    highest order counts occurrences, the others count the distinct tokens before an n-gram (Kneser
    and Ney 1995, ICASSP 1, 181-184), with discounts that depend on the count (Chen and Goodman
    1999, equations 24 to 26). N-grams do not extend over the start of a sequence, and the start is
    not a token; the first tokens of a sequence are scored by lower orders.

    Args:
        order: the highest order, such as 3 for trigrams; at least 1.
        modified: if true, counts of 1, 2 and more have separate discounts; true by default.
        discount: one discount for all counts and orders, between 0 and 1; estimated from the text
            by default.

    Raises:
        ValueError: if `order` is less than 1, or `discount` is not between 0 and 1.

    Example:
        >>> model = KneserNey(order=2).fit([0, 1, 0, 1, 0, 2])
        >>> model.distribution([0]).sum().round(12).item()
        1.0
    """

    def __init__(self, order: int, *, modified: bool = True, discount: float | None = None) -> None:
        if isinstance(order, bool) or not isinstance(order, int | np.integer) or order < 1:
            raise ValueError(
                f"`order` must be an integer of at least 1. Received: order={order!r}."
            )
        if discount is not None and not 0 < discount < 1:
            raise ValueError(
                "`discount` must lie between 0 and 1, or be None to be estimated. "
                f"Received: discount={discount!r}."
            )
        self.order = int(order)
        self.modified = modified
        self.discount = discount
        self.vocabulary = 0
        self._levels: list[Level] = []
        self._interpolated: list[SmoothedCounts] = []

    def fit(
        self,
        ids: ArrayLike,
        vocabulary: int | None = None,
        lengths: Sequence[int] | None = None,
    ) -> Self:
        """Counts the n-grams of a text.

        Args:
            ids: tokens, integers (tokens,) of at least 0.
            vocabulary: number of distinct tokens, larger than every id; the highest id plus one by
                default.
            lengths: tokens of each sequence, if several are concatenated; one sequence by default.

        Returns:
            The model itself.

        Raises:
            ValueError: if no sequence is as long as the order, or an id is not in the vocabulary.
        """
        ids = _as_ids(ids)
        sizes = as_lengths(lengths, ids.size)
        longest = int(sizes.max(initial=0))
        if longest < self.order:
            raise ValueError(
                f"N-grams of order {self.order} need a sequence of at least {self.order} tokens. "
                f"Received: {longest} in the longest one. Choose a lower order, or a longer text."
            )
        self.vocabulary = int(ids.max()) + 1 if vocabulary is None else int(vocabulary)
        _check_vocabulary(ids, self.vocabulary)
        self._levels = build(ids, _starts(sizes), self.order, self.vocabulary)
        lower = [self._smoothed(n, occurrences=False) for n in range(1, self.order)]
        self._interpolated = [*lower, self._smoothed(self.order, occurrences=True)]
        return self

    def probability(
        self, ids: ArrayLike, lengths: Sequence[int] | None = None
    ) -> NDArray[np.float64]:
        """Computes the probability of every token given the tokens before it.

        Args:
            ids: tokens, integers (tokens,).
            lengths: tokens of each sequence; one sequence by default.

        Returns:
            Probabilities (tokens,), all positive.

        Raises:
            ValueError: if `fit` has not been called, or an id is not in the vocabulary.
        """
        ids, starts = self._checked(ids, lengths)
        probability = np.full(ids.size, 1.0 / self.vocabulary)
        matches = look_up(self._levels, ids, starts, self.vocabulary)
        for (positions, contexts, grams), counts in zip(matches, self._interpolated, strict=True):
            probability[positions] = counts.probability(contexts, grams, probability[positions])
        return probability

    def by_order(self, ids: ArrayLike, lengths: Sequence[int] | None = None) -> NDArray[np.float64]:
        """Computes the probabilities of every token by the models of all orders.

        Args:
            ids: tokens, integers (tokens,).
            lengths: tokens of each sequence; one sequence by default.

        Returns:
            Probabilities (order, tokens); row `n - 1` is that of `KneserNey(n)`.

        Raises:
            ValueError: if `fit` has not been called, or an id is not in the vocabulary.
        """
        ids, starts = self._checked(ids, lengths)
        rows = np.empty((self.order, ids.size))
        lower = np.full(ids.size, 1.0 / self.vocabulary)
        matches = look_up(self._levels, ids, starts, self.vocabulary)
        for n, (positions, contexts, grams) in enumerate(matches, 1):
            rows[n - 1] = lower
            highest = self._smoothed(n, occurrences=True)
            rows[n - 1, positions] = highest.probability(contexts, grams, lower[positions])
            counts = self._interpolated[n - 1]
            lower[positions] = counts.probability(contexts, grams, lower[positions])
        return rows

    def distribution(self, context: ArrayLike) -> NDArray[np.float64]:
        """Computes the probability of every token of the vocabulary after a context.

        Args:
            context: the preceding tokens, integers (tokens,); may be empty.

        Returns:
            Probabilities (vocabulary,) that sum to one.
        """
        context = _as_ids(context)[-(self.order - 1) :] if self.order > 1 else np.zeros(0, np.int64)
        continued = np.empty((self.vocabulary, context.size + 1), np.int64)
        continued[:, :-1] = context
        continued[:, -1] = np.arange(self.vocabulary)
        lengths = [context.size + 1] * self.vocabulary
        return self.probability(continued.ravel(), lengths)[context.size :: context.size + 1]

    def _smoothed(self, n: int, occurrences: bool) -> SmoothedCounts:
        level = self._levels[n - 1]
        counts = level.counts if occurrences else level.continuations
        if self.discount is None:
            discounts = estimate_discounts(counts, self.modified)
        else:
            discounts = np.array([0.0, *[self.discount] * 3])
        number = self._levels[n - 2].keys.size if n > 1 else 1
        return SmoothedCounts.of(counts, level.keys // self.vocabulary, number, discounts)

    def _checked(self, ids: ArrayLike, lengths: Sequence[int] | None) -> tuple[Ids, Ids]:
        if not self._levels:
            raise ValueError("This model has not counted any text yet: call fit(ids) first.")
        ids = _as_ids(ids)
        _check_vocabulary(ids, self.vocabulary)
        return ids, _starts(as_lengths(lengths, ids.size))


def _starts(lengths: NDArray[np.intp]) -> Ids:
    return np.repeat(np.cumsum(lengths) - lengths, lengths).astype(np.int64)


def _as_ids(ids: ArrayLike) -> Ids:
    values = np.asarray(ids)
    if values.ndim != 1 or (values.size and values.dtype.kind not in "iu"):
        raise ValueError(
            "`ids` must be integers of shape (tokens,). "
            f"Received: dtype {values.dtype}, shape {values.shape}."
        )
    return values.astype(np.int64)


def _check_vocabulary(ids: Ids, vocabulary: int) -> None:
    if ids.size and not 0 <= ids.min() <= ids.max() < vocabulary:
        raise ValueError(
            f"Ids must lie between 0 and {vocabulary - 1}, the size of the vocabulary less one. "
            f"Received: ids between {ids.min()} and {ids.max()}. Pass fit(..., vocabulary=...)."
        )
