"""Errors that several models have in common."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from tb_rnnviz.analysis.errors.validation import THRESHOLD, as_probability, is_error

MOST_MODELS = 8


def shared_errors(
    probabilities: Mapping[str, ArrayLike], *, threshold: float = THRESHOLD
) -> dict[tuple[str, ...], int]:
    """Counts the errors of every set of models: the regions of a Venn diagram.

    Args:
        probabilities: by name of the model, the probability that it gave to each token before
            reading it, (tokens,); NaN where it predicted none. 1 to 8 models. Tokens that one of
            them did not predict are left out.
        threshold: a token is an error below this; 0.5 by default.

    Returns:
        By the models that are wrong, names in the order given, the number of tokens at which these
        and no others are; for every non-empty set of models, smaller sets first. They are
        disjoint, so that they sum to the tokens at which any is wrong.

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
