"""`Clamp`: replaces the values of units where a cell computes them, inside a pass.

The clamp tensors of a call are a dict by quantity, as the record names it. Each is a dict of
tensors:

- `units`, boolean (rows, units): the clamped units in each row of the batch; a single row stands
  for all of them,
- `values`, (rows, units): their values,
- or, in place of `values`, `undisturbed`, (sequences, steps, units): the activity of an undisturbed
  reading; a unit has the value that it had there one step before. Row k reads sequence k modulo
  sequences.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from keras import ops

ClampTensors = Mapping[str, Mapping[str, Any]]
"""Tensors of the clamped units of one call, by quantity."""


@dataclass(frozen=True)
class Clamp:
    """Replaces the values of clamped units in one step of a cell.

    Called with the name of a quantity and its value (batch, …), it returns the value that the step
    goes on with.

    Attributes:
        tensors: Clamp tensors of the call. Defaults to none: every value stays.
        record: Record of the step before, for units clamped to what they were before.
        undisturbed: Slice of `undisturbed_steps` at this step.
        prefix: Prefix of the quantities in `tensors`, for a cell among stacked ones.
    """

    tensors: ClampTensors = field(default_factory=dict)
    record: Mapping[str, Any] = field(default_factory=dict)
    undisturbed: Mapping[str, Any] = field(default_factory=dict)
    prefix: str = ""

    def __call__(self, name: str, value: Any) -> Any:
        name = self.prefix + name
        if name not in self.tensors:
            return value
        units = self.tensors[name]["units"]
        if name in self.undisturbed:
            return _at_previous(value, units, self.undisturbed[name], self.record.get(name))
        return _at_values(value, units, ops.cast(self.tensors[name]["values"], value.dtype))

    def within(self, prefix: str) -> Clamp:
        """Returns the clamp of a cell that names its quantities without a prefix."""
        return replace(self, prefix=self.prefix + prefix)


@dataclass(frozen=True)
class Offsets(Clamp):
    """Adds to the values of quantities in one step of a cell.

    The derivative with respect to what is added is that with respect to the value itself.

    Attributes:
        offsets: Tensors that are added, (batch, …) by quantity.
    """

    offsets: Mapping[str, Any] = field(default_factory=dict)

    def __call__(self, name: str, value: Any) -> Any:
        offset = self.offsets.get(self.prefix + name)
        if offset is None:
            return value
        return value + ops.reshape(ops.cast(offset, value.dtype), ops.shape(value))


NO_CLAMP = Clamp()
"""Leaves every value as it is."""


def undisturbed_steps(
    tensors: ClampTensors | None, inputs: Any, go_backwards: bool
) -> dict[str, Any]:
    """Returns the undisturbed activity along the time axis of a pass, by quantity.

    Args:
        tensors: Clamp tensors of the call.
        inputs: Inputs of the pass, (steps, …). The undisturbed activity may have a multiple of its
            steps: the inner sequences of a layer inside TimeDistributed, one after the other.
        go_backwards: True if the pass reads from the last step to the first.

    Returns:
        For each quantity with `undisturbed`, (steps, sequences, inner sequences, units) in the
        order of reading, moved by one step; NaN at the first step, which has none before it.
    """
    moved = {}
    for name, entry in (tensors or {}).items():
        if "undisturbed" in entry:
            shape, steps = ops.shape(entry["undisturbed"]), ops.shape(inputs)[0]
            activity = ops.reshape(entry["undisturbed"], (shape[0], -1, steps, shape[2]))
            activity = ops.transpose(activity, (2, 0, 1, 3))
            activity = ops.flip(activity, axis=0) if go_backwards else activity
            moved[name] = ops.concatenate([activity[:1] * float("nan"), activity[:-1]], axis=0)
    return moved


def _at_values(value: Any, units: Any, target: Any) -> Any:
    rows, batch, size = units.shape[0], value.shape[0], units.shape[-1]
    if len(value.shape) == 2 and (rows == 1 or (rows == batch and rows is not None)):
        return ops.where(units, target, value)
    shape = ops.shape(value)
    value = ops.reshape(value, (shape[0] if rows == 1 else ops.shape(units)[0], -1, size))
    return ops.reshape(ops.where(units[:, None], target[:, None], value), shape)


def _at_previous(value: Any, units: Any, undisturbed: Any, carried: Any | None) -> Any:
    """Clamps to `undisturbed` (sequences, inner sequences, units).

    Where that is NaN, before the first step, the value is the one that the pass carries.
    """
    shape, (sequences, inner, size) = ops.shape(value), ops.shape(undisturbed)
    value = ops.reshape(value, (-1, sequences, inner, size))
    units = ops.reshape(units, (-1, sequences, 1, size))
    target = ops.cast(undisturbed, value.dtype)[None]
    start = ops.zeros_like(value) if carried is None else carried
    start = ops.cast(ops.reshape(start, (-1, sequences, inner, size)), value.dtype)
    target = ops.where(ops.isnan(target), start, target)
    return ops.reshape(ops.where(units, target, value), shape)
