"""Kinds of planted cells and of noise, with the error rates of the thresholds."""

import numpy as np
import pytest

from tb_rnnviz.analysis import unit_kinds
from tb_rnnviz.analysis.unit_kinds import KINDS
from tests.analysis.simulation import autoregressive

STEPS, UNITS = 3000, 100


def text(rng, steps=STEPS, vocabulary=40):
    """Tokens with the unequal frequencies of a language."""
    weight = 1 / np.arange(1, vocabulary + 1)
    return rng.choice(vocabulary, steps, p=weight / weight.sum())


def with_noise(rng, series, share):
    return series + rng.normal(size=series.size) * series.std() * share


def switch(rng, ids):
    on = np.cumsum(rng.random(STEPS) < 1 / rng.uniform(15, 100)) % 2
    return with_noise(rng, on.astype(float), 0.25)


def saturated_switch(rng, ids):
    return np.tanh(3 * (2 * switch(rng, ids) - 1))


def ramps(rng, mean):
    lengths = np.maximum(4, rng.normal(mean, 0.2 * mean, STEPS).astype(int))
    return np.concatenate([np.arange(length) for length in lengths[: STEPS // 4]])[:STEPS]


def counter(rng, ids):
    return with_noise(rng, ramps(rng, rng.uniform(10, 60)).astype(float), 0.2)


def downward_counter(rng, ids):
    return -counter(rng, ids)


def saturating_counter(rng, ids):
    return with_noise(rng, 1 - np.exp(-ramps(rng, 30) / 10), 0.1)


def rhythm(rng, ids):
    phase = np.cumsum(2 * np.pi / rng.uniform(4, 60) * (1 + 0.02 * rng.normal(size=STEPS)))
    return with_noise(rng, np.sin(phase + rng.uniform(0, 2 * np.pi)), 0.5)


def detector(rng, ids):
    on = (rng.random(STEPS) < rng.uniform(0.01, 0.05)) * rng.uniform(0.7, 1.3, STEPS)
    return with_noise(rng, on, 0.3)


def echo(rng, ids):
    return with_noise(rng, rng.normal(size=ids.max() + 1)[ids], 0.3)


def half_echo(rng, ids):
    return with_noise(rng, rng.normal(size=ids.max() + 1)[ids], 1.0)


def dead(rng, ids):
    return 0.3 + 1e-5 * rng.normal(size=STEPS)


def noise(memory):
    return lambda rng, ids: autoregressive(rng, STEPS, 1, memory)[:, 0]


PLANTED = {
    switch: "switch",
    saturated_switch: "switch",
    counter: "counter",
    downward_counter: "counter",
    saturating_counter: "counter",
    rhythm: "rhythm",
    detector: "detector",
    echo: "echo",
    half_echo: "mixed",
    dead: "dead",
}


def kinds(plant):
    rng = np.random.default_rng(0)
    ids = text(rng)
    activity = np.stack([plant(rng, ids) for _ in range(UNITS)], axis=1)
    return unit_kinds(activity.astype(np.float32), ids).kind


@pytest.mark.parametrize("plant", PLANTED, ids=lambda plant: plant.__name__)
def test_planted_cells_are_named_in_95_of_100(plant):
    assert (kinds(plant) == PLANTED[plant]).sum() >= 95


@pytest.mark.parametrize("memory", [0.0, 0.5, 0.9, 0.98])
def test_noise_is_mixed_in_95_of_100(memory):
    assert (kinds(noise(memory)) == "mixed").sum() >= 95


def test_a_random_walk_is_mixed_in_95_of_100():
    assert (kinds(lambda rng, ids: np.cumsum(rng.normal(size=STEPS))) == "mixed").sum() >= 95


def test_the_numbers_are_those_of_the_planted_cells():
    rng = np.random.default_rng(0)
    ids = text(rng)
    on = (np.arange(STEPS) % 40 < 10).astype(float)
    sine = np.sin(2 * np.pi * np.arange(STEPS) / 12)
    result = unit_kinds(np.stack([on, np.arange(STEPS) % 30, sine], axis=1), ids)
    assert result.separation[0] == pytest.approx(1)
    assert result.dwell[0] == pytest.approx(20, rel=0.02)
    assert result.on_share[0] == pytest.approx(0.25)
    assert result.on_length[0] == pytest.approx(10)
    assert result.ramp[1] == pytest.approx(1, abs=0.01)
    assert (result.ramp_length[1], result.resets[1]) == (30, 99)
    assert result.period[2] == pytest.approx(12)
    assert result.peak_share[2] > 0.99
    assert result.range[2] == pytest.approx(2)
    assert set(result.kind) <= set(KINDS)


def test_what_the_last_tokens_explain_is_no_switch():
    rng = np.random.default_rng(0)
    ids = np.cumsum(rng.random(STEPS) < 0.02) % 2 * 10 + rng.integers(0, 10, STEPS)
    assert unit_kinds((ids >= 10)[:, None], ids).kind.tolist() == ["echo"]


def test_one_jump_at_the_beginning_is_no_detector():
    rng = np.random.default_rng(0)
    ids = text(rng)
    activity = rng.normal(size=(STEPS, 1))
    activity[:2] = 50.0
    assert unit_kinds(activity, ids).kind.tolist() == ["mixed"]


def test_a_cell_of_two_states_of_any_size_is_a_switch_through_tanh():
    rng = np.random.default_rng(0)
    ids = text(rng)
    on = np.cumsum(rng.random(STEPS) < 0.02) % 2 == 1
    size = np.repeat(2 + rng.exponential(10, STEPS // 30), 30)
    cell = np.where(on, -size, 2.5) + rng.normal(size=STEPS) * 0.3
    assert unit_kinds(cell[:, None], ids).kind.tolist() == ["mixed"]
    assert unit_kinds(np.tanh(cell)[:, None], ids).kind.tolist() == ["switch"]


def test_ramps_begin_with_every_sequence():
    rng = np.random.default_rng(0)
    lengths = [30] * 100
    activity = np.tile(np.arange(30.0), 100)[:, None]
    result = unit_kinds(activity, text(rng), lengths=lengths)
    assert result.resets.tolist() == [0]
    assert result.kind.tolist() == ["mixed"]  # a position, which never resets


def test_missing_values_and_short_texts():
    rng = np.random.default_rng(0)
    activity = np.stack([switch(rng, None), np.full(STEPS, np.nan)], axis=1)
    activity[::50, 0] = np.nan
    assert unit_kinds(activity, text(rng)).kind.tolist() == ["switch", "dead"]
    assert unit_kinds(np.ones((0, 2)), []).kind.tolist() == ["dead", "dead"]
    assert unit_kinds([[1.0]], [0]).kind.tolist() == ["dead"]
    assert unit_kinds([[1.0], [2.0], [1.0]], [0, 1, 0]).kind.tolist() == ["mixed"]
