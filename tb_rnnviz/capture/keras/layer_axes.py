"""Axes of the recorded layers: an input of the probe, or steps of their own."""

from __future__ import annotations

import re
from collections.abc import Sequence

import keras
import numpy as np

from tb_rnnviz.capture.keras.alignment import Alignment, step_ends
from tb_rnnviz.capture.keras.layers import RecurrentLayer
from tb_rnnviz.core.axis import Axis
from tb_rnnviz.core.vocabulary import separator_of
from tb_rnnviz.probe import Probe
from tb_rnnviz.recording import LayerActivity


def assign_axes(
    model: keras.Model,
    probe: Probe,
    layers: list[RecurrentLayer],
    activity: Sequence[LayerActivity],
    alignment: Alignment,
) -> dict[str, Axis]:
    """Sets the axis of every layer, and returns the axes by name.

    Args:
        model: A built Keras model.
        probe: The probe.
        layers: The recorded layers.
        activity: The activity of every call, whose `axis` is set.
        alignment: Inputs whose steps the calls read.
    """
    axes = dict(probe.axes)
    names = _input_names(probe)
    own: list[LayerActivity] = []
    for layer in activity:
        name = ""
        if layer.path in alignment.inputs:
            name = names[alignment.inputs[layer.path]] or ""
        elif layer.path not in alignment.reasons:
            fitting = [axis.name for axis in probe.axes.values() if _fits(layer, axis)]
            name = probe.axis if probe.axis in fitting else "".join(fitting[:1])
        layer.axis = name if name in axes and _fits(layer, axes[name]) else ""
        if not layer.axis:
            own.append(layer)
    if own:
        may_follow = probe.tokens is not None and any(
            layer.path not in alignment.reasons for layer in own
        )
        ends = step_ends(model, probe, layers) if may_follow else {}
        for layer in own:
            layer.axis = _own_axis(probe, layer, axes, ends.get(layer.path)).name
    return axes


def attended_axes(probe: Probe, alignment: Alignment) -> dict[str, str]:
    """Returns the axes that query and value of attention layers read, by call.

    Only those beside the axis of the tokens are named; see `attended_call`.
    """
    names = _input_names(probe)
    return {call: names[index] or "" for call, index in alignment.inputs.items()}


def merge_calls(activity: Sequence[LayerActivity]) -> list[LayerActivity]:
    """Joins the calls of a layer that a model runs once a step."""
    by_layer: dict[str, list[LayerActivity]] = {}
    for layer in activity:
        by_layer.setdefault(_layer_of_call(layer.path), []).append(layer)
    merged = []
    for path, calls in by_layer.items():
        if len(calls) > 1 and all(call.lengths.max(initial=0) <= 1 for call in calls):
            merged.append(_joined(path, calls))
        else:
            merged.extend(calls)
    return merged


def _layer_of_call(path: str) -> str:
    """Path of a layer, from that of a call: `lstm:2/0` is `lstm/0`."""
    return re.sub(r":\d+(?=/|$)", "", path)


def _joined(path: str, calls: Sequence[LayerActivity]) -> LayerActivity:
    first = calls[0]
    lengths = np.sum([call.lengths for call in calls], axis=0)
    arrays = {}
    for name in first:
        arrays[name] = np.concatenate([call[name][:, :1] for call in calls], axis=1)
    mask = np.concatenate([call.mask[:, :1] for call in calls], axis=1)
    return LayerActivity(path, first.cell, arrays, first.roles, mask, lengths)


def _fits(layer: LayerActivity, axis: Axis) -> bool:
    return list(layer.lengths) == list(axis.lengths)


def _input_names(probe: Probe) -> list[str | None]:
    """Names of the axes of all inputs in order; `None` without an axis."""
    parts = keras.tree.flatten_with_path(probe.inputs[0])
    return [probe.axis_of_input(tuple(path)) for path, _ in parts]


def _own_axis(
    probe: Probe, layer: LayerActivity, axes: dict[str, Axis], ends: tuple[int, int] | None
) -> Axis:
    """The axis of a layer with steps of its own, shared by layers of equal steps."""
    for axis in axes.values():
        if axis.name not in probe.axes and _fits(layer, axis):
            return axis
    lengths = tuple(map(int, layer.lengths))
    tokens = _inner_tokens(probe, lengths)
    last = None
    if tokens is None and ends is not None and probe.tokens is not None:
        first, stride = ends
        last = [
            np.minimum(first + stride * np.arange(steps), max(length - 1, 0))
            for steps, length in zip(lengths, probe.lengths, strict=True)
        ]
        separator = separator_of(token for row in probe.tokens for token in row)
        tokens = [
            _texts_between(row, at, separator) for row, at in zip(probe.tokens, last, strict=True)
        ]
    axis = axes[layer.path] = Axis(layer.path, lengths, tokens, ends=last)
    return axis


def _texts_between(tokens: Sequence[str], ends: np.ndarray, separator: str) -> list[str]:
    """Text that each step has read since the one before it."""
    starts = np.concatenate([[0], ends[:-1] + 1])[: len(ends)]
    return [
        separator.join(tokens[start : end + 1]) for start, end in zip(starts, ends, strict=True)
    ]


def _inner_tokens(probe: Probe, lengths: tuple[int, ...]) -> list[list[str]] | None:
    """Tokens of ids (steps, inner steps), such as the characters of words."""
    sequences = probe.sequences
    if not sequences or sequences[0].ndim != 2 or sequences[0].dtype.kind not in "iu":
        return None
    if tuple(array.size for array in sequences) != lengths:
        return None
    return [probe.names_of(array.ravel()) for array in sequences]
