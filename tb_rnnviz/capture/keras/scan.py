"""`CellScan`: runs a cell over the time axis and records every quantity."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import keras
from keras import ops

from tb_rnnviz.capture.keras.cells import CellTrace
from tb_rnnviz.capture.keras.clamp import (
    NO_CLAMP,
    Clamp,
    ClampTensors,
    Offsets,
    undisturbed_steps,
)

Record = dict[str, Any]
"""Quantities by name, each (steps, batch, …), or (batch, …) at one step."""

LARGE_BATCH = 32
"""Batch size from which on inputs are projected step by step, as in Keras.

For a small batch a single large product is faster, for a large one its result costs more memory
traffic than it saves."""

_OUTPUT = "output while masked"


class CellScan:
    """Runs a cell's trace over a sequence and records quantities.

    `keras.ops.scan` gives back arrays shaped as its carry, so the carry is the record itself: the
    recorded quantities, the states among them. The next step reads its states out of the record,
    and nothing is stored twice.

    Args:
        trace: The cell's trace.
        quantities: Names of the quantities to record, or `None` for all.

    Attributes:
        shapes: The shape of each quantity in the record without batch and steps, in order. Cells
            that name their quantities while they run fill it when they are first run.
        known: Every quantity that the cell has, recorded or not.
    """

    def __init__(self, trace: CellTrace, quantities: Sequence[str] | None):
        self.trace = trace
        self._quantities = quantities
        self.shapes: dict[str, tuple[int, ...]] = {}
        self.known: list[str] = []
        sizes = trace.sizes()
        if sizes is not None:
            self._lay_out(sizes)

    @property
    def recorded(self) -> list[str]:
        """Quantities that were asked for, without those that only carry the pass."""
        return [name for name in self.shapes if self._is_asked_for(name)]

    def __call__(
        self,
        sequences: Any,
        states: list,
        mask: Any | None,
        go_backwards: bool,
        clamps: ClampTensors | None = None,
        offsets: Mapping[str, Any] | None = None,
    ) -> tuple[Record, Any, list]:
        """Steps through the sequence.

        Args:
            sequences: (batch, steps, channels).
            states: The initial states, each (batch, …).
            mask: Boolean (batch, steps) or `None`; a masked step leaves the state as it was.
            go_backwards: If true, reads from the last step to the first.
            clamps: Tensors of the clamped units. Defaults to none.
            offsets: Tensors that are added to quantities as they are computed, (steps, batch, …)
                in the order of the text. Defaults to nothing; not with clamps.

        Returns:
            The record in the order of reading, the layer's outputs (batch, steps, …) in the order
            of reading, and the final states.
        """
        inputs = time_first(sequences)
        step_by_step = mask is not None or (sequences.shape[0] or 0) >= LARGE_BATCH
        if not step_by_step:
            inputs = self.trace.project(inputs)
        if mask is not None:
            column = ops.expand_dims(time_first(ops.cast(mask, inputs.dtype)), -1)
            inputs = ops.concatenate([inputs, column], axis=-1)
        if go_backwards:
            inputs = ops.flip(inputs, axis=0)

        along = undisturbed_steps(clamps, inputs, go_backwards)
        if offsets:
            along = {
                name: ops.flip(value, axis=0) if go_backwards else value
                for name, value in offsets.items()
            }

        joined = _JoinedSteps(inputs, along) if offsets and len(inputs.shape) == 3 else None

        def advance(record: Record, x: Any) -> tuple[Record, Record]:
            if joined is not None:
                x, along_step = joined.split(x)
            else:
                x, along_step = x if along else (x, {})
            read = None
            if mask is not None:
                x, read = x[:, :-1], x[:, -1:] > 0
            x = self.trace.project(x) if step_by_step else x
            clamp = Clamp(clamps, record, along_step) if clamps else NO_CLAMP
            clamp = Offsets(offsets=along_step) if offsets else clamp
            new = self._step(x, self.states_of(record), states[0].dtype, clamp)
            if read is not None:
                new[_OUTPUT] = new[self.trace.output]
                new = {name: _where(read, new[name], record[name]) for name in record}
            return new, new

        initial = self._initial(inputs, states, step_by_step, mask is not None)
        steps = joined.steps if joined is not None else (inputs, along) if along else inputs
        if inputs.shape[0] == 1:
            first = keras.tree.map_structure(lambda value: value[0], steps)
            new = advance(initial, first)[1]
            record = {name: value[None] for name, value in new.items()}
        else:
            record = ops.scan(advance, initial, steps)[1]
        outputs = record.pop(_OUTPUT, record[self.trace.output])
        final = [record[name][-1] for name in self.trace.states]
        return record, time_first(outputs), final

    def states_of(self, record: Record) -> list:
        """Returns the cell's states in a record of one step."""
        return [record[name] for name in self.trace.states]

    def _step(self, projected: Any, states: list, dtype: Any, clamp: Clamp = NO_CLAMP) -> Record:
        quantities = self.trace.step(projected, states, clamp)
        if not self.shapes:
            self._lay_out({name: tuple(value.shape[1:]) for name, value in quantities.items()})
        return {name: ops.cast(quantities[name], dtype) for name in self.shapes}

    def _initial(self, inputs: Any, states: list, step_by_step: bool, is_masked: bool) -> Record:
        if not self.shapes:
            first = inputs[0][:, :-1] if is_masked else inputs[0]
            self._step(self.trace.project(first) if step_by_step else first, states, "float32")
        by_state = dict(zip(self.trace.states, states, strict=True))
        batch = ops.shape(states[0])[0]
        record = {
            name: by_state[name]
            if name in by_state
            else ops.zeros((batch, *shape), states[0].dtype)
            for name, shape in self.shapes.items()
        }
        if is_masked:
            shape = self.shapes[self.trace.output]
            record[_OUTPUT] = ops.zeros((batch, *shape), states[0].dtype)
        return record

    def _lay_out(self, sizes: dict[str, tuple[int, ...]]) -> None:
        self.known = [name.rpartition("/")[2] for name in sizes]
        needed = {self.trace.output, *self.trace.states}
        self.shapes = {
            name: shape
            for name, shape in sizes.items()
            if self._is_asked_for(name) or name in needed
        }

    def _is_asked_for(self, name: str) -> bool:
        """True if a quantity was asked for; of stacked cells, without the index."""
        return self._quantities is None or name.rpartition("/")[2] in self._quantities


