"""Outputs of a model as if every sequence ended at every one of its steps."""

from __future__ import annotations

import warnings
import weakref
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from scipy.special import expit

from tb_rnnviz.capture.keras.backends import compiled, to_arrays, untouched_seeds
from tb_rnnviz.capture.keras.batches import BATCH, as_input, batch_of, groups_of, run_pass
from tb_rnnviz.capture.keras.blocks import whole_sequence_layers
from tb_rnnviz.capture.keras.layers import recurrent_layers
from tb_rnnviz.capture.keras.outputs import UnnamedOutput, choose_output
from tb_rnnviz.capture.keras.probabilities import log_probabilities
from tb_rnnviz.capture.keras.tapped_model import TappedModel
from tb_rnnviz.core.targets import (
    LABELS,
    NEXT,
    NUMBERS,
    PER_SEQUENCE,
    SEQUENCE,
    SEQUENCE_LABELS,
    SEQUENCE_NUMBERS,
    TOKEN,
)
from tb_rnnviz.probe import Probe
from tb_rnnviz.recording import Recording

HEAD, PREFIX = "head", "prefix"
"""Methods: the layers behind the state of a step, or the model on the beginning."""

_CLASSES = "classes"

MOST_PREFIX_STEPS = 4_000_000
"""Steps of all prefixes together that are read at most."""

_STEPS_AT_ONCE = 16_384
"""Steps of the prefixes in one pass, at least."""

_OF_VECTORS = (
    "Add",
    "Average",
    "Concatenate",
    "Flatten",
    "Identity",
    "Maximum",
    "Minimum",
    "Multiply",
    "Subtract",
)
"""Layers of Keras that treat every row on its own, if they are given vectors."""

_CHECKED = 4
"""Sequences of which prefixes are read to check the outputs behind states."""

_TOLERANCE = 1e-4


@dataclass
class _Passes:
    """Compiled passes of a model.

    Attributes:
        plain: The model as it is, of inputs.
        folded: The model with every state where it has the last one, `None` if there is no such
            pass.
        is_checked: True if `folded` gave the outputs of prefixes.
    """

    plain: Callable
    folded: Callable | None
    is_checked: bool = False


_passes: weakref.WeakKeyDictionary = weakref.WeakKeyDictionary()


def stepwise_outputs(
    model: keras.Model, probe: Probe, outputs: Any, prefix_steps: int | None = None
) -> tuple[np.ndarray, str]:
    """Returns what the model would say if each sequence ended at each step.

    If nothing but the state of a step leads to the output, the layers behind the state are applied
    to every state, in one pass. This is decided by the layers of the model, and checked on prefixes
    of some sequences. Otherwise the model reads every prefix.

    Args:
        model: A built Keras model.
        probe: The probe, with ids.
        outputs: Outputs of the model on the probe; those that the targets belong to are
            (sequences, k) or (sequences, steps, k).
        prefix_steps: Steps of all prefixes together to read; of the sequences beyond them only the
            last step is known. Defaults to all prefixes, or an error if they are too many.

    Returns:
        Outputs, float32 (sequences, steps, k), NaN behind the end of a sequence and at steps whose
        prefix was not read; and the method, `"head"` or `"prefix"`.

    Raises:
        ValueError: If the outputs have other shapes, or the model cannot read prefixes, or these
            are too many.
    """
    outputs = choose_output(model, outputs, probe.output, "Probe(..., output=...)")
    shape = np.shape(outputs)
    is_of_sequence = probe.target_kind == SEQUENCE_NUMBERS  # horizons of a window are no steps
    is_per_step = len(shape) == 3 and shape[1] == max(probe.lengths) and not is_of_sequence
    if shape[0] != len(probe.lengths) or not (len(shape) == 2 or is_per_step):
        raise ValueError(f"The output of shape {shape} is not one of each sequence or step.")
    with untouched_seeds(model):
        if is_per_step and not whole_sequence_layers(model):
            return np.asarray(outputs, np.float32), HEAD
        passes = _passes_of(model)
        if not is_per_step and passes.folded is not None:
            values = _read_states(model, passes.folded, probe)
            if values is not None and (passes.is_checked or _agrees(model, passes, probe, values)):
                passes.is_checked = True
                return values, HEAD
            passes.folded = None
        if prefix_steps is None:
            return _read_prefixes(model, passes.plain, probe, shape[-1], _all_of(probe)), PREFIX
        if is_per_step:
            raise ValueError("A tagger that reads whole sequences takes too long in a training.")
        return _read_some_prefixes(model, passes.plain, probe, outputs, prefix_steps), PREFIX


