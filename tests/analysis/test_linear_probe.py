"""Linear probes: answers in one unit, spread over all, or not in the states."""

from __future__ import annotations

import numpy as np
import pytest

from tb_rnnviz.analysis import linear_probe

RNG = np.random.default_rng(0)
STEPS, UNITS = 800, 12
STATES = RNG.normal(size=(STEPS, UNITS))
SPREAD = STATES.sum(axis=1) > 0
LOCAL = STATES[:, 7] > 0
NOTHING = RNG.random(STEPS) > 0.5


def test_an_answer_of_one_unit_is_local() -> None:
    probe = linear_probe(STATES, LOCAL)
    assert probe.classes == (False, True)
    assert probe.unit == 7
    assert min(probe.score, probe.unit_score) > 0.95
    assert probe.selectivity == pytest.approx(probe.score - probe.control)
    assert abs(probe.control - 0.5) < 0.08


def test_an_answer_of_all_units_is_spread() -> None:
    probe = linear_probe(STATES, SPREAD)
    assert probe.score > 0.95
    assert probe.unit_score < 0.7


def test_an_answer_that_is_not_there_is_at_chance() -> None:
    scores = [linear_probe(STATES, np.roll(NOTHING, shift)).score for shift in range(0, 100, 10)]
    assert abs(np.mean(scores) - 0.5) < 0.03


def test_rare_classes_count_as_much_as_frequent_ones() -> None:
    assert abs(linear_probe(STATES, RNG.random(STEPS) < 0.05).score - 0.5) < 0.12


def test_several_classes_by_name() -> None:
    names = np.array(["low", "middle", "high"])[np.digitize(STATES[:, 3], [-0.6, 0.6])]
    probe = linear_probe(STATES, names)
    assert probe.classes == ("high", "low", "middle")
    assert probe.score > 0.6
    assert abs(probe.control - 1 / 3) < 0.08


def test_numbers_have_a_share_of_explained_variance() -> None:
    numbers = STATES @ RNG.normal(size=UNITS) + 0.1 * RNG.normal(size=STEPS)
    numbers[5] = np.nan
    probe = linear_probe(STATES, numbers)
    assert probe.score > 0.95
    assert probe.control < 0.1
    assert probe.classes == ()


def test_identities_of_tokens_are_not_selective() -> None:
    tokens = RNG.integers(0, 20, STEPS)
    states = np.eye(20)[tokens] + 0.05 * RNG.normal(size=(STEPS, 20))
    by_token = np.isin(tokens, [2, 5, 11, 12])
    probe = linear_probe(states, by_token, tokens=tokens)
    assert probe.score > 0.95
    assert probe.selectivity < 0.1
    assert linear_probe(states, by_token).selectivity > 0.3


def test_steps_of_one_sequence_are_never_on_both_sides() -> None:
    groups = np.repeat(np.arange(40), 20)
    answers = RNG.random(40)[groups] > 0.5  # one answer a sequence, and a state that names it
    states = RNG.normal(size=(40, 8))[groups] + 0.01 * RNG.normal(size=(STEPS, 8))
    leaking = linear_probe(states, answers, groups=np.arange(STEPS)).score
    assert linear_probe(states, answers, groups=groups).score < leaking - 0.1


def test_the_same_seed_gives_the_same_result() -> None:
    assert (
        linear_probe(STATES, SPREAD, seed=4).control == linear_probe(STATES, SPREAD, seed=4).control
    )


@pytest.mark.parametrize(
    ("values", "options", "message"),
    [
        (np.zeros(3), {}, "for each of the 800 steps"),
        (np.zeros((STEPS, 2)), {}, "for each of the 800 steps"),
        (SPREAD, {"groups": np.zeros(4)}, "`groups` must have one value"),
        (SPREAD, {"groups": np.zeros(STEPS)}, "1 groups"),
        (SPREAD, {"folds": 1}, "folds=1"),
        (np.ones(STEPS, bool), {}, "two classes"),
        (np.full(STEPS, np.nan), {}, "0 groups"),
    ],
)
def test_what_does_not_fit_is_an_error(values, options, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        linear_probe(STATES, values, **options)
