"""Projection of states to a few dimensions that all compared states share."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tb_rnnviz.analysis._validation import as_activity

METHODS = ("pca", "tsne")
"""Methods of projection."""


@dataclass(frozen=True, eq=False)
class Projection:
    """States in a few dimensions.

    Attributes:
        points: Positions of each array of states, float32 (steps, components) each; NaN at steps
            with a value that is not finite.
        explained: Share of the variance of all states along each component, (components,); zeros
            if all states are equal, NaN for t-SNE, whose axes explain nothing.
        mean: Mean of all states, (units,); `None` for t-SNE.
        directions: Unit vectors of the components, (components, units); `None` for t-SNE.
    """

    points: tuple[NDArray[np.float32], ...]
    explained: NDArray[np.float64]
    mean: NDArray[np.float64] | None = None
    directions: NDArray[np.float64] | None = None

    def apply(self, states: ArrayLike) -> NDArray[np.float32]:
        """Returns other states on the same axes, float32 (steps, components).

        Raises:
            ValueError: if the axes are those of t-SNE, or the states have other units.
        """
        if self.mean is None or self.directions is None:
            raise ValueError("t-SNE places the states that it was given, and no others.")
        values = as_activity(states, "states")
        if values.shape[1] != len(self.mean):
            raise ValueError(
                f"The axes are of {len(self.mean)} units. Received: {values.shape[1]} units."
            )
        return ((values - self.mean) @ self.directions.T).astype(np.float32)


def project(
    states: Sequence[ArrayLike], components: int = 3, *, method: str = "pca", seed: int = 0
) -> Projection:
    """Projects states of several recordings to the same few axes.

    The axes are fitted to everything that is given, so that a point keeps its place from epoch to
    epoch, and moves only if the state moved. Principal components are those of the covariance of
    all states; each is turned such that its largest weight is positive.

    t-SNE (van der Maaten and Hinton, 2008) keeps neighbours together and nothing else: distances
    between groups and sizes of groups mean nothing. It needs scikit-learn.

    Args:
        states: arrays (steps, units), such as one for each epoch, of the same units.
        components: number of axes, at most the number of units; 2 or 3 for t-SNE.
        method: `"pca"` or `"tsne"`.
        seed: seed of t-SNE.

    Returns:
        The projection; `points` has one array for each that was given.

    Raises:
        ValueError: if there are no states, their units differ, or an argument is not as described.
        ImportError: if scikit-learn is not installed, for t-SNE.

    Example:
        >>> line = np.outer(np.arange(4.0), [3.0, 4.0])
        >>> projection = project([line, line + 5], components=1)
        >>> projection.explained.round(3).tolist(), [p.shape for p in projection.points]
        ([0.996], [(4, 1), (4, 1)])
    """
    arrays = [as_activity(array, "states") for array in states]
    widths = {array.shape[1] for array in arrays}
    if len(widths) != 1:
        raise ValueError(
            "`states` must list arrays (steps, units) of the same units. "
            f"Received: {len(arrays)} arrays of {sorted(widths)} units."
        )
    if method not in METHODS:
        raise ValueError(f"`method` must be one of {list(METHODS)}. Received: {method!r}.")
    (units,) = widths
    most = units if method == "pca" else min(3, units)
    is_count = isinstance(components, int | np.integer) and not isinstance(components, bool)
    if not is_count or not 1 <= components <= most:
        raise ValueError(
            f"`components` must be an integer from 1 to {most}. Received: {components!r}."
        )
    finite = [np.isfinite(array).all(axis=1) for array in arrays]
    if not any(rows.any() for rows in finite):
        raise ValueError("No state is finite in all units, so that there is nothing to project.")
    parts = [array[rows] for array, rows in zip(arrays, finite, strict=True)]
    if method == "tsne":
        placed = _tsne(np.concatenate(parts), int(components), seed)
        ends = np.cumsum([len(part) for part in parts])[:-1]
        points = np.split(placed, ends)
        return Projection(_whole(points, finite), np.full(components, np.nan))
    mean = _mean(parts)
    directions, explained = _axes(parts, mean, int(components))
    points = [((part - mean) @ directions.T).astype(np.float32) for part in parts]
    return Projection(_whole(points, finite), explained, mean, directions)


def _mean(parts: Sequence[NDArray]) -> NDArray[np.float64]:
    total = sum(part.sum(axis=0, dtype=np.float64) for part in parts)
    return np.asarray(total) / sum(map(len, parts))


def _axes(
    parts: Sequence[NDArray], mean: NDArray[np.float64], components: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Returns the principal directions, and the share of variance of each."""
    covariance = np.zeros((len(mean), len(mean)))
    for part in parts:
        centred = part - mean
        covariance += centred.T @ centred
    variance, vectors = np.linalg.eigh(covariance)
    directions = vectors.T[::-1][:components]
    largest = np.abs(directions).argmax(axis=1)
    directions = directions * np.sign(directions[np.arange(components), largest])[:, None]
    total = np.trace(covariance)
    scale = np.square(mean).sum() + total
    if total <= np.finfo(np.float32).eps ** 2 * scale:
        return directions, np.zeros(components)
    return directions, np.maximum(variance[::-1][:components], 0) / total


def _tsne(states: NDArray, components: int, seed: int) -> NDArray[np.float32]:
    try:
        from sklearn.manifold import TSNE
    except ImportError as error:
        raise ImportError(
            'method="tsne" needs scikit-learn: pip install "tb-rnnviz[states]"'
        ) from error
    if len(states) < 4:
        raise ValueError(f"t-SNE needs at least 4 states. Received: {len(states)}.")
    perplexity = min(30.0, (len(states) - 1) / 3)
    embedding = TSNE(components, perplexity=perplexity, init="pca", random_state=seed)
    return embedding.fit_transform(np.asarray(states, np.float32)).astype(np.float32)


def _whole(
    points: Sequence[NDArray[np.float32]], finite: Sequence[NDArray[np.bool_]]
) -> tuple[NDArray[np.float32], ...]:
    """Returns the points of all steps, NaN at those that were left out."""
    whole = []
    for part, rows in zip(points, finite, strict=True):
        array = np.full((len(rows), part.shape[1]), np.nan, np.float32)
        array[rows] = part
        whole.append(array)
    return tuple(whole)
