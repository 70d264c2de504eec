"""Explanations of several predictions of a probe, each in its own window."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from tb_rnnviz.capture.attribution import Attribution, attribute
from tb_rnnviz.capture.gradient_flow import FlowMatrix
from tb_rnnviz.capture.recorder import recorder_for
from tb_rnnviz.capture.windows import Windows
from tb_rnnviz.core.explanations import GradientReach
from tb_rnnviz.core.names import HIDDEN_STATE, is_state
from tb_rnnviz.probe import Probe
from tb_rnnviz.recording import LayerActivity, Recording

NODES = 20
"""Nodes of the integral of integrated gradients."""

STRONGEST_UNITS = 12
"""Units of a layer whose part in a prediction is stored."""


def attribute_windows(
    model: Any, windows: Windows, classes: np.ndarray | None, method: str
) -> Attribution:
    """Attributes the prediction of every window, as `attribute` does.

    Args:
        model: A Keras model with recurrent layers.
        windows: The windows.
        classes: Class, token or number that is explained, (windows,); `None` for the most
            probable one.
        method: Name of the method.
    """
    nodes = NODES if method == "integrated_gradients" else None
    target = None if classes is None else classes.tolist()
    return attribute(model, windows.probe, target, method, at=windows.at.tolist(), nodes=nodes)


def unit_parts(
    model: Any,
    windows: Windows,
    classes: np.ndarray | None,
    recording: Recording,
    positions: Sequence[tuple[int, int]],
) -> list[Mapping[str, tuple[tuple[int, float], ...]]]:
    """Returns the units that carried each prediction, the strongest first.

    The part of a unit is the derivative of log p of the explained class by its hidden state at the
    step of the prediction, times the state: to first order, the change of log p if the unit were
    zero there, with the other sign. Of a model with one number, it is the derivative of the number.

    Args:
        model: A Keras model with recurrent layers.
        windows: The windows.
        classes: Explained class of each window, (windows,); `None` for the sum of the numbers.
        recording: Recording of the probe, with the states of every step.
        positions: Sequence and step of each prediction.
    """
    probe = copy.copy(windows.probe)
    probe.targets = None
    if classes is not None:
        targets = [np.full(length, -1, np.int64) for length in probe.lengths]
        for ids, at, chosen in zip(targets, windows.at.tolist(), classes, strict=True):
            ids[at] = chosen
        probe.targets = targets
    layers, _, _ = recorder_for(model).differentiate(probe, windows.is_chosen.astype(np.float32))
    sign = 1.0 if classes is None else -1.0
    parts: list[dict[str, tuple[tuple[int, float], ...]]] = [{} for _ in positions]
    for layer in layers:
        if not _has_state(recording, layer.path, len(windows.at), layer):
            continue
        states = recording[layer.path][HIDDEN_STATE]
        slopes = layer[HIDDEN_STATE]
        for window, (row, step) in enumerate(positions):
            slope = slopes[window, windows.at[window]].astype(np.float64)
            products = sign * slope * states[row, step]
            products = np.where(np.isfinite(products), products, 0.0)
            strongest = np.argsort(-np.abs(products), kind="stable")[:STRONGEST_UNITS].tolist()
            parts[window][layer.path] = tuple((unit, float(products[unit])) for unit in strongest)
    return [dict(part) for part in parts]


def gradient_reach(model: Any, windows: Windows) -> tuple[GradientReach, ...]:
    """Measures how the gradient of the losses of the windows falls with the distance.

    As `gradient_flow`, with a window for each target.

    Args:
        model: A Keras model with recurrent layers.
        windows: The windows; without targets, the most probable class is the target.
    """
    probe: Probe = windows.probe
    layers, _, _ = recorder_for(model).differentiate(probe, windows.is_chosen.astype(np.float32))
    reach = []
    for layer in layers:
        if layer.lengths.tolist() != list(probe.lengths):
            continue  # steps of its own
        for name in filter(is_state, layer):
            flow = FlowMatrix.of(layer[name], windows.at)
            by_lag = flow.by_lag
            by_lag = by_lag[: 1 + np.flatnonzero(~np.isnan(by_lag)).max(initial=-1)]
            if len(by_lag):
                reach.append(GradientReach(layer.path, name, by_lag, flow.slope, flow.half_life))
    return tuple(reach)


def _has_state(recording: Recording, path: str, windows: int, layer: LayerActivity) -> bool:
    """True if the recording has the hidden state of a layer that reads the tokens."""
    if path not in recording.layers or HIDDEN_STATE not in layer or len(layer.mask) != windows:
        return False
    recorded = recording[path]
    return HIDDEN_STATE in recorded and recorded.lengths.tolist() == recording.lengths.tolist()
