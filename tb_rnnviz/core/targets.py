"""Targets of a probe: classes, labels or numbers, of steps or of sequences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

NEXT, TOKEN, SEQUENCE = "next", "token", "sequence"
"""Kinds of classes: the next token, one of each token, one per sequence."""

NUMBERS, SEQUENCE_NUMBERS = "numbers", "sequence numbers"
"""Kinds of numbers: some at every step, such as a forecast, and some per sequence."""

LABELS, SEQUENCE_LABELS = "labels", "sequence labels"
"""Kinds of independent labels, each 0 or 1: at every step, and per sequence."""

CLASSES = (NEXT, TOKEN, SEQUENCE)
"""Kinds of targets that are ids of one distribution."""

PER_SEQUENCE = (SEQUENCE, SEQUENCE_NUMBERS, SEQUENCE_LABELS)
"""Kinds of targets of which each sequence has one, at its last step."""


class Targets:
    """Targets of every step; those of a sequence are at its last step.

    Args:
        values: Classes, integers (steps,) for each sequence or (sequences,); or numbers and labels,
            (steps, k) for each sequence or (sequences, k). A forecast by horizon may have an axis
            for each: (steps, horizons, channels) or (sequences, horizons, channels). A single
            sequence may be given alone.
        lengths: Steps of each sequence.
        shape: Shape of the numbers of one step or sequence, (k,) or (horizons, channels), which
            tells steps from horizons if there are as many. Defaults to that of the values.

    Attributes:
        rows: For each sequence classes, integers (steps,), negative without a target; or numbers
            and labels, float32 (steps, k), NaN without a target; k counts horizons x channels.
        shape: Shape of the numbers of one step or sequence; empty for classes.
        per_sequence: True if there is one target per sequence.
        are_classes: True for classes.
        are_labels: True for labels, several of which may be 1.

    Raises:
        ValueError: If they do not fit the sequences, or are no numbers.

    Example:
        >>> targets = Targets([[0.5], [2.5]], lengths=(3, 2))
        >>> targets.per_sequence, targets.rows[1].ravel().tolist()
        (True, [nan, 2.5])
        >>> Targets([[1, 0, 1], [1, 1]], lengths=(3, 2)).rows[1].tolist()
        [1, 1]
    """

    def __init__(self, values: Any, lengths: Sequence[int], shape: tuple[int, ...] | None = None):
        rows = _rows(values, lengths)
        kinds = {row.dtype.kind for row in rows}
        if not kinds <= set("biuf"):
            raise ValueError(
                "Targets are ids of tokens or classes, labels of 0 and 1, or numbers. "
                f"Received: dtype {rows[0].dtype}"
            )
        are_steps = len(lengths) == 1 and len(values) > 1  # a single sequence is given alone
        self.per_sequence = not are_steps and _are_per_sequence(rows, lengths, shape)
        is_vector = any(row.ndim > (0 if self.per_sequence else 1) for row in rows)
        if is_vector and self.per_sequence and all(row.shape == (1,) for row in rows):
            is_vector = "f" in kinds
        self.are_classes = "f" not in kinds and not is_vector
        self.are_labels = "f" not in kinds and is_vector and _are_flags(rows)
        self.shape = () if self.are_classes else _shape_of_one(rows, self.per_sequence)
        if self.per_sequence:
            self.rows = [
                self._at_last_step(row, length) for row, length in zip(rows, lengths, strict=True)
            ]
        elif self.are_classes:
            self.rows = rows
        else:
            self.rows = [_matrix(row) for row in rows]
        sizes = [len(row) for row in self.rows]
        if sizes != list(lengths):
            raise ValueError(
                "There are targets of another length than the inputs. Received: targets of lengths "
                f"{sizes[:20]}, inputs of lengths {list(lengths)[:20]}"
            )

    def _at_last_step(self, row: np.ndarray, length: int) -> np.ndarray:
        if self.are_classes:
            return np.where(np.arange(length) == length - 1, int(row.reshape(-1)[0]), -1)
        placed = np.full((length, row.size), np.nan, np.float32)
        placed[length - 1 :] = row.reshape(-1)
        return placed


def _rows(values: Any, lengths: Sequence[int]) -> list[np.ndarray]:
    """Returns the targets of every sequence, scalars for one class or number each."""
    is_single = len(lengths) == 1 and len(values) == lengths[0] and lengths[0] != 1
    is_single = is_single or (len(lengths) == 1 and np.ndim(values[0]) == 0 and len(values) > 1)
    values = [values] if is_single else list(values)
    try:
        rows = [np.asarray(value) for value in values]
    except ValueError as error:
        raise ValueError(f"The targets of a sequence are an array: {error}") from error
    if len(rows) != len(lengths):
        raise ValueError(
            "There are targets of another length than the inputs; each sequence needs an array or "
            f"a value. Received: targets of lengths {[np.size(row) for row in rows][:20]}, inputs "
            f"of lengths {list(lengths)[:20]}"
        )
    full = next((row for row in rows if row.size), None)
    if full is None:
        return rows
    return [row if row.size else np.zeros((0, *full.shape[1:]), full.dtype) for row in rows]


def _are_per_sequence(
    rows: Sequence[np.ndarray], lengths: Sequence[int], shape: tuple[int, ...] | None
) -> bool:
    """True for a value per sequence, or vectors of another length than the steps."""
    shapes = {row.shape for row in rows if row.size}
    if shape is not None and shapes == {shape}:
        return True
    if shapes == {()}:
        return True
    if shapes == {(1,)}:
        return set(lengths) - {0} != {1}
    axes = len(next(iter(shapes))) if len(shapes) == 1 else 0
    if axes not in (1, 2) or next(iter(shapes))[0] in lengths:
        return False
    is_number = any(row.dtype.kind == "f" for row in rows)
    return is_number or (axes == 1 and len(lengths) > 1 and _are_flags(rows))


def _shape_of_one(rows: Sequence[np.ndarray], per_sequence: bool) -> tuple[int, ...]:
    """Returns the shape of the numbers of one step or sequence."""
    shape = rows[0].shape if per_sequence else rows[0].shape[1:]
    return shape or (1,)


def _are_flags(rows: Sequence[np.ndarray]) -> bool:
    return all(np.isin(row, (0, 1)).all() for row in rows)


def _matrix(row: np.ndarray) -> np.ndarray:
    return row.reshape(len(row), -1).astype(np.float32)
