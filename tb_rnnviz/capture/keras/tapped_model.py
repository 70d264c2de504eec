"""`TappedModel`: a forward pass that also returns what recurrent layers compute."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import keras

from tb_rnnviz.capture.keras.backends import StepsUnknownError, is_reachable
from tb_rnnviz.capture.keras.clamp import ClampTensors
from tb_rnnviz.capture.keras.layers import RecurrentLayer
from tb_rnnviz.capture.keras.scan import CellScan

States = dict[str, list]
"""Carried states of the recurrent layers, by call."""

IN_A_LOOP = (
    "the model calls it inside a loop or branch of its own; write it as a Python `for`, or use "
    "keras.layers.RNN"
)

_compiled_passes: weakref.WeakKeyDictionary = weakref.WeakKeyDictionary()


@dataclass
class Taps:
    """Tensors of the tapped layers in one pass, by call.

    A layer that runs twice has two calls.

    Attributes:
        records: Tensors by quantity, (steps, batch, …); index t is token t.
        masks: Boolean (batch, steps), for the calls that were given a mask.
        states: The final states, in the order of the cell.
        inputs: The sequences that the layer was given, (batch, steps, channels).
    """

    records: dict[str, Any] = field(default_factory=dict)
    masks: dict[str, Any] = field(default_factory=dict)
    states: States = field(default_factory=dict)
    inputs: dict[str, Any] = field(default_factory=dict)

    def keep_reachable(self) -> list[str]:
        """Drops the layers in loops that the model runs itself, and returns their paths."""
        calls = [call for call, record in self.records.items() if not is_reachable(record)]
        lost = list(dict.fromkeys(call.partition(":")[0] for call in calls))
        for tensors in (self.records, self.masks, self.states, self.inputs):
            for call in [call for call in tensors if call.partition(":")[0] in lost]:
                del tensors[call]
        return lost


class TappedModel:
    """The forward pass of a model with its recurrent layers tapped.

    The model is left as it was: the layers are tapped while the pass is traced and no longer,
    and stateful layers keep their states.

    Args:
        model: A built Keras model.
        layers: The layers to tap.
        quantities: Names of the quantities to record, by path; `None` for all. States are always
            in the record, asked for or not.
        is_tolerant: If true, a layer that cannot be traced runs untapped, and `failed` has the
            reason. Defaults to false: it is an error.
        folds_steps: If true, a layer that returns its last state returns all of them instead, as
            rows of the batch, (batch * steps, units). Defaults to false.

    Attributes:
        calls: The layer behind every call, in the order of the pass; known once it was traced.
        failed: Reasons why layers could not be traced, by path.
        alignments: Alignment of the calls with the inputs of a probe, by the structure of its
            inputs; see `alignment.py`.
        step_ends: Last tokens that the steps of calls have read, by the input of the tokens and
            its number of steps.
    """

    def __init__(
        self,
        model: keras.Model,
        layers: Sequence[RecurrentLayer],
        quantities: Mapping[str, Sequence[str] | None],
        is_tolerant: bool = False,
        folds_steps: bool = False,
    ):
        self.is_tolerant = is_tolerant
        self.folds_steps = folds_steps
        self.failed: dict[str, str] = {}
        self.alignments: dict[str, Any] = {}
        self.step_ends: dict[tuple[int, int], dict[str, tuple[int, int]]] = {}
        self._model = weakref.ref(model)
        self.layers = tuple(layers)
        self.calls: dict[str, RecurrentLayer] = {}
        self._scans = {
            entry.path: CellScan(entry.trace, quantities[entry.path]) for entry in self.layers
        }

    @property
    def model(self) -> keras.Model:
        """The model, which is not kept alive."""
        return self._model()

    def scan_of(self, call: str) -> CellScan:
        """Returns the scan that ran a call."""
        return self._scans[self.calls[call].path]

    def drop_unreachable(self, taps: Taps, inputs: Any) -> None:
        """Drops the layers in loops that the model runs itself, and notes why in `failed`.

        Raises:
            StepsUnknownError: If the inputs have an unknown number of steps, over which the model
                may loop in Python otherwise.
        """
        lost = taps.keep_reachable()
        if lost and any(None in part.shape[1:] for part in keras.tree.flatten(inputs)):
            raise StepsUnknownError(f"{lost}: {IN_A_LOOP}")
        self.failed |= dict.fromkeys(lost, IN_A_LOOP)

    def forward(
        self,
        inputs: Any,
        states: States | None = None,
        clamps: Mapping[str, ClampTensors] | None = None,
        offsets: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> tuple[Any, Taps]:
        """Runs one pass, inside a function that is compiled.

        Args:
            inputs: Inputs of the model.
            states: States that replace the initial ones, by call. Defaults to none.
            clamps: Tensors of the clamped units, by call. Defaults to none.
            offsets: Tensors that are added to quantities, (steps, batch, …) by call and quantity.
                Defaults to nothing; not with clamps.

        Returns:
            The model's outputs, and the tensors of the tapped layers.
        """
        taps = Taps()
        with self._tapped(taps, states or {}, clamps or {}, offsets or {}):
            return self.model(inputs, training=False), taps

    @contextmanager
    def _tapped(
        self,
        taps: Taps,
        states: States,
        clamps: Mapping[str, ClampTensors],
        offsets: Mapping[str, Mapping[str, Any]],
    ) -> Iterator[None]:
        patched: list[tuple[Any, str, Any]] = []
        absent = object()

        def patch(owner: Any, name: str, value: Any) -> None:
            patched.append((owner, name, vars(owner).get(name, absent)))
            object.__setattr__(owner, name, value)

        try:
            for entry in self.layers:
                tap = self._tap(entry, taps, states, clamps, offsets)
                if entry.is_cell:
                    patch(entry.layer, "call", _one_step(tap, entry.layer.call))
                else:
                    patch(entry.layer, "inner_loop", tap)
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
        self,
        entry: RecurrentLayer,
        taps: Taps,
        states: States,
        clamps: Mapping[str, ClampTensors],
        offsets: Mapping[str, Mapping[str, Any]],
    ) -> Callable:
        layer, scan = entry.layer, self._scans[entry.path]
        go_backwards = getattr(layer, "go_backwards", False)
        untapped = layer.call if entry.is_cell else layer.inner_loop

        def inner_loop(sequences, initial_state, mask, training=False):
            times = sum(1 for call in taps.records if self.calls[call] is entry)
            call = entry.path if not times else f"{entry.path}:{times + 1}"
            self.calls[call] = entry
            mask = mask[0] if isinstance(mask, (list, tuple)) else mask
            carried = states.get(call, keras.tree.flatten(initial_state))
            carried = [keras.ops.cast(state, entry.cell.compute_dtype) for state in carried]
            taps.inputs[call] = sequences
            sequences = keras.ops.cast(sequences, layer.compute_dtype)
            try:
                record, outputs, final = scan(
                    sequences, carried, mask, go_backwards, clamps.get(call), offsets.get(call)
                )
            except Exception as error:
                if not self.is_tolerant:
                    raise
                self.failed[entry.path] = f"its cell failed: {type(error).__name__}: {error}"
                if entry.is_cell:
                    output, final = untapped(sequences[:, 0], initial_state)
                    return output, output[:, None], final
                return untapped(sequences, initial_state, mask, training)
            if mask is not None:
                taps.masks[call] = mask
                if layer.zero_output_for_mask:
                    read = keras.ops.flip(mask, axis=1) if go_backwards else mask
                    outputs = outputs * keras.ops.cast(read, outputs.dtype)[..., None]
            if go_backwards:
                record = {name: keras.ops.flip(value, axis=0) for name, value in record.items()}
            taps.records[call] = record
            taps.states[call] = final
            last = outputs[:, -1]
            if self.folds_steps and not layer.return_sequences:
                last = keras.ops.reshape(outputs, (-1, outputs.shape[-1]))
            return last, outputs, keras.tree.pack_sequence_as(initial_state, final)

        return inner_loop


def _one_step(inner_loop: Callable, untapped: Callable) -> Callable:
    """Returns the `call` of a cell that a model runs by hand, of one step each."""
    is_running = False

    def call(inputs, states, training=False):
        nonlocal is_running
        if is_running:  # the trace of a cell that is not Keras' own calls the cell
            return untapped(inputs, states)
        is_running = True
        try:
            output, _, final = inner_loop(inputs[:, None], states, None, training)
        finally:
            is_running = False
        return output, final

    return call


@dataclass(frozen=True)
class CompiledPass:
    """A compiled function that runs a tapped model.

    Attributes:
        tapped: The tapped model.
        run: The function, of tensors.
        matrices: Taps of the matrices of the pass, `None` if they are not recorded.
    """

    tapped: TappedModel
    run: Callable
    matrices: Any = None


def compiled_passes(model: keras.Model) -> dict[tuple, CompiledPass]:
    """Returns the compiled passes of a model, which are freed with it."""
    return _compiled_passes.setdefault(model, {})


@contextmanager
def replaced_calls(
    layers: Sequence[keras.layers.Layer], replacement: Callable[[Any], Callable]
) -> Iterator[None]:
    """Replaces `call` of some layers until the end of the `with` block.

    Args:
        layers: The layers.
        replacement: Returns the call that replaces that of a layer.
    """
    try:
        for layer in layers:
            object.__setattr__(layer, "call", replacement(layer))
        yield
    finally:
        for layer in layers:
            if "call" in vars(layer):
                object.__delattr__(layer, "call")


def observed_calls(
    tapped: TappedModel,
    layers: Sequence[keras.layers.Layer],
    observed: Callable[[Any, dict[str, list]], Callable],
    inputs: Any,
) -> dict[str, list]:
    """Runs a model and returns the notes that the calls of some layers take, by layer.

    Notes from inside a branch or a loop of a graph, which cannot be read, are left out.

    Args:
        tapped: The model.
        layers: The layers.
        observed: Takes a layer and the notes, and returns the call that replaces that of the layer.
        inputs: Inputs of the model.
    """
    notes: dict[str, list] = {}
    with replaced_calls(layers, lambda layer: observed(layer, notes)):
        tapped.forward(inputs)
    return {
        name: [note for note in by_call if is_reachable(note)] for name, by_call in notes.items()
    }


def _folded(wrapper: keras.layers.TimeDistributed) -> Callable:
    """Returns `TimeDistributed.call` with the outer steps as part of the batch."""
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
