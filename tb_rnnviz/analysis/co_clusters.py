"""Spectral co-clusters of words and units, with their stability."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tb_rnnviz.analysis._validation import as_activity

NEGLIGIBLE = 1e-8
"""Largest magnitude of a row or column that belongs to no cluster (as in RNNVis)."""

MODES: dict[str, Callable[[NDArray], NDArray]] = {
    "abs": np.abs,
    "positive": lambda matrix: np.maximum(matrix, 0),
    "negative": lambda matrix: np.maximum(-matrix, 0),
    "raw": lambda matrix: matrix - matrix.min(),
}
"""Functions by mode that make a matrix non-negative."""


@dataclass(frozen=True, eq=False)
class CoClusters:
    """Clusters that rows and columns share, the one with most columns first.

    Attributes:
        rows: Cluster of each row, int (rows,), from 0; -1 for a row without values.
        columns: Cluster of each column, int (columns,), likewise.
        stability: Agreement with the clusters of resampled rows and columns: mean adjusted Rand
            index, 1 for the same clusters and 0 for chance; NaN without resamples.
        null: The same for the matrix with the values of each column shuffled, in which there is
            nothing to find; clusters whose stability is not above it are not to be believed.
        strength: Mean of the matrix over each pair of clusters, (clusters, clusters): rows of the
            first, columns of the second; NaN where one of them is empty.
    """

    rows: NDArray[np.intp]
    columns: NDArray[np.intp]
    stability: float
    null: float
    strength: NDArray[np.float64]


def co_clusters(
    matrix: ArrayLike, n: int, mode: str = "abs", seed: int = 0, *, resamples: int = 10
) -> CoClusters:
    """Clusters words and units, those together that respond to each other.

    The rows of the matrix are words, its columns units; a value is the expected response of the
    unit to the word, such as its mean change. Clusters are those of Dhillon (2001), "Co-clustering
    documents and words using bipartite spectral graph partitioning", by scikit-learn's
    `SpectralCoclustering`, as in RNNVis (Ming et al., 2017).

    The method needs values that are not negative. `"abs"`, the default, takes magnitudes; `"raw"`
    subtracts the minimum, as RNNVis does, and recovers planted clusters of units of both signs
    less well.

    For the stability, the words are drawn again with replacement, and the units are clustered by
    these; then the other way round.

    Args:
        matrix: Array (words, units).
        n: Number of clusters, from 2 to the smaller side of the matrix.
        mode: `"abs"`, `"positive"`, `"negative"` or `"raw"`.
        seed: Seed of the starts of k-means and of the resamples.
        resamples: Number of resamples of words, and of units; 0 leaves the stability out.

    Returns:
        Clusters of rows and columns.

    Raises:
        ValueError: If an argument is not as described, or fewer than `n` rows or columns have a
            value that is not 0.
        ImportError: If scikit-learn is not installed.

    Example:
        >>> matrix = np.kron(np.eye(2), np.ones((3, 4)))
        >>> clusters = co_clusters(matrix, 2)
        >>> len(set(clusters.rows[:3])), len(set(clusters.columns[:4])), clusters.strength.tolist()
        (1, 1, [[1.0, 0.0], [0.0, 1.0]])
    """
    values = as_activity(matrix, "matrix").astype(np.float64)
    if not np.isfinite(values).all():
        raise ValueError(
            "`matrix` must be finite. Received: NaN or infinity. "
            "Leave out the words that have no mean response."
        )
    if mode not in MODES:
        raise ValueError(f"`mode` must be one of {list(MODES)}. Received: {mode!r}.")
    positive = MODES[mode](values)
    most = most_clusters(values, mode)
    is_count = isinstance(n, int | np.integer) and not isinstance(n, bool)
    if not is_count or not 2 <= n <= most:
        raise ValueError(
            f"`n` must be an integer from 2 to {most}, the number of rows or columns with values "
            f"for mode {mode!r}. Received: {n!r}."
        )
    if isinstance(resamples, bool) or not isinstance(resamples, int) or resamples < 0:
        raise ValueError(f"`resamples` must be an integer of at least 0. Received: {resamples!r}.")
    rng = np.random.default_rng(seed)
    labels = _clusters(positive, n, seed)
    stability = null = float("nan")
    if resamples:
        shuffled = rng.permuted(positive, axis=0)
        stability, null = (
            _stability(array, clusters, n, resamples, rng)
            for array, clusters in ((positive, labels), (shuffled, _clusters(shuffled, n, seed)))
        )
    rows, columns = _by_size(labels, n)
    members = [np.arange(n)[:, None] == labels for labels in (rows, columns)]
    sums = members[0].astype(float) @ values @ members[1].T.astype(float)
    sizes = np.outer(*(side.sum(axis=1) for side in members))
    strength = np.divide(sums, sizes, out=np.full((n, n), np.nan), where=sizes > 0)
    return CoClusters(rows, columns, stability, null, strength)


def most_clusters(matrix: NDArray, mode: str = "abs") -> int:
    """Returns how many clusters there can be: rows or columns with values, the fewer.

    Example:
        >>> most_clusters(np.array([[1.0, 2.0, 0.0], [-1.0, -2.0, 0.0]]))
        2
    """
    return min(int(side.sum()) for side in _sides_with_values(MODES[mode](matrix)))


def _sides_with_values(matrix: NDArray) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Returns the rows and columns of a non-negative matrix that are not negligible."""
    rows, columns = (matrix.max(axis=axis, initial=0) > NEGLIGIBLE for axis in (1, 0))
    return rows, columns


def _clusters(matrix: NDArray, n: int, seed: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Returns the cluster of each row and column, -1 without values.

    On one thread: those of k-means wait for each other for most of the time on a matrix that is
    this small.
    """
    try:
        from sklearn.cluster import SpectralCoclustering
        from threadpoolctl import threadpool_limits
    except ImportError as error:
        raise ImportError(
            'Co-clusters need scikit-learn: pip install "tb-rnnviz[states]"'
        ) from error
    sides = _sides_with_values(matrix)
    rows, columns = (np.full(len(side), -1, np.intp) for side in sides)
    if min(side.sum() for side in sides) >= n:
        with threadpool_limits(1):
            model = SpectralCoclustering(n, random_state=seed).fit(matrix[np.ix_(*sides)])
        rows[sides[0]], columns[sides[1]] = model.row_labels_, model.column_labels_
    return rows, columns


def _stability(
    matrix: NDArray,
    labels: tuple[NDArray[np.intp], NDArray[np.intp]],
    n: int,
    resamples: int,
    rng: np.random.Generator,
) -> float:
    """Returns the mean agreement of clusters with those of resampled sides."""
    from sklearn.metrics import adjusted_rand_score

    scores = []
    for axis in (0, 1):
        other = labels[1 - axis]
        for seed in range(resamples):
            drawn = rng.integers(matrix.shape[axis], size=matrix.shape[axis])
            again = _clusters(matrix.take(drawn, axis=axis), n, seed)[1 - axis]
            both = (other >= 0) & (again >= 0)
            if both.any():
                scores.append(adjusted_rand_score(other[both], again[both]))
    return float(np.mean(scores)) if scores else float("nan")


def _by_size(
    labels: tuple[NDArray[np.intp], NDArray[np.intp]], n: int
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Returns the labels renumbered, the cluster with most columns first."""
    rows, columns = labels
    order = np.argsort(-np.bincount(columns[columns >= 0], minlength=n), kind="stable")
    rank = np.append(np.argsort(order), -1)  # the last stands for no cluster
    return rank[rows], rank[columns]
