"""Runs a model with its recurrent layers tapped."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import keras

from tb_rnnviz.capture.keras.interventions import Holds
from tb_rnnviz.capture.keras.layers import RecurrentLayer
from tb_rnnviz.capture.keras.scan import CellScan

States = dict[str, list]
"""The carried states by call."""


@dataclass
class Taps:
    """What the tapped layers gave in one pass, by call: a layer that runs twice has two calls.

    Attributes:
        records: By quantity, (steps, batch, …), index t is token t.
        masks: Boolean (batch, steps), for the calls that were given a mask.
        states: The final states, in the order of the cell.
    """

    records: dict[str, Any] = field(default_factory=dict)
    masks: dict[str, Any] = field(default_factory=dict)
    states: States = field(default_factory=dict)


class Engine:
    """A model's forward pass that also returns what its recurrent layers did.

    The model is left as it was: the layers are tapped while the pass is traced and no longer,
    and stateful layers keep their states.

    Args:
        model: A built Keras model.
        layers: The layers to tap.
        wanted: By path, the names of the quantities to keep, `None` for all. States are always in
            the record, kept or not.

    Attributes:
        calls: The layer behind every call, in the order of the pass; known once it was traced.
    """

    def __init__(
        self,
        model: keras.Model,
        layers: Sequence[RecurrentLayer],
        wanted: Mapping[str, Sequence[str] | None],
    ):
        self._model = weakref.ref(model)
        self.layers = tuple(layers)
        self.calls: dict[str, RecurrentLayer] = {}
        self._scans = {
            entry.path: CellScan(entry.trace, wanted[entry.path]) for entry in self.layers
        }

    @property
    def model(self) -> keras.Model:
        return self._model()

    def scan_of(self, call: str) -> CellScan:
        """The scan that ran a call."""
        return self._scans[self.calls[call].path]

    def forward(
        self,
        inputs: Any,
        states: States | None = None,
        holds: Mapping[str, Holds] | None = None,
    ) -> tuple[Any, Taps]:
        """One traced pass.

        Args:
            inputs: What the model takes.
            states: Replace the layers' initial states, by call.
            holds: The quantities to hold, by call.

        Returns:
            The model's outputs, and what was tapped.
        """
        taps = Taps()
        with self._tapped(taps, states or {}, holds or {}):
            return self.model(inputs, training=False), taps

    @contextmanager
    def _tapped(self, taps: Taps, states: States, holds: Mapping[str, Holds]) -> Iterator[None]:
        patched: list[tuple[Any, str, Any]] = []
        absent = object()

        def patch(owner: Any, name: str, value: Any) -> None:
            patched.append((owner, name, vars(owner).get(name, absent)))
            object.__setattr__(owner, name, value)

        try:
            for entry in self.layers:
                patch(entry.layer, "inner_loop", self._tap(entry, taps, states, holds))
                patch(entry.layer, "stateful", False)
            for wrapper in self.model._flatten_layers():
                if isinstance(wrapper, keras.layers.Bidirectional):
                    for fused in ("_can_attempt_fused_lstm", "_can_attempt_fused_gru"):
                        if hasattr(wrapper, fused):
                            patch(wrapper, fused, lambda *args, **kwargs: False)
                elif isinstance(wrapper, keras.layers.TimeDistributed):
                    patch(wrapper, "call", _folded(wrapper))
            yield
        finally:
            for owner, name, before in reversed(patched):
                if before is absent:
                    object.__delattr__(owner, name)
                else:
                    object.__setattr__(owner, name, before)

    def _tap(
        self, entry: RecurrentLayer, taps: Taps, states: States, holds: Mapping[str, Holds]
    ) -> Callable:
        layer, scan = entry.layer, self._scans[entry.path]

        def inner_loop(sequences, initial_state, mask, training=False):
            times = sum(1 for call in taps.records if self.calls[call] is entry)
            call = entry.path if not times else f"{entry.path}:{times + 1}"
            self.calls[call] = entry
            mask = mask[0] if isinstance(mask, (list, tuple)) else mask
            carried = states.get(call, keras.tree.flatten(initial_state))
            carried = [keras.ops.cast(state, layer.cell.compute_dtype) for state in carried]
            record, outputs, final = scan(
                keras.ops.cast(sequences, layer.compute_dtype),
                carried,
                mask,
                layer.go_backwards,
                holds.get(call),
            )
            if mask is not None:
                taps.masks[call] = mask
                if layer.zero_output_for_mask:
                    read = keras.ops.flip(mask, axis=1) if layer.go_backwards else mask
                    outputs = outputs * keras.ops.cast(read, outputs.dtype)[..., None]
            if layer.go_backwards:
                record = {name: keras.ops.flip(value, axis=0) for name, value in record.items()}
            taps.records[call] = record
            taps.states[call] = final
            return outputs[:, -1], outputs, keras.tree.pack_sequence_as(initial_state, final)

        return inner_loop


def _folded(wrapper: keras.layers.TimeDistributed) -> Callable:
    """`TimeDistributed.call` with the outer steps as part of the batch: one run of the layer."""
    shape, reshape = keras.ops.shape, keras.ops.reshape

    def call(inputs, training=None, mask=None):
        batch, outer = shape(inputs)[:2]
        options = {}
        if wrapper.layer._call_has_training_arg:
            options["training"] = training
        if wrapper.layer._call_has_mask_arg and mask is not None and len(mask.shape) > 2:
            options["mask"] = reshape(mask, (-1, *shape(mask)[2:]))
        outputs = wrapper.layer.call(reshape(inputs, (-1, *shape(inputs)[2:])), **options)
        return reshape(outputs, (batch, outer, *shape(outputs)[1:]))

    return call
