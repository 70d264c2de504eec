"""One pass over the time axis that returns what the layer would return, and everything inside."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from keras import ops

from tb_rnnviz.capture.cells import CellTrace


class CellScan:
    """Runs a cell's trace over a sequence and keeps the wanted quantities.

    `keras.ops.scan` gives back one array shaped as its carry, so the carry is the record itself:
    all kept quantities side by side, the states among them. The next step reads its states out
    of the record, and nothing is stored twice.

    Args:
        trace: The cell's trace.
        wanted: Names of the quantities to keep, or `None` for all.

    Attributes:
        wanted: The names that were asked for.
        kept: Names in the record, the states among them; each takes `units` columns.
    """

    def __init__(self, trace: CellTrace, wanted: Sequence[str] | None):
        self.trace = trace
        self.kept = tuple(
            name
            for name in trace.quantities
            if wanted is None or name in wanted or name in trace.states
        )
        self.wanted = [name for name in self.kept if wanted is None or name in wanted]

    def __call__(
        self, sequences: Any, states: list, mask: Any | None, go_backwards: bool
    ) -> tuple[Any, Any, list]:
        """Steps through the sequence.

        Args:
            sequences: (batch, steps, channels).
            states: The initial states, each (batch, units).
            mask: Boolean (batch, steps) or `None`; a masked step leaves the state as it was.
            go_backwards: Whether to read from the last step to the first.

        Returns:
            The record in the order of reading, (steps, batch, kept x units), the layer's outputs
            (batch, steps, units) in the order of reading, and the final states.
        """
        projected = self.trace.project(sequences)
        projected = ops.transpose(projected, (1, 0, 2))
        if mask is not None:
            mask = ops.expand_dims(ops.transpose(ops.cast(mask, "bool"), (1, 0)), -1)
        if go_backwards:
            projected = ops.flip(projected, axis=0)
            mask = None if mask is None else ops.flip(mask, axis=0)

        nothing = ops.zeros_like(states[0])
        by_state = dict(zip(self.trace.states, states, strict=True))
        initial = [by_state.get(name, nothing) for name in self.kept]
        if mask is None:
            record = self._scan(projected, initial)
            outputs = self.column(record, self.trace.states[0])
        else:
            record, outputs = self._masked_scan(projected, mask, [*initial, nothing])
        return record, ops.transpose(outputs, (1, 0, 2)), self.states_of(record[-1])

    def states_of(self, record: Any) -> list:
        """The cell's states in a record (batch, kept x units)."""
        return [self.column(record, name) for name in self.trace.states]

    def column(self, record: Any, name: str) -> Any:
        """One quantity of a record (..., kept x units), a view (..., units)."""
        units, place = self.trace.cell.units, self.kept.index(name)
        return record[..., place * units : (place + 1) * units]

    def _scan(self, projected: Any, initial: list) -> Any:
        def step(record, x):
            quantities = self.trace.step(x, self.states_of(record))
            record = ops.concatenate([quantities[name] for name in self.kept], axis=-1)
            return record, record

        return _scan(step, ops.concatenate(initial, axis=-1), projected)

    def _masked_scan(self, projected: Any, mask: Any, initial: list) -> tuple[Any, Any]:
        """As `_scan`; beside the record runs the output, which repeats over masked steps.

        The mask travels as the last column of the inputs: Keras' scan on TensorFlow takes a
        single array when the number of steps is not known at compile time.
        """
        units = self.trace.cell.units

        def step(record, x):
            keep = x[:, -1:] > 0
            quantities = self.trace.step(x[:, :-1], self.states_of(record))
            quantities = [quantities[name] for name in self.kept]
            new = ops.concatenate([*quantities, quantities[0]], axis=-1)
            record = ops.where(keep, new, record)
            return record, record

        projected = ops.concatenate([projected, ops.cast(mask, projected.dtype)], axis=-1)
        record = _scan(step, ops.concatenate(initial, axis=-1), projected)
        return record[..., :-units], record[..., -units:]


def _scan(step: Callable, initial: Any, inputs: Any) -> Any:
    """`keras.ops.scan` for a record; a single step, as in generation, needs no loop."""
    if inputs.shape[0] == 1:
        return step(initial, inputs[0])[1][None]
    return ops.scan(step, initial, inputs)[1]
