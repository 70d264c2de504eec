"""What an ablation costs on the tokens of a feature, against the rest."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri, stdtrit

from tb_rnnviz.analysis._validation import as_lengths, as_mask

PREDICTIONS = ("of", "at")


@dataclass(frozen=True, eq=False)
class CausalEffect:
    """The change in loss on a feature's tokens against the rest, one value per entry.

    Args:
        effect: `on - off`, in the unit of the change, (entries,); NaN without tokens of both kinds.
        low: lower end of the bootstrap interval of the effect, (entries,).
        high: upper end, (entries,).
        on: mean change over the predictions that belong to the feature, (entries,).
        off: mean change over the others, (entries,).
        count: predictions that belong to the feature.
        total: predictions that were measured.
        block: length of the bootstrap's blocks, in tokens.
        confidence: of the interval.
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
    """Gives how much more an ablation costs on a feature's tokens than on the rest.

    `change[t]` is about the prediction made at token t, which is of token t + 1. The loss *on* a
    marked token is the loss of predicting it, so by default `change[t]` belongs to the feature if
    token t + 1 is marked; the last prediction of a sequence is of a token that is not there, and
    is left out. With `predictions="at"` it belongs to the feature if token t itself is marked:
    what follows such a token, or where targets are no next tokens.

    The effect is mean(change | feature) - mean(change | rest). Its interval is the percentile
    interval of a block bootstrap, which keeps the autocorrelation of text within blocks (Künsch
    1989, Annals of Statistics 17, 1217-1241). Blocks stay within a sequence and wrap around at its
    ends, so that every token is drawn equally often (Politis and Romano 1992); a sequence that is
    no longer than a block is drawn as a whole. As few blocks understate the spread, the interval
    is stretched by the quantile of Student's t, with one degree of freedom less than there are
    blocks, over the normal one.

    Args:
        change: change in loss, (entries, tokens) or (tokens,), such as `Ablation.change`; NaN
            where there was nothing to predict. Sequences stand one after the other.
        mask: booleans (tokens,), the tokens of the feature.
        lengths: tokens of each sequence; None for one sequence.
        predictions: `"of"` marked tokens (default), or those made `"at"` them.
        block: length of a block in tokens, as long as the text hangs together. By default the
            larger of the cube root of the number of tokens and twice the mean length of a run of
            marked tokens, and at most a tenth of the longest sequence.
        resamples: how many texts are drawn; 1,000 by default.
        confidence: of the interval, between 0 and 1; 0.95 by default.
        seed: the same seed gives the same interval.

    Returns:
        A `CausalEffect`. An entry that changes nothing has effect, low and high exactly 0. The
        interval is NaN where the text gives but one block.

    Raises:
        ValueError: if an argument does not fit.

    Example:
        >>> change = np.tile([0.0, 1.0, 0.0, 0.0], 50)  # made one token before the marked one
        >>> found = causal_effect(change, np.tile([False, False, True, False], 50))
        >>> found.effect.item(), found.low.item(), found.high.item(), found.count
        (1.0, 1.0, 1.0, 50)
    """
    values = _as_change(change)
    steps = values.shape[1]
    marked = as_mask(mask, steps)
    sizes = as_lengths(lengths, steps)
    if predictions not in PREDICTIONS:
        raise ValueError(f"`predictions` is one of {PREDICTIONS}. Received: {predictions!r}")
    if not 0 < confidence < 1 or resamples < 1 or (block is not None and block < 1):
        raise ValueError(
            "`confidence` lies between 0 and 1, `resamples` and `block` are at least 1. Received: "
            f"confidence={confidence}, resamples={resamples}, block={block}"
        )
    measured = np.isfinite(values).all(axis=0)
    if predictions == "of":
        ends = np.cumsum(sizes[sizes > 0]) - 1
        marked = np.append(marked[1:], False)
        measured[ends] = False
    block = _block_length(marked & measured) if block is None else int(block)
    parts = _sums(np.where(measured, values, 0.0), marked & measured, measured & ~marked)
    on, off = _means(parts.sum(axis=0))
    drawn, draws = _resampled(parts, sizes, block, resamples, np.random.default_rng(seed))
    low, high = _interval(on - off, np.subtract(*_means(drawn)), draws, confidence)
    count, total = int((marked & measured).sum()), int(measured.sum())
    return CausalEffect(on - off, low, high, on, off, count, total, block, confidence)


def _interval(
    effect: NDArray[np.float64], drawn: NDArray[np.float64], draws: int, confidence: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Quantiles of what was drawn (resamples, entries), stretched about the effect."""
    drawn = drawn[~np.isnan(drawn).any(axis=1)]
    if draws < 2 or not len(drawn) or np.isnan(effect).any():
        return np.full_like(effect, np.nan), np.full_like(effect, np.nan)
    tail = (1 - confidence) / 2
    stretch = stdtrit(draws - 1, 1 - tail) / ndtri(1 - tail)
    low, high = effect + stretch * (np.quantile(drawn, [tail, 1 - tail], axis=0) - effect)
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


def _block_length(marked: NDArray[np.bool_]) -> int:
    steps = len(marked)
    runs = np.count_nonzero(np.diff(marked.astype(np.int8), prepend=0) == 1)
    run = marked.sum() / runs if runs else 0
    return max(1, min(int(np.ceil(max(np.cbrt(steps), 2 * run))), steps // 10))


def _sums(values: NDArray, on: NDArray[np.bool_], off: NDArray[np.bool_]) -> NDArray[np.float64]:
    """What is summed over tokens, (tokens, 2 entries + 2): changes and counts, on and off."""
    return np.concatenate([values * on, values * off, [on], [off]]).T.astype(np.float64)


def _means(sums: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean change on and off from `_sums` that were added up, (…, entries) each."""
    entries = (sums.shape[-1] - 2) // 2
    on, off = sums[..., :entries], sums[..., entries : 2 * entries]
    with np.errstate(invalid="ignore", divide="ignore"):
        return on / sums[..., -2:-1], off / sums[..., -1:]


def _resampled(
    parts: NDArray[np.float64],
    sizes: NDArray[np.intp],
    block: int,
    resamples: int,
    random: np.random.Generator,
) -> tuple[NDArray[np.float64], int]:
    """The sums over each drawn text, (resamples, sums), and the blocks that it is drawn from."""
    blocks, weights, begin = [], [], 0
    for size in sizes[sizes > 0]:
        own = parts[begin : begin + size]
        begin += size
        if size <= block:
            blocks.append(own.sum(axis=0, keepdims=True))
            weights.append([1.0])
            continue
        running = np.cumsum(np.concatenate([np.zeros_like(own[:1]), own, own[: block - 1]]), axis=0)
        blocks.append(running[block:] - running[:-block])
        weights.append(np.full(size, 1.0 / block))
    if not blocks:
        return np.zeros((0, parts.shape[1])), 0
    blocks, weights = np.concatenate(blocks), np.concatenate(weights)
    draws = max(1, round(weights.sum()))
    edges = np.cumsum(weights) / weights.sum()
    drawn = np.empty((resamples, parts.shape[1]))
    at_once = max(1, (1 << 22) // len(blocks))
    for start in range(0, resamples, at_once):
        rows = min(at_once, resamples - start)
        picked = np.minimum(np.searchsorted(edges, random.random((rows, draws))), len(blocks) - 1)
        flat = picked + np.arange(rows)[:, None] * len(blocks)
        times = np.bincount(flat.ravel(), minlength=rows * len(blocks)).reshape(rows, -1)
        drawn[start : start + rows] = times.astype(np.float64) @ blocks
    return drawn, draws
