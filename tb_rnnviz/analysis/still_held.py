"""Contributions of every earlier step to the state of a gated cell."""

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from tb_rnnviz.core.names import CELL_STATE, HIDDEN_STATE, RETAIN, WRITE

CANDIDATE = "candidate"
"""Quantity that a cell writes into its state."""

_HALF_STEPS = 248  # largest magnitude of a unit, divided by the error of its 8-bit codes
_PRECISION = 1e-5  # share of the largest state that rounding in single precision stays below


class GatedLayer(Protocol):
    """Quantities of a layer by name, (sequences, steps, units): a `LayerActivity`."""

    roles: Mapping[str, str | None]
    mask: NDArray[np.bool_]

    def __getitem__(self, quantity: str) -> NDArray: ...

    def __contains__(self, quantity: object) -> bool: ...


def still_held(
    layer_activity: GatedLayer,
    unit: int,
    t: int,
    *,
    sequence: int = 0,
    state: str | None = None,
) -> NDArray[np.float64]:
    """Computes what every earlier step contributes to the state of a unit at a step.

    A cell that retains a share f of its state and adds w to it, s[t] = f[t] s[t-1] + w[t], holds

        s[t] = sum over s from 0 to t of w[s] f[s+1] f[s+2] ... f[t]

    The summands are the contributions. They add up to the recorded state. f is the quantity with
    the role `"retain"`. w is the quantity with the role `"write"` times the candidate; without
    such a quantity it is (1 - f) times the candidate if that fits the state, and otherwise
    s[t] - f[t] s[t-1]. This is

    * LSTM: c = f c' + i g;
    * GRU, with the reset gate before or after the product: h = z h' + (1 - z) n;
    * minGRU, and every cell that declares these roles.

    Step 0 contributes w[0] = s[0], which includes what is left of the initial state there. A
    masked step retains everything and writes nothing.

    What rounding leaves between the sum and the recorded state is distributed in proportion to
    the contributions: some 1e-7 of the state for a recording. In a log with 8 bits a value is off
    by up to 1/248 of the largest magnitude of its unit. If e[s] is the resulting error of
    f[s] s[s-1] + w[s] - s[s], the sum is off by no more than that of e[s] f[s+1] ... f[t], before
    it is corrected; the contributions are off by no more than that and by the errors of their own
    factors.

    This is an exact sum of parts and not yet a cause: gates and candidates depend on earlier
    tokens, too.

    Args:
        layer_activity: a layer of a recording, `recording["lstm"]`.
        unit: index of the unit.
        t: index of the step in its sequence.
        sequence: index of the sequence; 0 by default.
        state: name of the state; by default the cell state, and the hidden state in a layer that
            has none.

    Returns:
        Contributions (t + 1,), in units of the state, one for each step from 0 to `t`.

    Raises:
        ValueError: if no quantity, or more than one, has the role `"retain"`; if it or the state
            was not recorded; if there is no such unit, step or sequence; or if the state is not
            the sum described above, as in a layer that reads backwards.

    Example:
        >>> from tb_rnnviz.recording import LayerActivity
        >>> quantities = {
        ...     "hidden_state": np.array([[[2.0], [1.0], [1.5]]]),
        ...     "retain_gate": np.array([[[0.5], [0.5], [0.5]]]),
        ...     "candidate": np.array([[[4.0], [0.0], [2.0]]]),
        ... }
        >>> layer = LayerActivity("rnn", "Cell", quantities, {"retain_gate": "retain"},
        ...                       np.ones((1, 3), bool), [3])
        >>> still_held(layer, unit=0, t=2).tolist()
        [0.5, 0.0, 1.0]
    """
    retain = _quantity_with_role(layer_activity, RETAIN)
    if retain is None:
        raise ValueError(
            'What a cell still holds needs a quantity with the role "retain". '
            f"Received: a layer with roles {dict(layer_activity.roles)}. Record the forget or "
            "update gate, or state the roles in the cell's attribute `roles`."
        )
    state = state or (CELL_STATE if CELL_STATE in layer_activity else HIDDEN_STATE)
    if state not in layer_activity:
        raise ValueError(
            f"What a cell still holds is a part of its state, and {state!r} was not recorded. "
            f"Received: a layer with the quantities {list(layer_activity.roles)}."
        )
    unit, t, sequence = _checked(layer_activity, state, retain, unit, t, sequence)
    write = _quantity_with_role(layer_activity, WRITE)
    names = [state, retain, *([CANDIDATE] if CANDIDATE in layer_activity else [])]
    names += [write] if write else []
    series = {
        name: np.asarray(layer_activity[name][sequence, : t + 1, unit], np.float64)
        for name in names
    }
    errors = {
        name: np.nanmax(np.abs(np.asarray(layer_activity[name][..., unit])), initial=0)
        / _HALF_STEPS
        for name in names
    }
    reads = np.asarray(layer_activity.mask)[sequence, : t + 1]
    values, retained = series[state], np.where(reads, series[retain], 1.0)
    before = np.concatenate([[0.0], values[:-1]])
    added = np.where(reads, values - retained * before, 0.0)
    if CANDIDATE in series:
        candidate = series[CANDIDATE]
        share = series[write] if write else 1 - retained
        share_error = errors[write or retain]
        product = np.where(reads, share * candidate, 0.0)
        slack = (
            errors[state] * (1 + np.abs(retained))
            + errors[retain] * np.abs(before)
            + share_error * (np.abs(candidate) + errors[CANDIDATE])
            + errors[CANDIDATE] * np.abs(share)
            + _PRECISION * np.nanmax(np.abs(values), initial=1)
        )
        fits = np.abs(added - product)[1:] <= slack[1:]
        is_gated_sum = bool((fits | ~reads[1:]).all())
        if write and not is_gated_sum:
            raise ValueError(
                f"The state {state!r} is not {retain} x state + {write} x {CANDIDATE}. Received: "
                f"a difference of {np.nanmax(np.abs(added - product)[1:]):.3g} at a step. A layer "
                "that reads backwards, or whose state is clamped, has no such sum."
            )
        reversed_sum = np.abs(values[:-1] - retained[:-1] * values[1:] - product[:-1])
        reversed_slack = slack[:-1] + errors[retain] * (np.abs(values[1:]) - np.abs(before[:-1]))
        if not is_gated_sum and len(values) > 2 and (reversed_sum <= reversed_slack).all():
            raise ValueError(
                f"The state {state!r} is not {retain} x state + (1 - {retain}) x {CANDIDATE}. "
                "Received: a layer that reads backwards, whose state has no such sum."
            )
        if is_gated_sum:
            added = np.concatenate([values[:1], product[1:]])
    added[0] = values[0]
    return _contributions(retained, added, values[-1])


