"""`attention_summary`: planted matrices, and a reference that loops over cells."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import spearmanr

from tb_rnnviz import analysis


def reference(weights: np.ndarray) -> tuple[float, float, float]:
    """Returns entropy, monotonicity and diagonal mass of one matrix, cell by cell."""
    n, m = weights.shape
    entropy, expected, mass = [], [], []
    for o in range(n):
        entropy.append(-sum(a * np.log(a) for a in weights[o] if a > 0) / np.log(m))
        expected.append(sum(i * weights[o, i] for i in range(m)))
        mass.append(sum(weights[o, i] for i in range(m) if abs(i * n - o * m) * 10 < n * m))
    return np.mean(entropy), spearmanr(range(n), expected).statistic, np.mean(mass)


def attention(rng: np.random.Generator, *shape: int) -> np.ndarray:
    scores = np.exp(2 * rng.normal(size=shape))
    return scores / scores.sum(axis=-1, keepdims=True)


@pytest.mark.parametrize(("n", "m"), [(6, 6), (5, 9), (20, 7), (2, 2)])
def test_the_summary_equals_the_reference(n: int, m: int) -> None:
    weights = attention(np.random.default_rng(n), 3, 2, n, m)
    summary = analysis.attention_summary(weights)
    for index in np.ndindex(3, 2):
        numbers = [
            numbers[index]
            for numbers in (summary.entropy, summary.monotonicity, summary.diagonal_mass)
        ]
        np.testing.assert_allclose(numbers, reference(weights[index]), atol=1e-6)


def test_identity_is_sharp_monotonic_and_on_the_diagonal() -> None:
    summary = analysis.attention_summary(np.eye(20, dtype=np.float32))
    assert (summary.entropy, summary.monotonicity, summary.diagonal_mass) == (0, 1, 1)


def test_reversed_attention_is_sharp_and_antitonic() -> None:
    summary = analysis.attention_summary(np.eye(20)[::-1])
    assert (summary.entropy, summary.monotonicity) == (0, -1)
    assert summary.diagonal_mass == 2 / 20  # the rows in the middle


def test_uniform_attention_has_no_order_and_the_chance_mass() -> None:
    summary = analysis.attention_summary(np.full((20, 30), 1 / 30))
    assert summary.entropy == pytest.approx(1)
    assert np.isnan(summary.monotonicity)
    assert summary.diagonal_mass == pytest.approx(float(summary.diagonal_chance))
    assert 0.1 < summary.diagonal_chance < 0.2


def test_padding_is_left_out() -> None:
    weights = attention(np.random.default_rng(0), 2, 4, 5)
    padded = np.full((2, 6, 9), np.nan)
    padded[0, :4, :5] = weights[0]
    padded[1, :3, :2] = attention(np.random.default_rng(1), 3, 2)
    summary = analysis.attention_summary(padded, [4, 3], [5, 2])
    np.testing.assert_allclose(summary.entropy[0], reference(weights[0])[0])
    np.testing.assert_allclose(summary.monotonicity[1], reference(padded[1, :3, :2])[1])


def test_rows_without_weight_do_not_count() -> None:
    weights = np.concatenate([np.eye(10), np.zeros((3, 10))])
    summary = analysis.attention_summary(weights)
    assert (summary.entropy, summary.monotonicity) == (0, 1)


def test_what_is_not_defined_is_nan() -> None:
    one_column = analysis.attention_summary(np.ones((3, 1)))
    assert np.isnan(one_column.entropy) and np.isnan(one_column.monotonicity)
    negative = analysis.attention_summary(-np.eye(3))
    assert np.isnan([negative.entropy, negative.monotonicity, negative.diagonal_mass]).all()
    assert np.isnan(analysis.attention_summary(np.full((3, 3), np.nan)).entropy)
    assert analysis.attention_summary(np.zeros((2, 0, 3))).entropy.shape == (2,)


@pytest.mark.parametrize(
    ("weights", "lengths"),
    [(np.ones(3), None), (np.array([["a"]]), None), (np.ones((2, 3, 3)), [3]), (np.eye(3), [4])],
)
def test_what_is_no_matrix_is_refused(weights: np.ndarray, lengths: list[int] | None) -> None:
    with pytest.raises(ValueError, match="Received"):
        analysis.attention_summary(weights, lengths)
