"""Reads a model's outputs as probabilities of the next token."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from keras import ops

from tb_rnnviz.recording import Recording

EXPECTED = 5
"""How many of the most probable next tokens are kept."""


def log_probabilities(outputs: Any) -> Any:
    """Natural logarithm of the probabilities over the last axis.

    Outputs that are non-negative and sum to one are taken as probabilities, all others as logits.

    Args:
        outputs: (..., vocabulary), whatever the model's last layer gave.

    Returns:
        A float32 tensor of the same shape; zero probability gives a large negative number.
    """
    outputs = ops.cast(outputs, "float32")
    off = ops.max(ops.absolute(ops.sum(outputs, axis=-1) - 1.0))
    are_probabilities = ops.logical_and(ops.min(outputs) >= 0.0, off < 1e-2)
    return ops.where(
        are_probabilities,
        ops.log(ops.maximum(outputs, 1e-30)),
        ops.log_softmax(outputs, axis=-1),
    )


def predictions(recording: Recording, targets: Sequence[np.ndarray] | None) -> dict[str, Any]:
    """What the model said would come next at every token of a recording.

    Args:
        recording: A recording with outputs (sequences, steps, vocabulary).
        targets: The id that did come next, integers (steps,) per sequence, negative where there
            is none; or `None`.

    Returns:
        `expected` int64 and `expected_probability` float32, both (tokens, k), most probable first,
        with k at most 5; and with targets `target` int64 and `probability` float32 (tokens,), NaN
        without target, and `loss`, the mean of -log p in nats.
        Empty where the outputs are no distribution over tokens.
    """
    outputs = recording.outputs
    steps = recording.mask.shape
    if not isinstance(outputs, np.ndarray) or outputs.ndim != 3 or outputs.shape[:2] != steps:
        return {}
    flat = outputs[recording.mask]
    if flat.shape[-1] < 2:
        return {}
    logs = ops.convert_to_numpy(log_probabilities(flat))
    k = min(EXPECTED, logs.shape[-1])
    expected = np.argpartition(-logs, k - 1, axis=-1)[:, :k]
    order = np.argsort(-np.take_along_axis(logs, expected, -1), axis=-1, kind="stable")
    expected = np.take_along_axis(expected, order, -1)
    found = {
        "expected": expected,
        "expected_probability": np.exp(np.take_along_axis(logs, expected, -1)),
    }
    if targets is not None:
        target = np.concatenate([np.asarray(ids, np.int64) for ids in targets])
        if target.max(initial=-1) >= logs.shape[-1]:
            raise ValueError(
                f"A target is the id {target.max()}, but the model gives {logs.shape[-1]} "
                f"probabilities. Allowed: ids 0 to {logs.shape[-1] - 1}, negative for no target."
            )
        log_target = np.take_along_axis(logs, np.maximum(target, 0)[:, None], -1)[:, 0]
        found["target"] = target
        found["probability"] = np.where(target < 0, np.nan, np.exp(log_target)).astype(np.float32)
        found["loss"] = -float(log_target[target >= 0].mean()) if (target >= 0).any() else None
    return found
