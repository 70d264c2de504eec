"""Predictions that a recording's outputs state, by token or by sequence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from tb_rnnviz.capture.keras.probabilities import log_probabilities
from tb_rnnviz.capture.predictions import Predictions, predictions_from
from tb_rnnviz.recording import Recording


def output_predictions(
    recording: Recording,
    outputs: Any,
    mask: np.ndarray | None,
    targets: Sequence[np.ndarray] | None,
) -> Predictions:
    """Returns the predictions that an output of a recording states.

    Args:
        recording: The recording.
        outputs: Distributions (sequences, steps, classes), or (sequences, classes) of the last step
            of each sequence. A single class is the second of two.
        mask: Boolean (sequences, steps), false at steps that have no loss; `None` for none.
        targets: As for `Recorder.outputs`.
    """
    shape = np.shape(outputs)
    if len(shape) == 3 and shape[:2] == recording.mask.shape:
        tokens = np.asarray(outputs)[recording.mask]
        is_counted = None if mask is None else np.asarray(mask, bool)[recording.mask]
    elif len(shape) == 2 and shape[0] == len(recording.lengths) and targets is not None:
        tokens, is_counted = np.asarray(outputs)[recording.lengths > 0], None
    else:
        return _without_loss(
            targets, f"the outputs of shape {shape} are no distribution over targets of each token"
        )
    if shape[-1] == 1 and (targets is None or max(map(_highest, targets)) > 1):
        return _without_loss(targets, "the model has a single output, and targets beyond 0 and 1")
    flat = None
    if targets is not None:
        flat = np.concatenate([np.asarray(ids, np.int64) for ids in targets])
        flat = flat if is_counted is None else np.where(is_counted, flat, -1)
    is_last = _last_steps(recording.lengths) if len(shape) == 2 else None
    if flat is not None and is_last is not None:
        flat = flat[is_last]
    log = keras.ops.convert_to_numpy(log_probabilities(tokens))
    predictions = predictions_from(log, None if flat is None else [flat])
    if is_last is not None:
        predictions = _at_last_steps(predictions, is_last)
    if recording.outputs_misaligned is not None:
        predictions = {"loss": predictions.get("loss")}
    if targets is not None and predictions.get("loss") is None:
        predictions["note"] = "no token that the model consumes has a target"
    return predictions


def _without_loss(targets: Sequence[np.ndarray] | None, reason: str) -> Predictions:
    return {} if targets is None else {"note": reason}


def _highest(targets: np.ndarray) -> int:
    return int(np.max(targets, initial=-1))


def _last_steps(lengths: np.ndarray) -> np.ndarray:
    """Returns booleans (tokens,), true at the last token of each sequence."""
    is_last = np.zeros(lengths.sum(), bool)
    is_last[np.cumsum(lengths[lengths > 0]) - 1] = True
    return is_last


def _at_last_steps(predictions: Predictions, is_last: np.ndarray) -> Predictions:
    """Puts predictions of sequences at their last tokens."""
    placed: dict[str, Any] = {}
    for name, value in predictions.items():
        if isinstance(value, np.ndarray):
            filler = np.nan if value.dtype.kind == "f" else -1
            placed[name] = np.full((len(is_last), *value.shape[1:]), filler, value.dtype)
            placed[name][is_last] = value
        else:
            placed[name] = value
    return placed  # type: ignore[return-value]
