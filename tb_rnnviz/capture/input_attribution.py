"""Attributions that read other inputs: gradients, integrals, occlusion, rescaling."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tb_rnnviz.capture.input_scores import ChosenPrediction, InputScores

Arrays = list[np.ndarray]
"""Floats (steps, channels) for each sequence."""

FIRST_NODES, MAX_NODES = 10, 160
"""Nodes of the integral: at first, and at most where the gap stays large."""

RESCALING_NODES = 32
"""Nodes of temporal rescaling, whose differences need exact integrals."""

SMALL_GAP = 0.005
"""Gap of the integral that needs no more nodes."""

QUANTILE, REST = 0.55, 0.1
"""Quantile of time relevance above which channels are read; relevance below it."""


def gradient_x_input(
    scores: InputScores, prediction: ChosenPrediction, baselines: Arrays
) -> Arrays:
    """Returns slope times distance from the baseline, (steps, channels) each."""
    slopes = scores.slopes(range(len(scores.fed)), scores.fed, prediction)
    return [
        slope * (fed - base) for slope, fed, base in zip(slopes, scores.fed, baselines, strict=True)
    ]


def integrated_gradients(
    scores: InputScores,
    prediction: ChosenPrediction,
    baselines: Arrays,
    changes: np.ndarray,
    nodes: int | None,
) -> Arrays:
    """Returns integrals of the slope from the baseline, (steps, channels) each.

    Gauss-Legendre nodes: 10 at first, and twice as many as before where the gap is above 0.5 %.

    Args:
        scores: Scores of the model.
        prediction: The prediction of every sequence.
        baselines: Start of the straight line that ends at the input.
        changes: Change of the score from the baseline to the input, (sequences,).
        nodes: Number of nodes, `None` for as many as it needs.
    """
    values: Arrays = [np.zeros(0)] * len(scores.fed)
    left = np.arange(len(scores.fed))
    number = nodes or FIRST_NODES
    while len(left):
        for row, value in zip(
            left, _integrals(scores, prediction, baselines, left, number), strict=True
        ):
            values[row] = value
        sums = np.array([values[row].sum() for row in left])
        gaps = np.abs(sums - changes[left])
        left = left[gaps > SMALL_GAP * np.abs(changes[left])]
        number *= 2
        if nodes is not None or number > MAX_NODES:
            break
    return values


def _integrals(
    scores: InputScores,
    prediction: ChosenPrediction,
    baselines: Arrays,
    sequences: np.ndarray,
    nodes: int,
) -> Arrays:
    positions, weights = _nodes(nodes)
    totals = [np.zeros(scores.fed[row].shape) for row in sequences]
    for position, weight in zip(positions, weights, strict=True):
        between = [
            baselines[row] + position * (scores.fed[row] - baselines[row]) for row in sequences
        ]
        slopes = scores.slopes(sequences, between, prediction)
        totals = [total + weight * slope for total, slope in zip(totals, slopes, strict=True)]
    return [
        total * (scores.fed[row] - baselines[row])
        for total, row in zip(totals, sequences, strict=True)
    ]


def occlusion(
    scores: InputScores,
    prediction: ChosenPrediction,
    baselines: Arrays,
    full: np.ndarray,
    stretch: int,
) -> Arrays:
    """Returns the falls of the score when a stretch is replaced by the baseline.

    Each stretch is replaced once, of a signal in one channel at a time. Its effect is shared
    equally among its steps; a step of several stretches has the mean of its shares.

    Args:
        scores: Scores of the model.
        prediction: The prediction of every sequence.
        baselines: Replacement of the input.
        full: Score of the input, (sequences,).
        stretch: Steps of a stretch.

    Returns:
        Falls of the score, (steps, channels) for a signal, or else (steps, 1).
    """
    values = []
    for row, (fed, base) in enumerate(zip(scores.fed, baselines, strict=True)):
        steps, channels = fed.shape
        size = min(stretch, steps)
        columns = [slice(k, k + 1) for k in range(channels)] if scores.is_signal else [slice(None)]
        spans = [
            (slice(start, start + size), column)
            for column in columns
            for start in range(steps - size + 1)
        ]
        replaced = [_replaced(fed, base, span) for span in spans]
        effects = full[row] - scores.scores([row] * len(spans), replaced, prediction)
        total = np.zeros((steps, len(columns)))
        count = np.zeros((steps, 1))
        for start, effect in enumerate(effects.reshape(len(columns), -1).T):
            total[start : start + size] += effect / size
            count[start : start + size] += 1
        values.append(total / count)
    return values


def temporal_rescaling(
    scores: InputScores, prediction: ChosenPrediction, baselines: Arrays, nodes: int | None
) -> Arrays:
    """Returns time relevance times channel relevance, (steps, channels) each, 0 to 1.

    The time relevance of a step is the change of all attributions when the step is replaced by the
    baseline; that of a channel at a step likewise. Steps below the 0.55 quantile of the time
    relevance have the channel relevance 0.1. Ismail et al. 2020, arXiv 2010.13924. The
    attributions are integrated gradients.
    """
    values = []
    for row, (fed, base) in enumerate(zip(scores.fed, baselines, strict=True)):
        plain = _attributions(scores, prediction, row, [fed], base, nodes)[0]
        steps, channels = fed.shape
        spans = [(slice(t, t + 1), slice(None)) for t in range(steps)]
        masked = [_replaced(fed, base, span) for span in spans]
        moved = _attributions(scores, prediction, row, masked, base, nodes)
        time = _min_max(np.abs(moved - plain).sum(axis=(1, 2)))
        relevant = np.flatnonzero(time >= np.quantile(time, QUANTILE)).tolist()
        spans = [(slice(t, t + 1), slice(k, k + 1)) for t in relevant for k in range(channels)]
        masked = [_replaced(fed, base, span) for span in spans]
        moved = _attributions(scores, prediction, row, masked, base, nodes)
        by_channel = np.full((steps, channels), REST)
        changes = np.abs(moved - plain).sum(axis=(1, 2))
        by_channel[relevant] = _min_max(changes).reshape(len(relevant), channels)
        values.append(time[:, None] * by_channel)
    return values


def _attributions(
    scores: InputScores,
    prediction: ChosenPrediction,
    row: int,
    readings: Sequence[np.ndarray],
    base: np.ndarray,
    nodes: int | None,
) -> np.ndarray:
    """Returns integrated gradients of readings, (readings, steps, channels)."""
    positions, weights = _nodes(nodes or RESCALING_NODES)
    away = np.stack(readings) - base
    between = base + positions[:, None, None, None] * away
    flat = between.reshape(-1, *base.shape)
    slopes = np.stack(scores.slopes([row] * len(flat), list(flat), prediction))
    total = np.tensordot(weights, slopes.reshape(between.shape), axes=1)
    return total * away


def _nodes(number: int) -> tuple[np.ndarray, np.ndarray]:
    """Returns positions and weights of Gauss-Legendre nodes between 0 and 1."""
    positions, weights = np.polynomial.legendre.leggauss(number)
    return (positions + 1) / 2, weights / 2


def _replaced(fed: np.ndarray, base: np.ndarray, span: tuple[slice, slice]) -> np.ndarray:
    changed = fed.copy()
    changed[span] = base[span]
    return changed


def _min_max(values: np.ndarray) -> np.ndarray:
    """Scales values to 0 to 1; all 1 if they are equal and not 0."""
    span = np.ptp(values)
    return (values - values.min()) / span if span > 0 else np.sign(np.abs(values))
