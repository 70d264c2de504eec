"""Attribution: the parts of an input that moved a prediction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from tb_rnnviz.capture.contextual_decomposition import Decomposition, decompose
from tb_rnnviz.capture.gradients import probe_of
from tb_rnnviz.capture.input_attribution import (
    Arrays,
    gradient_x_input,
    integrated_gradients,
    occlusion,
    temporal_rescaling,
)
from tb_rnnviz.capture.input_scores import ChosenPrediction, InputScores
from tb_rnnviz.capture.layer_chain import LayerChain
from tb_rnnviz.capture.prediction_target import choose_prediction
from tb_rnnviz.capture.recorder import recorder_for
from tb_rnnviz.capture.relevance_propagation import chain_scores, propagate_relevance
from tb_rnnviz.core.explanations import LARGEST_GAP

METHODS = (
    "gradient_x_input",
    "integrated_gradients",
    "occlusion",
    "lrp",
    "contextual_decomposition",
    "temporal_rescaling",
)
"""Names of the methods."""

OF_LAYERS = ("lrp", "contextual_decomposition")
"""Methods that follow the layers of the model, in float64."""

BLOCK = 128
"""Phrases that are decomposed at once."""


@dataclass(frozen=True, eq=False)
class Attribution:
    """Parts of the score of a prediction, by token or by number of a signal.

    Attributes:
        values: Part of each token, float64 (sequences, steps), or of each number of a signal,
            (sequences, steps, channels); NaN behind the end of a sequence.
        gap: Completeness gap of each sequence, relative, float64 (sequences,): the distance of the
            sum of the values from `change`, divided by `change`. Of contextual decomposition, the
            distance of all parts from `score`. NaN if the method has no sum.
        method: Name of the method.
        target: Step and class, token or number of the prediction of each sequence.
        score: Score of the prediction, float64 (sequences,): the logit if the model ends with a
            softmax or sigmoid, or else the output.
        change: Difference of the score that the values account for, float64 (sequences,): from the
            score of the baseline, or from zero if the method has no baseline.
        by_dimension: Parts of each embedding dimension of a token, float64
            (sequences, steps, dimensions); `None` for a signal, and if the method has none.
        phrase: Part of the phrase as a whole, float64 (sequences,); `None` without a phrase.
        rest: Part of all else, the bias of the last layer included, float64 (sequences,). With
            `phrase` it sums to `score`.
    """

    values: np.ndarray
    gap: np.ndarray
    method: str
    target: tuple[tuple[int, int], ...]
    score: np.ndarray
    change: np.ndarray
    by_dimension: np.ndarray | None = None
    phrase: np.ndarray | None = None
    rest: np.ndarray | None = None

    @property
    def conserved(self) -> bool:
        """True if no gap is above 1 %."""
        return bool((self.gap <= LARGEST_GAP).all())

    def __repr__(self) -> str:
        gap = "no sum" if np.isnan(self.gap).all() else f"largest gap {np.nanmax(self.gap):.2g}"
        return f"Attribution({self.method!r}, values of shape {self.values.shape}, {gap})"


def attribute(
    model: Any,
    inputs: Any,
    target: Any = None,
    method: str = "integrated_gradients",
    baseline: Any = None,
    *,
    at: int | Sequence[int] | None = None,
    nodes: int | None = None,
    stretch: int = 1,
    phrase: tuple[int, int] | None = None,
) -> Attribution:
    """Attributes the score of a prediction to the tokens or numbers of the input.

    The score is the logit if the model ends with a softmax or a sigmoid, and the output otherwise.
    Attributions are to what is fed to the first layer: the embedded ids, whose dimensions are
    summed, or the numbers. Of pairs it is the input that is embedded first, usually the source.

    Args:
        model: A Keras model with recurrent layers.
        inputs: A `Probe`, or inputs as for `record`.
        target: The prediction: index of a class, a token of the vocabulary, or a number of a
            forecast, or its name in the probe; a list with one for each sequence; or a tuple
            (step, index). With one sigmoid output, 0 and 1 are the two classes. Defaults to the
            largest output, which is the predicted class.
        method: `"gradient_x_input"`, `"integrated_gradients"`, `"occlusion"`, or for signals
            `"temporal_rescaling"`; for layers that follow one another `"lrp"` (LSTM, GRU and
            SimpleRNN) and `"contextual_decomposition"` (LSTM), whose values are the part of each
            step as a phrase of its own.
        baseline: Input that means "nothing", for what is fed to the first layer: floats of shape
            (channels,), (steps, channels) or (sequences, steps, channels). Defaults to zeros.
        at: Step of the prediction, or one for each sequence, negative from the end. Defaults to
            the last step that is not masked.
        nodes: Nodes of the integral of `"integrated_gradients"` and `"temporal_rescaling"`.
            Defaults to 10, up to 160 where the gap is above 0.5 %, for the former, and to 32 for
            the latter.
        stretch: Steps that `"occlusion"` replaces at once. At least the length of a signal, it
            replaces a whole channel.
        phrase: First step of a phrase and the step after its last, for
            `"contextual_decomposition"`. Defaults to no phrase but each step.

    Raises:
        ValueError: If the method is unknown or does not fit the model, the target is outside the
            text or the outputs, the baseline has another shape, a number is NaN, or no gradient
            reaches the input.

    Example:
        >>> import keras
        >>> model = keras.Sequential([keras.Input((None,)), keras.layers.Embedding(5, 4),
        ...     keras.layers.LSTM(3), keras.layers.Dense(2, activation="softmax")])
        >>> why = attribute(model, np.array([[0, 1, 2, 3]]), target=1)
        >>> why.values.shape, why.conserved, why.target
        ((1, 4), True, ((3, 1),))
    """
    _check_options(method, nodes, stretch, phrase)
    probe = probe_of(inputs, None, None)
    recorder = recorder_for(model)
    probe = recorder.read_strings(probe)
    scores = recorder.input_scores(probe)
    _check_finite(scores)
    prediction = choose_prediction(scores, probe, target, at)
    if method in OF_LAYERS:
        if baseline is not None:
            raise ValueError(f"The method {method!r} has no baseline. Received: a baseline.")
        chain = recorder.layer_chain(probe)
        if method == "lrp":
            return _propagated(chain, scores, prediction)
        return _decomposed(chain, scores, prediction, phrase)
    baselines = _baselines(scores, baseline)
    return _from_inputs(scores, prediction, baselines, method, nodes, stretch)


def _from_inputs(
    scores: InputScores,
    prediction: ChosenPrediction,
    baselines: Arrays,
    method: str,
    nodes: int | None,
    stretch: int,
) -> Attribution:
    """Returns the attribution of a method that reads other inputs."""
    sequences = range(len(scores.fed))
    score = scores.scores(sequences, scores.fed, prediction)
    change = score - scores.scores(sequences, baselines, prediction)
    if method == "temporal_rescaling":
        if not scores.is_signal:
            raise ValueError(
                "Temporal rescaling is for signals: tokens have no channels. For text: "
                f"{[name for name in METHODS if name != method]}."
            )
        values = temporal_rescaling(scores, prediction, baselines, nodes)
        change = np.full(len(values), np.nan)
    elif method == "occlusion":
        values = occlusion(scores, prediction, baselines, score, stretch)
    elif method == "gradient_x_input":
        values = gradient_x_input(scores, prediction, baselines)
        _check_reached(values, scores.fed, baselines, score, change)
    else:
        values = integrated_gradients(scores, prediction, baselines, change, nodes)
        _check_reached(values, scores.fed, baselines, score, change)
    return attribution_of(values, scores, prediction, method, score, change)


def _propagated(
    chain: LayerChain, scores: InputScores, prediction: ChosenPrediction
) -> Attribution:
    """Returns the attribution of relevance propagation."""
    values = [np.zeros(fed.shape) for fed in scores.fed]
    score = np.zeros(len(values))
    for rows, fed, step in _read_alike(chain, scores, prediction):
        index = int(prediction.indices[rows[0]])
        parts, score[rows] = propagate_relevance(chain, fed, step, index)
        for row, part in zip(rows, parts, strict=True):
            values[row][chain.masks[row]] = prediction.signs[row] * part
    score *= prediction.signs
    _check_same(score, scores.scores(range(len(values)), scores.fed, prediction))
    return attribution_of(values, scores, prediction, "lrp", score, score)


def _decomposed(
    chain: LayerChain,
    scores: InputScores,
    prediction: ChosenPrediction,
    phrase: tuple[int, int] | None,
) -> Attribution:
    """Returns the attribution of contextual decomposition."""
    values = [np.zeros((len(fed), fed.shape[1] if scores.is_signal else 1)) for fed in scores.fed]
    score, change, of_phrase, gap = np.zeros((4, len(values)))
    for rows, fed, step in _read_alike(chain, scores, prediction):
        index, sign = int(prediction.indices[rows[0]]), prediction.signs[rows]
        score[rows] = sign * chain_scores(chain, fed, step, index)
        for row, sequence in zip(rows, fed, strict=True):
            mask = chain.masks[row]
            is_phrase = _phrases(phrase, mask, sequence.shape[1], scores.is_signal)
            parts = _decomposed_in_blocks(chain, sequence, is_phrase, step, index)
            alone = prediction.signs[row] * parts.phrase
            gap[row] = np.abs(parts.total - prediction.signs[row] * score[row]).max()
            values[row][mask] = alone[:-1].reshape(mask.sum(), -1)
            of_phrase[row] = alone[-1]
            change[row] = score[row] - prediction.signs[row] * parts.bias
    _check_same(score, scores.scores(range(len(values)), scores.fed, prediction))
    method = "contextual_decomposition"
    attribution = attribution_of(values, scores, prediction, method, score, change)
    gap = np.divide(gap, np.abs(score), out=gap, where=score != 0)
    return replace(
        attribution,
        gap=gap,
        phrase=None if phrase is None else of_phrase,
        rest=None if phrase is None else score - of_phrase,
    )


def _decomposed_in_blocks(
    chain: LayerChain, sequence: np.ndarray, is_phrase: np.ndarray, step: int, index: int
) -> Decomposition:
    """Returns the parts of phrases of one sequence, `BLOCK` phrases at a time."""
    blocks = []
    for start in range(0, len(is_phrase), BLOCK):
        block = is_phrase[start : start + BLOCK]
        repeated = np.broadcast_to(sequence, block.shape)
        blocks.append(decompose(chain, repeated, block, step, index))
    return Decomposition(
        np.concatenate([block.phrase for block in blocks]),
        np.concatenate([block.rest for block in blocks]),
        blocks[0].bias,
    )


def _phrases(
    phrase: tuple[int, int] | None, mask: np.ndarray, channels: int, is_signal: bool
) -> np.ndarray:
    """Returns each step or number as a phrase, and at last the phrase itself.

    Booleans (phrases, steps, channels), without masked steps.
    """
    steps = int(mask.sum())
    if is_signal:
        single = np.eye(steps * channels, dtype=bool).reshape(-1, steps, channels)
    else:
        single = np.repeat(np.eye(steps, dtype=bool)[..., None], channels, axis=-1)
    inside = _phrase_steps(phrase, len(mask))[mask]
    return np.concatenate([single, np.repeat(inside[None, :, None], channels, axis=-1)])


def _phrase_steps(phrase: tuple[int, int] | None, steps: int) -> np.ndarray:
    """Returns True at the steps of a phrase, booleans (steps,)."""
    start, stop = phrase or (0, 0)
    if phrase is not None and not 0 <= start < stop <= steps:
        raise ValueError(
            f"The phrase is outside the text of {steps} steps, or empty. Received: "
            f"phrase={phrase!r}; allowed: (start, stop) with 0 <= start < stop <= {steps}."
        )
    return (np.arange(steps) >= start) & (np.arange(steps) < stop)


def _read_alike(
    chain: LayerChain, scores: InputScores, prediction: ChosenPrediction
) -> Iterator[tuple[list[int], np.ndarray, int]]:
    """Yields sequences of equal length and prediction, their inputs, and the step.

    Masked steps are left out.
    """
    alike: dict[tuple[int, int, int], list[int]] = {}
    for row, mask in enumerate(chain.masks):
        step = int(prediction.steps[row])
        if chain.has_steps and not mask[step]:
            raise ValueError(f"The target is outside the text: step {step} is masked.")
        if not mask.any():
            raise ValueError(f"Sequence {row} has no step that is not masked.")
        key = (int(mask.sum()), int(mask[:step].sum()), int(prediction.indices[row]))
        alike.setdefault(key, []).append(row)
    for (_, step, _), rows in alike.items():
        yield rows, np.stack([scores.fed[row][chain.masks[row]] for row in rows]), step


def _check_same(score: np.ndarray, expected: np.ndarray) -> None:
    """Checks that the chain of layers computes what the model computes."""
    if not np.allclose(score, expected, rtol=1e-2, atol=1e-3):
        raise ValueError(
            "The layers of the model do not follow one another as their order says: they give the "
            f"score {score[0]:.4g}, and the model {expected[0]:.4g}. Use "
            "method='integrated_gradients' or 'occlusion'."
        )


def attribution_of(
    parts: Arrays,
    scores: InputScores,
    prediction: ChosenPrediction,
    method: str,
    score: np.ndarray,
    change: np.ndarray,
) -> Attribution:
    """Returns the attribution with parts (steps, channels), of each sequence.

    Args:
        parts: Parts of the score; of text, (steps, dimensions) or (steps, 1).
        scores: Scores of the model.
        prediction: The prediction of every sequence.
        method: Name of the method.
        score: Score of the prediction, (sequences,).
        change: Sum that the parts should have, (sequences,), NaN if there is none.
    """
    padded = _padded(parts)
    sums = np.nansum(padded, axis=(1, 2))
    smallest = 1e-6 * np.maximum(np.abs(score), np.abs(score - change))
    off = np.abs(sums - change)
    size = np.maximum(np.abs(change), smallest)
    gap = np.divide(off, size, out=np.where(np.isnan(off), np.nan, 0.0), where=size > 0)
    is_by_dimension = not scores.is_signal and padded.shape[2] > 1
    return Attribution(
        values=padded if scores.is_signal else padded.sum(axis=2),
        gap=gap,
        method=method,
        target=tuple(zip(prediction.steps.tolist(), prediction.classes.tolist(), strict=True)),
        score=score,
        change=change,
        by_dimension=padded if is_by_dimension else None,
    )


def _padded(parts: Arrays) -> np.ndarray:
    steps = max(len(part) for part in parts)
    padded = np.full((len(parts), steps, parts[0].shape[1]), np.nan)
    for row, part in enumerate(parts):
        padded[row, : len(part)] = part
    return padded


def _check_options(
    method: str, nodes: int | None, stretch: int, phrase: tuple[int, int] | None
) -> None:
    if method not in METHODS:
        raise ValueError(f"Unknown method {method!r}. Methods: {', '.join(METHODS)}.")
    for name, number in (("nodes", nodes), ("stretch", stretch)):
        if number is not None and (not isinstance(number, int) or number < 1):
            raise ValueError(f"`{name}` is an integer above 0. Received: {number!r}.")
    if phrase is None:
        return
    if method != "contextual_decomposition":
        raise ValueError(f"A phrase is for 'contextual_decomposition'. Received: {method!r}.")
    is_pair = isinstance(phrase, tuple) and len(phrase) == 2
    if not is_pair or not all(isinstance(step, (int, np.integer)) for step in phrase):
        raise ValueError(f"`phrase` is a tuple of two steps (start, stop). Received: {phrase!r}.")


def _check_finite(scores: InputScores) -> None:
    for row, (fed, output) in enumerate(zip(scores.fed, scores.outputs, strict=True)):
        if not np.isfinite(fed).all():
            step = int(np.flatnonzero(~np.isfinite(fed).all(axis=1))[0])
            raise ValueError(
                f"The input holds NaN or infinite numbers, first at step {step} of sequence {row}. "
                "Fill or cut them."
            )
        if not np.isfinite(output).all():
            raise ValueError(
                f"The outputs of sequence {row} are NaN or infinite, so that nothing can be "
                "attributed. Look at the weights of the model."
            )


def _baselines(scores: InputScores, baseline: Any) -> Arrays:
    """Returns the baseline of each sequence, (steps, channels)."""
    shapes = [fed.shape for fed in scores.fed]
    if baseline is None:
        return [np.zeros(shape) for shape in shapes]
    ragged = isinstance(baseline, (list, tuple)) and len({np.shape(part) for part in baseline}) > 1
    is_shared = not ragged and np.ndim(baseline) < 3
    parts = [np.asarray(baseline)] * len(shapes) if is_shared else list(map(np.asarray, baseline))
    for part in parts:
        if part.dtype.kind not in "iuf" or not np.isfinite(part).all():
            raise ValueError("The baseline is an array of numbers, without NaN or infinity.")
    fits = len(parts) == len(shapes) and all(
        part.shape in (shape, shape[1:]) for part, shape in zip(parts, shapes, strict=True)
    )
    if not fits:
        steps, channels = shapes[0]
        raise ValueError(
            f"The baseline has another shape than what is fed to the first layer. Allowed: "
            f"({channels},), ({steps}, {channels}) or ({len(shapes)}, {steps}, {channels}). "
            f"Received: {np.shape(baseline) if not ragged else [part.shape for part in parts]}."
        )
    return [
        np.broadcast_to(part, shape).astype(np.float64)
        for part, shape in zip(parts, shapes, strict=True)
    ]


def _check_reached(
    values: Arrays, fed: Arrays, baselines: Arrays, score: np.ndarray, change: np.ndarray
) -> None:
    """Checks that a gradient reaches the input of some sequence."""
    matters = np.abs(change) > 1e-6 * np.maximum(np.abs(score), np.abs(score - change))
    moved = [np.any(part != base) for part, base in zip(fed, baselines, strict=True)]
    if not any(np.any(value) for value in values) and (matters & moved).any():
        raise ValueError(
            "The score depends on the input, but no gradient reaches it: the path holds "
            "stop_gradient, or goes through integers. Use method='occlusion', which needs none."
        )
