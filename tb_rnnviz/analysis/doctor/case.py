"""What the doctor looks at: one layer, as it was recorded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tb_rnnviz.analysis._validation import as_activity, as_lengths

ENOUGH = 20
"""Tokens below which nothing is said of how a unit behaves in general."""

STILL = 1e-3
"""Range of a unit that is no movement, or share of its largest magnitude if that exceeds one."""


@dataclass(frozen=True, eq=False)
class Case:
    """One recurrent layer: its activity, and how it is run.

    Args:
        layer: path of the layer.
        quantities: by name, activity (steps, units); sequences stand one after the other without
            padding.
        roles: by quantity, `"retain"`, `"write"`, `"expose"`, `"read"` or None for what is no
            gate. Quantities that are not named are no gates.
        lengths: tokens of each sequence; one sequence by default.
        padded: two arrays (sequences, units): the state behind the last token of sequences that
            were run alone, and behind the padding of the same ones in a padded batch. Not known
            by default.
        stateful: whether the layer carries its state from batch to batch.
        shuffled: whether batches come in random order; not known by default.
        initial_state: the state (sequences, units) before the first token; not known by default.

    Raises:
        ValueError: if an array has the wrong shape.
    """

    layer: str
    quantities: Mapping[str, ArrayLike]
    roles: Mapping[str, str | None] = field(default_factory=dict)
    lengths: Sequence[int] | None = None
    padded: tuple[ArrayLike, ArrayLike] | None = None
    stateful: bool = False
    shuffled: bool | None = None
    initial_state: ArrayLike | None = None

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
            alone, behind = (as_activity(states, "padded") for states in self.padded)
            if alone.shape != behind.shape:
                raise ValueError(
                    "`padded` must hold two arrays of one shape, (sequences, units). "
                    f"Received: shapes {alone.shape} and {behind.shape}."
                )
            object.__setattr__(self, "padded", (alone, behind))
        if self.initial_state is not None:
            states = as_activity(self.initial_state, "initial_state")
            object.__setattr__(self, "initial_state", states)

    def enough(self, quantity: str) -> NDArray | None:
        """Gives the activity of a quantity; None where it is not there or has too few tokens."""
        values = self.quantities.get(quantity)
        return None if values is None or len(values) < ENOUGH else values


def extremes(values: NDArray) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Gives the lowest and highest finite value of every unit; NaN where there is none."""
    finite = np.isfinite(values)
    low = np.min(values, axis=0, where=finite, initial=np.inf).astype(np.float64)
    high = np.max(values, axis=0, where=finite, initial=-np.inf).astype(np.float64)
    low[~finite.any(axis=0)] = high[~finite.any(axis=0)] = np.nan
    return low, high


def moves(values: NDArray) -> NDArray[np.bool_]:
    """Gives booleans (units,), where a unit moves by more than a thousandth."""
    low, high = extremes(values)
    with np.errstate(invalid="ignore"):
        return high - low > STILL * np.maximum(1.0, np.maximum(np.abs(low), np.abs(high)))