def stepwise_kind(model: keras.Model, probe: Probe, recording: Recording) -> str | None:
    """Returns the kind of the output, `"classes"`, `"labels"` or `"numbers"`.

    `None` if the model predicts the next token, or gives one number a step, or it is not known
    which of its outputs counts. Without targets and classes, outputs for each sequence are classes
    if they are probabilities, or the loss of the model is a cross-entropy.
    """
    if recording.outputs is None or recording.outputs_misaligned is not None:
        return None
    try:
        output = choose_output(model, recording.outputs, probe.output, "")
    except UnnamedOutput:
        return None
    kind = probe.target_kind
    is_number = np.shape(output) == recording.mask.shape and kind not in PER_SEQUENCE
    if np.ndim(output) not in (2, 3) or kind == NEXT or is_number:
        return None
    if kind in (LABELS, SEQUENCE_LABELS):
        return LABELS
    if kind in (NUMBERS, SEQUENCE_NUMBERS):
        return NUMBERS
    if kind in (SEQUENCE, TOKEN) or probe.classes is not None:
        return _CLASSES
    if np.ndim(output) == 3:
        return None
    return _CLASSES if _are_probabilities(output) or _has_crossentropy(model) else NUMBERS


def class_probabilities(values: np.ndarray, kind: str) -> np.ndarray:
    """Returns probabilities of outputs, which may be logits.

    Args:
        values: Outputs, (sequences, steps, k), NaN at padding. A single one is of the second of
            two classes.
        kind: `"classes"`, or `"labels"`, each of which has a probability of its own.
    """
    is_step = np.isfinite(values[..., 0])
    if kind == LABELS:
        steps = values[is_step]
        if steps.size and not (steps.min() >= 0.0 and steps.max() <= 1.0):
            steps = expit(steps)
    else:
        log = log_probabilities(keras.ops.convert_to_tensor(values[is_step]))
        steps = np.exp(keras.ops.convert_to_numpy(log))
    whole = np.full((*values.shape[:2], steps.shape[-1]), np.nan, np.float32)
    whole[is_step] = steps
    return whole


def _are_probabilities(outputs: Any) -> bool:
    outputs = np.asarray(outputs, np.float32)
    sums = outputs.sum(axis=-1)
    return outputs.shape[-1] > 1 and outputs.min() >= 0.0 and np.allclose(sums, 1.0, atol=1e-3)


def _has_crossentropy(model: keras.Model) -> bool:
    loss = getattr(model, "loss", None)
    name = loss if isinstance(loss, str) else getattr(loss, "name", "")
    return "crossentropy" in str(name)


def _passes_of(model: keras.Model) -> _Passes:
    if model not in _passes:
        reference: Callable[[], Any] = weakref.ref(model)

        def plain(inputs):
            return reference()(inputs, training=False)

        _passes[model] = _Passes(compiled(model, plain), _folded_pass(model))
    return _passes[model]


def _folded_pass(model: keras.Model) -> Callable | None:
    """Returns the pass whose layers return all states instead of the last one."""
    recurrent, absent = recurrent_layers(model)
    others = set(whole_sequence_layers(model)) - _layers_of_vectors(model)
    returns_last = [entry for entry in recurrent if not entry.layer.return_sequences]
    if others or absent or not returns_last or any(e.layer.return_state for e in recurrent):
        return None
    nothing: dict[str, tuple] = {entry.path: () for entry in recurrent}
    tapped = TappedModel(model, recurrent, nothing, folds_steps=True)

    def forward(inputs):
        return tapped.forward(inputs)[0]

    return compiled(model, forward)


def _layers_of_vectors(model: keras.Model) -> set[str]:
    """Returns the names of layers that are given vectors, and treat each on its own."""
    names = set()
    for layer in model._flatten_layers():
        if type(layer).__name__ in _OF_VECTORS and type(layer).__module__.startswith("keras."):
            with suppress(AttributeError, ValueError):  # of a layer that is called several times
                if all(len(part.shape) == 2 for part in keras.tree.flatten(layer.input)):
                    names.add(layer.name)
    return names


def _read_states(model: keras.Model, folded: Callable, probe: Probe) -> np.ndarray | None:
    """Returns the outputs behind every state; `None` if the model gives other outputs."""
    whole = None
    for group in groups_of(probe):
        steps = probe.lengths[group[0]]
        try:
            values = _read(model, folded, probe, batch_of(probe, group))
        except ValueError:
            return None
        if values.ndim != 2 or len(values) != len(group) * steps:
            return None
        whole = _empty(probe, values.shape[1]) if whole is None else whole
        whole[group, :steps] = values.reshape(len(group), steps, -1)
    return whole


