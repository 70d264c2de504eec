"""Log probabilities of a model's outputs, which may be probabilities or logits."""

from __future__ import annotations

from typing import Any

from keras import ops


def log_probabilities(outputs: Any) -> Any:
    """Returns the natural logarithm of the probabilities over the last axis.

    Outputs that are non-negative and sum to 1 are taken as probabilities, all others as logits. A
    single output belongs to the second of two classes: a probability if it is between 0 and 1
    everywhere, otherwise a logit.

    Args:
        outputs: Outputs of the model's last layer, (..., vocabulary).

    Returns:
        A float32 tensor of the same shape, (..., 2) for a single output; zero probability gives a
        large negative number.
    """
    outputs = ops.cast(outputs, "float32")
    if outputs.shape[-1] == 1:
        is_inside = ops.logical_and(ops.min(outputs) >= 0.0, ops.max(outputs) <= 1.0)
        rest = ops.where(is_inside, 1.0 - outputs, ops.zeros_like(outputs))
        outputs = ops.concatenate([rest, outputs], axis=-1)
    off = ops.max(ops.absolute(ops.sum(outputs, axis=-1) - 1.0))
    are_probabilities = ops.logical_and(ops.min(outputs) >= 0.0, off < 1e-2)
    return ops.where(
        are_probabilities,
        ops.log(ops.maximum(outputs, 1e-30)),
        ops.log_softmax(outputs, axis=-1),
    )
