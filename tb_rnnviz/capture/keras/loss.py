"""Loss of a model at every token, with and without interventions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from tb_rnnviz.capture.intervention import Intervention, quantity_of
from tb_rnnviz.capture.keras.backends import compiled, to_arrays, untouched_seeds
from tb_rnnviz.capture.keras.batches import BATCH, batch_of, groups_of
from tb_rnnviz.capture.keras.interventions import ClampInputs
from tb_rnnviz.capture.keras.outputs import choose_output, mask_of
from tb_rnnviz.capture.keras.padded_batches import Batch, batches_of
from tb_rnnviz.capture.keras.probabilities import log_probabilities
from tb_rnnviz.capture.keras.quantities import Locations, quantity_locations
from tb_rnnviz.capture.keras.tapped_model import CompiledPass, TappedModel, compiled_passes
from tb_rnnviz.probe import Probe
from tb_rnnviz.recording import Recording

BLOCK_BYTES = 256 << 20
"""Bytes that the outputs and states of one block of rows may take, float32."""


def token_loss(outputs: Any, targets: Any, mask: Any | None = None) -> Any:
    """Returns -log p of the target in nats, NaN without target.

    Args:
        outputs: Probabilities or logits (sequences, steps, vocabulary), or (sequences, vocabulary)
            of a model that gives one answer for a sequence: it belongs to the last step.
        targets: Ids (sequences, steps), negative where there is none.
        mask: Mask of the outputs, boolean (sequences, steps); Keras counts no loss where it is
            false. Defaults to none.

    Returns:
        A float32 tensor (sequences, steps).

    Raises:
        ValueError: if the outputs are no distribution for each step or sequence.
    """
    ranks = (2, 3)
    if isinstance(outputs, (list, tuple, dict)) or len(outputs.shape) not in ranks:
        raise ValueError(
            "The loss needs an output that is a distribution over tokens at every step or "
            f"for every sequence. Received: {outputs}"
        )
    steps = outputs.shape[1], targets.shape[1]
    if len(outputs.shape) == 3 and None not in steps and steps[0] != steps[1]:
        raise ValueError(
            f"The model gives {steps[0]} steps for {steps[1]} targets. Pass a target for every "
            "step of the model's output."
        )
    if mask is not None and len(outputs.shape) == 3:
        targets = ops.where(ops.cast(mask, "bool"), targets, -1)
    answered = targets if len(outputs.shape) == 3 else targets[:, -1]
    index = ops.expand_dims(ops.maximum(answered, 0), -1)
    loss = -ops.take_along_axis(log_probabilities(outputs), index, axis=-1)[..., 0]
    if len(outputs.shape) == 2:
        loss = ops.pad(loss[:, None], ((0, 0), (ops.shape(targets)[1] - 1, 0)))
        last = ops.arange(ops.shape(targets)[1]) == ops.shape(targets)[1] - 1
        targets = ops.where(last, targets, -1)
    return ops.where(targets < 0, float("nan"), loss)


def losses_under(
    model: keras.Model,
    probe: Probe,
    interventions: Sequence[Intervention],
    recording: Recording | None = None,
) -> np.ndarray:
    """Returns the loss at every token of a probe under each intervention.

    The readings go through one compiled function as rows of a batch.

    Args:
        model: A built Keras model.
        probe: A probe with targets.
        interventions: The units to clamp in each reading.
        recording: An undisturbed recording of the probe, as for `Recorder.intervene`.

    Returns:
        Loss in nats, float32 (interventions, tokens), NaN without target.

    Raises:
        ValueError: as for `Recorder.intervene`.
    """
    if probe.targets is None:
        raise ValueError(f"The loss needs a probe with targets. Received: {probe!r}")
    loss = np.full((len(interventions), sum(probe.lengths)), np.nan, np.float32)
    begins = np.cumsum([0, *probe.lengths])
    clamped = {unit for intervention in interventions for unit in intervention.clamp}
    locations = quantity_locations(model, recording)
    calls = {locations[quantity_of(unit)].call for unit in clamped}
    locations = _same_quantities({quantity for _, quantity, _ in clamped}, locations)
    clamp_inputs = ClampInputs.of(interventions, locations, recording)
    loss_pass = _loss_pass(model, locations, probe.output)
    batches = (
        batches_of(model, probe)
        if clamp_inputs.undisturbed is None
        else [Batch(batch_of(probe, group), [group]) for group in groups_of(probe)]
    )
    for batch in batches:
        group, targets = batch.sequences, _targets(probe, batch)
        rows = _rows_at_once(model, targets, len(interventions), locations)
        for begin in range(0, len(interventions), rows):
            block = interventions[begin : begin + rows]
            padded = [*block, *[Intervention()] * (rows - len(block))]
            with untouched_seeds(model):
                block_loss = loss_pass.run(
                    keras.tree.map_structure(
                        lambda part, rows=rows: _repeat(part, rows), batch.inputs
                    ),
                    _repeat(targets.astype(np.int32), rows),
                    clamp_inputs.tensors(padded, group),
                )
            block_loss = to_arrays(block_loss).reshape(rows, len(group), -1)
            if silent := calls - set(loss_pass.tapped.calls):
                raise ValueError(
                    f"The model did not run {sorted(silent)} on this probe, so there is nothing to "
                    f"clamp. Allowed: {sorted(loss_pass.tapped.calls)}"
                )
            for position, sequence in enumerate(group):
                span = slice(begins[sequence], begins[sequence + 1])
                steps = slice(0, probe.lengths[sequence])
                loss[begin : begin + len(block), span] = block_loss[: len(block), position, steps]
    return loss


def _targets(probe: Probe, batch: Batch) -> np.ndarray:
    """Returns targets of a batch, (sequences, steps), -1 where padded."""
    rows = [(probe.targets or [])[index] for index in batch.sequences]
    if not batch.is_padded:
        return np.stack(rows)
    steps = batch.inputs.shape[1]
    return np.stack([np.pad(row, (0, steps - len(row)), constant_values=-1) for row in rows])


def _same_quantities(names: set[str], locations: Locations) -> Locations:
    """Returns the locations of some quantities, in every layer.

    So the compiled pass stays the same when other units, or units of other layers, are clamped.
    """
    return {key: location for key, location in locations.items() if key[1] in names}


def _rows_at_once(model: keras.Model, targets: np.ndarray, rows: int, locations: Locations) -> int:
    """Returns the readings of a group in one pass: equal blocks, bounded memory."""
    inputs, outputs = (getattr(model, name, None) or [] for name in ("inputs", "outputs"))
    if any(part.shape[0] is not None for part in inputs):
        return 1
    sizes = [output.shape[-1] or 0 for output in outputs]
    classes = max([1 + int(targets[0].max()), *sizes])
    states = {location.call: 4 * location.units for location in locations.values()}
    bytes_per_row = 4 * targets.size * (3 * classes + sum(states.values()))
    most = max(1, min(BATCH // len(targets), BLOCK_BYTES // bytes_per_row))
    blocks = -(-rows // most)
    return -(-rows // blocks)


def _repeat(array: np.ndarray, times: int) -> Any:
    return ops.convert_to_tensor(np.concatenate([array] * times))


def _loss_pass(model: keras.Model, locations: Locations, output: str | int | None) -> CompiledPass:
    layers = {location.layer.path: location.layer for location in locations.values()}
    names = tuple(sorted((location.call, location.name) for location in locations.values()))
    key = ("loss", output, names, tuple(id(entry.layer) for entry in layers.values()))
    passes = compiled_passes(model)
    if key not in passes:
        tapped = TappedModel(model, list(layers.values()), dict.fromkeys(layers, ()))

        def loss(inputs, targets, clamps):
            outputs, _ = tapped.forward(inputs, clamps=clamps)
            outputs = choose_output(tapped.model, outputs, output, "Probe(..., output=...)")
            return token_loss(outputs, targets, mask_of(outputs))

        passes[key] = CompiledPass(tapped, compiled(model, loss))
    return passes[key]
