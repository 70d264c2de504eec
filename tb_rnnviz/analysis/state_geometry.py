"""Geometry of the states of a layer: effective dimension, components and speed."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tb_rnnviz.analysis._validation import as_activity, as_lengths

SHARE = 0.9
"""Share of the variance that `StateGeometry.components` explain."""


@dataclass(frozen=True)
class StateGeometry:
    """Dimension of the space in which states lie, and their speed in it.

    Attributes:
        dimension: Participation ratio, 1 to the number of units; NaN if all states are equal.
        components: Number of principal components for `SHARE` of the variance; 0 if there is no
            variance.
        spread: Root mean square distance of the states from their mean, in units of activity.
        speed: Mean distance of consecutive states of a sequence; NaN if no two follow each other.
        states: Number of states that are finite in all units, which are those counted.
    """

    dimension: float
    components: int
    spread: float
    speed: float
    states: int

    @property
    def relative_speed(self) -> float:
        """Speed divided by the spread; sqrt(2) if consecutive states are unrelated."""
        return self.speed / self.spread if self.spread else float("nan")


def state_geometry(states: ArrayLike, lengths: Sequence[int] | None = None) -> StateGeometry:
    """Measures dimension, spread and speed of states.

    The effective dimension is the participation ratio of the variances v along the principal
    components, (sum v)^2 / sum v^2 (Abbott, Rajan and Sompolinsky, 2011, arXiv:0912.3832; Gao et
    al., 2017, doi:10.1101/214262). It is n if n directions vary equally and the others do not.

    Args:
        states: array (steps, units), sequences one after the other.
        lengths: number of steps of each sequence; no step leads from one to the next. Defaults
            to one sequence.

    Returns:
        The numbers; states with a value that is not finite are left out.

    Raises:
        ValueError: if the shapes do not fit.

    Example:
        >>> circle = np.linspace(0, 2 * np.pi, 100, endpoint=False)
        >>> geometry = state_geometry(np.stack([np.cos(circle), np.sin(circle), 0 * circle], 1))
        >>> round(geometry.dimension, 3), geometry.components, round(geometry.speed, 3)
        (2.0, 2, 0.063)
    """
    values = np.asarray(as_activity(states, "states"), np.float64)
    sizes = as_lengths(lengths, len(values))
    is_finite: NDArray[np.bool_] = np.asarray(np.isfinite(values).all(axis=1))
    is_step: NDArray[np.bool_] = is_finite[1:] & is_finite[:-1]
    starts = np.cumsum(sizes)[:-1]
    is_step[starts[(starts > 0) & (starts < len(values))] - 1] = False
    differences = np.diff(values, axis=0)[is_step]
    speed = float(np.linalg.norm(differences, axis=1).mean()) if len(differences) else float("nan")
    finite = values[is_finite]
    if not len(finite):
        return StateGeometry(float("nan"), 0, float("nan"), speed, 0)
    mean = finite.mean(axis=0)
    centred = finite - mean
    variance = np.maximum(np.linalg.eigvalsh(centred.T @ centred / len(finite))[::-1], 0)
    total = variance.sum()
    if total <= np.finfo(np.float32).eps ** 2 * (np.square(mean).sum() + total):
        return StateGeometry(float("nan"), 0, 0.0, speed, len(finite))
    dimension = float(total**2 / np.square(variance).sum())
    components = int(np.searchsorted(np.cumsum(variance) / total, SHARE - 1e-12)) + 1
    return StateGeometry(dimension, components, float(np.sqrt(total)), speed, len(finite))
