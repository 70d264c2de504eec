"""Where a model is better than a baseline, token by token of the vocabulary."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tb_rnnviz.analysis.errors.validation import as_probability, as_tokens


@dataclass(frozen=True, eq=False)
class TokenGain:
    """Mean probabilities of the distinct tokens of a text, the largest gain first.

    Args:
        tokens: the distinct tokens.
        count: how often each was predicted, (distinct,).
        model: mean probability that the model gave it, (distinct,).
        baseline: mean probability that the baseline gave it, (distinct,).
        difference: `model - baseline`, (distinct,), descending.
    """

    tokens: tuple[str, ...]
    count: NDArray[np.intp]
    model: NDArray[np.float64]
    baseline: NDArray[np.float64]
    difference: NDArray[np.float64]


def token_gain(tokens: Sequence[str], model: ArrayLike, baseline: ArrayLike) -> TokenGain:
    """Compares mean probabilities token by token, as Karpathy et al. (2015, figure 4) do.

    Args:
        tokens: strings (tokens,), or one string for its characters.
        model: probability that the model gave to each token before reading it, (tokens,); NaN
            where it predicted none.
        baseline: the same of a baseline, such as `KneserNey`. Tokens that one of the two did not
            predict are left out of both.

    Returns:
        A `TokenGain`; of equal differences the token that comes first by name is first.

    Raises:
        ValueError: if an argument does not fit.

    Example:
        >>> gain = token_gain("aab", [0.5, 0.7, 0.2], [0.5, 0.5, 0.9])
        >>> gain.tokens, gain.difference.round(3).tolist()
        (('a', 'b'), [0.1, -0.7])
    """
    listed = as_tokens(tokens)
    ours = as_probability(model, len(listed), "model")
    theirs = as_probability(baseline, len(listed), "baseline")
    both = np.flatnonzero(np.isfinite(ours) & np.isfinite(theirs))
    distinct = sorted({listed[i] for i in both})
    number = {token: i for i, token in enumerate(distinct)}
    where = np.fromiter((number[listed[i]] for i in both), np.intp, both.size)
    count = np.bincount(where, minlength=len(distinct))
    mean_ours, mean_theirs = (
        np.bincount(where, values[both], len(distinct)) / np.maximum(count, 1)
        for values in (ours, theirs)
    )
    difference = mean_ours - mean_theirs
    order = np.argsort(-difference, kind="stable")
    return TokenGain(
        tuple(distinct[i] for i in order),
        count[order],
        mean_ours[order],
        mean_theirs[order],
        difference[order],
    )
