"""Memory profile: the memory time scales of units by all estimates, compared."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

RATIO = 3.0
"""Largest ratio of two memory time scales that agree."""

ROUTES = ("gate", "autocorrelation", "truncation")
"""Estimates of the memory time scale."""


@dataclass(frozen=True, eq=False)
class MemoryProfile:
    """Memory time scales of the units of a layer.

    Args:
        lengths: tokens (units,) by estimate.
        disagree: booleans (units,), True where the estimates disagree.
        notes: the estimates in words, by unit, for each unit where they disagree.
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
    """Compares the memory time scales of units from several estimates.

    A length below one token counts as one. Estimates disagree about a unit if the longest is more
    than `ratio` times the shortest; infinite lengths agree only with each other, and NaN is
    ignored. Reasons for a disagreement: if the gate is longer than the truncation, the gate is
    open, but its content is overwritten or never differs; if the autocorrelation is longer than
    the truncation, the memory is in the text and not in the unit; if the truncation is longer than
    the gate, the layer remembers through other units.

    Args:
        gate: result of `time_constant`, (units,).
        autocorrelation: result of `autocorrelation_time`, (units,).
        truncation: result of `context_length`, (units,).
        ratio: the largest ratio of two lengths that agree; 3 by default.

    Returns:
        A `MemoryProfile` with the estimates that were passed.

    Raises:
        ValueError: if no estimate is passed, their shapes differ, or `ratio` is less than 1.

    Example:
        >>> profile = memory_profile(gate=[10.0, 50.0], truncation=[8.0, 4.0])
        >>> profile.disagree.tolist(), profile.notes[1]
        ([False, True], 'gate 50 tokens, truncation 4 tokens')
    """
    estimates = dict(zip(ROUTES, (gate, autocorrelation, truncation), strict=True))
    lengths = {
        route: np.asarray(values, np.float64)
        for route, values in estimates.items()
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
    is_estimate = ~np.isnan(rows)
    low = np.min(rows, axis=0, where=is_estimate, initial=np.inf)
    high = np.max(rows, axis=0, where=is_estimate, initial=1.0)
    disagree = is_estimate.any(axis=0) & np.isfinite(low) & (high > ratio * low)
    notes = {
        int(unit): ", ".join(
            f"{route} {_format_tokens(values[unit])}"
            for route, values in lengths.items()
            if not np.isnan(values[unit])
        )
        for unit in np.flatnonzero(disagree)
    }
    return MemoryProfile(lengths, disagree, notes)


def _format_tokens(length: float) -> str:
    if np.isinf(length):
        return "longer than could be measured"
    return f"{length:.3g} token{'' if length == 1 else 's'}"
