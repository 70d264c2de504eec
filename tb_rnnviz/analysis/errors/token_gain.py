"""Token gain: advantage of a model over a baseline by token of the vocabulary."""

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
        count: number of predictions of each token, (distinct,).
        model: mean probability by the model, (distinct,).
        baseline: mean probability by the baseline, (distinct,).
        difference: `model - baseline`, (distinct,), descending.
    """

    tokens: tuple[str, ...]
    count: NDArray[np.intp]
    model: NDArray[np.float64]
    baseline: NDArray[np.float64]
    difference: NDArray[np.float64]


def token_gain(tokens: Sequence[str], model: ArrayLike, baseline: ArrayLike) -> TokenGain:
    """Compares the mean probabilities of each distinct token by two models.

    After Karpathy, Johnson and Fei-Fei (2015, arXiv:1506.02078, figure 4).

    Args:
        tokens: strings (tokens,), or one string for its characters.
        model: probability that the model assigns to each token before reading it, (tokens,); NaN
            if it predicts none.
        baseline: the same for a baseline, such as `KneserNey`. Tokens without a prediction by both
            are left out.

    Returns:
        A `TokenGain`; tokens of equal difference are in alphabetical order.

    Raises:
        ValueError: if an argument does not fit.

    Example:
        >>> gain = token_gain("aab", [0.5, 0.7, 0.2], [0.5, 0.5, 0.9])
        >>> gain.tokens, gain.difference.round(3).tolist()
        (('a', 'b'), [0.1, -0.7])
    """
    tokens = as_tokens(tokens)
    by_model = as_probability(model, len(tokens), "model")
    by_baseline = as_probability(baseline, len(tokens), "baseline")
    predicted = np.flatnonzero(np.isfinite(by_model) & np.isfinite(by_baseline))
    distinct = sorted({tokens[i] for i in predicted})
    indices = {token: index for index, token in enumerate(distinct)}
    index = np.fromiter((indices[tokens[i]] for i in predicted), np.intp, predicted.size)
    count = np.bincount(index, minlength=len(distinct))
    model_mean, baseline_mean = (
        np.bincount(index, values[predicted], len(distinct)) / np.maximum(count, 1)
        for values in (by_model, by_baseline)
    )
    difference = model_mean - baseline_mean
    order = np.argsort(-difference, kind="stable")
    return TokenGain(
        tokens=tuple(distinct[i] for i in order),
        count=count[order],
        model=model_mean[order],
        baseline=baseline_mean[order],
        difference=difference[order],
    )
