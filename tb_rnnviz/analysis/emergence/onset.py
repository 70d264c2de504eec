"""Onset of the association of units with a feature during training."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tb_rnnviz.analysis._validation import as_activity
from tb_rnnviz.core.statistics import SIGNIFICANT


@dataclass(frozen=True, eq=False)
class Emergence:
    """Emergence of the associations of the units of one quantity with one feature.

    Args:
        steps: first step from which on a unit is significant at every recorded step, (units,);
            NaN if it is not at the last step, or for less than the required number of steps.
        duration: recorded steps from that one on, (units,); 0 where `steps` is NaN.
        step: first of the steps of all units, or None.
        unit: unit with that step, the lowest index if there are several, or None.
    """

    steps: NDArray[np.float64]
    duration: NDArray[np.intp]
    step: int | None
    unit: int | None


def emergence(
    q: ArrayLike, steps: Sequence[int] | None = None, *, level: float = SIGNIFICANT, least: int = 1
) -> Emergence:
    """Finds the first step from which on a unit's association remains significant.

    Units are those of one network over its epochs; `match_units` tracks them if their identity is
    in doubt.

    Args:
        q: false discovery rates (steps, units) of one feature in one quantity, from `relevance` at
            each recorded step; NaN is not significant.
        steps: the recorded steps, ascending integers; 0, 1, 2, ... by default.
        level: largest significant q; 0.05 by default.
        least: least number of recorded steps, the last included, at which an association must be
            significant; 1 by default.

    Returns:
        An `Emergence`.

    Raises:
        ValueError: if an argument does not fit.

    Example:
        >>> result = emergence([[0.01, 0.9], [0.6, 0.04], [0.02, 0.01]], steps=[0, 5, 10])
        >>> result.steps.tolist(), result.step, result.unit
        ([10.0, 5.0], 5, 1)
    """
    rates = as_activity(q, "q")
    recorded = np.arange(len(rates)) if steps is None else np.asarray(steps)
    ascending = recorded.ndim == 1 and (np.diff(recorded) > 0).all()
    if recorded.shape != (len(rates),) or not ascending or recorded.dtype.kind not in "iuf":
        raise ValueError(
            f"`steps` must list the {len(rates)} recorded steps, ascending. Received: {steps!r}."
        )
    if not 0 < level <= 1 or least < 1:
        raise ValueError(
            "`level` must lie between 0 and 1, `least` be at least 1. "
            f"Received: level={level}, least={least}."
        )
    with np.errstate(invalid="ignore"):
        significant = rates <= level
    duration = np.minimum.accumulate(significant[::-1], axis=0).sum(axis=0)
    duration[duration < least] = 0
    onset = np.append(recorded, 0)[len(rates) - duration].astype(np.float64)
    onset[duration == 0] = np.nan
    if not duration.any():
        return Emergence(onset, duration, None, None)
    unit = int(np.nanargmin(onset))
    return Emergence(onset, duration, int(onset[unit]), unit)
