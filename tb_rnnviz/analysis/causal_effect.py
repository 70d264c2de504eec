"""Ablation effect: the loss that an ablation adds on a feature's tokens."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri, stdtrit

from tb_rnnviz.analysis._validation import as_lengths, as_mask

PREDICTIONS = ("of", "at")


@dataclass(frozen=True, eq=False)
class CausalEffect:
    """Ablation effect: change in loss on a feature's tokens minus that on the others.

    Args:
        effect: `on - off`, in the unit of the change, (entries,); NaN without tokens of both kinds.
        low: lower end of the bootstrap interval of the effect, (entries,).
        high: upper end of that interval, (entries,).
        on: mean change over the predictions that belong to the feature, (entries,).
        off: mean change over the other predictions, (entries,).
        count: number of predictions that belong to the feature.
        total: number of predictions with a change.
        block: length of the blocks of the bootstrap in tokens.
        confidence: confidence level of the interval.
    """

    effect: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    on: NDArray[np.float64]
    off: NDArray[np.float64]
    count: int
    total: int
    block: int
    confidence: float


def causal_effect(
    change: ArrayLike,
    mask: ArrayLike,
    lengths: Sequence[int] | None = None,
    *,
    predictions: str = "of",
    block: int | None = None,
    resamples: int = 1000,
    confidence: float = 0.95,
    seed: int = 0,
) -> CausalEffect:
    """Computes the ablation effect on the tokens of a feature, with its interval.

    `change[t]` is about the prediction made at token t, which is of token t + 1. The loss *on* a
    matching token is the loss of predicting it, so by default `change[t]` belongs to the feature
    if token t + 1 matches; the last prediction of a sequence has no target and is left out. With
    `predictions="at"` it belongs to the feature if token t itself matches: for effects on what
    follows such a token, and for targets that are not the next tokens.

    The effect is mean(change | feature) - mean(change | rest). Its interval is the percentile
    interval of a block bootstrap, which preserves the autocorrelation of text within blocks
    (Künsch 1989, Annals of Statistics 17, 1217-1241). Blocks stay within a sequence and wrap
    around at its ends, so that every token is drawn equally often (Politis and Romano 1992); a
    sequence that is no longer than a block is drawn as a whole. Because a small number of blocks
    understates the spread, the interval is stretched by the ratio of the quantile of Student's t,
    with one degree of freedom less than there are blocks, to the normal quantile.

    Args:
        change: change in loss, (entries, tokens) or (tokens,), such as `Ablation.change`; NaN
            where there was nothing to predict. Sequences are concatenated.
        mask: booleans (tokens,), True where the feature matches.
        lengths: tokens of each sequence; one sequence by default.
        predictions: `"of"` matching tokens (default), or those made `"at"` them.
        block: length of a block in tokens, at least the range of the autocorrelation. By default
            the larger of the cube root of the number of tokens and twice the mean length of a run
            of matching tokens, and at most a tenth of the tokens.
        resamples: number of texts drawn; 1,000 by default.
        confidence: confidence level of the interval, between 0 and 1; 0.95 by default.
        seed: seed of the draws; 0 by default.

    Returns:
        A `CausalEffect`. An entry that changes nothing has effect, low and high exactly 0. The
        interval is NaN if the text consists of a single block.

    Raises:
        ValueError: if an argument does not fit.

    Example:
        >>> change = np.tile([0.0, 1.0, 0.0, 0.0], 50)  # made one token before the matching one
        >>> result = causal_effect(change, np.tile([False, False, True, False], 50))
        >>> result.effect.item(), result.low.item(), result.high.item(), result.count
        (1.0, 1.0, 1.0, 50)
    """
    values = _as_change(change)
    steps = values.shape[1]
    matches = as_mask(mask, steps)
    sizes = as_lengths(lengths, steps)
    if predictions not in PREDICTIONS:
        raise ValueError(f"`predictions` is one of {PREDICTIONS}. Received: {predictions!r}")
    if not 0 < confidence < 1 or resamples < 1 or (block is not None and block < 1):
        raise ValueError(
            "`confidence` lies between 0 and 1, `resamples` and `block` are at least 1. Received: "
            f"confidence={confidence}, resamples={resamples}, block={block}"
        )
    predicted = np.asarray(np.isfinite(values).all(axis=0))
    if predictions == "of":
        ends = np.cumsum(sizes[sizes > 0]) - 1
        matches = np.append(matches[1:], False)
        predicted[ends] = False
    block = _block_length(matches & predicted) if block is None else int(block)
    terms = _terms(np.where(predicted, values, 0.0), matches & predicted, predicted & ~matches)
    on, off = _means(terms.sum(axis=0))
    sums, draws = _bootstrap_sums(terms, sizes, block, resamples, np.random.default_rng(seed))
    low, high = _interval(on - off, np.subtract(*_means(sums)), draws, confidence)
    count, total = int((matches & predicted).sum()), int(predicted.sum())
    return CausalEffect(on - off, low, high, on, off, count, total, block, confidence)


def _interval(
    effect: NDArray[np.float64], resampled: NDArray[np.float64], draws: int, confidence: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Returns the percentile interval of resampled effects, stretched.

    Args:
        effect: (entries,).
        resampled: effects of the resampled texts, (resamples, entries).
        draws: blocks in each resampled text.
        confidence: confidence level.
    """
    resampled = resampled[~np.isnan(resampled).any(axis=1)]
    if draws < 2 or not len(resampled) or np.isnan(effect).any():
        return np.full_like(effect, np.nan), np.full_like(effect, np.nan)
    tail = (1 - confidence) / 2
    stretch = stdtrit(draws - 1, 1 - tail) / ndtri(1 - tail)
    low, high = effect + stretch * (np.quantile(resampled, [tail, 1 - tail], axis=0) - effect)
    return low, high


