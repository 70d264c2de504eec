"""Batches of a probe's sequences."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np

from tb_rnnviz.probe import Probe

BATCH = 128
"""Sequences that go through the model at once."""

VALUES_IN_PYTHON = (
    "OperatorNotAllowedInGraphError",
    "ConcretizationTypeError",
    "TracerBoolConversionError",
    "TracerIntegerConversionError",
)
"""Errors of a trace in which Python needs the value of a tensor."""


def build(model: keras.Model, probe: Probe) -> None:
    """Creates the weights of a model that has not seen data yet."""
    if not model.built:
        run_pass(lambda inputs: model(inputs, training=False), probe, batch_of(probe, [0]))


def groups_of(probe: Probe, lengths: Sequence[int] | None = None) -> list[list[int]]:
    """Returns the sequences of each pass by index, all of one shape and length.

    Args:
        probe: The probe.
        lengths: Tokens of each sequence; one without tokens is in no group. Defaults to those of
            the probe.
    """
    lengths = probe.lengths if lengths is None else lengths
    by_shape: dict[tuple, list[int]] = {}
    for index, inputs in enumerate(probe.inputs):
        shape = tuple(np.shape(part) for part in keras.tree.flatten(inputs))
        if lengths[index]:
            by_shape.setdefault((lengths[index], shape), []).append(index)
    return [
        indices[start : start + BATCH]
        for indices in by_shape.values()
        for start in range(0, len(indices), BATCH)
    ]


def batch_of(probe: Probe, group: list[int]) -> Any:
    """Stacks the inputs of a group of sequences: strings, int32 or Keras' float type."""

    def stack(*parts):
        return as_input(np.stack(parts))

    return keras.tree.map_structure(stack, *(probe.inputs[index] for index in group))


def as_input(array: np.ndarray) -> np.ndarray:
    """Converts an array of numbers to int32 or to Keras' float type."""
    if array.dtype.kind == "U":
        return array
    return array.astype("int32" if array.dtype.kind in "iub" else keras.config.floatx())


def run_pass(run: Callable, probe: Probe, batch: Any, *others: Any) -> Any:
    """Runs a compiled pass on a batch of a probe.

    Args:
        run: The pass; it takes tensors like the batch.
        probe: The probe, for the message of an error.
        batch: Nested arrays, as `batch_of` returns them.
        others: More arguments of the pass.

    Raises:
        ValueError: If the model cannot read the batch.
    """
    try:
        return run(keras.tree.map_structure(keras.ops.convert_to_tensor, batch), *others)
    except Exception as error:
        if type(error).__name__ in VALUES_IN_PYTHON:
            raise ValueError(
                "The model uses the value of a tensor in Python, in an `if`, a `while` or a `for`, "
                "which a compiled pass does not have. Decorate the method with @tf.function (on "
                f"TensorFlow), or use keras.ops.cond or keras.ops.where. {error}"
            ) from error
        is_of_backend = type(error).__module__.partition(".")[0] in ("tensorflow", "jaxlib", "jax")
        if not isinstance(error, (ValueError, TypeError, IndexError)) and not is_of_backend:
            raise
        shapes = keras.tree.map_structure(lambda part: (*part.shape, part.dtype.name), batch)
        raise ValueError(
            f"The model does not take the inputs of probe {probe.name!r}, of shape and dtype "
            f"{shapes}: {error}"
        ) from error
