"""Steps of an output of a Keras model: those of the tokens, or its own."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from tb_rnnviz.capture.keras.outputs import symbolic_output
from tb_rnnviz.core.targets import NUMBERS
from tb_rnnviz.probe import Probe


def has_own_steps(model: keras.Model, output: str | int | None = None) -> bool:
    """True if an output is made of a vector, which has no steps.

    Such as a forecast of a window, `Dense(24)` behind the last state, or a decoder behind
    `RepeatVector`. False if the layers of the model are known to its call alone.

    Args:
        model: A built Keras model.
        output: Name or index of the output, if the model has several.

    Example:
        >>> last = [keras.Input((8, 2)), keras.layers.GRU(3), keras.layers.Dense(8)]
        >>> every = [keras.Input((8, 2)), keras.layers.GRU(3, return_sequences=True)]
        >>> has_own_steps(keras.Sequential(last)), has_own_steps(keras.Sequential(every))
        (True, False)
    """
    tensor = symbolic_output(model, output)
    if not hasattr(tensor, "_keras_history"):
        return False
    waiting, seen = _made_from(tensor), set()
    while waiting:
        tensor = waiting.pop()
        if id(tensor) in seen:
            continue
        seen.add(id(tensor))
        parts = _made_from(tensor)
        if not parts:
            return False  # an input: the path to it has no vector
        if len(tensor.shape) > 2:
            waiting += parts
    return True


def with_targets_of_output(model: keras.Model, probe: Probe) -> Probe:
    """Returns the probe with targets of sequences if the output has steps of its own.

    As many horizons as a window has steps are not told from steps by their number. Targets that
    repeat the channels, as those of an autoencoder, stay targets of steps.

    Args:
        model: A built Keras model.
        probe: The probe.
    """
    if probe.targets is None or probe.target_kind != NUMBERS or len(set(probe.lengths)) > 1:
        return probe
    try:
        is_own = has_own_steps(model, probe.output)
    except ValueError:  # an output that does not exist is reported where it is read
        return probe
    if not is_own or _are_inputs(probe):
        return probe
    return probe.with_targets_of_sequences()


def _made_from(tensor: Any) -> list[Any]:
    """Returns the tensors that a symbolic tensor is made from; an input has none."""
    operation, node, _ = tensor._keras_history
    if not operation._inbound_nodes:
        return []
    return list(operation._inbound_nodes[node].input_tensors)


def _are_inputs(probe: Probe) -> bool:
    series = probe.axes[probe.axis].series
    pairs = zip(series or [], probe.targets or [], strict=False)
    return series is not None and all(np.array_equal(*pair, equal_nan=True) for pair in pairs)
