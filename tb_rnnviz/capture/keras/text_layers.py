"""Ids that TextVectorization and StringLookup layers of a model make of strings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import keras
import numpy as np

from tb_rnnviz.capture.keras.backends import compiled, to_arrays, untouched_seeds
from tb_rnnviz.capture.keras.batches import batch_of, build, groups_of, run_pass
from tb_rnnviz.capture.keras.tapped_model import (
    CompiledPass,
    TappedModel,
    compiled_passes,
    observed_calls,
)
from tb_rnnviz.probe import Probe

RECORD_IDS = (
    "Move the layer into the pipeline of the data, and record the model on the ids that it "
    "returns, with vocabulary=layer.get_vocabulary()."
)


def text_layers(model: keras.Model) -> list[keras.layers.Layer]:
    """Returns the layers of a model that read strings, without parts of such layers."""
    layers = [
        layer
        for layer in model._flatten_layers()
        if isinstance(layer, (keras.layers.TextVectorization, keras.layers.StringLookup))
    ]
    parts = {id(part) for layer in layers for part in layer._flatten_layers(include_self=False)}
    return [layer for layer in layers if id(layer) not in parts]


def with_ids(model: keras.Model, probe: Probe) -> Probe:
    """Returns a probe of strings with the ids that a layer of the model makes of them.

    Texts are read in batches, which the layer pads to the longest text, and then those that have
    equally many tokens, as they will be recorded. Padding that is left belongs to the model, as
    with `output_sequence_length`.

    Args:
        model: A Keras model.
        probe: The probe.

    Raises:
        ValueError: If no layer of the model reads the strings, or makes an id of each token.
    """
    layers = text_layers(model)
    if not layers:
        raise ValueError(
            f"Probe {probe.name!r} holds strings, and the model has no TextVectorization or "
            "StringLookup layer that reads them. Pass the ids of the tokens, and vocabulary=."
        )
    if keras.backend.backend() != "tensorflow":
        raise ValueError(
            f"Probe {probe.name!r} holds strings, which models read on the TensorFlow backend "
            f"alone. Received: backend {keras.backend.backend()!r}. {RECORD_IDS}"
        )
    reasons = {layer.name: reason for layer in layers if (reason := _without_ids(layer))}
    if len(reasons) == len(layers):
        raise ValueError(_refusal(probe, reasons))
    build(model, probe)
    ids_pass = _ids_pass(model, [layer for layer in layers if layer.name not in reasons])
    name, ids = _ids_of_strings(model, ids_pass, probe, probe.lengths or [1] * len(probe.inputs))
    layer = next(layer for layer in layers if layer.name == name)
    if probe.is_text and layer.get_config().get("mask_token", "") is not None:
        lengths = [int(max(np.flatnonzero(row) + 1, default=0)) for row in ids]
        _, ids = _ids_of_strings(model, ids_pass, probe, lengths)
        ids = _padded_like_others(ids, lengths)
    return probe.with_ids(ids, layer.get_vocabulary())


def _without_ids(layer: Any) -> str | None:
    """Returns the reason why a layer gives no array of ids, `None` if it does."""
    config = layer.get_config()
    if config["output_mode"] != "int":
        return f"has output_mode={config['output_mode']!r}, which gives no sequence of ids"
    return "has ragged=True" if config.get("ragged") else None


def _padded_like_others(ids: list[np.ndarray], lengths: Sequence[int]) -> list[np.ndarray]:
    """Pads texts without tokens, if the layer gives all texts a fixed number of steps."""
    steps = [len(row) for row, tokens in zip(ids, lengths, strict=True) if len(row) > tokens]
    return [row if len(row) else np.zeros(max(steps, default=0), row.dtype) for row in ids]


def _ids_of_strings(
    model: keras.Model, ids_pass: CompiledPass, probe: Probe, lengths: Sequence[int]
) -> tuple[str, list[np.ndarray]]:
    """Returns the name of the layer that reads the strings, and all ids.

    Sequences of equal length go through the model together; one without tokens has no ids.
    """
    strings = probe.strings or []
    ids = [np.zeros(0, np.int64)] * len(strings)
    name = ""
    for group in groups_of(probe, lengths):
        name, rows = _read(model, ids_pass, probe, group)
        for index, row in zip(group, rows, strict=True):
            ids[index] = row.astype(np.int64)
        if not probe.is_text and rows.shape[1] != probe.lengths[group[0]]:
            raise ValueError(
                f"Layer {name!r} makes {rows.shape[1]} ids of {probe.lengths[group[0]]} tokens of "
                f"probe {probe.name!r}. Pass one string per sequence if the layer splits texts."
            )
    return name, ids


def _read(
    model: keras.Model, ids_pass: CompiledPass, probe: Probe, group: list[int]
) -> tuple[str, np.ndarray]:
    """Returns the name of the layer that reads the strings of a group, and their ids."""
    strings = keras.ops.convert_to_tensor(np.stack([(probe.strings or [])[k] for k in group]))
    reasons = ids_pass.tapped.failed
    try:
        with untouched_seeds(model):
            calls = run_pass(ids_pass.run, probe, batch_of(probe, group), strings)
    except ValueError as error:
        if reasons:
            raise ValueError(_refusal(probe, reasons)) from error
        if probe.is_text:
            raise ValueError(
                f"{error}\nOne string for each sequence is a text, which the model splits; pass "
                "tokens as a list of strings for each sequence."
            ) from error
        raise
    reading = [(name, ids) for name, pairs in calls.items() for ids, is_same in pairs if is_same]
    others = [(name, ids) for name, pairs in calls.items() for ids, _ in pairs]
    if not reading and len(others) == 1:
        reading = others
    if not reading:
        raise ValueError(_refusal(probe, reasons))
    name, ids = reading[0]
    return name, to_arrays(ids)


def _refusal(probe: Probe, reasons: Mapping[str, str]) -> str:
    received = "; ".join(f"layer {name!r} {reason}" for name, reason in reasons.items())
    return (
        f"No layer of the model makes one id of each token of probe {probe.name!r}. "
        f"Received: {received or 'strings that reach no TextVectorization or StringLookup layer'}. "
        + RECORD_IDS
    )


def _ids_pass(model: keras.Model, layers: Sequence[keras.layers.Layer]) -> CompiledPass:
    names = [layer.name for layer in layers]
    key = ("strings", tuple(id(layer) for layer in layers))
    passes = compiled_passes(model)
    if key not in passes:
        tapped = TappedModel(model, [], {})

        def ids_by_layer(inputs, strings):
            def observed(layer, calls):
                return _observed_call(layer, strings, calls, tapped.failed)

            readers = [layer for layer in text_layers(tapped.model) if layer.name in names]
            return observed_calls(tapped, readers, observed, inputs)

        passes[key] = CompiledPass(tapped, compiled(model, ids_by_layer))
    return passes[key]


def _observed_call(
    layer: Any, strings: Any, calls: dict[str, list], reasons: dict[str, str]
) -> Callable:
    """Returns a call that notes the ids of the layer, and if it is given the strings."""
    import tensorflow as tf

    original = layer.call

    def call(inputs: Any) -> Any:
        outputs = original(inputs)
        if not isinstance(outputs, tf.Tensor):
            reasons[layer.name] = f"returns a {type(outputs).__name__}"
        elif len(outputs.shape) != 2:
            shape = tuple(outputs.shape)
            reasons[layer.name] = f"returns ids of shape {shape} instead of (sequences, steps)"
        else:
            pair = (outputs, _are_equal(inputs, strings))
            calls.setdefault(layer.name, []).append(pair)
        return outputs

    return call


def _are_equal(inputs: Any, strings: Any) -> Any:
    """Returns a boolean tensor, true if a layer is given the strings, in any shape."""
    import tensorflow as tf

    inputs, strings = tf.reshape(inputs, [-1]), tf.reshape(strings, [-1])
    if inputs.dtype != strings.dtype:
        return tf.constant(False)
    return tf.cond(
        tf.size(inputs) == tf.size(strings),
        lambda: tf.reduce_all(inputs == strings),
        lambda: tf.constant(False),
    )
