"""Holding units: a value is replaced where it is computed, before anything else uses it.

The holds of a call are a dict by quantity, as the record names it. Each is a dict of tensors:

- `which`, boolean (rows, units): the units that are held in each row of the batch; one row stands
  for all of them,
- `value`, (rows, units): what they are held at,
- or, in place of `value`, `plain`, (sequences, steps, units): the activity of an undisturbed
  reading; a unit is held at what it was there one step before. Row k reads sequence
  k modulo sequences.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from keras import ops

Hold = Callable[[str, Any], Any]
"""Takes the name and the value of a quantity (batch, …), and gives the value to go on with."""

Holds = Mapping[str, Mapping[str, Any]]
"""The holds of one call, by quantity."""


def keep(name: str, value: Any) -> Any:
    """Holds nothing."""
    return value


def holding(holds: Holds | None, record: Mapping[str, Any], earlier: Mapping[str, Any]) -> Hold:
    """How a cell's step holds its quantities.

    Args:
        holds: The holds of the call; nothing is held where there are none.
        record: The record of the step before.
        earlier: What `one_step_before` gave for this step.
    """
    if not holds:
        return keep

    def hold(name: str, value: Any) -> Any:
        if name not in holds:
            return value
        which = holds[name]["which"]
        if name in earlier:
            return _at_earlier(value, which, earlier[name], record.get(name))
        return _at_value(value, which, ops.cast(holds[name]["value"], value.dtype))

    return hold


def one_step_before(holds: Holds | None, inputs: Any, go_backwards: bool) -> dict[str, Any]:
    """The plain activity as the time axis of a pass needs it, by quantity.

    Args:
        holds: The holds of the call.
        inputs: What the pass reads, (steps, …). The plain activity may have a multiple of its
            steps: the inner sequences of a layer inside TimeDistributed, one after the other.
        go_backwards: Whether the pass reads from the last step to the first.

    Returns:
        For each quantity with `plain`, (steps, sequences, inner sequences, units) in the order of
        reading, moved by one step; NaN at the first step, where there is nothing before.
    """
    moved = {}
    for name, held in (holds or {}).items():
        if "plain" in held:
            shape, steps = ops.shape(held["plain"]), ops.shape(inputs)[0]
            plain = ops.reshape(held["plain"], (shape[0], -1, steps, shape[2]))
            plain = ops.transpose(plain, (2, 0, 1, 3))
            plain = ops.flip(plain, axis=0) if go_backwards else plain
            moved[name] = ops.concatenate([plain[:1] * float("nan"), plain[:-1]], axis=0)
    return moved


def _at_value(value: Any, which: Any, target: Any) -> Any:
    rows, batch, units = which.shape[0], value.shape[0], which.shape[-1]
    if len(value.shape) == 2 and (rows == 1 or (rows == batch and rows is not None)):
        return ops.where(which, target, value)
    shape = ops.shape(value)
    value = ops.reshape(value, (shape[0] if rows == 1 else ops.shape(which)[0], -1, units))
    return ops.reshape(ops.where(which[:, None], target[:, None], value), shape)


def _at_earlier(value: Any, which: Any, earlier: Any, carried: Any | None) -> Any:
    """`earlier` is (sequences, inner sequences, units); where it is NaN, what the pass carried."""
    shape, (sequences, inner, units) = ops.shape(value), ops.shape(earlier)
    value = ops.reshape(value, (-1, sequences, inner, units))
    which = ops.reshape(which, (-1, sequences, 1, units))
    target = ops.cast(earlier, value.dtype)[None]
    start = ops.zeros_like(value) if carried is None else carried
    start = ops.cast(ops.reshape(start, (-1, sequences, inner, units)), value.dtype)
    target = ops.where(ops.isnan(target), start, target)
    return ops.reshape(ops.where(which, target, value), shape)
