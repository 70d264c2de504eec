"""Kneser-Ney smoothing of the n-gram counts of one order."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tb_rnnviz.analysis.ngram.trie import UNSEEN, Ids


@dataclass(frozen=True, eq=False)
class SmoothedCounts:
    """The discounted counts of the n-grams of one order.

    Args:
        counts: occurrences or continuations of each n-gram, (n-grams,).
        totals: sum of the counts after each context, (contexts,).
        backoff: share of the probability that each context leaves to the order below,
            (contexts,).
        discounts: discounts of a count of 0, 1, 2, and 3 or more, (4,).
    """

    counts: NDArray[np.int32]
    totals: NDArray[np.float64]
    backoff: NDArray[np.float64]
    discounts: NDArray[np.float64]

    @classmethod
    def of(
        cls,
        counts: NDArray[np.int32],
        contexts: Ids,
        number: int,
        discounts: NDArray[np.float64],
    ) -> "SmoothedCounts":
        """Sums counts and discounts by context.

        Args:
            counts: occurrences or continuations, (n-grams,).
            contexts: index of the context of each n-gram, (n-grams,).
            number: number of contexts.
            discounts: discounts of a count of 0, 1, 2, and 3 or more, (4,).

        Returns:
            The `SmoothedCounts`.
        """
        totals = np.bincount(contexts, counts, number).astype(np.float64, copy=False)
        discounted = np.bincount(contexts, discounts[np.minimum(counts, 3)], number)
        backoff = np.divide(discounted, totals, out=np.ones(number), where=totals > 0)
        return cls(counts, totals, backoff, discounts)

    def probability(
        self, contexts: Ids, grams: Ids, lower: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Interpolates the probability of tokens with that of the order below.

        Args:
            contexts: index of the context of each token, (tokens,).
            grams: index of the n-gram that ends at each token, `UNSEEN` if it has no count,
                (tokens,).
            lower: probability by the order below, (tokens,).

        Returns:
            Probabilities (tokens,).
        """
        counts = np.where(grams == UNSEEN, 0, self.counts[grams])
        discounted = counts - self.discounts[np.minimum(counts, 3)]
        totals = np.maximum(self.totals[contexts], 1.0)
        return discounted / totals + self.backoff[contexts] * lower


def estimate_discounts(counts: NDArray[np.int32], modified: bool) -> NDArray[np.float64]:
    """Estimates the discounts of a count of 0, 1, 2, and 3 or more, (4,).

    After Chen and Goodman (1999, Computer Speech and Language 13, 359-394), equations 17 and 26,
    with n_i the number of n-grams that have the count i, and Y = n_1 / (n_1 + 2 n_2):

        D_1 = 1 - 2 Y n_2 / n_1    D_2 = 2 - 3 Y n_3 / n_2    D_3+ = 3 - 4 Y n_4 / n_3

    Unmodified, all are Y. Y is 0.5 if no n-gram has the count 1. An estimate of D_i that is not
    between 0 and i, which happens in small texts, is replaced by Y.

    Example:
        >>> estimate_discounts(np.array([1, 1, 1, 1, 2, 2, 3, 4]), modified=True).tolist()
        [0.0, 0.5, 1.25, 1.0]
    """
    one, two, three, four = (int(n) for n in np.bincount(counts, minlength=5)[1:5])
    single = one / (one + 2 * two) if one else 0.5
    if not modified:
        return np.array([0.0, single, single, single])
    pairs = ((1, one, two), (2, two, three), (3, three, four))
    estimates = [i - (i + 1) * single * n_next / n if n else 0.0 for i, n, n_next in pairs]
    valid = [estimate if 0 < estimate < i else single for i, estimate in enumerate(estimates, 1)]
    return np.array([0.0, *valid])
