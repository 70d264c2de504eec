"""Explanations of predictions: attributions, and how far gradients reach."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

LARGEST_GAP = 0.01
"""Completeness gap up to which the values account for the score."""

LOSS, LABEL, SPREAD = "loss", "label", "spread"
"""Reasons to explain a prediction: large loss, label of a sequence, position."""

FEATURE = "feature"
"""Reason to explain a prediction: its token matches a feature."""

REASONS = (LOSS, LABEL, SPREAD, FEATURE)


@dataclass(frozen=True, eq=False)
class ExplainedPrediction:
    """A prediction, and the part of every step of its input in its score.

    Attributes:
        sequence: Index of the sequence.
        step: Step of the prediction in its sequence.
        first: First step of the sequence that was read for it; the state before it was zero.
        reason: Reason for its choice, one of `REASONS`.
        explained: Class, token or number whose score is explained.
        predicted: The most probable class; `None` if the outputs are numbers.
        target: The target; `None` if there is none.
        loss: Loss of the prediction; NaN without a target.
        score: Score that is explained: a logit, or the output of a model without a softmax.
        change: Difference of the score that the values account for.
        gap: Relative distance of the sum of the values from `change`; NaN without a sum.
        values: Part of each step, float (steps, channels) from `first` on; a text has one channel.
        units: The strongest units by layer, each with its gradient times activity at `step`.
    """

    sequence: int
    step: int
    first: int
    reason: str
    explained: str
    predicted: str | None
    target: str | None
    loss: float
    score: float
    change: float
    gap: float
    values: np.ndarray
    units: Mapping[str, tuple[tuple[int, float], ...]] = field(default_factory=dict)

    @property
    def conserved(self) -> bool:
        """True if the gap is at most 1 %."""
        return self.gap <= LARGEST_GAP


@dataclass(frozen=True, eq=False)
class GradientReach:
    """Fall of a loss gradient with the distance from its target, for one quantity.

    Attributes:
        layer: Path of the layer.
        quantity: Name of the quantity, a state.
        by_lag: Geometric mean of the norm k steps before a target, relative to k = 0, float
            (lags,).
        slope: Change of its logarithm per step; NaN if unknown.
        half_life: First lag at which it is below one half; infinite if there is none.
    """

    layer: str
    quantity: str
    by_lag: np.ndarray
    slope: float = math.nan
    half_life: float = math.inf


@dataclass(frozen=True, eq=False)
class Explanations:
    """Explanations of chosen predictions of a probe at one step of the training.

    Attributes:
        method: Name of the method of `attribute`.
        predictions: The predictions, in the order of the text.
        channels: Name of every channel of a signal; empty for a text.
        reach: Reach of the gradient by layer and state.
        targets: Number of losses that the reach is averaged over.
        note: Reason why there are no attributions; `None` if there are.
        reach_note: Reason why the reach is unknown; `None` if it is known.
    """

    method: str
    predictions: tuple[ExplainedPrediction, ...] = ()
    channels: tuple[str, ...] = ()
    reach: tuple[GradientReach, ...] = ()
    targets: int = 0
    note: str | None = None
    reach_note: str | None = None

    def reach_of(self, layer: str) -> tuple[GradientReach, ...]:
        """Returns the reach of the gradient by the states of a layer."""
        return tuple(reach for reach in self.reach if reach.layer == layer)


def half_life(by_lag: np.ndarray) -> float:
    """Returns the first lag at which a curve is below one half, infinity without one.

    Args:
        by_lag: The curve relative to its beginning, (lags,).

    Example:
        >>> half_life(np.array([1.0, 0.7, 0.4])), half_life(np.array([1.0, 0.9]))
        (2.0, inf)
    """
    below = np.flatnonzero(by_lag < 0.5)
    return float(below[0]) if len(below) else float("inf")
