"""Summaries of the matrices of a recording."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tb_rnnviz import analysis
from tb_rnnviz.core.statistics import MATRIX_STATISTICS
from tb_rnnviz.recording import Recording


def matrix_summaries(recording: Recording) -> Mapping[str, np.ndarray]:
    """Returns the numbers of `analysis.attention_summary`, means over the sequences.

    Args:
        recording: The recording.

    Returns:
        Float32 (statistics, heads) by name of the matrix, the rows of `MATRIX_STATISTICS`; one head
        for a matrix without heads. NaN if a number is defined for no sequence.
    """
    summaries = {}
    for name, matrix in recording.matrices.items():
        axes = recording.matrix_axes[name]
        summary = analysis.attention_summary(matrix, axes.row_lengths, axes.column_lengths)
        numbers = np.stack([getattr(summary, statistic) for statistic in MATRIX_STATISTICS])
        summaries[name] = _means(numbers.reshape(*numbers.shape[:2], -1))
    return summaries


def _means(numbers: np.ndarray) -> np.ndarray:
    """Returns the means (statistics, heads) over the sequences, NaN of no number."""
    counts = (~np.isnan(numbers)).sum(axis=1)
    sums = np.nansum(numbers, axis=1)
    means = np.divide(sums, counts, out=np.full(sums.shape, np.nan), where=counts > 0)
    return means.astype(np.float32)
