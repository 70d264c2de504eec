"""Predictions of the next token: probability, and the most probable tokens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict, cast

import numpy as np

EXPECTED_TOKENS = 5
"""Number of the most probable next tokens in `Predictions`."""


class Predictions(TypedDict, total=False):
    """A model's predictions at every token.

    Sequences stand one after the other without padding. Keys are absent where there is nothing to
    say: all of them if the outputs are no distribution over tokens, the last three without targets.

    Attributes:
        expected: Ids of the most probable next tokens, int64 (tokens, k), most probable first; k is
            at most 5.
        expected_probability: Their probabilities, float32 (tokens, k).
        target: Id of the next token, int64 (tokens,), negative if there is none.
        probability: Probability of the target, float32 (tokens,), NaN if there is none.
        output: Numbers or labels instead of a distribution, float32 (tokens, k).
        output_target: Their targets, float32 (tokens, k), NaN if there is none.
        loss: Mean loss of the targets by the model's own loss, or else of -log p, in nats; `None`
            if there is no target.
        note: Reason why there is no loss, although there are targets.
    """

    expected: np.ndarray
    expected_probability: np.ndarray
    target: np.ndarray
    probability: np.ndarray
    output: np.ndarray
    output_target: np.ndarray
    loss: float | None
    note: str


def predictions_from(
    log_probabilities: np.ndarray, targets: Sequence[np.ndarray] | None = None
) -> Predictions:
    """Returns the predictions that log probabilities state.

    Args:
        log_probabilities: Natural logarithms of probabilities, float32 (tokens, vocabulary).
        targets: Target of every token, integers (steps,) per sequence, negative if there is none.
            Defaults to no targets.

    Raises:
        ValueError: if a target is outside the vocabulary.

    Example:
        >>> predictions = predictions_from(np.log([[0.25, 0.5, 0.125]]), [np.array([0])])
        >>> predictions["expected"].tolist(), predictions["probability"].tolist()
        ([[1, 0, 2]], [0.25])
    """
    vocabulary = log_probabilities.shape[-1]
    k = min(EXPECTED_TOKENS, vocabulary)
    expected = np.argpartition(-log_probabilities, k - 1, axis=-1)[:, :k]
    log_expected = np.take_along_axis(log_probabilities, expected, -1)
    expected = np.take_along_axis(expected, np.argsort(-log_expected, axis=-1, kind="stable"), -1)
    predictions: Predictions = {
        "expected": expected,
        "expected_probability": np.exp(np.take_along_axis(log_probabilities, expected, -1)),
    }
    if targets is not None:
        target = np.concatenate([np.asarray(ids, np.int64) for ids in targets])
        if target.max(initial=-1) >= vocabulary:
            raise ValueError(
                f"A target is the id {target.max()}, but the model gives {vocabulary} "
                f"probabilities. Allowed: ids 0 to {vocabulary - 1}, negative for no target."
            )
        log_target = np.take_along_axis(log_probabilities, np.maximum(target, 0)[:, None], -1)[:, 0]
        is_known = target >= 0
        predictions["target"] = target
        probability = np.where(is_known, np.exp(log_target), np.nan)
        predictions["probability"] = probability.astype(np.float32)
        predictions["loss"] = -float(log_target[is_known].mean()) if is_known.any() else None
    return predictions


def join_predictions(blocks: Sequence[Predictions]) -> Predictions:
    """Joins the predictions of consecutive blocks of a sequence."""
    if not blocks[0]:
        return {}
    arrays = [{name: value for name, value in block.items() if name != "loss"} for block in blocks]
    joined = cast(
        Predictions, {name: np.concatenate([block[name] for block in arrays]) for name in arrays[0]}
    )
    losses = [
        (loss, _counted(block)) for block in blocks if (loss := block.get("loss")) is not None
    ]
    if losses:
        joined["loss"] = sum(loss * n for loss, n in losses) / sum(n for _, n in losses)
    return joined


def _counted(block: Predictions) -> int:
    """Number of targets."""
    if "target" in block:
        return int((block["target"] >= 0).sum())
    return int(np.isfinite(block["output_target"]).all(axis=1).sum())
