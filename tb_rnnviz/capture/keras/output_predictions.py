"""Predictions that a recording's outputs state, by token or by sequence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from tb_rnnviz.capture.keras.model_loss import step_losses
from tb_rnnviz.capture.keras.probabilities import log_probabilities
from tb_rnnviz.capture.predictions import Predictions, predictions_from
from tb_rnnviz.recording import Recording


def output_predictions(
    recording: Recording,
    outputs: Any,
    mask: np.ndarray | None,
    targets: Sequence[np.ndarray] | None,
    model: keras.Model,
    output: str | int | None = None,
) -> Predictions:
    """Returns the predictions that an output of a recording states.

    Args:
        recording: The recording.
        outputs: Distributions (sequences, steps, classes), or (sequences, classes) of the last step
            of each sequence. A single class is the second of two. Or numbers or labels in the
            same shapes, if the targets are, or the recording is of a signal; a forecast by
            horizon also (sequences, steps, horizons, channels), or (sequences, horizons, channels)
            at the last step.
        mask: Boolean (sequences, steps), false at steps that have no loss; `None` for none.
        targets: As for `Recorder.outputs`.
        model: The model, whose own loss is used if it is compiled.
        output: Name or index of the output, if the model has several.
    """
    outputs, mask = np.asarray(outputs), None if mask is None else np.asarray(mask, bool)
    are_numbers = recording.is_signal if targets is None else targets[0].ndim == 2
    shape, steps = outputs.shape, recording.mask.shape
    is_of_sequence = are_numbers and _are_of_sequences(shape, steps, targets)
    if are_numbers and shape == steps and not is_of_sequence:
        outputs = outputs[..., None]
    is_last = None
    if outputs.ndim > 2 and outputs.shape[:2] == steps and not is_of_sequence:
        tokens = outputs[recording.mask]
        is_counted = None if mask is None else mask[recording.mask]
    elif is_of_sequence or (outputs.ndim == 2 and shape[0] == steps[0] and targets):
        tokens, is_counted = outputs[recording.lengths > 0], None
        is_last = _last_steps(recording.lengths)
    else:
        what = "one number for each target" if are_numbers else "a distribution over targets"
        return _without_loss(
            targets, f"the outputs of shape {shape} are not {what} of each step or sequence"
        )
    if tokens.ndim > 2 and not are_numbers:
        return _without_loss(targets, f"the outputs of shape {shape} are no distributions")
    flat = None
    if targets is not None:
        flat = np.concatenate([np.asarray(rows) for rows in targets])
        flat = flat if is_last is None else flat[is_last]
    if are_numbers:
        predictions = _numbers(model, tokens, flat, is_counted, output)
    else:
        predictions = _distributions(model, tokens, flat, is_counted, output)
    if is_last is not None:
        predictions = _at_last_steps(predictions, is_last)
    if recording.outputs_misaligned is not None:
        predictions = {"loss": predictions.get("loss")}
    if targets is not None and predictions.get("loss") is None:
        predictions.setdefault("note", "no token that the model consumes has a target")
    return predictions


def _distributions(
    model: keras.Model,
    tokens: np.ndarray,
    targets: np.ndarray | None,
    is_counted: np.ndarray | None,
    output: str | int | None,
) -> Predictions:
    """Predictions of outputs that are distributions, (tokens, classes)."""
    highest = -1 if targets is None else int(np.max(targets, initial=-1))
    if tokens.shape[-1] == 1 and (targets is None or highest > 1):
        return _without_loss(targets, "the model has a single output, and targets beyond 0 and 1")
    if targets is not None and is_counted is not None:
        targets = np.where(is_counted, targets, -1)
    log = keras.ops.convert_to_numpy(log_probabilities(tokens))
    predictions = predictions_from(log, None if targets is None else [targets])
    if predictions.get("loss") is not None and targets is not None:
        is_known = targets >= 0
        losses = step_losses(model, tokens[is_known], targets[is_known], output)
        if losses is not None:
            predictions["loss"] = _mean(losses)
    return predictions


def _numbers(
    model: keras.Model,
    tokens: np.ndarray,
    targets: np.ndarray | None,
    is_counted: np.ndarray | None,
    output: str | int | None,
) -> Predictions:
    """Predictions of outputs that are numbers or labels, (tokens, …, k)."""
    if targets is None:
        return {"output": tokens.reshape(len(tokens), -1).astype(np.float32)}
    numbers = tokens.reshape(len(tokens), -1)
    if targets.shape != numbers.shape:
        return {
            "note": f"the model gives {numbers.shape[1]} numbers, of shape {tokens.shape[1:]}, "
            f"where there are {targets.shape[1]} targets"
        }
    is_counted = np.ones(len(tokens), bool) if is_counted is None else is_counted
    is_known = np.isfinite(targets).all(axis=1) & is_counted
    # The loss is that of the outputs in their own shape, over which it may normalise. A step with a
    # missing target has none: the mean is that of `evaluate` on the others.
    known = tokens[is_known], targets.reshape(tokens.shape)[is_known]
    losses = step_losses(model, *known, output)
    if losses is None:
        squares = np.square(known[0] - known[1])
        losses = squares.mean(axis=tuple(range(1, squares.ndim)))
    return {
        "output": numbers.astype(np.float32),
        "output_target": np.where(is_counted[:, None], targets, np.nan).astype(np.float32),
        "loss": _mean(losses),
    }


def _are_of_sequences(
    shape: tuple[int, ...], steps: tuple[int, ...], targets: Sequence[np.ndarray] | None
) -> bool:
    """True for numbers of whole sequences, (sequences, k) or (sequences, horizons, k).

    Args:
        shape: Shape of the outputs.
        steps: Number of sequences, and of steps of the longest.
        targets: Targets (steps, k) of each sequence; those of a sequence are at its last step.
    """
    if len(shape) < 2 or shape[0] != steps[0]:
        return False
    if targets is None:
        return len(shape) == 2 and shape != steps or len(shape) == 3 and shape[1] != steps[1]
    if all(np.isnan(rows[:-1]).all() for rows in targets) and steps[1] > 1:
        return True
    return len(shape) == 2 and shape != steps


def _mean(losses: np.ndarray) -> float | None:
    """Mean in double precision, `None` of nothing."""
    return float(losses.mean(dtype=np.float64)) if losses.size else None


def _without_loss(targets: Any, reason: str) -> Predictions:
    return {} if targets is None else {"note": reason}


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
