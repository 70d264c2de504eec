"""Batches of a probe's sequences."""

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
