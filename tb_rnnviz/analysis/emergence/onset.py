"""When in training a unit's link with a feature appears to stay."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tb_rnnviz.analysis._validation import as_activity

LEVEL = 0.05


@dataclass(frozen=True, eq=False)
class Emergence:
    """When the links of the units of one quantity with one feature became significant for good.

    Args:
        steps: of each unit, the first step from which on it is significant at every recorded
            step, (units,); NaN where it is not at the last one, or for too short a time.
        held: at how many recorded steps it has been since, (units,), 0 where `steps` is NaN.
        step: the first of all units' steps; None where there is none.
        unit: the unit that this is, the lowest of several; None where there is none.
    """

    steps: NDArray[np.float64]
    held: NDArray[np.intp]
    step: int | None
    unit: int | None


def emergence(
    q: ArrayLike, steps: Sequence[int] | None = None, *, level: float = LEVEL, least: int = 1
) -> Emergence:
    """Finds the first step at which a unit's link is significant and stays so.

    Units are those of one network over its epochs; `match_units` follows them where that is in
    doubt.

    Args:
        q: false-discovery rates (steps, units) of one feature in one quantity, as `relevance` gives
            them at each recorded step; NaN is not significant.
        steps: the recorded steps, ascending integers; 0, 1, 2, ... by default.
        level: significant is a q of at most this; 0.05 by default.
        least: recorded steps, the last included, at which a link must have been significant; 1 by
            default.

    Returns:
        An `Emergence`.

    Raises:
        ValueError: if an argument does not fit.

    Example:
        >>> found = emergence([[0.01, 0.9], [0.6, 0.04], [0.02, 0.01]], steps=[0, 5, 10])
        >>> found.steps.tolist(), found.step, found.unit
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
    held = np.minimum.accumulate(significant[::-1], axis=0).sum(axis=0)
    held[held < least] = 0
    found = np.append(recorded, 0)[len(rates) - held].astype(np.float64)
    found[held == 0] = np.nan
    if not held.any():
        return Emergence(found, held, None, None)
    unit = int(np.nanargmin(found))
    return Emergence(found, held, int(found[unit]), unit)
