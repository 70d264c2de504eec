"""Optimal edit paths between two strings, and the attention that lies on them."""

import numpy as np
from numpy.typing import NDArray


def edit_path_shares(source: str, target: str) -> NDArray[np.float64]:
    """Share of the optimal edit paths that pair two characters.

    An edit path turns the source into the target by deletions, insertions and pairs, a pair being
    a kept or a replaced character. It is optimal if its deletions, insertions and replacements
    are as many as the Levenshtein distance. There may be many; each counts the same.

    Args:
        source: String of n characters.
        target: String of m characters.

    Returns:
        Array (m, n) of 0 to 1: at (o, i) the share of optimal paths that pair the target's
        character o with the source's character i.

    Example:
        >>> edit_path_shares("ab", "b")
        array([[0., 1.]])
        >>> edit_path_shares("aa", "a")
        array([[0.5, 0.5]])
    """
    replaced = np.array([[t != s for s in source] for t in target], int).reshape(
        len(target), len(source)
    )
    before = _distances(replaced)
    after = _distances(replaced[::-1, ::-1])[::-1, ::-1]
    best = before[-1, -1]
    is_pair = before[:-1, :-1] + replaced + after[1:, 1:] == best
    is_insertion = before[:-1] + 1 + after[1:] == best
    is_deletion = before[:, :-1] + 1 + after[:, 1:] == best
    paths_before = _path_counts(is_pair, is_insertion, is_deletion)
    reverse = (edges[::-1, ::-1] for edges in (is_pair, is_insertion, is_deletion))
    paths_after = _path_counts(*reverse)[::-1, ::-1]
    on_path = is_pair * paths_before[:-1, :-1] * paths_after[1:, 1:]
    return on_path / paths_before[-1, -1]


def alignment_mass(attention: NDArray[np.floating], source: str, target: str) -> float:
    """Attention that lies on the optimal edit paths, 0 to 1.

    With a(o, i) the attention and P(o, i) the share of optimal paths that pair o with i, it is
    sum(a P) / sum(P): 1 if each paired character of the target attends to its partner alone, and
    1 / n for uniform attention over n characters.

    Args:
        attention: Weights (target, source); the rows sum to 1.
        source: String of n characters.
        target: String of m characters.

    Returns:
        The mass, NaN if nothing is paired.

    Example:
        >>> alignment_mass(np.eye(2), "ab", "ab")
        1.0
    """
    shares = edit_path_shares(source, target)
    total = shares.sum()
    return float((attention * shares).sum() / total) if total else float("nan")


def _distances(replaced: NDArray[np.int_]) -> NDArray[np.int_]:
    """Levenshtein distance of all beginnings, (m + 1, n + 1)."""
    rows, columns = replaced.shape
    distances = np.add.outer(np.arange(rows + 1), np.arange(columns + 1))
    for row in range(rows):
        for column in range(columns):
            distances[row + 1, column + 1] = min(
                distances[row, column] + replaced[row, column],
                distances[row, column + 1] + 1,
                distances[row + 1, column] + 1,
            )
    return distances


def _path_counts(
    is_pair: NDArray[np.bool_], is_insertion: NDArray[np.bool_], is_deletion: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Number of optimal paths from the beginning to each corner, (m + 1, n + 1)."""
    rows, columns = len(is_insertion), is_deletion.shape[1]
    counts = np.zeros((rows + 1, columns + 1))
    counts[0, 0] = 1
    for row in range(rows + 1):
        for column in range(columns + 1):
            if row and is_insertion[row - 1, column]:
                counts[row, column] += counts[row - 1, column]
            if column and is_deletion[row, column - 1]:
                counts[row, column] += counts[row, column - 1]
            if row and column and is_pair[row - 1, column - 1]:
                counts[row, column] += counts[row - 1, column - 1]
    return counts
