"""How far back a model still knows that a bracket is open."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tb_rnnviz.analysis._validation import as_lengths
from tb_rnnviz.analysis.errors.validation import as_probability, as_tokens

EDGES = tuple(range(1, 102, 10))


@dataclass(frozen=True, eq=False)
class BracketGain:
    """What a model gains over a baseline on closing brackets, by distance.

    Args:
        low: smallest distance of each bin in tokens, (bins,).
        high: largest distance of each bin, (bins,).
        count: closing brackets in each bin, (bins,).
        model: mean probability that the model gave to them, (bins,); NaN in an empty bin.
        baseline: mean probability that the baseline gave to them, (bins,).
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
    """Measures the gain on closing brackets by the distance to the opening one.

    After Karpathy, Johnson and Fei-Fei (2015, section 4.3), who follow `}` of the Linux kernel. A
    closing bracket belongs to the innermost opening one of its pair that is still open; one without
    is left out. Brackets of other pairs are not looked at.

    Args:
        tokens: strings (tokens,), or one string for its characters.
        model: probability that the model gave to each token before reading it, (tokens,); NaN
            where it predicted none.
        baseline: the same of a baseline, such as `KneserNey`.
        opening: the token that opens, or a list of them, one a pair; `"{"` by default.
        closing: the token that closes, or as many; `"}"` by default.
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
    listed = as_tokens(tokens)
    ours = as_probability(model, len(listed), "model")
    theirs = as_probability(baseline, len(listed), "baseline")
    bounds = np.asarray(edges)
    if bounds.ndim != 1 or bounds.size < 2 or bounds[0] < 1 or (np.diff(bounds) <= 0).any():
        raise ValueError(
            "`edges` must list at least two ascending distances of at least 1. "
            f"Received: {edges!r}."
        )
    bracket = _as_pairs(opening, closing)
    found = _pairs(listed, bracket, as_lengths(lengths, len(listed)))
    pairs = np.array(list(found), np.intp).reshape(-1, 2)
    pairs = pairs[np.isfinite(ours[pairs[:, 1]]) & np.isfinite(theirs[pairs[:, 1]])]
    place = np.searchsorted(bounds, pairs[:, 1] - pairs[:, 0], side="right") - 1
    kept = (place >= 0) & (place < bounds.size - 1)
    place, at = place[kept], pairs[kept, 1]
    count = np.bincount(place, minlength=bounds.size - 1)

    def mean(values: NDArray[np.float64]) -> NDArray[np.float64]:
        total = np.bincount(place, values, bounds.size - 1)
        return np.divide(total, count, out=np.full(count.size, np.nan), where=count > 0)

    gain = mean(ours[at] - theirs[at])
    squares = mean((ours[at] - theirs[at] - gain[place]) ** 2)
    error = np.full(count.size, np.nan)
    np.divide(squares, count - 1, out=error, where=count > 1)
    return BracketGain(
        bounds[:-1], bounds[1:] - 1, count, mean(ours[at]), mean(theirs[at]), gain, np.sqrt(error)
    )


def _as_pairs(opening: str | Sequence[str], closing: str | Sequence[str]) -> dict[str, str]:
    """The opening bracket of every closing one, and "" of every opening one."""
    opens = [opening] if isinstance(opening, str) else list(opening)
    closes = [closing] if isinstance(closing, str) else list(closing)
    if len(opens) != len(closes) or len({*opens, *closes}) < 2 * len(opens):
        raise ValueError(
            "`opening` and `closing` must differ, and be as many. "
            f"Received: opening={opening!r}, closing={closing!r}."
        )
    return dict.fromkeys(opens, "") | dict(zip(closes, opens, strict=True))


def _pairs(
    tokens: list[str], bracket: dict[str, str], lengths: NDArray[np.intp]
) -> Iterator[tuple[int, int]]:
    """Gives the places of every opening bracket and the closing one that belongs to it."""
    start = 0
    for length in lengths.tolist():
        opened: dict[str, list[int]] = {}
        for place, token in enumerate(tokens[start : start + length], start):
            opening = bracket.get(token)
            if opening is None:
                continue
            if not opening:
                opened.setdefault(token, []).append(place)
            elif opened.get(opening):
                yield opened[opening].pop(), place
        start += length
