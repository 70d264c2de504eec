"""Geometry of states, compared with NumPy and with exact answers."""

from __future__ import annotations

import numpy as np
import pytest

from tb_rnnviz import analysis


def test_n_equal_directions_have_dimension_n_whatever_the_rotation():
    rng = np.random.default_rng(0)
    corners = np.array(np.meshgrid(*[[-1.0, 1.0]] * 3)).reshape(3, -1).T
    rotation, _ = np.linalg.qr(rng.normal(size=(7, 7)))
    geometry = analysis.state_geometry(corners @ rotation[:3] + 5)
    assert geometry.dimension == pytest.approx(3)
    assert geometry.components == 3
    assert geometry.spread == pytest.approx(np.sqrt(3))


def test_dimension_and_components_follow_the_singular_values():
    rng = np.random.default_rng(1)
    states = rng.normal(size=(300, 10)) * 0.6 ** np.arange(10) + 3
    squares = np.linalg.svd(states - states.mean(axis=0), compute_uv=False) ** 2
    shares = squares / squares.sum()
    geometry = analysis.state_geometry(states)
    assert geometry.dimension == pytest.approx(1 / (shares**2).sum())
    assert geometry.components == next(n for n in range(11) if shares[:n].sum() >= 0.9)
    assert geometry.spread == pytest.approx(np.sqrt(squares.sum() / 300))


def test_speed_does_not_step_from_one_sequence_to_the_next():
    rng = np.random.default_rng(2)
    states = rng.normal(size=(9, 4))
    steps = [np.linalg.norm(states[t + 1] - states[t]) for t in (0, 1, 2, 5, 6, 7)]
    geometry = analysis.state_geometry(states, [4, 0, 1, 4])
    assert geometry.speed == pytest.approx(np.mean(steps))
    assert geometry.relative_speed == pytest.approx(geometry.speed / geometry.spread)


def test_unrelated_consecutive_states_move_by_the_root_of_two_spreads():
    states = np.random.default_rng(3).normal(size=(4000, 50))
    assert analysis.state_geometry(states).relative_speed == pytest.approx(np.sqrt(2), rel=0.01)


def test_equal_states_have_no_dimension():
    geometry = analysis.state_geometry(np.full((5, 3), 0.1, np.float32))
    assert np.isnan(geometry.dimension)
    assert (geometry.components, geometry.spread, geometry.speed) == (0, 0, 0)


def test_states_that_are_not_finite_are_left_out():
    states = np.random.default_rng(4).normal(size=(20, 3))
    broken = np.concatenate([states, [[np.nan, 0, 0]]])
    assert analysis.state_geometry(broken) == analysis.state_geometry(states)
    nothing = analysis.state_geometry(np.full((2, 2), np.nan))
    assert nothing.states == 0 and np.isnan(nothing.speed)


def test_lengths_that_do_not_add_up_are_rejected():
    with pytest.raises(ValueError, match="add up to the 4 steps"):
        analysis.state_geometry(np.zeros((4, 2)), [3])
