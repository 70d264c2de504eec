"""Kneser-Ney smoothing of the counts of one level."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tb_rnnviz.analysis.ngram.trie import UNSEEN, Ids


@dataclass(frozen=True, eq=False)
class Smoothed:
    """The discounted counts of the n-grams of one order.

    Args:
        counts: of each n-gram, occurrences or continuations, (n-grams,).
        totals: of each context, the sum of the counts of what follows it, (contexts,).
        left: of each context, the share of the probability that goes to the order below,
            (contexts,).
        discounts: taken off a count of 0, 1, 2, and 3 or more, (4,).
    """

    counts: NDArray[np.int32]
    totals: NDArray[np.float64]
    left: NDArray[np.float64]
    discounts: NDArray[np.float64]

    @classmethod
    def of(
        cls,
        counts: NDArray[np.int32],
        contexts: Ids,
        number: int,
        discounts: NDArray[np.float64],
    ) -> "Smoothed":
        """Sums the counts up by context.

        Args:
            counts: (n-grams,).
            contexts: the context of each n-gram, (n-grams,).
            number: number of contexts.
            discounts: (4,).
        """
        totals = np.bincount(contexts, counts, number)
        taken = np.bincount(contexts, discounts[np.minimum(counts, 3)], number)
        left = np.divide(taken, totals, out=np.ones(number), where=totals > 0)
        return cls(counts, totals, left, discounts)

    def probability(
        self, contexts: Ids, grams: Ids, lower: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Interpolates with the order below.

        Args:
            contexts: the context of each place, (places,).
            grams: the n-gram at each place, `UNSEEN` where it is none, (places,).
            lower: the probability under the order below, (places,).
        """
        counts = np.where(grams == UNSEEN, 0, self.counts[grams])
        kept = counts - self.discounts[np.minimum(counts, 3)]
        totals = np.maximum(self.totals[contexts], 1.0)
        return kept / totals + self.left[contexts] * lower


def discounts_of(counts: NDArray[np.int32], modified: bool) -> NDArray[np.float64]:
    """Gives what is taken off a count of 0, 1, 2, and 3 or more, (4,).

    After Chen and Goodman (1999, Computer Speech and Language 13, 359-394), equations 17 and 26,
    with n_i the number of n-grams that have the count i, and Y = n_1 / (n_1 + 2 n_2):

        D_1 = 1 - 2 Y n_2 / n_1    D_2 = 2 - 3 Y n_3 / n_2    D_3+ = 3 - 4 Y n_4 / n_3

    Unmodified, all are Y. Y is taken as 0.5 where no n-gram has the count 1. Where the estimate of
    D_i is not between 0 and i, as small texts have it, it is Y as well.

    Example:
        >>> discounts_of(np.array([1, 1, 1, 1, 2, 2, 3, 4]), modified=True).tolist()
        [0.0, 0.5, 1.25, 1.0]
    """
    one, two, three, four = (int(n) for n in np.bincount(counts, minlength=5)[1:5])
    single = one / (one + 2 * two) if one else 0.5
    if not modified:
        return np.array([0.0, single, single, single])
    pairs = ((1, one, two), (2, two, three), (3, three, four))
    estimates = [i - (i + 1) * single * more / fewer if fewer else 0.0 for i, fewer, more in pairs]
    fits = [estimate if 0 < estimate < i else single for i, estimate in enumerate(estimates, 1)]
    return np.array([0.0, *fits])
