"""Check that the ids that reach each embedding of a model are inside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from keras import ops

from tb_rnnviz.capture.keras.backends import compiled, to_arrays, untouched_seeds
from tb_rnnviz.capture.keras.batches import batch_of, groups_of, run_pass
from tb_rnnviz.capture.keras.layers import recurrent_layers
from tb_rnnviz.capture.keras.tapped_model import (
    CompiledPass,
    TappedModel,
    compiled_passes,
    observed_calls,
)
from tb_rnnviz.probe import Probe


def check_ids(model: keras.Model, probe: Probe) -> None:
    """Checks that the ids of a probe are inside the model's embeddings.

    An id outside is an error on one backend, and another token on the next. Ids that all embeddings
    have need no pass. Otherwise a pass tells what reaches each embedding: lookup layers change ids,
    and inputs of other integers reach none. An input of floats that reaches an embedding as it is
    holds ids, and the probe has taken it for a signal.

    Raises:
        ValueError: if an id is outside, or ids are floats.
    """
    embeddings = _embeddings(model)
    if not embeddings or _are_inside(probe, min(layer.input_dim for layer in embeddings)):
        return
    ids_pass = _ids_pass(model, embeddings)
    for group in groups_of(probe):
        with untouched_seeds(model):
            ranges = to_arrays(run_pass(ids_pass.run, probe, batch_of(probe, group)))
        for layer in embeddings:
            for low, high, broken, is_float_input in ranges.get(layer.name, ()):
                if is_float_input:
                    _check_floats(probe, layer, float(broken))
                if low < 0 or high >= layer.input_dim:
                    outside = low if low < 0 else high
                    raise ValueError(
                        f"Probe {probe.name!r} gives layer {layer.name!r} the id {outside}, which "
                        "is outside the model's vocabulary. "
                        f"Allowed: 0 to {layer.input_dim - 1}."
                    )


def _check_floats(probe: Probe, layer: keras.layers.Embedding, broken: float) -> None:
    """Checks an input of floats that an embedding reads as ids.

    Args:
        probe: The probe.
        layer: The embedding.
        broken: A number of the input that is not whole, -infinity without one.
    """
    if broken != -np.inf:
        raise ValueError(
            f"Probe {probe.name!r} gives layer {layer.name!r} the number {broken:.7g}, which is no "
            f"id. Allowed: whole numbers, 0 to {layer.input_dim - 1}. A signal belongs to an input "
            "that no Embedding reads."
        )
    if probe.is_signal:
        raise ValueError(
            f"Probe {probe.name!r} gives layer {layer.name!r} ids that are floats, which a probe "
            "takes for a signal. Pass them as integers: ids.astype('int32')"
        )


def id_limit(model: keras.Model) -> int | None:
    """Returns the number of ids of the smallest embedding, `None` if there is none."""
    return min((layer.input_dim for layer in _embeddings(model)), default=None)


def _embeddings(model: keras.Model) -> list[keras.layers.Embedding]:
    """Returns the embeddings that read inputs as they are, outside recurrent cells."""
    recurrent, _ = recurrent_layers(model)
    inside = {id(part) for entry in recurrent for part in entry.layer._flatten_layers()}
    return [
        layer
        for layer in model._flatten_layers()
        if isinstance(layer, keras.layers.Embedding)
        and type(layer).call is keras.layers.Embedding.call
        and id(layer) not in inside
    ]


def _are_inside(probe: Probe, size: int) -> bool:
    arrays = [part for part in keras.tree.flatten(probe.inputs) if part.size]
    return all(
        part.dtype.kind in "iub" and part.min() >= 0 and part.max() < size
        for part in arrays
        if part.dtype.kind in "iubU" or part.ndim == 1
    )


def _ids_pass(model: keras.Model, embeddings: list[keras.layers.Embedding]) -> CompiledPass:
    key = ("ids", tuple(id(layer) for layer in embeddings))
    passes = compiled_passes(model)
    if key not in passes:
        tapped = TappedModel(model, [], {})
        names = [id(layer) for layer in embeddings]

        def ranges(inputs):
            layers = [layer for layer in tapped.model._flatten_layers() if id(layer) in names]
            floats = [
                part
                for part in keras.tree.flatten(inputs)
                if len(part.shape) == 2 and keras.backend.is_float_dtype(part.dtype)
            ]
            return observed_calls(
                tapped, layers, lambda layer, notes: _observed_call(layer, notes, floats), inputs
            )

        passes[key] = CompiledPass(tapped, compiled(model, ranges))
    return passes[key]


def _observed_call(
    layer: keras.layers.Embedding, ranges: dict[str, list], floats: list
) -> Callable:
    """Returns a call that notes what the layer is given.

    A note is the lowest and the highest id, a number that is not whole or -infinity, and true if
    these are one of the inputs `floats`.
    """
    original = layer.call

    def call(inputs: Any) -> Any:
        ids, numbers = ops.cast(inputs, "int32"), ops.cast(inputs, "float32")
        is_whole = ops.equal(numbers, ops.floor(numbers))
        broken = ops.max(ops.where(is_whole, -np.inf, numbers))
        equal = [
            ops.all(ops.equal(ops.cast(part, "int32"), ids))
            for part in floats
            if part.shape == ids.shape
        ]
        is_input = ops.any(ops.stack(equal)) if equal else ops.convert_to_tensor(False)
        note = ops.min(ids), ops.max(ids), broken, is_input
        ranges.setdefault(layer.name, []).append(note)
        return original(ops.clip(ids, 0, np.int32(layer.input_dim - 1)))

    return call
