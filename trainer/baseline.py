"""N-gram baseline: the loss that a network has to beat."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tb_rnnviz.analysis import KneserNey


class NGram:
    """N-gram model of ids with interpolated Kneser-Ney smoothing.

    There is one discount per order, n_1 / (n_1 + 2 n_2) with n_i the number of n-grams that have
    the count i (Ney, Essen and Kneser 1994, Computer Speech and Language 8, 1-38).

    Args:
        order: Length of the n-grams, such as 3 for trigrams.
        vocabulary_size: Number of distinct tokens; ids are `0 ... vocabulary_size - 1`.
            `vocabulary_size ** order` must fit into 63 bits.

    Raises:
        ValueError: if a size is not allowed.

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
        self._model = KneserNey(order, modified=False)

    def fit(self, ids: ArrayLike) -> "NGram":
        """Counts the n-grams of ids, integers (tokens,), and returns the model itself."""
        self._model.fit(ids, vocabulary=self.vocabulary_size)
        return self

    def probability(self, ids: ArrayLike) -> NDArray[np.float64]:
        """Computes the probability of every token given the tokens before it.

        Args:
            ids: Integers (tokens,). The first tokens, with fewer than `order - 1` before them, are
                scored by a lower order.

        Returns:
            float64 (tokens,).
        """
        return self._model.probability(ids)

    def distribution(self, context: ArrayLike) -> NDArray[np.float64]:
        """Computes the probability (vocabulary_size,) of every token after a context."""
        return self._model.distribution(context)

    def loss(self, ids: ArrayLike, skip: int = 0) -> float:
        """Computes the mean of -log probability over `ids[skip:]`, in nats per token."""
        return float(-np.log(self.probability(ids)[skip:]).mean())