def _agrees(model: keras.Model, passes: _Passes, probe: Probe, values: np.ndarray) -> bool:
    """True if outputs behind states are those of prefixes of the longest sequences."""
    group = max(groups_of(probe), key=lambda group: probe.lengths[group[0]])[:_CHECKED]
    steps = probe.lengths[group[0]]
    for end in sorted({1, steps // 2 or 1, steps}):
        try:
            expected = _read(model, passes.plain, probe, _cut(probe, group, end))
        except ValueError:  # a model of a fixed length
            if end < steps and _has_only_layers(model):
                continue
            return False
        if not np.allclose(values[group, end - 1], expected, atol=_TOLERANCE):
            return False
    return True


def _has_only_layers(model: keras.Model) -> bool:
    """True if the model has no code of its own beside its layers."""
    models = [layer for layer in model._flatten_layers() if isinstance(layer, keras.Model)]
    return all(type(part).__module__.startswith("keras.") for part in [model, *models])


def _all_of(probe: Probe) -> list[int]:
    """Returns all sequences, by index, if their prefixes may be read.

    Raises:
        ValueError: If the model cannot read prefixes, or these are too many.
    """
    if probe.is_text:
        raise ValueError(
            "The model splits the texts itself, so that it cannot read their beginnings. Pass the "
            "tokens of each text, strings (sequences, steps)."
        )
    total = int(_prefix_steps(probe).sum())
    if total > MOST_PREFIX_STEPS:
        raise ValueError(
            f"The model reads whole sequences, so that the prediction at every step needs all "
            f"beginnings of all sequences, {total} steps. At most {MOST_PREFIX_STEPS} are read: "
            "record fewer or shorter sequences."
        )
    return list(range(len(probe.lengths)))


def _sequences_within(probe: Probe, steps: int) -> list[int]:
    """Returns evenly spread sequences, by index, with at most so many prefix steps."""
    if probe.is_text:
        return []
    sizes = _prefix_steps(probe)
    count = min(len(sizes), int(steps / max(sizes.mean(), 1.0)))
    chosen = np.unique(np.linspace(0, len(sizes) - 1, count).astype(int))
    return chosen[np.cumsum(sizes[chosen]) <= steps].tolist()


def _prefix_steps(probe: Probe) -> np.ndarray:
    """Returns the steps of all prefixes of each sequence, (sequences,)."""
    lengths = np.asarray(probe.lengths, np.int64)
    return lengths * (lengths + 1) // 2


def _read_some_prefixes(
    model: keras.Model, run: Callable, probe: Probe, outputs: np.ndarray, prefix_steps: int
) -> np.ndarray:
    """Returns the outputs of prefixes of some sequences, and of the last step of all."""
    width = np.shape(outputs)[-1]
    try:
        chosen = _sequences_within(probe, prefix_steps)
        values = _read_prefixes(model, run, probe, width, chosen)
    except ValueError:  # a model that cannot read beginnings
        values = _empty(probe, width)
    values[np.arange(len(probe.lengths)), np.asarray(probe.lengths) - 1] = outputs
    return values


def _read_prefixes(
    model: keras.Model, run: Callable, probe: Probe, width: int, chosen: list[int]
) -> np.ndarray:
    """Returns the outputs of every prefix of the chosen sequences, NaN of others."""
    whole = _empty(probe, width)
    for end in range(1, max((probe.lengths[index] for index in chosen), default=0) + 1):
        for group in _groups_of_prefixes(probe, end, chosen):
            values = _read(model, run, probe, _cut(probe, group, end))
            whole[group, end - 1] = values[:, -1] if values.ndim == 3 else values
    return whole


def _groups_of_prefixes(probe: Probe, end: int, chosen: list[int]) -> Iterator[list[int]]:
    """Yields the chosen sequences that have a step, by index, in groups of one shape."""
    by_shape: dict[tuple, list[int]] = {}
    for index in chosen:
        if probe.lengths[index] >= end:
            parts = keras.tree.flatten(_inputs_until(probe, index, end))
            by_shape.setdefault(tuple(part.shape for part in parts), []).append(index)
    size = max(BATCH, _STEPS_AT_ONCE // end)
    for indices in by_shape.values():
        yield from (indices[start : start + size] for start in range(0, len(indices), size))


def _cut(probe: Probe, group: list[int], end: int) -> Any:
    """Returns the inputs of a group of sequences until a step."""
    inputs = [_inputs_until(probe, index, end) for index in group]
    return keras.tree.map_structure(lambda *parts: as_input(np.stack(parts)), *inputs)


def _inputs_until(probe: Probe, index: int, end: int) -> Any:
    """Returns the inputs of a sequence until a step; of a pair only the target ends."""
    inputs, steps = probe.inputs[index], probe.lengths[index]
    if probe.is_pair:
        source, target = inputs
        return source, target[:end]

    def until(part: np.ndarray) -> np.ndarray:
        return part[:end] if part.ndim and len(part) == steps else part

    return keras.tree.map_structure(until, inputs)


def _read(model: keras.Model, run: Callable, probe: Probe, batch: Any) -> np.ndarray:
    """Returns the output that the targets belong to."""
    with warnings.catch_warnings():  # attention to a single step is meant
        warnings.filterwarnings("ignore", r"(?s).*You are using a softmax over axis", UserWarning)
        outputs = to_arrays(run_pass(run, probe, batch))
    output = choose_output(model, outputs, probe.output, "Probe(..., output=...)")
    return np.asarray(output, np.float32)


def _empty(probe: Probe, width: int) -> np.ndarray:
    return np.full((len(probe.lengths), max(probe.lengths), width), np.nan, np.float32)
