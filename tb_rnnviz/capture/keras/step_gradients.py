"""Derivatives of a loss with respect to every quantity, by the scan that records."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from keras import ops

from tb_rnnviz.capture.keras.activity import gather, layer_activity
from tb_rnnviz.capture.keras.alignment import index_of_tokens
from tb_rnnviz.capture.keras.backends import (
    compiled,
    gradients_of,
    is_reachable,
    to_arrays,
    untouched_seeds,
)
from tb_rnnviz.capture.keras.batches import batch_of, groups_of, run_pass
from tb_rnnviz.capture.keras.changed_feed import changed_feed
from tb_rnnviz.capture.keras.layer_axes import merge_calls
from tb_rnnviz.capture.keras.layers import choose_layers
from tb_rnnviz.capture.keras.loss import token_loss
from tb_rnnviz.capture.keras.outputs import choose_output, mask_of
from tb_rnnviz.capture.keras.probabilities import log_probabilities
from tb_rnnviz.capture.keras.tapped_model import TappedModel, Taps
from tb_rnnviz.probe import Probe
from tb_rnnviz.recording import LayerActivity

INPUTS = ""
"""Key of what is fed to the layers, beside the calls."""

Tensors = dict[str, dict[str, Any]]
"""Tensors by call and quantity; under `INPUTS`, that of what is fed."""


@dataclass(frozen=True, eq=False)
class StepGradients:
    """Derivatives of a weighted sum of the losses of steps.

    Attributes:
        layers: Derivative with respect to every quantity, as the activity of a recording.
        inputs: Derivative with respect to what is fed to the first layer, float32
            (sequences, steps, channels), NaN behind the end; `None` if there are no numbers to
            differentiate by.
        loss: Loss of every step, float32 (sequences, steps), NaN without target.
    """

    layers: list[LayerActivity]
    inputs: np.ndarray | None
    loss: np.ndarray


@dataclass(frozen=True)
class _Passes:
    """Compiled passes of a model.

    Attributes:
        tapped: The tapped model.
        shapes: Returns the shapes of all quantities, of inputs.
        backward: Returns derivatives, losses and masks, of inputs, zeros, weights and targets.
    """

    tapped: TappedModel
    shapes: Callable
    backward: Callable


_known: weakref.WeakKeyDictionary = weakref.WeakKeyDictionary()


def step_gradients(model: keras.Model, probe: Probe, weights: np.ndarray) -> StepGradients:
    """Differentiates the loss of a probe, a backward pass for each length.

    Args:
        model: A built Keras model.
        probe: The probe; without targets, the most probable class of each output is the target,
            and the sum of the numbers is the loss.
        weights: Weight of the loss of each step, float (sequences, steps).

    Raises:
        ValueError: If the model has no loss on this probe, or no gradient reaches it.
    """
    known = _passes(model, probe)
    tapped = known.tapped
    groups = groups_of(probe)
    passes, inputs, losses = [], [], []
    with untouched_seeds(model):
        for group in groups:
            batch = batch_of(probe, group)
            shapes = to_arrays(run_pass(known.shapes, probe, batch))
            zeros = keras.tree.map_structure(
                lambda shape: ops.zeros(tuple(int(size) for size in shape)), shapes
            )
            weight = weights[group, : probe.lengths[group[0]]]
            arguments = (zeros, weight.astype(np.float32), _targets_of(probe, group))
            tensors = keras.tree.map_structure(ops.convert_to_tensor, arguments)
            slopes, (loss, masks) = to_arrays(run_pass(known.backward, probe, batch, *tensors))
            inputs.append(slopes.pop(INPUTS, {}).get(INPUTS))
            losses.append(loss)
            passes.append(Taps(slopes, masks))
    layers = merge_calls(layer_activity(tapped, groups, passes, len(probe.lengths)))
    if not layers:
        raise ValueError(f"No recurrent layer can be differentiated: {tapped.failed}")
    return StepGradients(
        layers,
        gather(inputs, groups, probe.lengths),
        gather(losses, groups, probe.lengths),
    )


def _passes(model: keras.Model, probe: Probe) -> _Passes:
    """Returns the passes, compiled once for each kind of probe."""
    recorded = choose_layers(model, None, with_cells=True)
    index, has_targets, output = index_of_tokens(probe), probe.targets is not None, probe.output
    key = ("gradients", index, has_targets, output, tuple(id(entry.layer) for entry in recorded))
    known = _known.setdefault(model, {})
    if key in known:
        return known[key]
    every: dict[str, None] = {entry.path: None for entry in recorded}
    tapped = TappedModel(model, recorded, every, is_tolerant=True)

    def shapes(inputs):
        with changed_feed(tapped.model, inputs, index) as (fed, seen):
            _, taps = tapped.forward(fed)
        tapped.drop_unreachable(taps, fed)
        sizes: Tensors = {
            call: {name: _size(value) for name, value in record.items()}
            for call, record in taps.records.items()
        }
        if seen and is_reachable(seen[0]):
            sizes[INPUTS] = {INPUTS: _size(seen[0])}
        return sizes

    def backward(inputs, offsets, weights, targets):
        def scalar(at: Tensors) -> tuple[Any, Any]:
            calls = {call: values for call, values in at.items() if call != INPUTS}
            added = at.get(INPUTS, {}).get(INPUTS)

            def moved(tensor: Any) -> Any:
                return tensor if added is None else tensor + ops.cast(added, tensor.dtype)

            with changed_feed(tapped.model, inputs, index, moved) as (fed, _):
                outputs, taps = tapped.forward(fed, offsets=calls)
            if calls.keys() - taps.records.keys():  # their derivatives would be zero
                raise ValueError(f"A recurrent layer cannot be differentiated: {tapped.failed}")
            chosen = choose_output(tapped.model, outputs, output, "Probe(..., output=...)")
            loss = _loss(chosen, targets, has_targets)
            known_loss = ops.where(ops.isnan(loss), ops.zeros_like(loss), loss)
            masks = {call: mask for call, mask in taps.masks.items() if call in calls}
            return ops.sum(known_loss * weights), (loss, masks)

        return gradients_of(scalar, offsets)

    known[key] = _Passes(tapped, compiled(model, shapes), compiled(model, backward))
    return known[key]


def _size(tensor: Any) -> Any:
    """Returns the shape of a tensor as a tensor."""
    return ops.stack([ops.cast(size, "int32") for size in ops.shape(tensor)])


def _targets_of(probe: Probe, group: Sequence[int]) -> np.ndarray:
    """Returns the targets of a group: classes or numbers, or zeros without any."""
    if probe.targets is None:
        return np.zeros((len(group), probe.lengths[group[0]]), np.int32)
    stacked = np.stack([probe.targets[index] for index in group])
    return stacked.astype(np.float32 if stacked.dtype.kind == "f" else np.int32)


def _loss(output: Any, targets: Any, has_targets: bool) -> Any:
    """Returns the loss of every step, (batch, steps), NaN without target."""
    mask = mask_of(output)
    steps = ops.shape(targets)[1]
    if has_targets and len(targets.shape) == 2:
        return token_loss(output, targets, mask)
    values = ops.cast(output, "float32")
    if not has_targets:
        if output.shape[-1] > 1:
            loss = -ops.max(log_probabilities(output), axis=-1)
        else:
            loss = ops.sum(values, axis=-1)
    else:
        answered = targets if len(values.shape) == 3 else targets[:, -1]
        loss = ops.mean(ops.square(values - answered), axis=-1)
    if len(loss.shape) == 1:
        unknown = ops.full((ops.shape(loss)[0], steps - 1), float("nan"))
        return ops.concatenate([unknown, loss[:, None]], axis=1)
    return loss if mask is None else ops.where(ops.cast(mask, "bool"), loss, float("nan"))
