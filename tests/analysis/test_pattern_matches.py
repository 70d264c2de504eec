"""Matches of a selection: planted places first, chance where nothing was planted."""

from __future__ import annotations

import numpy as np
import pytest

from tb_rnnviz.analysis import match, pattern_units

STEPS, UNITS, SELECTED = 3000, 40, [3, 8, 21, 30]
PLACES = np.arange(50, 2950, 100)


def planted(seed: int = 0) -> np.ndarray:
    """Noise, and four units that are on for 5 steps at places."""
    rng = np.random.default_rng(seed)
    states = rng.normal(0, 0.2, (STEPS, UNITS))
    for start in PLACES:
        states[start : start + 5, SELECTED] = 0.8
        states[start - 1, SELECTED] = states[start + 5, SELECTED] = -0.5
    return states


def test_planted_places_are_found() -> None:
    matches = match(planted(), SELECTED, zeros=(1, 1))
    starts = [row.start for row in matches[: len(PLACES)]]
    assert len(set(starts) & set(PLACES.tolist())) >= 0.9 * len(PLACES)
    assert all((row.length, row.selected) == (5, 4) for row in matches[: len(PLACES)])
    assert matches.together >= 5 * len(PLACES) > 10 * matches.expected


def test_independent_units_are_on_together_as_often_as_expected() -> None:
    noise = np.random.default_rng(1).normal(0, 0.5, (20_000, UNITS))
    matches = match(noise, SELECTED, threshold=0.3)
    assert matches.together == pytest.approx(matches.expected, rel=0.3)


def test_of_equal_matches_the_one_with_fewer_other_units_comes_first() -> None:
    states = np.zeros((30, 5))
    states[4:8, [0, 1, 2, 3]] = 1
    states[14:18, [0, 1]] = 1
    states[24:27, [0, 1]] = 1
    rows = match(states, [0, 1])
    assert [(row.start, row.union, row.units) for row in rows] == [
        (14, 2, (0, 1)),
        (24, 2, (0, 1)),
        (4, 4, (0, 1, 2, 3)),
    ]
    assert rows[2].jaccard == 0.5
    assert rows.length_counts.tolist() == [0, 0, 0, 1, 2]


def test_runs_without_a_selected_unit_come_after_complete_ones() -> None:
    states = np.zeros((20, 3))
    states[2:5] = 1
    states[10:13, :2] = 1
    rows = match(states, [0, 1, 2])
    assert [(row.start, row.selected) for row in rows] == [(2, 3), (10, 2)]
    assert rows.complete_length_counts.sum() == 1


def test_no_match_crosses_the_border_of_sequences_and_a_border_counts_as_off() -> None:
    states = np.zeros((12, 2))
    states[4:8] = 1
    assert [(row.start, row.stop) for row in match(states, [0, 1])] == [(4, 8)]
    rows = match(states, [0, 1], lengths=[6, 6], zeros=(1, 1))
    assert [(row.start, row.stop, row.selected) for row in rows] == [(4, 6, 2), (6, 8, 2)]


def test_a_length_leaves_out_all_other_runs() -> None:
    states = np.zeros((20, 1))
    states[2:5] = states[8] = states[12:14] = 1
    assert [row.start for row in match(states, [0], length=1)] == [8]
    assert [row.start for row in match(states, [0], length=2)] == [12]
    assert [row.start for row in match(states, [0])] == [2, 12]


def test_units_may_be_on_below_a_threshold_of_their_own() -> None:
    states = np.zeros((10, 2))
    states[3:6] = [-1, -5]
    assert pattern_units(states, 3, 6, threshold=[-1, -5], below=True).tolist() == [0, 1]
    assert pattern_units(states, 3, 6, threshold=[-1, -6], below=True).tolist() == [0]
    (row,) = match(states, [0, 1], threshold=[-1, -5], below=True)
    assert (row.start, row.stop) == (3, 6)


def test_zeros_around_a_selection_leave_out_units_that_were_on_before_or_after() -> None:
    states = np.zeros((10, 3))
    states[3:6] = 1
    states[2, 0] = states[7, 1] = 1
    assert pattern_units(states, 3, 6, zeros=(0, 0)).tolist() == [0, 1, 2]
    assert pattern_units(states, 3, 6, zeros=(1, 1)).tolist() == [1, 2]
    assert pattern_units(states, 3, 6, zeros=(1, 2)).tolist() == [2]
    assert pattern_units(np.ones((4, 2)), 0, 4, zeros=(2, 2)).tolist() == [0, 1]


def test_states_that_are_nan_are_off() -> None:
    states = np.full((6, 1), np.nan)
    states[2:4] = 1
    (row,) = match(states, [0], zeros=(1, 1))
    assert (row.start, row.stop) == (2, 4)
    assert len(match(np.full((6, 1), np.nan), [0])) == 0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"selection": []}, "indices of units from 0 to 2"),
        ({"selection": [3]}, "indices of units from 0 to 2"),
        ({"selection": [0.5]}, "indices of units"),
        ({"threshold": [1, 2]}, "one for each of 3 units"),
        ({"threshold": float("nan")}, "one number"),
        ({"zeros": (1, -1)}, "two integers"),
        ({"zeros": (1,)}, "two integers"),
        ({"length": 0}, "at least 1"),
        ({"lengths": [3, 4]}, "add up to the 8 steps"),
    ],
)
def test_an_invalid_argument_is_an_error(options: dict, message: str) -> None:
    arguments = {"states": np.zeros((8, 3)), "selection": [0], **options}
    with pytest.raises(ValueError, match=message):
        match(**arguments)


@pytest.mark.parametrize(("start", "stop"), [(-1, 2), (2, 2), (0, 9)])
def test_a_selection_outside_the_text_is_an_error(start: int, stop: int) -> None:
    with pytest.raises(ValueError, match="steps from 0 to 8"):
        pattern_units(np.zeros((8, 3)), start, stop)
