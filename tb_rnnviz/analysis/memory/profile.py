"""The memory of the units of a layer by all routes, and whether these agree."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

RATIO = 3.0
ROUTES = ("gate", "autocorrelation", "truncation")


@dataclass(frozen=True, eq=False)
class MemoryProfile:
    """How long the units of a layer remember.

    Args:
        lengths: by route, tokens (units,).
        disagree: booleans (units,), where the routes say different things.
        notes: a sentence for each unit where they disagree, by unit.
    """

    lengths: Mapping[str, NDArray[np.float64]]
    disagree: NDArray[np.bool_]
    notes: Mapping[int, str]


def memory_profile(
    *,
    gate: ArrayLike | None = None,
    autocorrelation: ArrayLike | None = None,
    truncation: ArrayLike | None = None,
    ratio: float = RATIO,
) -> MemoryProfile:
    """Holds the memory lengths of the units against each other.

    A length below one token is taken as one. Routes disagree about a unit where the longest is
    more than `ratio` times the shortest; infinite lengths agree with each other alone, NaN says
    nothing. What disagreement means: a gate longer than the truncation is open, but what it keeps
    is overwritten or never differs; an autocorrelation longer than the truncation is in the text,
    and not in the unit; a truncation longer than the gate says that the layer remembers through
    other units.

    Args:
        gate: what `time_constant` gave, (units,).
        autocorrelation: what `autocorrelation_time` gave, (units,).
        truncation: what `context_length` gave, (units,).
        ratio: the largest ratio of two lengths that agree; 3 by default.

    Returns:
        A `MemoryProfile` with the routes that were given.

    Raises:
        ValueError: if no route is given, their shapes differ, or `ratio` is less than 1.

    Example:
        >>> profile = memory_profile(gate=[10.0, 50.0], truncation=[8.0, 4.0])
        >>> profile.disagree.tolist(), profile.notes[1]
        ([False, True], 'gate 50 tokens, truncation 4 tokens')
    """
    given = dict(zip(ROUTES, (gate, autocorrelation, truncation), strict=True))
    lengths = {
        route: np.asarray(values, np.float64)
        for route, values in given.items()
        if values is not None
    }
    shapes = {values.shape for values in lengths.values()}
    if len(shapes) != 1 or any(len(shape) != 1 for shape in shapes):
        raise ValueError(
            f"Give at least one of {', '.join(ROUTES)}, each of shape (units,). "
            f"Received: { {route: values.shape for route, values in lengths.items()} }."
        )
    if not ratio >= 1:
        raise ValueError(f"`ratio` must be at least 1. Received: ratio={ratio}.")
    rows = np.maximum(np.stack(list(lengths.values())), 1.0)
    known = ~np.isnan(rows)
    low = np.min(rows, axis=0, where=known, initial=np.inf)
    high = np.max(rows, axis=0, where=known, initial=1.0)
    disagree = known.any(axis=0) & np.isfinite(low) & (high > ratio * low)
    notes = {
        int(unit): ", ".join(
            f"{route} {_written(values[unit])}"
            for route, values in lengths.items()
            if not np.isnan(values[unit])
        )
        for unit in np.flatnonzero(disagree)
    }
    return MemoryProfile(lengths, disagree, notes)


def _written(length: float) -> str:
    if np.isinf(length):
        return "longer than could be measured"
    return f"{length:.3g} token{'' if length == 1 else 's'}"
