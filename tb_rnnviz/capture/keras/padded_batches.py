"""Batches of sequences of many lengths, padded so that few shapes are compiled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from tb_rnnviz.capture.keras.backends import compiles_each_shape
from tb_rnnviz.capture.keras.batches import BATCH, as_input, batch_of, groups_of
from tb_rnnviz.capture.keras.blocks import STEP_BY_STEP
from tb_rnnviz.probe import Probe

MOST_LENGTHS = 2
"""Lengths of a probe that are compiled one by one."""

_RECURRENT = (keras.layers.RNN, keras.layers.LSTM, keras.layers.GRU, keras.layers.SimpleRNN)


@dataclass(frozen=True)
class Batch:
    """Sequences that go through the model at once.

    Attributes:
        inputs: Nested arrays, (sequences, steps, …).
        groups: Indices of the sequences in the order of the rows, those of one length together.
        is_padded: True if shorter sequences repeat their last token up to the number of steps.
    """

    inputs: Any
    groups: list[list[int]]
    is_padded: bool = False

    @property
    def sequences(self) -> list[int]:
        """Indices of the sequences in the order of the rows."""
        return [index for group in self.groups for index in group]

    def rows(self) -> Iterator[tuple[list[int], slice]]:
        """Yields the sequences of each length with their rows."""
        begin = 0
        for group in self.groups:
            yield group, slice(begin, begin + len(group))
            begin += len(group)


def batches_of(model: keras.Model, probe: Probe) -> list[Batch]:
    """Returns the batches of a probe.

    A batch has sequences of one length. Where the backend compiles every shape anew and no step of
    the model depends on later ones, sequences of many lengths are padded to powers of two instead:
    the steps after its end change nothing in a sequence.

    Args:
        model: A built Keras model.
        probe: The probe.
    """
    groups = groups_of(probe)
    lengths = [probe.lengths[group[0]] for group in groups]
    if len(set(lengths)) <= MOST_LENGTHS or not compiles_each_shape() or not _is_causal(model):
        return [Batch(batch_of(probe, group), [group]) for group in groups]
    batches: dict[tuple[int, int], list[list[int]]] = {}
    sizes: dict[int, list[int]] = {}
    for length, group in sorted(zip(lengths, groups, strict=True)):
        steps = min(1 << (length - 1).bit_length(), max(lengths))
        sequences = sizes.setdefault(steps, [0])
        if sequences[-1] + len(group) > BATCH:
            sequences.append(0)
        sequences[-1] += len(group)
        batches.setdefault((steps, len(sequences)), []).append(group)
    return [_padded(probe, steps, groups) for (steps, _), groups in batches.items()]


def _padded(probe: Probe, steps: int, groups: list[list[int]]) -> Batch:
    rows = [probe.inputs[index] for group in groups for index in group]
    padded = [np.concatenate([row, np.repeat(row[-1:], steps - len(row), axis=0)]) for row in rows]
    return Batch(as_input(np.stack(padded)), groups, is_padded=True)


def _is_causal(model: keras.Model) -> bool:
    """Returns true if every layer is known to read sequences forwards."""
    inputs = getattr(model, "inputs", None) or []
    if len(inputs) != 1 or len(inputs[0].shape) < 2 or inputs[0].shape[1] is not None:
        return False
    return inputs[0].shape[0] is None and _has_causal_layers(model)


def _has_causal_layers(model: keras.Model) -> bool:
    if not type(model).__module__.startswith("keras."):
        return False  # its `call` may do anything
    is_sequential = isinstance(model, keras.Sequential)
    operations = model.layers if is_sequential else getattr(model, "operations", [None])
    return all(map(_is_causal_operation, operations))


def _is_causal_operation(operation: Any) -> bool:
    if isinstance(operation, keras.Model):
        return _has_causal_layers(operation)
    if type(operation) in _RECURRENT:
        gives_steps = operation.return_sequences and not operation.return_state
        return gives_steps and not operation.go_backwards and not operation.stateful
    if not type(operation).__module__.startswith("keras."):
        return False
    axes = np.atleast_1d(getattr(operation, "axis", -1))
    return type(operation).__name__ in STEP_BY_STEP and all(axis == -1 or axis > 1 for axis in axes)
