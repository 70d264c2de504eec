"""Choice of the prediction that an attribution explains."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tb_rnnviz.capture.input_scores import ChosenPrediction, InputScores
from tb_rnnviz.probe import Probe


def choose_prediction(scores: InputScores, probe: Probe, target: Any, at: Any) -> ChosenPrediction:
    """Returns the prediction of every sequence that is explained.

    Args:
        scores: Scores of the model on the probe.
        probe: The probe, whose classes or vocabulary name the classes.
        target: As for `attribute`.
        at: As for `attribute`.

    Raises:
        ValueError: If a step or class is outside the outputs.
    """
    if isinstance(target, tuple):
        if len(target) != 2 or at is not None:
            raise ValueError(
                "A tuple names a step and a class, target=(step, class), without `at`. Received: "
                f"target={target!r}, at={at!r}."
            )
        at, target = target
    steps = _steps(scores, at)
    answers = [
        output[step] if output.ndim == 2 else output
        for output, step in zip(scores.outputs, steps, strict=True)
    ]
    width = answers[0].shape[-1]
    is_binary = width == 1 and scores.has_sigmoid
    if target is None:
        likely = [int(answer[0] > 0) if is_binary else int(np.argmax(answer)) for answer in answers]
        classes = np.asarray(likely)
    else:
        names = probe.classes or probe.vocabulary
        classes = _integers(target, len(answers), "target", names)
    number = 2 if is_binary else width
    if classes.min() < 0 or classes.max() >= number:
        raise ValueError(
            f"The target is outside the outputs of the model, which are {number} classes or "
            f"numbers, from 0 to {number - 1}. Received: target={target!r}."
        )
    indices = np.zeros_like(classes) if is_binary else classes
    signs = np.where(classes > 0, 1.0, -1.0) if is_binary else np.ones(len(classes))
    return ChosenPrediction(steps, indices, signs, classes)


def _steps(scores: InputScores, at: Any) -> np.ndarray:
    """Returns the step of every prediction, from the start of its sequence."""
    if at is None:
        return scores.last_steps
    steps = _integers(at, len(scores.outputs), "at", None)
    has_steps = scores.outputs[0].ndim == 2
    lengths = np.array(
        [len(part) for part in (scores.outputs if has_steps else scores.fed)], np.int64
    )
    if (steps < -lengths).any() or (steps >= lengths).any():
        raise ValueError(
            f"The target is outside the text: the sequences have {lengths.min()} to "
            f"{lengths.max()} steps, counted from 0. Received: step {at!r}."
        )
    steps = np.where(steps < 0, steps + lengths, steps)
    if not has_steps and (steps != lengths - 1).any():
        raise ValueError(
            "The model has one answer for each sequence, which belongs to its last step. Received: "
            f"step {at!r}. Leave the step out, or cut the sequence."
        )
    return steps


def _integers(
    values: Any, sequences: int, argument: str, names: Sequence[str] | None
) -> np.ndarray:
    """Returns an integer for each sequence; names are looked up."""
    listed = values if isinstance(values, (list, np.ndarray)) else [values]
    by_name = {name: index for index, name in enumerate(names or ())}
    if unknown := [value for value in listed if isinstance(value, str) and value not in by_name]:
        raise ValueError(f"No class is called {unknown[0]!r}. Named: {list(by_name)[:20]}.")
    array = np.asarray([by_name[value] if isinstance(value, str) else value for value in listed])
    if array.ndim != 1 or array.dtype.kind not in "iu" or len(array) not in (1, sequences):
        raise ValueError(
            f"`{argument}` is an integer, or a list with one for each of the {sequences} "
            f"sequences. Received: {values!r}."
        )
    return np.broadcast_to(array.astype(np.int64), (sequences,)).copy()
