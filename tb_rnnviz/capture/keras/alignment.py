"""Alignment of the steps of a layer with the tokens of a probe."""

from __future__ import annotations

import keras
import numpy as np
from keras import ops

from tb_rnnviz.capture.keras.backends import compiled, is_reachable, to_arrays, untouched_seeds
from tb_rnnviz.capture.keras.batches import batch_of, groups_of
from tb_rnnviz.capture.keras.layers import RecurrentLayer
from tb_rnnviz.capture.keras.tapped_model import CompiledPass, TappedModel, compiled_passes
from tb_rnnviz.probe import Probe

OUTPUTS = ""
"""Stands for the outputs of the model among the calls of layers."""

OTHER_TOKENS = "it reads another input of the model than the tokens of the probe"
NO_TOKENS = "it reads the same at every step, and no tokens"

Inputs = dict[str, np.ndarray]
"""Inputs of each call in one pass, (sequences, steps, channels)."""


def misaligned_calls(
    model: keras.Model, probe: Probe, layers: list[RecurrentLayer]
) -> dict[str, str]:
    """Returns the reasons for calls whose steps are not the tokens of the probe.

    The probe is read again with other tokens: a layer that reads them is given something else. This
    costs up to five passes, only for the first recording, and only if the model has several
    inputs, or repeats a vector over steps. Layers that have another number of steps need no test.

    Args:
        model: A built Keras model.
        probe: The probe.
        layers: The layers to test.

    Returns:
        Reasons by call; `OUTPUTS` for the outputs of the model.
    """
    has_others = len(keras.tree.flatten(probe.inputs[0])) > 1
    if not has_others and not _repeats_vectors(model):
        return {}
    alignment_pass = _alignment_pass(model, layers)
    known = alignment_pass.tapped.misaligned
    structure = str(
        (_index_of_tokens(probe), [p.ndim for p in keras.tree.flatten(probe.inputs[0])])
    )
    if structure not in known:
        reasons = _test(model, alignment_pass, probe)
        if reasons is None:
            return {}
        known[structure] = reasons
    return known[structure]


def _repeats_vectors(model: keras.Model) -> bool:
    return any(isinstance(layer, keras.layers.RepeatVector) for layer in model._flatten_layers())


def _alignment_pass(model: keras.Model, layers: list[RecurrentLayer]) -> CompiledPass:
    key = ("alignment", tuple((entry.path, id(entry.layer)) for entry in layers))
    passes = compiled_passes(model)
    if key not in passes:
        tapped = TappedModel(model, layers, {entry.path: () for entry in layers}, is_tolerant=True)

        def inputs_of_calls(inputs):
            outputs, taps = tapped.forward(inputs)
            read = {call: x for call, x in taps.inputs.items() if is_reachable(x)}
            return read | ({OUTPUTS: outputs} if hasattr(outputs, "shape") else {})

        passes[key] = CompiledPass(tapped, compiled(model, inputs_of_calls))
    return passes[key]


def _test(model: keras.Model, alignment_pass: CompiledPass, probe: Probe) -> dict[str, str] | None:
    """Tests every call; `None` if the weights do not allow it, as after a NaN."""
    groups = groups_of(probe)
    group = max(groups, key=lambda group: probe.lengths[group[0]])
    batch = batch_of(probe, group)
    index, steps = _index_of_tokens(probe), probe.lengths[group[0]]
    parts = keras.tree.flatten(batch)

    def read(of_tokens: slice | None, of_others: slice | None) -> Inputs:
        tensors = []
        for k, part in enumerate(parts):
            changed_steps = of_tokens if k == index else of_others
            part = part if changed_steps is None else _other(part, changed_steps)
            tensors.append(ops.convert_to_tensor(part))
        with untouched_seeds(model):
            inputs = keras.tree.pack_sequence_as(batch, tensors)
            return to_arrays(alignment_pass.run(inputs))

    everything, last = slice(None), slice(-1, None)
    base = read(None, None)
    if not all(np.isfinite(x).all() for x in base.values()):
        return None
    by_tokens, by_others = read(everything, None), read(None, everything)
    by_last_token, by_last_other = read(last, None), read(None, last)
    reasons = {}
    for call, x in base.items():
        if x.ndim != 3 or x.shape[:2] != (len(group), steps) or steps < 2:
            continue
        reads_tokens, reads_others = _differ(x, by_tokens[call]), _differ(x, by_others[call])
        is_steady = not _differ(x, np.broadcast_to(x[:, :1], x.shape))
        if not reads_tokens and reads_others:
            reasons[call] = OTHER_TOKENS
        elif call != OUTPUTS and reads_tokens and is_steady and not reads_others:
            reasons[call] = NO_TOKENS
        elif reads_tokens and reads_others:
            follows = not _differ(x[:, :-1], by_last_token[call][:, :-1])
            follows_other = not _differ(x[:, :-1], by_last_other[call][:, :-1])
            if follows_other and not follows:
                reasons[call] = OTHER_TOKENS
    return reasons


def _index_of_tokens(probe: Probe) -> int:
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
