"""`KerasRecorder`: records Keras models."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import keras
import numpy as np

from tb_rnnviz.capture.generation_options import GenerationOptions
from tb_rnnviz.capture.intervention import Intervention, check_units, quantity_of
from tb_rnnviz.capture.keras import blocks
from tb_rnnviz.capture.keras.activity import gather, layer_activity
from tb_rnnviz.capture.keras.alignment import OUTPUTS, align_calls
from tb_rnnviz.capture.keras.backends import compiled, to_arrays, untouched_seeds, value_of
from tb_rnnviz.capture.keras.batches import build, run_pass
from tb_rnnviz.capture.keras.embedding_ids import check_ids, id_limit
from tb_rnnviz.capture.keras.generation import generate_texts
from tb_rnnviz.capture.keras.input_scores import KerasInputScores
from tb_rnnviz.capture.keras.layer_axes import assign_axes, attended_axes, merge_calls
from tb_rnnviz.capture.keras.layer_chain import layer_chain
from tb_rnnviz.capture.keras.layers import choose_layers, recurrent_layers
from tb_rnnviz.capture.keras.loss import losses_under
from tb_rnnviz.capture.keras.matrices import Calls, MatrixTaps, RecordedMatrices, recorded_matrices
from tb_rnnviz.capture.keras.model_file import model_bytes, model_from_bytes
from tb_rnnviz.capture.keras.output_predictions import output_predictions
from tb_rnnviz.capture.keras.output_steps import with_targets_of_output
from tb_rnnviz.capture.keras.outputs import UnnamedOutput, choose_output, mask_of
from tb_rnnviz.capture.keras.padded_batches import Batch, batches_of
from tb_rnnviz.capture.keras.quantities import Locations, check_quantities, quantity_locations
from tb_rnnviz.capture.keras.state_map import KerasStateMap, layer_inputs
from tb_rnnviz.capture.keras.step_gradients import step_gradients
from tb_rnnviz.capture.keras.stepwise_outputs import (
    class_probabilities,
    stepwise_kind,
    stepwise_outputs,
)
from tb_rnnviz.capture.keras.tapped_model import CompiledPass, TappedModel, Taps, compiled_passes
from tb_rnnviz.capture.keras.text_layers import text_layers, with_ids
from tb_rnnviz.capture.layer_chain import LayerChain
from tb_rnnviz.capture.predictions import Predictions
from tb_rnnviz.capture.recorder import Names, Recorder
from tb_rnnviz.core.names import QuantityKey
from tb_rnnviz.core.state_map import StateMap
from tb_rnnviz.core.targets import NUMBERS
from tb_rnnviz.probe import Probe
from tb_rnnviz.recording import Generation, LayerActivity, Recording


class KerasRecorder(Recorder):
    """Records models of Keras 3 on TensorFlow, JAX and PyTorch.

    Args:
        model: A Keras model with SimpleRNN, LSTM or GRU layers, or RNN layers with any cell.

    Raises:
        ValueError: if it is no Keras model.
    """

    def __init__(self, model: keras.Model):
        if not isinstance(model, keras.layers.Layer):
            raise ValueError(
                f"RNN-Viz records Keras models, such as keras.Sequential. Received: {model!r}"
            )
        super().__init__(model)

    def read_strings(self, probe: Probe) -> Probe:
        return with_ids(self.model, probe) if probe.needs_ids else probe

    def read_targets(self, probe: Probe) -> Probe:
        if probe.targets is None or probe.needs_ids:
            return probe
        build(self.model, probe)
        return with_targets_of_output(self.model, probe)

    def record(self, probe: Probe, layers: Names = None, quantities: Names = None) -> Recording:
        probe = self.read_strings(probe)
        build(self.model, probe)
        check_ids(self.model, probe)
        forward_pass = self._forward_pass(layers, quantities)
        batches = batches_of(self.model, probe)
        groups = [group for batch in batches for group in batch.groups]
        with untouched_seeds(self.model):
            passes = [one for batch in batches for one in _read(forward_pass.run, probe, batch)]
        tapped = forward_pass.tapped
        activity = merge_calls(
            layer_activity(tapped, groups, [taps for _, _, taps, _ in passes], len(probe.lengths))
        )
        _check_recorded(tapped, activity, layers, quantities)
        alignment = align_calls(self.model, probe, list(tapped.layers))
        axes = assign_axes(self.model, probe, list(tapped.layers), activity, alignment)
        matrices = recorded_matrices(
            forward_pass.matrices,
            groups,
            [calls for _, _, _, calls in passes],
            {name: axis.lengths for name, axis in axes.items()},
            attended_axes(probe, alignment),
        )
        recording = Recording(
            activity,
            probe.lengths,
            outputs=gather([outputs for outputs, _, _, _ in passes], groups, probe.lengths),
            probe=probe.name,
            absent=self._absent(tapped, matrices),
            labels=probe.labels,
            columns=probe.columns,
            axes=axes,
            axis=probe.axis,
            rate=probe.rate,
            time_unit=probe.time_unit,
        )
        recording.output_masks = gather([masks for _, masks, _, _ in passes], groups, probe.lengths)
        recording.outputs_misaligned = alignment.reasons.get(OUTPUTS)
        recording.matrices, recording.matrix_axes = matrices.arrays, matrices.axes
        return recording

    def outputs(
        self,
        recording: Recording,
        targets: Sequence[np.ndarray] | None = None,
        output: str | int | None = None,
    ) -> Predictions:
        if recording.outputs is None:
            return {}
        try:
            use = "Probe(..., output=...)"
            outputs = choose_output(self.model, recording.outputs, output, use)
        except UnnamedOutput as error:
            return {} if targets is None else {"note": str(error)}
        mask = recording.output_masks
        if mask is not None:
            mask = choose_output(self.model, mask, output, "")
        return output_predictions(recording, outputs, mask, targets, self.model, output)

    def sizes(self, recording: Recording | None = None) -> Mapping[QuantityKey, int]:
        locations = quantity_locations(self.model, recording)
        return {key: location.units for key, location in locations.items()}

    def intervene(
        self,
        probe: Probe,
        interventions: Sequence[Intervention],
        recording: Recording | None = None,
    ) -> np.ndarray:
        probe = self.read_strings(probe)
        build(self.model, probe)
        check_ids(self.model, probe)
        return losses_under(self.model, probe, interventions, recording)

    def generate(self, prompt: np.ndarray, options: GenerationOptions) -> list[Generation]:
        if text_layers(self.model):
            raise ValueError(
                "Text is generated token by token, as ids, and this model reads strings. Generate "
                "with the part of the model behind its TextVectorization or StringLookup layer."
            )
        probe = Probe("prompt", prompt)
        build(self.model, probe)
        check_ids(self.model, probe)
        return generate_texts(self.model, prompt, options, self._clamped(probe, options))

    def predict_every_step(
        self, probe: Probe, recording: Recording, prefix_steps: int | None = None
    ) -> None:
        probe = self.read_strings(probe)
        kind = stepwise_kind(self.model, probe, recording)
        if kind is None:
            return
        try:
            values, method = stepwise_outputs(self.model, probe, recording.outputs, prefix_steps)
        except ValueError as error:
            if prefix_steps is None:
                recording.absent["output", "every step"] = str(error)
            return
        recording.method = method
        if kind == NUMBERS:
            recording.stepwise_output = values
            return
        recording.class_probability = class_probabilities(values, kind)
        output = choose_output(self.model, recording.outputs, probe.output, "")
        recording.output_shape = np.shape(output)[1:]
        names, width = probe.classes or probe.vocabulary, recording.class_probability.shape[-1]
        if names is None or len(names) != width:
            names = list(map(str, range(width)))
        recording.classes = list(names)

    def state_map(
        self, layer: str | None = None, probe: Probe | None = None
    ) -> tuple[StateMap, list[np.ndarray]]:
        if probe is not None:
            probe = self.read_strings(probe)
            build(self.model, probe)
            check_ids(self.model, probe)
        entries = choose_layers(self.model, layer, with_cells=True)
        if len(entries) > 1:
            raise ValueError(
                f"The model has {len(entries)} recurrent layers: "
                f"{[entry.path for entry in entries]}. Name one: layer=..."
            )
        step = KerasStateMap(entries[0].layer)
        return step, [] if probe is None else layer_inputs(self.model, probe, entries[0])

    def differentiate(
        self, probe: Probe, weights: np.ndarray
    ) -> tuple[list[LayerActivity], np.ndarray | None, np.ndarray]:
        build(self.model, probe)
        check_ids(self.model, probe)
        slopes = step_gradients(self.model, probe, weights)
        return slopes.layers, slopes.inputs, slopes.loss

    def input_scores(self, probe: Probe) -> KerasInputScores:
        probe = self.read_strings(probe)
        build(self.model, probe)
        check_ids(self.model, probe)
        return KerasInputScores(self.model, probe)

    def layer_chain(self, probe: Probe) -> LayerChain:
        return layer_chain(self.model, self.read_strings(probe))

    def activity_bytes(self, probe: Probe, layers: Names = None, quantities: Names = None) -> int:
        build(self.model, probe)
        per_token = blocks.values_per_token(self.model, layers, quantities)
        return np.dtype(np.float32).itemsize * per_token * sum(probe.lengths)

    def can_read_in_blocks(self, probe: Probe) -> bool:
        is_single = len(probe.lengths) == 1 and isinstance(probe.inputs[0], np.ndarray)
        return is_single and not blocks.whole_sequence_layers(self.model)

    def to_bytes(self) -> bytes:
        return model_bytes(self.model)

    @classmethod
    def from_bytes(cls, data: bytes) -> KerasRecorder:
        return cls(model_from_bytes(data))

    def fingerprint(self) -> str:
        checksum = zlib.crc32(repr([weight.shape for weight in self.model.weights]).encode())
        for weight in self.model.weights:
            checksum = zlib.crc32(value_of(weight).tobytes(), checksum)
        return f"{checksum:08x}"

    def id_limit(self) -> int | None:
        return id_limit(self.model)

    def read_in_blocks(
        self, probe: Probe, tokens: int, layers: Names = None, quantities: Names = None
    ) -> Iterator[Recording]:
        build(self.model, probe)
        check_ids(self.model, probe)
        yield from blocks.read_in_blocks(self.model, probe, tokens, layers, quantities)

    def _forward_pass(self, layers: Names, quantities: Names) -> CompiledPass:
        recorded = choose_layers(self.model, layers, with_cells=True)
        names = check_quantities(recorded, quantities)
        key = (tuple((entry.path, id(entry.layer)) for entry in recorded), names)
        passes = compiled_passes(self.model)
        if key not in passes:
            by_path = {entry.path: names for entry in recorded}
            tapped = TappedModel(self.model, recorded, by_path, is_tolerant=layers is None)
            matrices = MatrixTaps()

            def forward(inputs):
                with matrices.tapped(tapped.model) as calls:
                    outputs, taps = tapped.forward(inputs)
                tapped.drop_unreachable(taps, inputs)
                return outputs, mask_of(outputs), taps.records, taps.masks, calls

            passes[key] = CompiledPass(tapped, compiled(self.model, forward), matrices)
        return passes[key]

    def _absent(
        self, tapped: TappedModel, matrices: RecordedMatrices
    ) -> dict[tuple[str, str], str]:
        """Returns the reasons for layers and matrices that were not recorded."""
        absent = recurrent_layers(self.model, with_cells=True)[1] | tapped.failed
        absent |= dict.fromkeys(_idle_layers(tapped), "the model did not run this layer")
        reasons = {(path, "all"): reason for path, reason in absent.items()}
        return reasons | {(name, "matrix"): reason for name, reason in matrices.absent.items()}

    def _clamped(self, probe: Probe, options: GenerationOptions) -> Locations:
        """Returns the locations of the clamped units, from a recording if need be."""
        keys = [quantity_of(unit) for unit in options.clamp]
        locations = quantity_locations(self.model)
        if any(key not in locations for key in keys):
            locations = quantity_locations(self.model, self.record(probe))
        sizes = {key: location.units for key, location in locations.items()}
        check_units(options.clamp, sizes)
        return {key: locations[key] for key in keys}


def _idle_layers(tapped: TappedModel) -> list[str]:
    ran = {entry.path for entry in tapped.calls.values()}
    return [entry.path for entry in tapped.layers if entry.path not in ran]


def _check_recorded(
    tapped: TappedModel, activity: Sequence[LayerActivity], layers: Names, quantities: Names
) -> None:
    """Checks that the layers and quantities that were asked for by name were recorded."""
    idle = _idle_layers(tapped)
    if tapped.failed and not activity:
        raise ValueError(f"No recurrent layer can be recorded: {tapped.failed}")
    if idle and (layers is not None or not activity):
        ran = sorted({entry.path for entry in tapped.calls.values()})
        raise ValueError(
            f"The model did not run the layers {idle} on this input, so there is nothing to "
            f"record of them. Allowed: {ran}"
        )
    recorded = {name for layer in activity for name in layer}
    names = [quantities] if isinstance(quantities, str) else quantities or ()
    if unknown := [name for name in names if name not in recorded]:
        known = {name for call in tapped.calls for name in tapped.scan_of(call).known}
        raise ValueError(
            f"Unknown quantities {unknown}. The cells of these layers have {sorted(known)}; "
            "others are named in a cell's call with tb_rnnviz.sow()."
        )


def _read(run: Callable, probe: Probe, batch: Batch) -> list[tuple[Any, Any, Taps, Calls]]:
    """Returns outputs, masks, taps and matrices of each group of a batch."""
    results = run_pass(run, probe, batch.inputs)
    outputs, output_masks, records, masks, matrices = to_arrays(results)
    if not batch.is_padded:
        return [(outputs, output_masks, Taps(records, masks), matrices)]
    passes = []
    for group, rows in batch.rows():
        steps = slice(0, probe.lengths[group[0]])
        part = keras.tree.map_structure(
            lambda array, inside=(rows, steps): None if array is None else array[inside],
            (outputs, output_masks, masks),
        )
        steps_first = keras.tree.map_structure(
            lambda array, inside=(steps, rows): array[inside], records
        )
        passes.append((part[0], part[1], Taps(steps_first, part[2]), matrices))
    return passes
