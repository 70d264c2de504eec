"""`record`: what every recurrent unit of a model does at every step of an input."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np

from tb_rnnviz.capture.keras.activity import gather, layer_activity
from tb_rnnviz.capture.keras.backends import compiled, to_arrays, untouched_seeds
from tb_rnnviz.capture.keras.layers import check_quantities, choose_layers, recurrent_layers
from tb_rnnviz.capture.keras.tapped_model import Engine, Taps
from tb_rnnviz.recording import LayerActivity, Probe, Recording

BATCH = 128
"""Sequences that go through the model at once."""

_engines: weakref.WeakKeyDictionary = weakref.WeakKeyDictionary()


def record(
    model: keras.Model,
    inputs: Any,
    layers: Sequence[str] | str | None = None,
    quantities: Sequence[str] | str | None = None,
) -> Recording:
    """Reads the inputs through the model and records its recurrent layers, in one pass.

    The model stays as it was: no weight, state of a stateful layer, random seed or compiled
    function changes. Dropout is off and every sequence starts from the zero state.

    Args:
        model: A Keras model with SimpleRNN, LSTM or GRU layers at any depth.
        inputs: A `Probe`, or whatever a probe takes as its inputs: ids (sequences, steps), numbers
            (sequences, steps, channels), one sequence of ids, or a list of sequences that may
            differ in length.
        layers: Paths of the layers to record. Defaults to all recurrent layers.
        quantities: Names of the quantities to record. Defaults to all that the layers have.

    Returns:
        A `Recording`; every quantity is float32 (sequences, steps, units). The activity at t is
        that after token t was consumed; gates are those of the same step, bias included.

    Raises:
        ValueError: if the model has no recurrent layer, if a layer or quantity does not exist, or
            if the inputs do not fit the model.

    Example:
        >>> import keras, numpy as np
        >>> from tb_rnnviz import record
        >>> model = keras.Sequential([keras.Input((None,)), keras.layers.Embedding(5, 4),
        ...     keras.layers.LSTM(3, return_sequences=True)])
        >>> recording = record(model, np.array([[0, 1, 2, 3]]))
        >>> recording.layers, recording["lstm"]["forget_gate"].shape
        (('lstm',), (1, 4, 3))
    """
    probe = inputs if isinstance(inputs, Probe) else Probe("inputs", inputs)
    build(model, probe)
    check_ids(model, probe)
    engine, run = _engine_of(model, layers, quantities)
    groups = groups_of(probe)
    with untouched_seeds(model):
        passes = [_read(run, probe, group) for group in groups]
    activity = layer_activity(engine, groups, [taps for _, taps in passes])
    return Recording(
        activity,
        probe.lengths,
        outputs=gather([outputs for outputs, _ in passes], groups, probe.lengths),
        tokens=probe.tokens,
        probe=probe.name,
        absent=_absent(model, engine, activity, layers, quantities),
        labels=probe.labels,
    )


def build(model: keras.Model, probe: Probe) -> None:
    """Gives a model that has not seen data yet its weights."""
    if not model.built:
        model(batch_of(probe, [0]), training=False)


def check_ids(model: keras.Model, probe: Probe) -> None:
    """An id outside the embedding is an error on one backend, another token on the next."""
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


def kept_engines(model: keras.Model) -> dict:
    """The engines made for a model so far, by what they record; they go when the model goes."""
    return _engines.setdefault(model, {})


def _engine_of(
    model: keras.Model,
    layers: Sequence[str] | str | None,
    quantities: Sequence[str] | str | None,
) -> tuple[Engine, Callable]:
    chosen = choose_layers(model, layers)
    quantities = check_quantities(chosen, quantities)
    kept = kept_engines(model)
    key = (tuple((entry.path, id(entry.layer)) for entry in chosen), quantities)
    if key not in kept:
        engine = Engine(model, chosen, {entry.path: quantities for entry in chosen})

        def forward(inputs):
            outputs, taps = engine.forward(inputs)
            return outputs, taps.records, taps.masks

        kept[key] = engine, compiled(model, forward)
    return kept[key]


def _absent(
    model: keras.Model,
    engine: Engine,
    activity: Sequence[LayerActivity],
    layers: Sequence[str] | str | None,
    quantities: Sequence[str] | str | None,
) -> dict[tuple[str, str], str]:
    """Reasons for what was not recorded; an error where it had been asked for by name."""
    ran = {entry.path for entry in engine.calls.values()}
    idle = [entry.path for entry in engine.layers if entry.path not in ran]
    if idle and (layers is not None or not activity):
        raise ValueError(
            f"The model did not run the layers {idle} on this input, so there is nothing to "
            f"record of them. Allowed: {sorted(ran)}"
        )
    found = {name for layer in activity for name in layer}
    asked = [quantities] if isinstance(quantities, str) else quantities or ()
    if unknown := [name for name in asked if name not in found]:
        known = {name for call in engine.calls for name in engine.scan_of(call).known}
        raise ValueError(
            f"Unknown quantities {unknown}. The cells of these layers have {sorted(known)}; "
            "others are named in a cell's call with tb_rnnviz.sow()."
        )
    absent = {(path, "all"): reason for path, reason in recurrent_layers(model)[1].items()}
    return absent | {(path, "all"): "the model did not run this layer" for path in idle}


def groups_of(probe: Probe) -> list[list[int]]:
    """Sequences that go through the model together: padding never enters a pass."""
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
    def stack(*parts):
        batch = np.stack(parts)
        return batch.astype("int32" if batch.dtype.kind in "iub" else keras.config.floatx())

    return keras.tree.map_structure(stack, *(probe.inputs[index] for index in group))


def _read(run: Callable, probe: Probe, group: list[int]) -> tuple[Any, Taps]:
    batch = batch_of(probe, group)
    try:
        outputs, records, masks = run(keras.tree.map_structure(keras.ops.convert_to_tensor, batch))
    except (ValueError, TypeError, IndexError) as error:
        shapes = keras.tree.map_structure(lambda part: (*part.shape, part.dtype.name), batch)
        raise ValueError(
            f"The model does not take the inputs of probe {probe.name!r}, of shape and dtype "
            f"{shapes}: {error}"
        ) from error
    outputs, records, masks = to_arrays((outputs, records, masks))
    return outputs, Taps(records, masks)