def _as_change(change: ArrayLike) -> NDArray[np.float64]:
    values = np.asarray(change)
    values = values[None] if values.ndim == 1 else values
    if values.ndim != 2 or values.dtype.kind not in "fiu":
        raise ValueError(
            "`change` holds real numbers, (entries, tokens) or (tokens,). "
            f"Received: dtype {values.dtype}, shape {values.shape}"
        )
    return values.astype(np.float64)


def _block_length(matches: NDArray[np.bool_]) -> int:
    steps = len(matches)
    runs = np.count_nonzero(np.diff(matches.astype(np.int8), prepend=0) == 1)
    run = matches.sum() / runs if runs else 0
    return max(1, min(int(np.ceil(max(np.cbrt(steps), 2 * run))), steps // 10))


def _terms(values: NDArray, on: NDArray[np.bool_], off: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Returns changes and counts, on and off, of each token, (tokens, 2 entries + 2)."""
    return np.concatenate([values * on, values * off, [on], [off]]).T.astype(np.float64)


def _means(sums: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Returns the mean change on and off from sums of `_terms`, (…, entries) each."""
    entries = (sums.shape[-1] - 2) // 2
    on, off = sums[..., :entries], sums[..., entries : 2 * entries]
    with np.errstate(invalid="ignore", divide="ignore"):
        return on / sums[..., -2:-1], off / sums[..., -1:]


def _bootstrap_sums(
    terms: NDArray[np.float64],
    sizes: NDArray[np.intp],
    block: int,
    resamples: int,
    random: np.random.Generator,
) -> tuple[NDArray[np.float64], int]:
    """Sums over resampled texts, (resamples, sums), and counts their blocks."""
    blocks: list[NDArray[np.float64]] = []
    weights: list[NDArray[np.float64]] = []
    begin = 0
    for size in sizes[sizes > 0]:
        sequence = terms[begin : begin + size]
        begin += size
        if size <= block:
            blocks.append(sequence.sum(axis=0, keepdims=True))
            weights.append(np.ones(1))
            continue
        zero, wrapped = np.zeros_like(sequence[:1]), sequence[: block - 1]
        running = np.cumsum(np.concatenate([zero, sequence, wrapped]), axis=0)
        blocks.append(running[block:] - running[:-block])
        weights.append(np.full(size, 1.0 / block))
    if not blocks:
        return np.zeros((0, terms.shape[1])), 0
    block_sums, weight = np.concatenate(blocks), np.concatenate(weights)
    draws = max(1, round(weight.sum()))
    edges = np.cumsum(weight) / weight.sum()
    sums = np.empty((resamples, terms.shape[1]))
    batch = max(1, (1 << 22) // len(block_sums))
    for start in range(0, resamples, batch):
        rows = min(batch, resamples - start)
        # Sorted, because that makes the search several times faster.
        positions = np.sort(random.random((rows, draws)), axis=1)
        picked = np.minimum(np.searchsorted(edges, positions), len(block_sums) - 1)
        flat = picked + np.arange(rows)[:, None] * len(block_sums)
        times = np.bincount(flat.ravel(), minlength=rows * len(block_sums)).reshape(rows, -1)
        sums[start : start + rows] = times.astype(np.float64) @ block_sums
    return sums, draws
