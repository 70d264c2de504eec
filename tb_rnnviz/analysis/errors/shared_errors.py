"""Shared errors: tokens that several models get wrong."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from tb_rnnviz.analysis.errors.validation import THRESHOLD, as_probability, is_error

MOST_MODELS = 8
"""Models that can be compared."""


def shared_errors(
    probabilities: Mapping[str, ArrayLike], *, threshold: float = THRESHOLD
) -> dict[tuple[str, ...], int]:
    """Counts the errors of every set of models: the regions of a Venn diagram.

    Args:
        probabilities: probability that a model assigns to each token before reading it, (tokens,),
            by name of the model; NaN if it predicts none. 1 to 8 models. Tokens without a
            prediction by every model are left out.
        threshold: probability below which a token is an error; 0.5 by default.

    Returns:
        The number of tokens that exactly the models of a set get wrong, for every non-empty set;
        smaller sets come first, and names are in the order of `probabilities`. The counts sum to
        the number of tokens that any model gets wrong.

    Raises:
        ValueError: if an argument does not fit.

    Example:
        >>> shared_errors({"lstm": [0.9, 0.1, 0.1], "n-gram": [0.4, 0.1, 0.9]})
        {('lstm',): 1, ('n-gram',): 1, ('lstm', 'n-gram'): 1}
    """
    names = list(probabilities)
    if not 1 <= len(names) <= MOST_MODELS:
        raise ValueError(
            f"`probabilities` must hold those of 1 to {MOST_MODELS} models. "
            f"Received: {len(names)}, {names}."
        )
    tokens = np.size(next(iter(probabilities.values())))
    rows = np.stack([as_probability(row, tokens, name) for name, row in probabilities.items()])
    predicted = np.isfinite(rows).all(axis=0)
    code = (1 << np.arange(len(names))) @ is_error(rows[:, predicted], threshold)
    counts = np.bincount(code, minlength=1 << len(names))
    sets = sorted(range(1, counts.size), key=lambda c: (c.bit_count(), c))
    return {tuple(name for i, name in enumerate(names) if c >> i & 1): int(counts[c]) for c in sets}