class _JoinedSteps:
    """Inputs and the tensors along them as one tensor.

    `keras.ops.scan` takes several tensors on TensorFlow only if their length is known to the trace.

    Args:
        inputs: Inputs (steps, batch, channels).
        along: Tensors (steps, batch, …) by name.

    Attributes:
        steps: The tensor (steps, batch, numbers).
    """

    def __init__(self, inputs: Any, along: Mapping[str, Any]):
        self._channels = inputs.shape[-1]
        self._shapes = {name: tuple(value.shape[2:]) for name, value in along.items()}
        steps, batch = ops.shape(inputs)[:2]
        flat = [
            ops.reshape(ops.cast(along[name], inputs.dtype), (steps, batch, math.prod(shape)))
            for name, shape in self._shapes.items()
        ]
        self.steps = ops.concatenate([inputs, *flat], axis=-1)

    def split(self, step: Any) -> tuple[Any, dict[str, Any]]:
        """Returns the inputs and the tensors along them at one step, (batch, …)."""
        along, begin = {}, self._channels
        for name, shape in self._shapes.items():
            end = begin + math.prod(shape)
            along[name] = ops.reshape(step[:, begin:end], (-1, *shape))
            begin = end
        return step[:, : self._channels], along


def time_first(array: Any) -> Any:
    """Exchanges the axes of the batch and the steps."""
    return ops.transpose(array, (1, 0, *range(2, len(array.shape))))


def _where(read: Any, new: Any, old: Any) -> Any:
    """Takes `new` where the token was read, (batch, 1) against (batch, …), else `old`."""
    return ops.where(ops.reshape(read, (-1, *[1] * (len(new.shape) - 1))), new, old)
