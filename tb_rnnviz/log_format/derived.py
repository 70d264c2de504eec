"""Rows of a relevance array that follow from its other rows, and so are not stored."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

DERIVED = ("score", "relevance")
"""Each feature's score, prominence + difference, and its share of the highest score."""


def stored(statistics: Sequence[str], array: np.ndarray) -> tuple[list[str], np.ndarray]:
    """The rows of (features, statistics, units) that do not follow from the others."""
    kept = [place for place, name in enumerate(statistics) if name not in DERIVED]
    return [statistics[place] for place in kept], array[:, kept]


def completed(statistics: Sequence[str], array: np.ndarray) -> tuple[list[str], np.ndarray]:
    """The same with all rows, as `analysis.relevance` defines them.

    A numeric feature has no prominence, its score is the difference.

    Example:
        >>> array = np.array([[[0.5, 0.25], [0.25, 0.25]]])
        >>> names, rows = completed(["prominence", "difference"], array)
        >>> names, rows[0, 2:].round(3).tolist()
        (['prominence', 'difference', 'score', 'relevance'], [[0.75, 0.5], [1.0, 0.667]])
    """
    names = list(statistics)
    if not {"prominence", "difference"} <= set(names) or set(DERIVED) & set(names):
        return names, array
    prominence, difference = (array[:, names.index(n)] for n in ("prominence", "difference"))
    score = difference + np.nan_to_num(prominence, nan=0.0)
    highest = np.max(score, axis=1, where=np.isfinite(score), initial=0.0, keepdims=True)
    relevance = score / np.where(highest == 0, 1.0, highest)
    at = names.index("difference") + 1
    names[at:at] = DERIVED
    return names, np.insert(array, [at, at], np.stack([score, relevance], axis=1), axis=1)
