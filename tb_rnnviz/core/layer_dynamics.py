"""`LayerDynamics`: fixed points and exponents of a layer at one step."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

STABLE, UNSTABLE, SLOW = "stable", "unstable", "slow"

POINT_KINDS = (STABLE, UNSTABLE, SLOW)
"""Kinds of points: fixed and stable, fixed and unstable, slow but not still."""


@dataclass(frozen=True, eq=False)
class StatePoint:
    """A fixed or slow point of a layer.

    Attributes:
        kind: One of `POINT_KINDS`.
        state: All states of the cell one after the other, (state,).
        speed: q = |F(x) - x|² / 2 of a slow point; 0 of a fixed one, where it is at most 1e-12.
        eigenvalues: The largest eigenvalues of the Jacobian, complex (modes,); none of a slow
            point.
        directions: Unit vectors along which differences do not die out, (modes, state).
    """

    kind: str
    state: np.ndarray
    speed: float
    eigenvalues: np.ndarray
    directions: np.ndarray

    @property
    def time_constants(self) -> np.ndarray:
        """Steps in which each mode decays to 1/e, (modes,); infinite if it does not."""
        return time_constants(self.eigenvalues)


@dataclass(frozen=True, eq=False)
class LayerDynamics:
    """Fixed points and Lyapunov exponents of a layer, as the callback logs them.

    Attributes:
        layer: Path of the layer.
        parts: Name and size of each state of the cell, such as (("hidden_state", 8),
            ("cell_state", 8)).
        points: The points, fixed ones first.
        counts: Number of points of each kind, of which `points` may have some only.
        lyapunov: The largest Lyapunov exponents in nats per step, largest first.
        growth: Share of the steps of the text at which the largest singular value of the
            Jacobian is above 1, so that a difference may grow; NaN without steps.
        spread: Mean distance of visited states from their mean.
        constant: Constant input of the fixed points, `"zero"` or `"mean"`.
        note: Reason why there are no numbers, `None` if there are.
    """

    layer: str
    parts: tuple[tuple[str, int], ...] = ()
    points: tuple[StatePoint, ...] = ()
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(POINT_KINDS, 0))
    lyapunov: np.ndarray = field(default_factory=lambda: np.zeros(0))
    growth: float = float("nan")
    spread: float = 0.0
    constant: str = "zero"
    note: str | None = None

    @property
    def size(self) -> int:
        """Numbers of a state."""
        return sum(size for _, size in self.parts)

    def part(self, quantity: str) -> slice | None:
        """Returns the numbers of a state that are a quantity, `None` if none are.

        Example:
            >>> LayerDynamics("lstm", (("hidden_state", 3), ("cell_state", 3))).part("cell_state")
            slice(3, 6, None)
        """
        first = 0
        for name, size in self.parts:
            if name == quantity:
                return slice(first, first + size)
            first += size
        return None


def time_constants(eigenvalues: np.ndarray) -> np.ndarray:
    """Returns the steps in which modes decay to 1/e, infinity where they do not.

    Example:
        >>> time_constants(np.array([1.2, np.exp(-0.1), 0.0])).round(6)
        array([inf, 10.,  0.])
    """
    moduli = np.abs(eigenvalues)
    with np.errstate(divide="ignore"):
        return np.where(moduli < 1, -1 / np.log(np.minimum(moduli, 1)), np.inf)
