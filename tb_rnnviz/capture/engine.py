"""Runs a model with its recurrent layers tapped, compiled once per shape, on any backend."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import keras

from tb_rnnviz.capture.layers import RecurrentLayer
from tb_rnnviz.capture.scan import CellScan

States = dict[str, list]
"""The carried states of each tapped layer."""


@dataclass
class Taps:
    """What the tapped layers gave in one pass; tensors while it is traced, arrays afterwards.

    Attributes:
        records: By path, (steps, batch, kept x units), index t is token t.
        masks: By path, boolean (batch, steps), for the layers that were given a mask.
        states: By path, the final states.
    """

    records: dict[str, Any]
    masks: dict[str, Any]
    states: States


class Engine:
    """A model's forward pass that also returns what its recurrent layers did.

    The model is left as it was: the layers are tapped while the pass is traced and no longer,
    stateful layers keep their states, and random seeds stand where they stood.

    Args:
        model: A built Keras model.
        layers: The layers to tap.
        wanted: By path, the names of the quantities to keep, `None` for all. States are always in
            the record, kept or not.
    """

    def __init__(
        self,
        model: keras.Model,
        layers: Sequence[RecurrentLayer],
        wanted: Mapping[str, Sequence[str] | None],
    ):
        self._model = weakref.ref(model)
        self.layers = tuple(layers)
        self.scans = {
            entry.path: CellScan(entry.trace(entry.layer.cell), wanted[entry.path])
            for entry in layers
        }

    @property
    def model(self) -> keras.Model:
        return self._model()

    def forward(self, inputs: Any, states: States | None = None) -> tuple[Any, Taps]:
        """One traced pass. `states` replace the layers' initial states."""
        taps = Taps({}, {}, {})
        with self._tapped(taps, states or {}):
            outputs = self.model(inputs, training=False)
        missing = [layer.path for layer in self.layers if layer.path not in taps.records]
        if missing:
            raise ValueError(
                f"The model did not run the layers {missing} on this input, so there is "
                "nothing to record of them. Leave them out of `layers`."
            )
        return outputs, taps

    @contextmanager
    def _tapped(self, taps: Taps, states: States) -> Iterator[None]:
        patched: list[tuple[Any, str, Any]] = []

        def patch(owner: Any, name: str, value: Any) -> None:
            patched.append((owner, name, vars(owner).get(name, patched)))
            object.__setattr__(owner, name, value)

        try:
            for entry in self.layers:
                patch(entry.layer, "inner_loop", self._tap(entry, taps, states))
                patch(entry.layer, "stateful", False)
            for wrapper in self.model._flatten_layers():
                if isinstance(wrapper, keras.layers.Bidirectional):
                    for fused in ("_can_attempt_fused_lstm", "_can_attempt_fused_gru"):
                        if hasattr(wrapper, fused):
                            patch(wrapper, fused, lambda *args, **kwargs: False)
            yield
        finally:
            for owner, name, before in reversed(patched):
                if before is patched:
                    object.__delattr__(owner, name)
                else:
                    object.__setattr__(owner, name, before)

    def _tap(self, entry: RecurrentLayer, taps: Taps, states: States) -> Callable:
        layer, scan = entry.layer, self.scans[entry.path]

        def inner_loop(sequences, initial_state, mask, training=False):
            mask = mask[0] if isinstance(mask, (list, tuple)) else mask
            initial_state = states.get(entry.path, initial_state)
            initial_state = [keras.ops.cast(state, layer.compute_dtype) for state in initial_state]
            sequences = keras.ops.cast(sequences, layer.compute_dtype)
            record, outputs, final = scan(sequences, initial_state, mask, layer.go_backwards)
            last = outputs[:, -1]
            if mask is not None:
                taps.masks[entry.path] = mask
                if layer.zero_output_for_mask:
                    read = keras.ops.flip(mask, axis=1) if layer.go_backwards else mask
                    read = keras.ops.cast(read, outputs.dtype)[..., None]
                    outputs = outputs * read
                    last = outputs[:, -1]
            taps.records[entry.path] = (
                keras.ops.flip(record, axis=0) if layer.go_backwards else record
            )
            taps.states[entry.path] = final
            return last, outputs, final

        return inner_loop
