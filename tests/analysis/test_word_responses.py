"""Expected responses equal a computation word by word."""

from __future__ import annotations

import numpy as np
import pytest

from tb_rnnviz.analysis import word_responses

RNG = np.random.default_rng(0)
STATES = RNG.normal(size=(300, 4))
IDS = RNG.choice(6, 300, p=[0.4, 0.25, 0.15, 0.1, 0.06, 0.04])
LENGTHS = [100, 0, 120, 80]


def changes() -> np.ndarray:
    """Change at each step, sequence by sequence."""
    parts = np.split(STATES, np.cumsum(LENGTHS)[:-1])
    return np.concatenate([np.diff(part, axis=0, prepend=np.zeros((1, 4))) for part in parts])


@pytest.mark.parametrize("change", [True, False])
def test_mean_and_quantiles_are_those_of_all_occurrences(change: bool) -> None:
    responses = word_responses(STATES, IDS, lengths=LENGTHS, change=change)
    expected = changes() if change else STATES
    assert (np.diff(responses.count) <= 0).all()
    for row, word in enumerate(responses.words):
        occurrences = expected[word == IDS]
        assert responses.count[row] == len(occurrences)
        np.testing.assert_allclose(responses.mean[row], occurrences.mean(axis=0))
        np.testing.assert_allclose(responses.low[row], np.quantile(occurrences, 0.25, axis=0))
        np.testing.assert_allclose(responses.high[row], np.quantile(occurrences, 0.75, axis=0))


def test_only_the_most_frequent_words_are_returned() -> None:
    responses = word_responses(STATES, IDS, most=2)
    assert responses.words.tolist() == [0, 1]
    assert responses.quantiles.shape == (5, 2, 4)


def test_steps_that_are_not_finite_are_left_out() -> None:
    states = STATES.copy()
    states[5, 1] = np.nan
    responses = word_responses(states, np.zeros(300, int), change=False)
    assert responses.count.tolist() == [299]
    np.testing.assert_allclose(responses.mean[0], np.delete(STATES, 5, axis=0).mean(axis=0))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"ids": IDS[:-1]}, "one integer for each of 300 steps"),
        ({"ids": IDS.astype(float)}, "one integer for each"),
        ({"lengths": [299]}, "add up to the 300 steps"),
        ({"most": 0}, "at least 1"),
    ],
)
def test_an_invalid_argument_is_an_error(options: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        word_responses(**{"activity": STATES, "ids": IDS, **options})
