"""Decision time: the step after which the prediction never changes."""

from __future__ import annotations

import numpy as np
import pytest

from tb_rnnviz.analysis import decision_time


def probabilities(*classes: str) -> np.ndarray:
    """One sequence for each word; its digits are the most probable classes."""
    steps = max(map(len, classes))
    values = np.full((len(classes), steps, 3), np.nan)
    for row, word in enumerate(classes):
        values[row, : len(word)] = 0.2
        for step, digit in enumerate(word):
            values[row, step, int(digit)] = 0.6
    return values


@pytest.mark.parametrize(
    ("classes", "expected"),
    [("1111", 0), ("0111", 1), ("0101", 3), ("0100", 2), ("2", 0), ("0012200", 5)],
)
def test_the_first_step_from_which_the_class_stays(classes: str, expected: int) -> None:
    assert decision_time(probabilities(classes)).tolist() == [expected]
    assert decision_time(probabilities(classes), [len(classes)]).tolist() == [expected]


def test_sequences_of_different_lengths_end_with_their_own_last_class() -> None:
    values = probabilities("0011", "01", "122")
    assert decision_time(values, [4, 2, 3]).tolist() == [2, 1, 1]
    assert decision_time(values).tolist() == [2, 1, 1]
    padded = np.where(np.isnan(values), 0.3, values)  # padding that looks like a prediction
    assert decision_time(padded, [4, 2, 3]).tolist() == [2, 1, 1]


def test_without_steps_or_with_nan_there_is_no_decision() -> None:
    values = probabilities("000", "012", "111")
    values[2, 1] = np.nan
    assert decision_time(values, [0, 3, 3]).tolist() == [-1, 2, -1]
    assert decision_time(np.full((1, 2, 3), np.nan)).tolist() == [-1]


@pytest.mark.parametrize(
    ("values", "lengths", "message"),
    [
        (np.zeros((2, 3)), None, "three axes"),
        (np.zeros((2, 3, 2)), [3], "each of the 2 sequences"),
        (np.zeros((2, 3, 2)), [3, 4], "integers from 0 to 3"),
        (np.zeros((2, 3, 2)), [1.0, 2.0], "integers from 0 to 3"),
    ],
)
def test_what_does_not_fit_is_an_error(values, lengths, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        decision_time(values, lengths)
