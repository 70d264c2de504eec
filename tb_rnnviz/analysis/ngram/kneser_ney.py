"""N-grams with interpolated, modified Kneser-Ney smoothing."""

from collections.abc import Sequence
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tb_rnnviz.analysis._validation import as_lengths
from tb_rnnviz.analysis.ngram.smoothing import Smoothed, discounts_of
from tb_rnnviz.analysis.ngram.trie import Ids, Level, build, walk


class KneserNey:
    """The probability of a token given the `order - 1` tokens before it.

    Every order is interpolated with the one below it and the lowest with the uniform distribution
    over the vocabulary, so that the probabilities of all tokens sum to one after any context. The
    highest order counts occurrences, the others how many distinct tokens stand before an n-gram
    (Kneser and Ney 1995, ICASSP 1, 181-184), with discounts that depend on the count (Chen and
    Goodman 1999, equations 24 to 26). N-grams do not reach over the start of a sequence, and the
    start is no token of its own; the first tokens of a sequence are scored by lower orders.

    Args:
        order: the longest n-gram, such as 3 for trigrams; at least 1.
        modified: whether counts of 1, 2 and more have discounts of their own; true by default.
        discount: one discount for all counts and orders, between 0 and 1; estimated from the text
            by default.

    Raises:
        ValueError: if `order` is less than 1, or `discount` not between 0 and 1.

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
        self._chain: list[Smoothed] = []

    def fit(
        self,
        ids: ArrayLike,
        vocabulary: int | None = None,
        lengths: Sequence[int] | None = None,
    ) -> Self:
        """Counts the n-grams of a text.

        Args:
            ids: tokens, integers (tokens,) of at least 0.
            vocabulary: number of distinct tokens; ids are less. The highest id plus one by
                default.
            lengths: tokens of each sequence where several stand one after the other; one sequence
                by default.

        Returns:
            The model itself.

        Raises:
            ValueError: if no sequence is as long as the order, or an id is not in the vocabulary.
        """
        ids = _as_ids(ids)
        lengths = as_lengths(lengths, ids.size)
        longest = int(lengths.max(initial=0))
        if longest < self.order:
            raise ValueError(
                f"N-grams of order {self.order} need a sequence of at least {self.order} tokens. "
                f"Received: {longest} in the longest one. Choose a lower order, or a longer text."
            )
        self.vocabulary = int(ids.max()) + 1 if vocabulary is None else int(vocabulary)
        _check_vocabulary(ids, self.vocabulary)
        self._levels = build(ids, _starts(lengths), self.order, self.vocabulary)
        lower = [self._smoothed(n, occurrences=False) for n in range(1, self.order)]
        self._chain = [*lower, self._smoothed(self.order, occurrences=True)]
        return self

    def probability(
        self, ids: ArrayLike, lengths: Sequence[int] | None = None
    ) -> NDArray[np.float64]:
        """Gives the probability of every token after the tokens before it.

        Args:
            ids: tokens, integers (tokens,).
            lengths: tokens of each sequence; one sequence by default.

        Returns:
            Probabilities (tokens,), all positive.

        Raises:
            ValueError: if nothing has been counted yet, or an id is not in the vocabulary.
        """
        ids, starts = self._checked(ids, lengths)
        probability = np.full(ids.size, 1.0 / self.vocabulary)
        for (_, places, contexts, grams), smoothed in zip(
            walk(self._levels, ids, starts, self.vocabulary), self._chain, strict=True
        ):
            probability[places] = smoothed.probability(contexts, grams, probability[places])
        return probability

    def by_order(self, ids: ArrayLike, lengths: Sequence[int] | None = None) -> NDArray[np.float64]:
        """Gives the probability of every token under the models of all orders up to this one.

        Args:
            ids: tokens, integers (tokens,).
            lengths: tokens of each sequence; one sequence by default.

        Returns:
            Probabilities (order, tokens); row `n - 1` is what `KneserNey(n)` gives.

        Raises:
            ValueError: if nothing has been counted yet, or an id is not in the vocabulary.
        """
        ids, starts = self._checked(ids, lengths)
        rows = np.empty((self.order, ids.size))
        lower = np.full(ids.size, 1.0 / self.vocabulary)
        steps = walk(self._levels, ids, starts, self.vocabulary)
        for n, (_, places, contexts, grams) in enumerate(steps, 1):
            rows[n - 1] = lower
            top = self._smoothed(n, occurrences=True)
            rows[n - 1, places] = top.probability(contexts, grams, lower[places])
            smoothed = self._chain[n - 1]
            lower[places] = smoothed.probability(contexts, grams, lower[places])
        return rows

    def distribution(self, context: ArrayLike) -> NDArray[np.float64]:
        """Gives the probability of every token after a context.

        Args:
            context: the tokens before, integers (tokens,); may be empty.

        Returns:
            Probabilities (vocabulary,) that sum to one.
        """
        context = _as_ids(context)[-(self.order - 1) :] if self.order > 1 else np.zeros(0, np.int64)
        continued = np.empty((self.vocabulary, context.size + 1), np.int64)
        continued[:, :-1] = context
        continued[:, -1] = np.arange(self.vocabulary)
        lengths = [context.size + 1] * self.vocabulary
        return self.probability(continued.ravel(), lengths)[context.size :: context.size + 1]

    def _smoothed(self, n: int, occurrences: bool) -> Smoothed:
        level = self._levels[n - 1]
        counts = level.counts if occurrences else level.continuations
        if self.discount is None:
            discounts = discounts_of(counts, self.modified)
        else:
            discounts = np.array([0.0, *[self.discount] * 3])
        number = self._levels[n - 2].keys.size if n > 1 else 1
        return Smoothed.of(counts, level.keys // self.vocabulary, number, discounts)

    def _checked(self, ids: ArrayLike, lengths: Sequence[int] | None) -> tuple[Ids, Ids]:
        if not self._levels:
            raise ValueError("This model has counted nothing yet: call fit(ids) first.")
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
