"""Loss of single steps, by the loss that a model was compiled with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np

ONE_HOT = ("categorical_crossentropy", "categorical_focal_crossentropy", "kl_divergence")
"""Losses that take a class as a vector of zeros with a one."""


def step_losses(
    model: keras.Model, outputs: np.ndarray, targets: np.ndarray, output: str | int | None = None
) -> np.ndarray | None:
    """Returns the loss of every step, by the loss that a model was compiled with.

    Their mean is the loss of `evaluate`.

    Args:
        model: The model; without a compiled loss there is none here.
        outputs: Outputs of each step, (steps, k), or (steps, horizons, k).
        targets: Classes, integers (steps,); or numbers or labels in the shape of the outputs.
        output: Name or index of the output, if the model has several.

    Returns:
        Float32, a value for each step that the loss does not ignore; `None` if the model has no
        such loss, or it does not give a value for each step.
    """
    loss = loss_of(model, output)
    if loss is None:
        return None
    name = getattr(loss, "name", None) or getattr(loss, "__name__", "")
    ignored = getattr(loss, "ignore_class", None)
    is_ignored = np.zeros(len(outputs), bool)
    if targets.ndim == 1 and ignored is not None:
        is_ignored = targets == ignored
    elif targets.ndim == 1 and name in ONE_HOT:
        targets = np.eye(outputs.shape[-1], dtype=np.float32)[targets]
    elif targets.ndim == 1 and outputs.shape[-1] == 1:
        targets = targets[:, None]
    call = loss.call if isinstance(loss, keras.losses.Loss) else loss
    try:
        values = np.asarray(
            keras.ops.convert_to_numpy(
                call(keras.ops.convert_to_tensor(targets), keras.ops.convert_to_tensor(outputs))
            ),
            np.float32,
        )
    except Exception:  # a loss of the user's, which may want whole batches
        return None
    if values.shape != outputs.shape[:-1]:
        return None
    if values.ndim > 1:
        values = values.mean(axis=tuple(range(1, values.ndim)))
    return values[~is_ignored]


def loss_of(model: keras.Model, output: str | int | None = None) -> Any:
    """Returns the compiled loss of an output, a `keras.losses.Loss` or a function.

    Args:
        model: The model.
        output: Name or index of the output, if the model has several.

    Returns:
        The loss, or `None` if the model is not compiled or the output has none.
    """
    loss = getattr(model, "loss", None)
    names = list(getattr(model, "output_names", None) or [])
    index = names.index(output) if output in names else output
    if isinstance(loss, Mapping):
        loss = loss.get(output, loss.get(names[index]) if isinstance(index, int) else None)
    elif isinstance(loss, (list, tuple)):
        loss = loss[index] if isinstance(index, int) and index < len(loss) else None
    if isinstance(loss, str):
        loss = keras.losses.get(loss)
    return loss if callable(loss) else None
