"""Bracket gain: advantage over a baseline on closing brackets, by distance."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tb_rnnviz.analysis._validation import as_lengths
from tb_rnnviz.analysis.errors.validation import as_probability, as_tokens

EDGES = tuple(range(1, 102, 10))
"""Edges of the bins of distances by default, in tokens."""


@dataclass(frozen=True, eq=False)
class BracketGain:
    """Gain of a model over a baseline on closing brackets, by distance.

    Args:
        low: smallest distance of each bin in tokens, (bins,).
        high: largest distance of each bin, (bins,).
        count: closing brackets in each bin, (bins,).
        model: mean probability of the brackets by the model, (bins,); NaN in an empty bin.
        baseline: mean probability of the brackets by the baseline, (bins,).
        gain: mean of `model - baseline`, (bins,).
        error: standard error of that mean, (bins,); NaN for fewer than two brackets.
    """

    low: NDArray[np.intp]
    high: NDArray[np.intp]
    count: NDArray[np.intp]
    model: NDArray[np.float64]
    baseline: NDArray[np.float64]
    gain: NDArray[np.float64]
    error: NDArray[np.float64]


def bracket_gain(
    tokens: Sequence[str],
    model: ArrayLike,
    baseline: ArrayLike,
    *,
    opening: str | Sequence[str] = "{",
    closing: str | Sequence[str] = "}",
    edges: Sequence[int] = EDGES,
    lengths: Sequence[int] | None = None,
) -> BracketGain:
    """Computes the gain on closing brackets by the distance to the opening bracket.

    After Karpathy, Johnson and Fei-Fei (2015, arXiv:1506.02078, section 4.3), who follow `}` in
    the Linux kernel. A closing bracket matches the innermost opening bracket of its pair that is
    still open; unmatched ones are left out. Brackets of other pairs are ignored.

    Args:
        tokens: strings (tokens,), or one string for its characters.
        model: probability that the model assigns to each token before reading it, (tokens,); NaN
            if it predicts none.
        baseline: the same for a baseline, such as `KneserNey`.
        opening: the opening bracket, or a list with one per pair; `"{"` by default.
        closing: the closing bracket, or a list of the same length; `"}"` by default.
        edges: ascending distances in tokens; bin i holds `edges[i] <= distance < edges[i + 1]`.
            1, 11, ..., 101 by default.
        lengths: tokens of each sequence; one sequence by default.

    Returns:
        A `BracketGain`. Brackets farther apart than the last edge are in no bin.

    Raises:
        ValueError: if an argument does not fit.

    Example:
        >>> gain = bracket_gain("{a}{}", [0, 0, 0.9, 0, 0.6], [0, 0, 0.5, 0, 0.6], edges=(1, 2, 3))
        >>> gain.count.tolist(), gain.gain.round(3).tolist()
        ([1, 1], [0.0, 0.4])
        >>> several = {"opening": ["{", "("], "closing": ["}", ")"]}
        >>> bracket_gain("{(})", [0, 0, 0.9, 0.7], [0] * 4, edges=(1, 3), **several).count.tolist()
        [2]
    """
    tokens = as_tokens(tokens)
    by_model = as_probability(model, len(tokens), "model")
    by_baseline = as_probability(baseline, len(tokens), "baseline")
    bounds = np.asarray(edges)
    if bounds.ndim != 1 or bounds.size < 2 or bounds[0] < 1 or (np.diff(bounds) <= 0).any():
        raise ValueError(
            "`edges` must list at least two ascending distances of at least 1. "
            f"Received: {edges!r}."
        )
    brackets = _as_brackets(opening, closing)
    matches = _matching_brackets(tokens, brackets, as_lengths(lengths, len(tokens)))
    opens, closes = np.array(list(matches), np.intp).reshape(-1, 2).T
    is_predicted = np.isfinite(by_model[closes]) & np.isfinite(by_baseline[closes])
    opens, closes = opens[is_predicted], closes[is_predicted]
    bins = np.searchsorted(bounds, closes - opens, side="right") - 1
    is_binned = (bins >= 0) & (bins < bounds.size - 1)
    bins, closes = bins[is_binned], closes[is_binned]
    by_model, by_baseline = by_model[closes], by_baseline[closes]
    count = np.bincount(bins, minlength=bounds.size - 1)

    def mean(values: NDArray[np.float64]) -> NDArray[np.float64]:
        total = np.bincount(bins, values, bounds.size - 1)
        return np.divide(total, count, out=np.full(count.size, np.nan), where=count > 0)

    gain = mean(by_model - by_baseline)
    squares = mean((by_model - by_baseline - gain[bins]) ** 2)
    variance = np.full(count.size, np.nan)
    np.divide(squares, count - 1, out=variance, where=count > 1)
    return BracketGain(
        low=bounds[:-1],
        high=bounds[1:] - 1,
        count=count,
        model=mean(by_model),
        baseline=mean(by_baseline),
        gain=gain,
        error=np.sqrt(variance),
    )


def _as_brackets(opening: str | Sequence[str], closing: str | Sequence[str]) -> dict[str, str]:
    """Returns the opening bracket by closing bracket, and "" by opening bracket."""
    opens = [opening] if isinstance(opening, str) else list(opening)
    closes = [closing] if isinstance(closing, str) else list(closing)
    if len(opens) != len(closes) or len({*opens, *closes}) < 2 * len(opens):
        raise ValueError(
            "`opening` and `closing` must differ, and be as many. "
            f"Received: opening={opening!r}, closing={closing!r}."
        )
    return dict.fromkeys(opens, "") | dict(zip(closes, opens, strict=True))


def _matching_brackets(
    tokens: list[str], brackets: dict[str, str], lengths: NDArray[np.intp]
) -> Iterator[tuple[int, int]]:
    """Yields the positions of matching opening and closing brackets."""
    start = 0
    for length in lengths.tolist():
        open_brackets: dict[str, list[int]] = {}
        for position, token in enumerate(tokens[start : start + length], start):
            opening = brackets.get(token)
            if opening is None:
                continue
            if not opening:
                open_brackets.setdefault(token, []).append(position)
            elif open_brackets.get(opening):
                yield open_brackets[opening].pop(), position
        start += length
