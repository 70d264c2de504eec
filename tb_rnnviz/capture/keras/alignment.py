"""Alignment of the steps of a layer with the inputs of a probe."""

from __future__ import annotations

from dataclasses import dataclass, field

import keras
import numpy as np
from keras import ops

from tb_rnnviz.capture.keras.attention import attended_inputs
from tb_rnnviz.capture.keras.backends import compiled, is_reachable, to_arrays, untouched_seeds
from tb_rnnviz.capture.keras.batches import batch_of, groups_of
from tb_rnnviz.capture.keras.layers import RecurrentLayer
from tb_rnnviz.capture.keras.tapped_model import CompiledPass, TappedModel, compiled_passes
from tb_rnnviz.probe import Probe

OUTPUTS = ""
"""Stands for the outputs of the model among the calls of layers."""

OTHER_TOKENS = "it reads another input of the model than the tokens of the probe"
NO_TOKENS = "it reads the same at every step, and no tokens"

TESTED_STEPS = 64
"""Tokens in which the steps of a layer with an axis of its own are looked for."""

ROTATIONS = 4
"""Orders of the tokens in which steps are tested; pooling hides some changes."""

Inputs = dict[str, np.ndarray]
"""Inputs of each call in one pass, (sequences, steps, channels)."""


@dataclass
class Alignment:
    """Inputs whose steps the calls of layers read.

    Attributes:
        inputs: Index of the input, among all inputs, by call; also of query and value of attention
            layers, see `attended_call`.
        reasons: Reasons for calls whose steps are not the tokens of the probe; `OUTPUTS` for the
            outputs of the model.
    """

    inputs: dict[str, int] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)


def align_calls(model: keras.Model, probe: Probe, layers: list[RecurrentLayer]) -> Alignment:
    """Returns the inputs that calls of layers read step by step.

    The probe is read again with other values in one input after the other: a layer that reads it
    is given something else. This costs two passes for each input, only for the first recording, and
    only if the model has several inputs, or repeats a vector over steps.

    Args:
        model: A built Keras model.
        probe: The probe.
        layers: The layers to test.
    """
    has_others = len(keras.tree.flatten(probe.inputs[0])) > 1
    if not has_others and not _repeats_vectors(model):
        return Alignment()
    alignment_pass = _alignment_pass(model, layers)
    known = alignment_pass.tapped.alignments
    structure = str((index_of_tokens(probe), [p.ndim for p in keras.tree.flatten(probe.inputs[0])]))
    if structure not in known:
        alignment = _test(model, alignment_pass, probe)
        if alignment is None:
            return Alignment()
        known[structure] = alignment
    return known[structure]


def step_ends(
    model: keras.Model, probe: Probe, layers: list[RecurrentLayer]
) -> dict[str, tuple[int, int]]:
    """Returns the last token that each step of a layer with other steps has read.

    The first tokens are read once for each of them with other values from it on, in several orders,
    only for the first recording of a probe. The last token of step s is `first + stride * s`, as
    behind a convolution or a pooling layer.

    Args:
        model: A built Keras model.
        probe: The probe.
        layers: The layers to test.

    Returns:
        The pair (first, stride) by call, of the calls whose steps follow the tokens this way.
    """
    alignment_pass = _alignment_pass(model, layers)
    group = max(groups_of(probe), key=lambda group: probe.lengths[group[0]])[:1]
    index, steps = index_of_tokens(probe), probe.lengths[group[0]]
    known = alignment_pass.tapped.step_ends
    if (index, steps) not in known:
        ends = _measured_ends(alignment_pass, probe, group, index)
        if not ends:
            return {}
        known[index, steps] = ends
    return known[index, steps]


def _measured_ends(
    alignment_pass: CompiledPass, probe: Probe, group: list[int], index: int
) -> dict[str, tuple[int, int]]:
    """Measures the ends of the steps, see `step_ends`, on one sequence.

    Args:
        alignment_pass: Pass that returns the inputs of the calls.
        probe: The probe.
        group: Index of the sequence.
        index: Index of the input with the tokens.
    """
    batch = batch_of(probe, group)
    parts = keras.tree.flatten(batch)
    if parts[index].ndim < 2 or parts[index].dtype.kind == "U":
        return {}
    tested = min(probe.lengths[group[0]], TESTED_STEPS)
    rows = [np.repeat(part, tested + 1, axis=0) for part in parts]
    differences: dict[str, np.ndarray] = {}
    for rotation in range(ROTATIONS):
        tokens = np.roll(parts[index], rotation, axis=1)
        changed = _changed(tokens)
        rows[index][:] = tokens
        for token in range(tested):
            rows[index][token + 1, token:] = changed[0, token:]
        with untouched_seeds(alignment_pass.tapped.model):
            tensors = [ops.convert_to_tensor(part) for part in rows]
            read = to_arrays(alignment_pass.run(keras.tree.pack_sequence_as(batch, tensors)))
        for call, x in read.items():
            if x.ndim == 3 and len(x) == tested + 1 and call != OUTPUTS:
                scale = 1e-5 * max(1.0, float(np.abs(x[0]).max(initial=0.0)))
                differs = np.abs(x[1:] - x[:1]).max(axis=2) > scale
                differences[call] = differences.get(call, False) | differs
    fits = {call: _linear_ends(differs) for call, differs in differences.items()}
    return {call: fit for call, fit in fits.items() if fit is not None}


