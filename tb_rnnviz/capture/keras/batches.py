"""Batches of a probe's sequences, and the checks before they enter a model."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from tb_rnnviz.recording import Probe

BATCH = 128
"""Sequences that go through the model at once."""


def build(model: keras.Model, probe: Probe) -> None:
    """Creates the weights of a model that has not seen data yet."""
    if not model.built:
        model(batch_of(probe, [0]), training=False)


def check_ids(model: keras.Model, probe: Probe) -> None:
    """Checks that the ids of a probe are inside the model's embeddings.

    An id outside is an error on one backend, and another token on the next.

    Raises:
        ValueError: if an id is outside.
    """
    sizes = [
        layer.input_dim
        for layer in model._flatten_layers()
        if isinstance(layer, keras.layers.Embedding)
    ]
    ids = [part for part in keras.tree.flatten(probe.inputs) if part.dtype.kind in "iu"]
    for sequence in ids if sizes else ():
        outside = sequence[(sequence < 0) | (sequence >= max(sizes))]
        if outside.size:
            raise ValueError(
                f"Probe {probe.name!r} holds the id {outside.flat[0]}, which is outside the "
                f"model's vocabulary. Allowed: 0 to {max(sizes) - 1}."
            )


def groups_of(probe: Probe) -> list[list[int]]:
    """Returns the sequences of each pass by index, of equal shape and unpadded."""
    by_shape: dict[tuple, list[int]] = {}
    for index, inputs in enumerate(probe.inputs):
        shape = tuple(np.shape(part) for part in keras.tree.flatten(inputs))
        if probe.lengths[index]:
            by_shape.setdefault(shape, []).append(index)
    return [
        indices[start : start + BATCH]
        for indices in by_shape.values()
        for start in range(0, len(indices), BATCH)
    ]


def batch_of(probe: Probe, group: list[int]) -> Any:
    """Stacks the inputs of a group of sequences, as int32 or in Keras' float type."""

    def stack(*parts):
        return as_input(np.stack(parts))

    return keras.tree.map_structure(stack, *(probe.inputs[index] for index in group))


def as_input(array: np.ndarray) -> np.ndarray:
    """Converts an array to int32 or to Keras' float type."""
    return array.astype("int32" if array.dtype.kind in "iub" else keras.config.floatx())
