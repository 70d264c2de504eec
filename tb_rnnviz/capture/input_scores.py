"""`InputScores`: the score of a prediction as a function of what a model is fed."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class ChosenPrediction:
    """The prediction of every sequence that is explained.

    Attributes:
        steps: Step of the prediction, integers (sequences,).
        indices: Index in the last axis of the outputs, integers (sequences,).
        signs: 1, or -1 for the first of two classes that share one output, (sequences,).
        classes: Class, token or number, integers (sequences,); the same as `indices` unless two
            classes share one output.
    """

    steps: np.ndarray
    indices: np.ndarray
    signs: np.ndarray
    classes: np.ndarray

    def rows(self, sequences: Sequence[int] | np.ndarray) -> ChosenPrediction:
        """Returns the predictions of some sequences, which may repeat."""
        parts = (self.steps, self.indices, self.signs, self.classes)
        return ChosenPrediction(*(part[np.asarray(sequences)] for part in parts))


class InputScores(ABC):
    """Scores of a model's predictions, as a function of what its first layer reads.

    Attributes:
        fed: The embedded tokens of each sequence, or its numbers, floats (steps, channels).
        is_signal: True if the model is fed numbers, false if it embeds ids.
        outputs: Scores of each sequence: logits where the model ends with a softmax or a sigmoid,
            or else its outputs; floats (steps, k), or (k,) if there is one answer a sequence.
        last_steps: Last step of each sequence that is not masked, integers (sequences,).
        has_sigmoid: True if the outputs are made by a sigmoid.
    """

    fed: list[np.ndarray]
    is_signal: bool
    outputs: list[np.ndarray]
    last_steps: np.ndarray
    has_sigmoid: bool

    @abstractmethod
    def scores(
        self,
        sequences: Sequence[int] | np.ndarray,
        fed: Sequence[np.ndarray],
        prediction: ChosenPrediction,
    ) -> np.ndarray:
        """Returns the score of a prediction for other inputs, float64 (readings,).

        Args:
            sequences: Sequence of each reading, which has the other inputs and the prediction.
            fed: Input of each reading instead of that of the sequence, (steps, channels).
            prediction: The prediction of every sequence.
        """

    @abstractmethod
    def slopes(
        self,
        sequences: Sequence[int] | np.ndarray,
        fed: Sequence[np.ndarray],
        prediction: ChosenPrediction,
    ) -> list[np.ndarray]:
        """Returns the derivative of the same score by the input, (steps, channels) each."""
