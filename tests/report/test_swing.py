"""Findings on how much a unit moves, where its mean tells nothing."""

import numpy as np
import pytest

from tb_rnnviz import find
from tb_rnnviz.core.finding import Finding
from tb_rnnviz.features import Column
from tb_rnnviz.recording import LayerActivity, Recording
from tests.analysis.simulation import autoregressive

REGIME = Column("regime", "regime")
MOVING, STANDING, NOISE = 4, 7, 11


def recording(quantity: str = "hidden_state", *, planted: bool = True) -> Recording:
    """A unit that moves more in the regime, a unit that is higher in it, and noise."""
    rng = np.random.default_rng(0)
    steps = 2000
    regime = np.cumsum(rng.random(steps) < 0.02) % 2 == 1
    activity = autoregressive(rng, steps, 16)
    if planted:
        activity[:, MOVING] = rng.normal(size=steps) * np.where(regime, 1.0, 0.2)
        activity[:, STANDING] = rng.normal(size=steps) + 2 * regime
    layer = LayerActivity(
        "lstm", "LSTMCell", {quantity: activity[None]}, {}, np.ones((1, steps), bool), [steps]
    )
    tokens = [[f"{value}" for value in rng.integers(0, 9, steps)]]
    columns = {"regime": regime.astype(float)}
    return Recording([layer], [steps], tokens=tokens, columns=columns, probe="signal")


@pytest.fixture(scope="module")
def findings() -> list[Finding]:
    return list(find(recording(), [REGIME]))


def test_a_unit_that_moves_more_in_a_regime_is_listed_with_its_swing(findings):
    moving = [finding for finding in findings if finding.unit == MOVING]
    assert [finding.aspect for finding in moving] == ["swing"]
    assert moving[0].auc > 0.9 and moving[0].effect > 2 and moving[0].q < 1e-4
    assert moving[0].peak is None and moving[0].partial is None


def test_a_unit_that_is_higher_is_listed_with_its_level_alone(findings):
    assert [one.aspect for one in findings if one.unit == STANDING] == ["level"]


def test_both_aspects_are_corrected_together(findings):
    (moving,) = (finding for finding in findings if finding.unit == MOVING)
    assert moving.q >= moving.p * 32 / len(findings) / 1.01


def test_the_swing_of_a_gate_is_not_tested():
    gate = find(recording("forget_gate"), [REGIME])
    assert {finding.aspect for finding in gate} <= {"level"}


def test_noise_has_no_swing():
    assert find(recording(planted=False), [REGIME]) == []


def test_a_swing_is_read_back_as_it_was(findings):
    (moving,) = (finding for finding in findings if finding.unit == MOVING)
    assert Finding.from_json(moving.to_json()).aspect == "swing"
    older = {key: value for key, value in moving.to_json().items() if key != "aspect"}
    assert Finding.from_json(older).aspect == "level"