def _contributions(
    retained: NDArray[np.float64], added: NDArray[np.float64], state: float
) -> NDArray[np.float64]:
    """Returns what is left of everything added, (steps,); it sums to the state."""
    later = np.concatenate([np.cumprod(retained[:0:-1])[::-1], [1.0]])
    contributions = added * later
    size = np.abs(contributions)
    rest = state - contributions.sum()
    if size.sum() > 0:
        return contributions + rest * size / size.sum()
    contributions[-1] += rest
    return contributions


def _quantity_with_role(layer: GatedLayer, role: str) -> str | None:
    names = [name for name, known in layer.roles.items() if known == role]
    if len(names) > 1:
        raise ValueError(
            f"What a cell still holds needs one quantity with the role {role!r}. Received: {names}."
        )
    return names[0] if names else None


def _checked(
    layer: GatedLayer, state: str, retain: str, unit: int, t: int, sequence: int
) -> Sequence[int]:
    """Returns unit, step and sequence as integers after checking them."""
    sequences, steps, units = layer[state].shape
    if layer[retain].shape[-1] != units:
        raise ValueError(
            f"Gate and state need the same units. Received: {layer[retain].shape[-1]} units of "
            f"{retain!r}, {units} of {state!r}."
        )
    limits = {"unit": (unit, units), "sequence": (sequence, sequences), "t": (t, steps)}
    for name, (index, number) in limits.items():
        if isinstance(index, bool) or not isinstance(index, int | np.integer):
            raise ValueError(f"`{name}` must be an integer. Received: {index!r}.")
        if not 0 <= index < number:
            raise ValueError(
                f"`{name}` must be between 0 and {number - 1}. Received: {name}={index}."
            )
    if not np.isfinite(layer[state][sequence, t, unit]):
        raise ValueError(
            f"The state has no finite value at `t`. Received: t={t}, beyond the end of sequence "
            f"{sequence} or at a state that is NaN."
        )
    return int(unit), int(t), int(sequence)
