"""The loss of a model at every token, inside a compiled pass."""

from __future__ import annotations

from typing import Any

from keras import ops

from tb_rnnviz.capture.predictions import log_probabilities


def token_loss(outputs: Any, targets: Any) -> Any:
    """-log p of the target in nats, float32 (sequences, steps), NaN where there is none.

    Args:
        outputs: (sequences, steps, vocabulary), or (sequences, vocabulary) of a model that gives
            one answer for a sequence: it belongs to the last step.
        targets: Ids (sequences, steps), negative where there is none.

    Raises:
        ValueError: if the outputs are no distribution for each step or sequence.
    """
    ranks = (2, 3)
    if isinstance(outputs, (list, tuple, dict)) or len(outputs.shape) not in ranks:
        raise ValueError(
            "The loss needs a model with one output, a distribution over tokens at every step or "
            f"for every sequence. Received: {outputs}"
        )
    steps = outputs.shape[1], targets.shape[1]
    if len(outputs.shape) == 3 and None not in steps and steps[0] != steps[1]:
        raise ValueError(
            f"The model gives {steps[0]} steps for {steps[1]} targets. Pass a target for every "
            "step of the model's output."
        )
    seen = targets if len(outputs.shape) == 3 else targets[:, -1]
    index = ops.expand_dims(ops.maximum(seen, 0), -1)
    loss = -ops.take_along_axis(log_probabilities(outputs), index, axis=-1)[..., 0]
    if len(outputs.shape) == 2:
        loss = ops.pad(loss[:, None], ((0, 0), (ops.shape(targets)[1] - 1, 0)))
        last = ops.arange(ops.shape(targets)[1]) == ops.shape(targets)[1] - 1
        targets = ops.where(last, targets, -1)
    return ops.where(targets < 0, float("nan"), loss)
