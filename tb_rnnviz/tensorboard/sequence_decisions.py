"""Decisions of a classifier about each sequence of a probe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tb_rnnviz.analysis import decision_time
from tb_rnnviz.core.numbers import json_number
from tb_rnnviz.core.padding import padded_rows

SHARES = np.arange(1, 21) / 20
"""Shares of a sequence after which the prediction is compared with its label."""

UNKNOWN = -1
"""Index of a class that is not known."""


@dataclass(frozen=True, eq=False)
class SequenceDecisions:
    """Decisions about every sequence at one step of the training.

    Attributes:
        lengths: Number of tokens, (sequences,).
        prediction: Most probable class at the end, (sequences,); `UNKNOWN` if there is none.
        probability: Its probability, (sequences,), NaN if there is none.
        decision: Decision time, (sequences,); -1 where some step was not read.
        by_share: Most probable class after each of `SHARES`, (sequences, shares).
    """

    lengths: np.ndarray
    prediction: np.ndarray
    probability: np.ndarray
    decision: np.ndarray
    by_share: np.ndarray

    @property
    def nbytes(self) -> int:
        """Size of all arrays."""
        arrays = self.lengths, self.prediction, self.probability, self.decision, self.by_share
        return sum(array.nbytes for array in arrays)

    @classmethod
    def of(cls, rows: np.ndarray, lengths: Sequence[int]) -> SequenceDecisions:
        """Computes the decisions.

        Args:
            rows: Class probabilities (tokens, classes), sequences after each other, NaN at steps
                that were not read.
            lengths: Number of tokens of each sequence.
        """
        sizes = np.asarray(lengths, np.int64)
        padded = padded_rows(rows, sizes, min_steps=1)
        is_known = np.asarray(np.isfinite(padded).all(axis=2))
        best = np.argmax(np.where(is_known[..., None], padded, 0), axis=2)
        best = np.where(is_known, best, UNKNOWN).astype(np.int32)
        last = np.maximum(sizes - 1, 0)
        sequences = np.arange(len(sizes))
        stops = np.maximum(np.ceil(SHARES * sizes[:, None]).astype(int) - 1, 0)
        return cls(
            sizes,
            best[sequences, last],
            padded[sequences, last].max(axis=1),
            decision_time(padded, sizes.tolist()),
            np.take_along_axis(best, stops, axis=1),
        )

    def to_json(self, labels: np.ndarray) -> dict[str, Any]:
        """Returns the decisions with the curve of the accuracy, see `/sequences`.

        Args:
            labels: Class of each sequence, (sequences,); `UNKNOWN` without one.
        """
        counted = (labels >= 0)[:, None] & (self.by_share >= 0)
        right = counted & (self.by_share == labels[:, None])
        with np.errstate(invalid="ignore", divide="ignore"):
            accuracy = right.sum(axis=0) / counted.sum(axis=0)
        return {
            "lengths": self.lengths.tolist(),
            "labels": labels.tolist(),
            "prediction": self.prediction.tolist(),
            "probability": [json_number(value, 4) for value in self.probability.tolist()],
            "decision": self.decision.tolist(),
            "shares": SHARES.tolist(),
            "accuracy": [json_number(value, 4) for value in accuracy.tolist()],
        }


def confusion_matrix(labels: np.ndarray, prediction: np.ndarray, classes: int) -> np.ndarray:
    """Counts sequences by label (rows) and predicted class (columns).

    Sequences without label or prediction are not counted.

    Example:
        >>> confusion_matrix(np.array([0, 1, 1, -1]), np.array([0, 0, 1, 1]), 2).tolist()
        [[1, 0], [1, 1]]
    """
    is_known = (labels >= 0) & (prediction >= 0)
    cells = labels[is_known] * classes + prediction[is_known]
    return np.bincount(cells, minlength=classes * classes).reshape(classes, classes)


def decision_history(
    steps: Sequence[int], decisions: Sequence[SequenceDecisions], labels: np.ndarray, classes: int
) -> dict[str, Any]:
    """Returns how the decisions changed over the steps of the training.

    Learning and forgetting events are those of Toneva et al., "An Empirical Study of Example
    Forgetting during Deep Neural Network Learning" (2019), at the recorded steps.

    Args:
        steps: The steps, ascending.
        decisions: Decisions at each of them, about the same sequences.
        labels: Class of each sequence, (sequences,); `UNKNOWN` without one.
        classes: Number of classes.
    """
    prediction = np.stack([each.prediction for each in decisions])
    is_known = (prediction >= 0) & (labels >= 0)
    right = is_known & (prediction == labels)
    first = np.where(right.any(axis=0), np.argmax(right, axis=0), UNKNOWN)
    forgotten = (right[:-1] & is_known[1:] & ~right[1:]).sum(axis=0)
    matrices = [confusion_matrix(labels, row, classes) for row in prediction]
    return {
        "steps": list(steps),
        "accuracy": [json_number(_share(*pair), 4) for pair in zip(right, is_known, strict=True)],
        "decision": [json_number(_mean_decision(each), 4) for each in decisions],
        "confusion": [matrix.ravel().tolist() for matrix in matrices],
        "first_learned": [None if at < 0 else steps[at] for at in first.tolist()],
        "forgotten": forgotten.tolist(),
    }


def _share(right: np.ndarray, is_known: np.ndarray) -> float:
    return float(right.sum() / is_known.sum()) if is_known.any() else float("nan")


def _mean_decision(decisions: SequenceDecisions) -> float:
    """Mean share of the sequence that was read before the decision."""
    is_known = (decisions.decision >= 0) & (decisions.lengths > 0)
    if not is_known.any():
        return float("nan")
    return float(((decisions.decision + 1)[is_known] / decisions.lengths[is_known]).mean())
