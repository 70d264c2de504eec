"""Projection: the same axes for everything compared."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.decomposition import PCA

from tb_rnnviz.analysis import project

RNG = np.random.default_rng(0)
STATES = [RNG.normal(size=(steps, 6)) @ np.diag([5, 3, 2, 1, 1, 1]) for steps in (40, 70)]


def test_axes_are_the_principal_components_of_everything_given() -> None:
    projection = project(STATES, components=3)
    reference = PCA(3).fit(np.concatenate(STATES))
    np.testing.assert_allclose(projection.explained, reference.explained_variance_ratio_)
    for points, states in zip(projection.points, STATES, strict=True):
        expected = np.abs(reference.transform(states))
        np.testing.assert_allclose(np.abs(points), expected, rtol=1e-4, atol=1e-5)
    assert [points.shape for points in projection.points] == [(40, 3), (70, 3)]


def test_equal_states_are_equal_points_whatever_array_they_are_in() -> None:
    first, second = project([STATES[0], np.concatenate([STATES[1], STATES[0]])]).points
    np.testing.assert_array_equal(second[70:], first)


def test_the_largest_weight_of_each_direction_is_positive() -> None:
    directions = project(STATES).directions
    largest = np.abs(directions).argmax(axis=1)
    assert (directions[np.arange(3), largest] > 0).all()


def test_other_states_are_placed_on_the_same_axes() -> None:
    projection = project(STATES)
    np.testing.assert_array_equal(projection.apply(STATES[1]), projection.points[1])
    with pytest.raises(ValueError, match="of 6 units"):
        projection.apply(np.zeros((2, 5)))


def test_steps_that_are_not_finite_have_no_place() -> None:
    states = STATES[0].copy()
    states[3, 2] = np.nan
    (points,) = project([states]).points
    assert np.isnan(points[3]).all()
    assert np.isfinite(np.delete(points, 3, axis=0)).all()
    with pytest.raises(ValueError, match="nothing to project"):
        project([np.full((3, 2), np.nan)], components=2)


def test_equal_states_have_no_variance_to_explain() -> None:
    projection = project([np.full((5, 4), 0.1, np.float32)], components=2)
    assert projection.explained.tolist() == [0.0, 0.0]
    np.testing.assert_allclose(projection.points[0], 0, atol=1e-7)


def test_tsne_keeps_groups_together_and_gives_the_same_picture_again() -> None:
    groups = [RNG.normal(size=(30, 5)) + 20 * k for k in range(2)]
    first, again = (project(groups, 2, method="tsne", seed=3) for _ in range(2))
    np.testing.assert_array_equal(first.points[0], again.points[0])
    near, far = (np.linalg.norm(p[:, None] - first.points[0], axis=2) for p in first.points)
    assert near.max() < far.min()
    assert np.isnan(first.explained).all()
    with pytest.raises(ValueError, match="no others"):
        first.apply(groups[0])


@pytest.mark.parametrize(
    ("states", "options", "message"),
    [
        ([], {}, "same units"),
        ([np.zeros((2, 3)), np.zeros((2, 4))], {}, r"of \[3, 4\] units"),
        ([np.zeros((2, 3))], {"components": 4}, "from 1 to 3"),
        ([np.zeros((2, 3))], {"components": True}, "from 1 to 3"),
        ([np.zeros((2, 3))], {"method": "map"}, "one of"),
        ([np.zeros((2, 3))], {"method": "tsne"}, "at least 4 states"),
    ],
)
def test_what_does_not_fit_is_an_error(states, options, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        project(states, **options)
