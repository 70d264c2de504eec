"""Summary of attention weights: entropy, monotonicity, mass on the diagonal."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import rankdata

DIAGONAL_WIDTH = 0.1
"""Distance from the diagonal below which a cell is near it, a share of the size."""

EXPECTED_DIGITS = 5
"""Digits of an expected column that matter; float32 weights have no more."""


@dataclass(frozen=True, eq=False)
class AttentionSummary:
    """Numbers of each attention matrix, in the shape of its leading axes.

    A number is NaN if it is not defined: the entropy over a single column, the monotonicity of a
    single row or of rows that all attend alike, and everything if a weight is negative.

    Args:
        entropy: mean entropy of the rows divided by the logarithm of the number of columns, 0 if
            every row attends to one column, 1 if all attend to all columns equally.
        monotonicity: Spearman correlation of a row's index and the column that it attends to on
            average, -1 to 1.
        diagonal_mass: mean share of a row's weight near the diagonal, 0 to 1.
        diagonal_chance: the diagonal mass of uniform attention in a matrix of this size.
    """

    entropy: NDArray[np.float64]
    monotonicity: NDArray[np.float64]
    diagonal_mass: NDArray[np.float64]
    diagonal_chance: NDArray[np.float64]


def attention_summary(
    weights: ArrayLike,
    row_lengths: Sequence[int] | None = None,
    column_lengths: Sequence[int] | None = None,
) -> AttentionSummary:
    """Summarises attention weights by three numbers for each matrix.

    For a row o of n and a column i of m with the weight a(o, i), each row divided by its sum:

    * entropy = -mean_o sum_i a(o, i) log a(o, i) / log m
    * monotonicity = Spearman correlation of o and sum_i i a(o, i), tied ranks averaged
    * diagonal mass = mean_o of the sum of a(o, i) over |i / m - o / n| < 0.1

    The measures follow from what the literature on attention in sequence-to-sequence models looks
    at: sharpness and monotonic alignment (Raffel et al. 2017, arXiv:1704.00784), and closeness to
    the diagonal (Tachibana, Uenoyama and Aihara 2018, arXiv:1710.08969, guided attention). A low
    entropy does not say that the model uses what it attends to.

    Args:
        weights: array (..., rows, columns), such as (sequences, heads, rows, columns), at least 0.
        row_lengths: rows of each entry of the first axis, without padding; all rows by default.
        column_lengths: columns of each entry of the first axis; all columns by default.

    Returns:
        An `AttentionSummary`, each number in the shape of `weights` without its last two axes.

    Raises:
        ValueError: if `weights` has fewer than two axes or holds no real numbers, or lengths do not
            fit its first axis.

    Example:
        >>> summary = attention_summary(np.eye(20))
        >>> summary.entropy.item(), summary.monotonicity.item(), summary.diagonal_mass.item()
        (0.0, 1.0, 1.0)
    """
    array = np.asarray(weights)
    if array.ndim < 2 or array.dtype.kind not in "fiub":
        raise ValueError(
            "`weights` must be an array (..., rows, columns) of real numbers. "
            f"Received: shape {array.shape}, dtype {array.dtype}."
        )
    leading = array.shape[:-2]
    entries, heads = (leading[0] if leading else 1), math.prod(leading[1:])
    matrices = array.reshape(entries, heads, *array.shape[-2:])
    rows = _lengths(row_lengths, matrices.shape[0], matrices.shape[2], "row_lengths")
    columns = _lengths(column_lengths, matrices.shape[0], matrices.shape[3], "column_lengths")
    numbers = np.full((4, *matrices.shape[:2]), np.nan)
    for index, (of_entry, n, m) in enumerate(zip(matrices, rows, columns, strict=True)):
        if n and m:
            numbers[:, index] = _summarise(of_entry[:, :n, :m].astype(np.float64))
    return AttentionSummary(*numbers.reshape(4, *leading))


def _summarise(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Returns the four numbers of matrices (heads, rows, columns), (4, heads)."""
    heads, n, m = weights.shape
    near = np.abs(np.arange(m) * n - np.arange(n)[:, None] * m) < DIAGONAL_WIDTH * n * m
    chance = near.mean(axis=1).mean()
    sums = weights.sum(axis=2, keepdims=True)
    is_valid = np.isfinite(weights).all(axis=(1, 2)) & (weights >= 0).all(axis=(1, 2))
    shares = np.divide(weights, sums, out=np.full_like(weights, np.nan), where=sums > 0)
    has_weight = sums[:, :, 0] > 0
    logs = np.log(shares, out=np.zeros_like(shares), where=shares > 0)
    entropy = -(shares * logs).sum(axis=2) / (np.log(m) if m > 1 else np.nan)
    expected = (shares * np.arange(m)).sum(axis=2).round(EXPECTED_DIGITS)
    numbers = np.full((4, heads), np.nan)
    numbers[3] = chance
    for head in np.flatnonzero(is_valid & has_weight.any(axis=1)):
        read = has_weight[head]
        numbers[0, head] = entropy[head, read].mean()
        numbers[1, head] = _spearman(np.flatnonzero(read), expected[head, read])
        numbers[2, head] = (shares[head] * near)[read].sum(axis=1).mean()
    return numbers


def _spearman(x: NDArray, y: NDArray) -> float:
    """Returns the Spearman correlation, NaN if one of the variables is constant."""
    ranks = np.stack([rankdata(x), rankdata(y)])
    deviations = ranks - ranks.mean(axis=1, keepdims=True)
    scale = np.sqrt((deviations**2).sum(axis=1).prod())
    return float((deviations[0] * deviations[1]).sum() / scale) if scale > 0 else float("nan")


def _lengths(lengths: Sequence[int] | None, entries: int, size: int, name: str) -> list[int]:
    if lengths is None:
        return [size] * entries
    if len(lengths) != entries or not all(0 <= length <= size for length in lengths):
        raise ValueError(
            f"`{name}` must have {entries} integers from 0 to {size}. "
            f"Received: {list(lengths)!r:.100}."
        )
    return [int(length) for length in lengths]
