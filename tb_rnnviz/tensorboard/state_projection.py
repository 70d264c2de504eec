"""Projection of logged states: rows that are read, common axes, points on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tb_rnnviz import analysis
from tb_rnnviz.tensorboard.logged_activity import LoggedActivity

PCA, TSNE = METHODS = ("pca", "tsne")

COMPONENTS = 3
"""Axes of a projection at most."""

MAX_POINTS = 100_000
"""States of a recording that are projected at most."""

FITTED_STATES, FITTED_VALUES = 48_000, 1 << 24
"""States that the axes are fitted to at most, and their values."""

MEASURED_ROWS = 5_000
"""States by which the variance of a recording is measured at most."""

TSNE_STATES = 2_000
"""States that t-SNE places at most, those of all recordings together."""


@dataclass(frozen=True, eq=False)
class StateAxes:
    """Axes that several recordings share.

    Attributes:
        explained: Share of the variance of all fitted states along each axis; NaN for t-SNE.
        low: Smallest coordinate of a fitted state on each axis.
        high: Largest one.
        fitted: Number of states that the axes were fitted to.
        mean: Mean of these, (units,); `None` for t-SNE.
        directions: Unit vectors of the axes, (components, units); `None` for t-SNE.
        rows: Rows of each recording among the fitted ones.
        points: Their points, (rows, components) each.
    """

    explained: np.ndarray
    low: np.ndarray
    high: np.ndarray
    fitted: int
    mean: np.ndarray | None
    directions: np.ndarray | None
    rows: tuple[np.ndarray, ...]
    points: tuple[np.ndarray, ...]

    @property
    def nbytes(self) -> int:
        """Size of all arrays."""
        arrays = *self.rows, *self.points, self.mean, self.directions
        return sum(array.nbytes for array in arrays if array is not None) + 1000


def spread_rows(total: int, most: int) -> np.ndarray:
    """Returns at most `most` of `total` rows, evenly spread, ascending.

    Example:
        >>> spread_rows(10, 4).tolist(), spread_rows(3, 4).tolist()
        ([0, 3, 6, 9], [0, 1, 2])
    """
    if total <= most:
        return np.arange(total)
    return np.linspace(0, total - 1, most).round().astype(np.int64)


def read_rows(activity: LoggedActivity, rows: np.ndarray) -> np.ndarray:
    """Reads some rows of an activity, float32 (rows, units)."""
    values = np.empty((len(rows), activity.shape[1]), np.float32)
    for first, end in activity.blocks:
        values[:, first:end] = activity.decode((first, end))[0][rows]
    return values


def fit_axes(activities: Sequence[LoggedActivity], method: str) -> StateAxes:
    """Fits axes to the states of recordings of the same units.

    Every recording contributes as many states at most, evenly spread over its tokens.

    Raises:
        ValueError: if no state is finite, or t-SNE has too few.
    """
    units = activities[0].shape[1]
    most = min(FITTED_STATES, FITTED_VALUES // max(units, 1)) if method == PCA else TSNE_STATES
    each = max(2, most // len(activities))
    rows = tuple(spread_rows(len(activity), each) for activity in activities)
    states = [
        read_rows(activity, chosen) for activity, chosen in zip(activities, rows, strict=True)
    ]
    components = min(COMPONENTS if method == PCA else 2, units)
    projection = analysis.project(states, components, method=method)
    points = np.concatenate(projection.points)
    points = points[np.isfinite(points).all(axis=1)]
    is_map = method == TSNE
    return StateAxes(
        explained=projection.explained,
        low=points.min(axis=0),
        high=points.max(axis=0),
        fitted=len(points),
        mean=projection.mean,
        directions=projection.directions,
        rows=rows if is_map else (),
        points=projection.points if is_map else (),
    )


def place_states(activity: LoggedActivity, rows: np.ndarray, axes: StateAxes) -> np.ndarray:
    """Projects some states to principal axes, float32 (rows, components).

    A state with a value that is not finite has no point: NaN.

    Raises:
        ValueError: if the axes are those of t-SNE.
    """
    if axes.mean is None or axes.directions is None:
        raise ValueError("t-SNE places the states that it was given, and no others.")
    points = np.tile(-axes.mean @ axes.directions.T, (len(rows), 1))
    is_finite = np.ones(len(rows), bool)
    for first, end in activity.blocks:
        values = activity.decode((first, end))[0][rows]
        directions = axes.directions[:, first:end].T.astype(np.float32)
        with np.errstate(invalid="ignore"):
            part = values @ directions
        is_finite &= np.isfinite(part).all(axis=1)
        points += part
    points[~is_finite] = np.nan
    return points.astype(np.float32)


def explained_here(activity: LoggedActivity, rows: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Returns the share of the variance of one recording that lies along each axis.

    The axes are fitted to several recordings, and may show little of one of them. Of many rows,
    some are measured, evenly spread.
    """
    chosen = np.flatnonzero(np.isfinite(points).all(axis=1))
    chosen = chosen[spread_rows(len(chosen), MEASURED_ROWS)]
    if not len(chosen):
        return np.full(points.shape[1], np.nan)
    total = float(read_rows(activity, rows[chosen]).var(axis=0, dtype=np.float64).sum())
    along = points[chosen].var(axis=0, dtype=np.float64)
    return along / total if total > 0 else np.zeros(points.shape[1])
