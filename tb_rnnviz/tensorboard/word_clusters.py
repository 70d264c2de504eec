"""Clusters of words and units, numbered as those of another recording."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from tensorboard import errors

from tb_rnnviz.analysis.co_clusters import co_clusters, most_clusters
from tb_rnnviz.tensorboard.recorded_words import RecordedWords

MAX_RESAMPLES = 10
"""Resamples of the words, and of the units, for the stability."""

FEWEST, ENOUGH = 3, 12
"""Fewest occurrences of a word in a cluster, and words that must have them.

If fewer have them, all words are clustered.
"""


@dataclass(frozen=True, eq=False)
class WordClusters:
    """Clusters that words and units share.

    Attributes:
        names: The words.
        words: Cluster of each word, (words,); -1 for a word without one.
        units: Cluster of each unit, (units,); -1 for a unit that does not respond.
        strength: Mean response of the units of a cluster to the words of a cluster,
            (word clusters, unit clusters).
        stability: See `analysis.CoClusters`; NaN if it was not computed.
        null: Likewise.
        fewest: Smallest number of occurrences of a word that has a cluster.
    """

    names: list[str]
    words: NDArray[np.intp]
    units: NDArray[np.intp]
    strength: NDArray[np.float64]
    stability: float
    null: float
    fewest: int


def cluster_words(
    words: RecordedWords, clusters: int, mode: str = "abs", resamples: int | None = None
) -> WordClusters:
    """Clusters the words that occur often enough, and all units.

    Args:
        words: The responses.
        clusters: Number of clusters; as many as there can be if that is less.
        mode: Mode of `analysis.co_clusters`.
        resamples: Number of resamples for the stability. Defaults to `MAX_RESAMPLES`, which is
            the most.

    Raises:
        InvalidArgumentError: if fewer than two words or units respond, or scikit-learn is not
            installed.
    """
    often = words.count >= FEWEST
    rows = np.flatnonzero(often if often.sum() >= ENOUGH else words.count > 0)
    matrix = words.mean[rows]
    most = most_clusters(matrix, mode)
    if most < 2:
        raise errors.InvalidArgumentError(
            "Clusters need at least two words and two units that respond. "
            f"Received: {matrix.shape[0]} words and {matrix.shape[1]} units, of which {most} of "
            "one kind respond."
        )
    most_resamples = MAX_RESAMPLES if resamples is None else min(resamples, MAX_RESAMPLES)
    try:
        result = co_clusters(matrix, min(clusters, most), mode, resamples=most_resamples)
    except (ValueError, ImportError) as error:
        raise errors.InvalidArgumentError(str(error)) from error
    of_words = np.full(len(words.ids), -1)
    of_words[rows] = result.rows
    return WordClusters(
        names=words.names,
        words=of_words,
        units=result.columns,
        strength=result.strength,
        stability=result.stability,
        null=result.null,
        fewest=int(words.count[rows].min()),
    )


def renumbered(clusters: WordClusters, other: WordClusters, *, same_units: bool) -> WordClusters:
    """Numbers clusters as the most similar ones of another recording.

    Similar clusters share words and units; each counts by its share of all. The assignment with
    the greatest sum is taken, so that a cluster keeps its number, and its colour, over the steps.

    Args:
        clusters: The clusters.
        other: Clusters that keep their numbers. With another number of clusters, nothing changes.
        same_units: True if a unit of one recording is the unit of that number in the other.
    """
    n = len(clusters.strength)
    if len(other.strength) != n:
        return clusters
    shared = np.zeros((n, n))
    of_name = dict(zip(other.names, other.words, strict=True))
    pairs = [
        (cluster, of_name.get(name, -1), 1 / len(clusters.names))
        for name, cluster in zip(clusters.names, clusters.words, strict=True)
    ]
    if same_units and len(clusters.units) == len(other.units):
        share = 1 / len(clusters.units)
        pairs += [(a, b, share) for a, b in zip(clusters.units, other.units, strict=True)]
    for cluster, of_other, share in pairs:
        if cluster >= 0 and of_other >= 0:
            shared[cluster, of_other] += share
    numbers = linear_sum_assignment(shared, maximize=True)[1]
    ranks = np.append(numbers, -1)  # the last stands for no cluster
    order = np.argsort(numbers)
    return replace(
        clusters,
        words=ranks[clusters.words],
        units=ranks[clusters.units],
        strength=clusters.strength[np.ix_(order, order)],
    )
