"""Case: the recording of one layer that the doctor examines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tb_rnnviz.analysis._validation import as_activity, as_lengths

LEAST_TOKENS = 20
"""Tokens that rules about the general behaviour of units need."""

LEAST_RANGE = 1e-3
"""Least range of a unit that varies, or its share of a magnitude above one."""


@dataclass(frozen=True, eq=False)
class Case:
    """One recurrent layer: its activity, and how it is run.

    Args:
        layer: path of the layer.
        quantities: activity (steps, units) by name of the quantity; sequences are concatenated
            without padding.
        roles: role by quantity: `"retain"`, `"write"`, `"expose"`, `"read"`, or None for a
            quantity that is not a gate. Quantities without an entry are not gates.
        lengths: tokens of each sequence; one sequence by default.
        padded: two arrays (sequences, units): the state after the last token of sequences without
            padding, and the state after the padding of the same sequences in a padded batch.
            Unknown by default.
        stateful: if true, the layer carries its state from batch to batch; false by default.
        shuffled: if true, batches come in random order; unknown by default.
        initial_state: the state (sequences, units) before the first token; unknown by default.
        reach: by state, norm of the loss gradient k tokens before a target, relative to that at
            the target, (lags,); unknown by default.
        memory: time constant of the median unit, tokens; unknown by default.
        distance: tokens from the beginning of a typical sequence to its only target, at the end;
            none by default.

    Raises:
        ValueError: if an array has the wrong shape.
    """

    layer: str
    quantities: Mapping[str, NDArray]
    roles: Mapping[str, str | None] = field(default_factory=dict)
    lengths: Sequence[int] | None = None
    padded: tuple[NDArray, NDArray] | None = None
    stateful: bool = False
    shuffled: bool | None = None
    initial_state: NDArray | None = None
    reach: Mapping[str, NDArray] = field(default_factory=dict)
    memory: float | None = None
    distance: int | None = None

    def __post_init__(self) -> None:
        arrays = {name: as_activity(values, name) for name, values in self.quantities.items()}
        steps = {len(values) for values in arrays.values()}
        if len(steps) > 1:
            raise ValueError(
                f"All quantities of layer {self.layer!r} must have the same number of steps. "
                f"Received: { {name: values.shape for name, values in arrays.items()} }."
            )
        object.__setattr__(self, "quantities", arrays)
        if steps:
            object.__setattr__(self, "lengths", as_lengths(self.lengths, steps.pop()))
        if self.padded is not None:
            without, after = (as_activity(states, "padded") for states in self.padded)
            if without.shape != after.shape:
                raise ValueError(
                    "`padded` must hold two arrays of one shape, (sequences, units). "
                    f"Received: shapes {without.shape} and {after.shape}."
                )
            object.__setattr__(self, "padded", (without, after))
        if self.initial_state is not None:
            states = as_activity(self.initial_state, "initial_state")
            object.__setattr__(self, "initial_state", states)

    @property
    def token_counts(self) -> NDArray[np.intp]:
        """Tokens of each sequence, (sequences,)."""
        return np.asarray(() if self.lengths is None else self.lengths, np.intp)

    def sufficient_activity(self, quantity: str) -> NDArray | None:
        """Returns the activity of a quantity, None if it is absent or below 20 tokens."""
        values = self.quantities.get(quantity)
        return None if values is None or len(values) < LEAST_TOKENS else values


def finite_range(values: NDArray) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Returns the lowest and highest finite value of every unit, NaN if there is none."""
    if not values.size:
        return np.full(values.shape[1], np.nan), np.full(values.shape[1], np.nan)
    low, high = (np.asarray(end, np.float64) for end in (values.min(axis=0), values.max(axis=0)))
    if np.isfinite(low).all() and np.isfinite(high).all():  # NaN would be in both
        return low, high
    finite = np.isfinite(values)
    low = np.min(values, axis=0, where=finite, initial=np.inf).astype(np.float64)
    high = np.max(values, axis=0, where=finite, initial=-np.inf).astype(np.float64)
    low[~finite.any(axis=0)] = high[~finite.any(axis=0)] = np.nan
    return low, high


def varies(values: NDArray) -> NDArray[np.bool_]:
    """Returns booleans (units,), True for units whose range exceeds `LEAST_RANGE`."""
    low, high = finite_range(values)
    with np.errstate(invalid="ignore"):
        return high - low > LEAST_RANGE * np.maximum(1.0, np.maximum(np.abs(low), np.abs(high)))