def _linear_ends(differs: np.ndarray) -> tuple[int, int] | None:
    """Returns first and stride of the last tokens of steps, `None` if irregular.

    Args:
        differs: True where a step differs if the tokens from a tested one on are others,
            (tested tokens, steps).
    """
    tested = len(differs)
    last = np.where(differs.any(axis=0), tested - 1 - differs[::-1].argmax(axis=0), -1)
    inside = np.flatnonzero((last >= 0) & (last < tested - 1))
    if len(inside) < 2 or inside[0] != 0:
        return None
    strides = np.diff(last[inside])
    if (strides != strides[0]).any() or strides[0] < 1:
        return None
    return int(last[0]), int(strides[0])


def _repeats_vectors(model: keras.Model) -> bool:
    return any(isinstance(layer, keras.layers.RepeatVector) for layer in model._flatten_layers())


def _alignment_pass(model: keras.Model, layers: list[RecurrentLayer]) -> CompiledPass:
    key = ("alignment", tuple((entry.path, id(entry.layer)) for entry in layers))
    passes = compiled_passes(model)
    if key not in passes:
        tapped = TappedModel(model, layers, {entry.path: () for entry in layers}, is_tolerant=True)

        def inputs_of_calls(inputs):
            with attended_inputs(tapped.model) as attended:
                outputs, taps = tapped.forward(inputs)
            calls = {**taps.inputs, **attended}
            read = {call: x for call, x in calls.items() if is_reachable(x)}
            return read | ({OUTPUTS: outputs} if hasattr(outputs, "shape") else {})

        passes[key] = CompiledPass(tapped, compiled(model, inputs_of_calls))
    return passes[key]


def _test(model: keras.Model, alignment_pass: CompiledPass, probe: Probe) -> Alignment | None:
    """Tests every call; `None` if the weights do not allow it, as after a NaN."""
    groups = groups_of(probe)
    group = max(groups, key=lambda group: probe.lengths[group[0]])
    batch = batch_of(probe, group)
    index = index_of_tokens(probe)
    parts = keras.tree.flatten(batch)

    def read(part: int | None, steps: slice) -> Inputs:
        tensors = [
            ops.convert_to_tensor(_other(values, steps) if k == part else values)
            for k, values in enumerate(parts)
        ]
        with untouched_seeds(model):
            inputs = keras.tree.pack_sequence_as(batch, tensors)
            return to_arrays(alignment_pass.run(inputs))

    base = read(None, slice(None))
    if not all(np.isfinite(x).all() for x in base.values()):
        return None
    readings = [(read(k, slice(None)), read(k, slice(-1, None))) for k in range(len(parts))]
    alignment = Alignment()
    for call, x in base.items():
        if x.ndim != 3 or len(x) != len(group) or x.shape[1] < 2:
            continue
        reading = [k for k, (changed, _) in enumerate(readings) if _differ(x, changed[call])]
        if not reading:
            continue
        if call != OUTPUTS and not _differ(x, np.broadcast_to(x[:, :1], x.shape)):
            alignment.reasons[call] = NO_TOKENS
            continue
        fitting = [k for k in reading if parts[k].shape[1:2] == x.shape[1:2]]
        if len(reading) > 1:
            follows = [k for k in fitting if not _differ(x[:, :-1], readings[k][1][call][:, :-1])]
            fitting = follows or [k for k in fitting if k == index]
        if fitting and index not in fitting:
            alignment.inputs[call] = fitting[0]
            alignment.reasons[call] = OTHER_TOKENS
    return alignment


def index_of_tokens(probe: Probe) -> int:
    """Index of the input whose steps are the tokens, among all inputs."""
    parts = keras.tree.flatten(probe.inputs[0])
    tokens = (probe.strings or probe.sequences)[0]
    same = [k for k, part in enumerate(parts) if part is tokens]
    return (same or [k for k, part in enumerate(parts) if np.array_equal(part, tokens)])[0]


def _other(part: np.ndarray, steps: slice) -> np.ndarray:
    """Returns other ids, strings or numbers at some steps; a text has no steps."""
    is_text = part.dtype.kind == "U" and part.shape[1:] in ((), (1,))
    if part.ndim < 2 or is_text:
        return part if steps.start is not None else _changed(part)
    changed = part.copy()
    changed[:, steps] = _changed(part)[:, steps]
    return changed


def _changed(part: np.ndarray) -> np.ndarray:
    """Returns each id or string as another one of the array, in the vocabulary."""
    if part.dtype.kind not in "iuU":
        return part + 1.0
    values, index = np.unique(part, return_inverse=True)
    if len(values) > 1:
        return np.roll(values, 1)[index.reshape(part.shape)].astype(part.dtype)
    if part.dtype.kind == "U":
        return np.full(part.shape, " ".join(str(values[0]).split()[::-1]))
    return np.where(part > 0, part - 1, part + 1)


def _differ(a: np.ndarray, b: np.ndarray) -> bool:
    if a.shape != b.shape:
        return True
    scale = float(np.abs(a).max(initial=0.0))
    return not np.allclose(a, b, rtol=1e-5, atol=1e-6 * scale, equal_nan=True)
