"""Padding of sequences that follow each other to one length."""

from __future__ import annotations

import numpy as np


def padded_rows(rows: np.ndarray, lengths: np.ndarray, min_steps: int = 0) -> np.ndarray:
    """Returns rows of sequences padded with NaN, float32 (sequences, steps, …).

    Args:
        rows: Rows (tokens, …), sequences after each other.
        lengths: Number of tokens of each sequence, (sequences,).
        min_steps: Number of steps at least.

    Example:
        >>> padded_rows(np.array([[1.0], [2.0], [3.0]]), np.array([1, 2]))[..., 0].tolist()
        [[1.0, nan], [2.0, 3.0]]
    """
    inside = np.arange(lengths.max(initial=min_steps)) < lengths[:, None]
    padded = np.full((*inside.shape, *rows.shape[1:]), np.nan, np.float32)
    padded[inside] = rows
    return padded
